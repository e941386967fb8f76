// What mends a cause, for one application: the provider's own steps where it has some, else the catalogue's.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import { sentAudience } from '../claims/sent-audience.ts';
import type { Application } from '../config/application.ts';
import type { ProviderConfig } from '../config/provider-config.ts';
import type { Provider } from '../provider/provider.ts';
import type { RuledFinding } from './diagnosis.ts';

/** Whom a fix is for; every name in it is one of ours. */
export interface MendingSubject {
  readonly application: Application;
  /** Null where it is not known. */
  readonly clientId: string | null;
  readonly provider: Provider;
  readonly config: Pick<ProviderConfig, 'issuer'>;
}

/** Steps, and a page that explains more. */
export interface Mending {
  readonly fix: readonly string[];
  readonly help: string;
}

/** The steps that mend what a finding is about, with the names that it is about. */
export function mendingOf(
  {
    cause,
    scopes = [],
    audience,
  }: { readonly cause: CauseId } & Pick<RuledFinding, 'scopes' | 'audience'>,
  { application, clientId, provider, config }: MendingSubject,
): Mending {
  const { fix, help } = causeDefinition(cause);
  const steps = provider.fixSteps(cause, {
    application: application.name,
    clientId,
    issuer: config.issuer,
    audience: audience ?? sentAudience(application),
    scopes,
    expectedOrganization: application.expect.organization ?? null,
    callUrl: application.call?.url ?? null,
  });
  return { fix: steps ?? fix, help: provider.helpLink(cause) ?? help };
}
