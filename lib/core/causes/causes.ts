// The catalogue that diagnosis chooses from: one table gives ids to types, metrics, messages and docs.

import { AUTHORIZATION_CAUSES } from './authorization-causes.ts';
import { CALL_CAUSES } from './call-causes.ts';
import type { CauseDefinition } from './cause-definition.ts';
import { CLAIMS_CAUSES } from './claims-causes.ts';
import { CREDENTIAL_CAUSES } from './credential-causes.ts';
import { HYGIENE_CAUSES } from './hygiene-causes.ts';
import { MONITOR_CAUSES } from './monitor-causes.ts';
import { PROVIDER_CAUSES } from './provider-causes.ts';
import { REQUEST_CAUSES } from './request-causes.ts';
import { TOKEN_CAUSES } from './token-causes.ts';
import { UNKNOWN_CAUSES } from './unknown-causes.ts';

/** Every cause by its public id; ids stand in metrics, reports and docs and never change meaning. */
export const CAUSES = {
  ...CREDENTIAL_CAUSES,
  ...AUTHORIZATION_CAUSES,
  ...REQUEST_CAUSES,
  ...TOKEN_CAUSES,
  ...CLAIMS_CAUSES,
  ...CALL_CAUSES,
  ...PROVIDER_CAUSES,
  ...MONITOR_CAUSES,
  ...HYGIENE_CAUSES,
  ...UNKNOWN_CAUSES,
} as const satisfies Readonly<Record<string, CauseDefinition>>;

/** The public id of a cause. */
export type CauseId = keyof typeof CAUSES;

/** All ids, by family in the order of {@link FAMILIES}. */
export const CAUSE_IDS = Object.keys(CAUSES) as readonly string[] as readonly CauseId[];

/** One cause of the catalogue, without the literal types of its texts. */
export function causeDefinition(id: CauseId): CauseDefinition {
  return CAUSES[id];
}

/** Causes that are in the catalogue and that no rule finds from one attempt's evidence alone. */
export const CAUSES_WITHOUT_RULE_YET = [
  'stored-secret-ahead',
  'promotion-unfinished',
  'audience-unknown',
  'scope-not-defined',
  'scope-not-assigned',
  'secret-too-old',
  'rotation-stuck',
  'previous-secret-accepted',
] as const satisfies readonly CauseId[];
