// Turns the evidence and the judgement of a check into the record that is printed and stored.

import { readClaim, readScopes, toStrings } from '../claims/claim-values.ts';
import type { ProviderConfig } from '../config/provider-config.ts';
import type { Judgement } from '../diagnosis/diagnose.ts';
import { clientIdToShow, type Evidence } from '../evidence/evidence.ts';
import { shownClientId } from '../provider/client-id.ts';
import type { Provider } from '../provider/provider.ts';
import type { Cleaner } from '../text/redact.ts';
import type { CheckReport, CheckTimings, TokenSummary } from './check-report.ts';

/** Bounds what a hostile token can put in a report. */
const MAX_VALUES = 100;

const NOTHING_READ = {
  issuer: null,
  audience: [],
  scopes: [],
  organization: null,
  expiresInSeconds: null,
  algorithm: null,
  keyId: null,
} as const satisfies TokenSummary;

/** Builds the report of one check; every text of the token in it has been cleaned. */
export function buildCheckReport({
  evidence,
  judgement,
  provider,
  config,
  clean,
  timings,
}: {
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly provider: Provider;
  readonly config: ProviderConfig;
  readonly clean: Cleaner;
  readonly timings: CheckTimings;
}): CheckReport {
  const { application, credentials, clientAuthentication } = evidence;
  return {
    application: application.name,
    provider: application.provider,
    clientId: shownId(evidence, provider),
    status: judgement.status,
    checkedAt: new Date(evidence.checkedAtMs).toISOString(),
    attempts: clientAuthentication?.other ? 2 : 1,
    diagnosis: judgement.diagnosis,
    findings: judgement.findings,
    token: tokenSummary(evidence, provider, displayCleaner(evidence, config, clean)),
    clientAuthentication: clientAuthentication?.method ?? null,
    secretVersion: credentials.kind === 'read' ? credentials.secretVersion : null,
    owner: application.owner,
    runbook: application.runbook,
    timings,
  };
}

/** A literal one may be the secret, too; what was read with the secret was judged with it. */
function shownId(evidence: Evidence, { clientIdShape }: Provider): string | null {
  const id = clientIdToShow(evidence);
  return id === null || evidence.credentials.kind === 'read'
    ? id
    : shownClientId(id, null, clientIdShape);
}

/** What the token says, cleaned; null if none was issued. */
function tokenSummary(evidence: Evidence, provider: Provider, show: Cleaner): TokenSummary | null {
  const { tokenReply, verification } = evidence;
  if (tokenReply.kind !== 'granted') return null;
  const { expiresInSeconds } = tokenReply;
  if (!('claims' in verification)) {
    const scopes = tokenReply.scopes ?? [];
    return { ...NOTHING_READ, scopes, expiresInSeconds };
  }
  const { claims, header } = verification;
  const { scopes, organization } = provider.claimNames;
  return {
    issuer: textOf(claims['iss'], show),
    audience: toStrings(claims['aud']).slice(0, MAX_VALUES).map(show),
    scopes: (readScopes(claims, scopes)?.scopes ?? []).slice(0, MAX_VALUES).map(show),
    organization: textOf(readClaim(claims, organization), show),
    expiresInSeconds,
    algorithm: textOf(header.algorithm, show),
    keyId: textOf(header.keyId, show),
  };
}

/** What equals something in the configuration needs no cleaning, which is most of a token that is as expected. */
function displayCleaner(
  { application }: Evidence,
  { issuer, algorithms }: ProviderConfig,
  clean: Cleaner,
): Cleaner {
  const { audience, scopes, expect } = application;
  const ours = [
    issuer,
    ...algorithms,
    ...audience,
    ...(scopes ?? []),
    ...expect.scopes,
    expect.organization,
  ];
  return (text) => (ours.includes(text) ? text : clean(text));
}

function textOf(value: unknown, show: Cleaner): string | null {
  return typeof value === 'string' ? show(value) : null;
}
