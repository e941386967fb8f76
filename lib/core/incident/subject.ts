// The first question of judging: what a failing check is about, so that what fails together is told together.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { Monitored, MonitoredApplication } from '../config/watched.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { Subject } from '../state/incident.ts';

/** Findings about the tokens of an issuer, whichever application asked for one. */
const ISSUER_CAUSES: ReadonlySet<CauseId> = new Set([
  'issuer-mismatch',
  'signature-invalid',
  'signing-key-unknown',
  'algorithm-not-allowed',
]);

/**
 * Says what an unhealthy or degraded report is about.
 *
 * `call-unreachable`, and `call-failed` with 5xx or 429 (which is degraded, never unhealthy), are about
 * the API's origin; a token quota is the provider's.
 */
export function subjectOf(
  { diagnosis, status }: CheckReport,
  application: MonitoredApplication,
  providers: Monitored['providers'],
): Subject {
  const own: Subject = { kind: 'application', name: application.name };
  if (diagnosis === null) return own;
  const { cause } = diagnosis;
  const isOrigins =
    cause === 'call-unreachable' || (cause === 'call-failed' && status === 'degraded');
  if (isOrigins) {
    const origin = originOf(application);
    return origin === null ? own : { kind: 'api-origin', name: origin };
  }
  if (ISSUER_CAUSES.has(cause)) {
    const issuer = providers[application.provider]?.issuer ?? application.provider;
    return { kind: 'issuer', name: issuer };
  }
  if (cause === 'token-quota-exceeded' || causeDefinition(cause).family === 'provider') {
    return { kind: 'provider', name: application.provider };
  }
  return own;
}

/** Whether two causes are the same news: how an API or a provider fails to answer may change by the minute. */
export function isSameProblem(one: CauseId, other: CauseId): boolean {
  if (one === other) return true;
  if (isApiDown(one)) return isApiDown(other);
  return isProviderDown(one) && isProviderDown(other);
}

function isApiDown(cause: CauseId): boolean {
  return cause === 'call-unreachable' || cause === 'call-failed';
}

function isProviderDown(cause: CauseId): boolean {
  return causeDefinition(cause).family === 'provider';
}

function originOf({ call }: MonitoredApplication): string | null {
  return call !== null && URL.canParse(call.url) ? new URL(call.url).origin : null;
}
