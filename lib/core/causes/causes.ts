// The catalogue of causes that a diagnosis chooses from; types, metrics, messages and docs derive from it.

import { CALL_CAUSES } from './call-causes.ts';
import type { CauseDefinition } from './cause-definition.ts';
import { MONITOR_CAUSES, PROVIDER_CAUSES, UNKNOWN_CAUSES } from './provider-causes.ts';
import { AUTHORIZATION_CAUSES, CREDENTIAL_CAUSES, REQUEST_CAUSES } from './request-causes.ts';
import { CLAIMS_CAUSES, TOKEN_CAUSES } from './token-causes.ts';

/** Every cause by its public id; an id never changes its meaning. */
const CAUSES = {
  ...CREDENTIAL_CAUSES,
  ...AUTHORIZATION_CAUSES,
  ...REQUEST_CAUSES,
  ...TOKEN_CAUSES,
  ...CLAIMS_CAUSES,
  ...CALL_CAUSES,
  ...PROVIDER_CAUSES,
  ...MONITOR_CAUSES,
  ...UNKNOWN_CAUSES,
};

/** The public id of a cause. */
export type CauseId = keyof typeof CAUSES;

/** The causes that the claims of a token can show. */
export type ClaimsCause = keyof typeof CLAIMS_CAUSES;

/** All ids, family by family. */
export const CAUSE_IDS = Object.keys(CAUSES) as readonly string[] as readonly CauseId[];

/** What the catalogue says of a cause. */
export function causeDefinition(id: CauseId): CauseDefinition {
  return CAUSES[id];
}
