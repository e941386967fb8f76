// The first step of judging: what the reports of a run change in what is remembered of each application.

import type { WatchConfig } from '../config/watch-config.ts';
import { isAskedOf, isFailedByProvider } from '../plan/provider-service.ts';
import type { ApplicationState, ProviderFailures } from '../state/application-state.ts';
import { type CheckRecord, newApplicationState } from '../state/watch-state.ts';
import { MINUTE_MS } from '../text/duration-text.ts';
import type { RunToJudge } from './judge-run.ts';

/** After this many failures while the provider serves others, a provider's cause is the application's own. */
export const OWN_FAILURES = 3;

/** The clocks of two machines may differ by this much without either being wrong. */
const CLOCK_SKEW_MS = MINUTE_MS;

/**
 * What is remembered of every configured application after the reports of a run, by name.
 *
 * The reports are taken in the order in which their checks began; one that is older than what is
 * remembered is history only. Done again on what it gave, it changes nothing.
 */
export function rememberReports(
  run: Omit<RunToJudge, 'reservation'>,
): Readonly<Record<string, ApplicationState>> {
  const { config, state, records, slotMs } = run;
  const states = new Map(
    config.applications.map(({ name, provider }): [string, ApplicationState] => {
      const known = state.applications[name] ?? newApplicationState(provider, slotMs);
      return [name, { ...known, configuredSinceMs: known.configuredSinceMs ?? slotMs }];
    }),
  );
  const remembered = new Set<string>();
  for (const record of records.toSorted((a, b) => checkedAtMs(a.report) - checkedAtMs(b.report))) {
    const { application } = record.report;
    const before = states.get(application);
    if (before === undefined || !isNewer(record, before, run)) continue;
    const after = rememberReport(before, record, slotMs);
    states.set(application, { ...after, checkedInRun: run.run });
    remembered.add(application);
  }
  const served = findLastServed(Object.fromEntries(states));
  for (const name of remembered) {
    const after = states.get(name);
    if (!after?.providerFailures || after.lastNotTried !== null) continue;
    if (!isFailedByProvider(after) || !isServingOthers(after, { served, config })) continue;
    states.set(name, countOwnFailure(after, after.providerFailures));
  }
  return Object.fromEntries(states);
}

/** When a report's check began, milliseconds since the epoch. */
export function checkedAtMs(report: { readonly checkedAt: string }): number {
  return Date.parse(report.checkedAt);
}

/** The slot in which each provider last served an application that it has not failed since, by provider. */
export function findLastServed(
  states: Readonly<Record<string, ApplicationState>>,
): ReadonlyMap<string, number> {
  const served = new Map<string, number>();
  for (const { provider, lastReport, lastTriedSlotMs } of Object.values(states)) {
    if (lastTriedSlotMs === null || lastReport === null) continue;
    if (lastReport.status === 'undetermined') continue;
    const cause = lastReport.diagnosis?.cause;
    if (cause !== undefined && !isAskedOf(cause)) continue;
    served.set(provider, Math.max(served.get(provider) ?? 0, lastTriedSlotMs));
  }
  return served;
}

/**
 * Whether the provider served another application since this one's failures there began.
 *
 * Slots are compared, so that the order in which the checks of one run end does not matter.
 */
export function isServingOthers(
  { provider, providerFailures, undeterminedSinceMs }: ApplicationState,
  {
    served,
    config: { schedule },
  }: {
    readonly served: ReadonlyMap<string, number>;
    readonly config: Pick<WatchConfig, 'schedule'>;
  },
): boolean {
  const sinceMs = providerFailures?.sinceMs ?? undeterminedSinceMs;
  if (sinceMs === null) return false;
  const tickMs = schedule.tickMinutes * MINUTE_MS;
  return (served.get(provider) ?? 0) >= Math.floor(sinceMs / tickMs) * tickMs;
}

/**
 * Whether a report is of a check that began after the last one that is remembered.
 *
 * A last report from the future comes from a clock that was wrong, and says nothing about the order.
 */
function isNewer(
  { report }: CheckRecord,
  { lastReport, checkedInRun }: ApplicationState,
  { run, nowMs }: Pick<RunToJudge, 'run' | 'nowMs'>,
): boolean {
  if (lastReport === null) return true;
  if (checkedInRun === run && lastReport.checkedAt === report.checkedAt) return false;
  const lastMs = checkedAtMs(lastReport);
  return checkedAtMs(report) > lastMs || lastMs > nowMs + CLOCK_SKEW_MS;
}

function rememberReport(
  before: ApplicationState,
  record: CheckRecord,
  slotMs: number,
): ApplicationState {
  const { report, notTried } = record;
  const { status, provider } = report;
  const atMs = checkedAtMs(report);
  const isKnown = status !== 'undetermined';
  const isHealthy = status === 'healthy';
  const count = (consecutive: number, counts: boolean) => (counts ? consecutive + 1 : 0);
  return {
    ...before,
    provider,
    lastSlotMs: slotMs,
    lastTriedSlotMs: notTried === null ? slotMs : before.lastTriedSlotMs,
    lastReport: report,
    lastNotTried: notTried,
    lastTokensMinted: record.tokensMinted,
    status,
    lastSuccessAtMs: isHealthy || status === 'degraded' ? atMs : before.lastSuccessAtMs,
    ...rememberCredentials(before, record),
    ...(isKnown && {
      consecutiveFailures: count(before.consecutiveFailures, !isHealthy),
      consecutiveHealthy: count(before.consecutiveHealthy, isHealthy),
    }),
    notHealthySinceMs: isHealthy ? null : earliest(before.notHealthySinceMs, atMs),
    undeterminedSinceMs: isKnown ? null : earliest(before.undeterminedSinceMs, atMs),
    providerFailures: providerFailures(before, record),
  };
}

/** What a check, scheduled or not, leaves of the credentials: what was accepted last, and by which method. */
export function rememberCredentials(
  before: ApplicationState,
  { accepted, settledMethod }: Pick<CheckRecord, 'accepted' | 'settledMethod'>,
): Pick<ApplicationState, 'acceptedCredentials' | 'settledMethod'> {
  return {
    acceptedCredentials: accepted ?? before.acceptedCredentials,
    settledMethod: settledMethod ?? before.settledMethod ?? null,
  };
}

/** Whether a check leaves anything for {@link rememberCredentials}. */
export function leavesCredentials({
  accepted,
  settledMethod,
}: Pick<CheckRecord, 'accepted' | 'settledMethod'>): boolean {
  return accepted !== null || settledMethod !== null;
}

/** A failure that the provider's other applications did not have; at {@link OWN_FAILURES} it is unhealthy. */
function countOwnFailure(state: ApplicationState, failures: ProviderFailures): ApplicationState {
  const whileOthersServed = failures.whileOthersServed + 1;
  const status = whileOthersServed >= OWN_FAILURES ? 'unhealthy' : state.status;
  return { ...state, status, providerFailures: { ...failures, whileOthersServed } };
}

function providerFailures(
  { providerFailures: before }: ApplicationState,
  { report, notTried }: CheckRecord,
): ProviderFailures | null {
  if (report.status !== 'undetermined') return null;
  // A check that did not get as far as the provider says nothing of it.
  if (notTried !== null || report.diagnosis?.family !== 'provider') return before;
  const { count, sinceMs, whileOthersServed } = before ?? NO_FAILURES;
  const firstMs = earliest(sinceMs, checkedAtMs(report));
  return { count: count + 1, sinceMs: firstMs, whileOthersServed };
}

const NO_FAILURES = { count: 0, sinceMs: null, whileOthersServed: 0 };

/** The earlier of what is remembered and now: a remembered time in the future comes from a wrong clock. */
function earliest(rememberedMs: number | null, atMs: number): number {
  return rememberedMs === null ? atMs : Math.min(rememberedMs, atMs);
}
