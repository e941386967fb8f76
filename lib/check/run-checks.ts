// The checks of a run: all providers side by side, each within its own bounds, each its failing applications last.

import type { Application } from '../core/config/application.ts';
import { configuredNames } from '../core/config/configured-names.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { PlannedRun } from '../core/plan/plan-run.ts';
import {
  mostFrequentCause,
  serviceOf,
  speakingFor,
  unservedToBeOut,
} from '../core/plan/provider-service.ts';
import { cleanReport } from '../core/report/clean-report.ts';
import type { NotTriedReason } from '../core/state/application-state.ts';
import type { CheckRecord, WatchState } from '../core/state/watch-state.ts';
import { KnownSecrets } from '../core/text/known-secrets.ts';
import {
  type CheckOutcome,
  type CheckTools,
  checkApplication,
  notChecked,
} from './check-application.ts';
import { confirmRefusals, isRefused, type RefusedCheck } from './confirm-refusal.ts';
import type { Clock, IdentifyCredentials } from './ports.ts';
import { inParallel } from './waiting.ts';

/** What the checks of a provider share; what is known is shared by the whole run, and what is remembered by none. */
type ShareTools = Omit<CheckTools, 'known' | 'memory'>;

/** A provider's part of a run. */
interface ProviderShare {
  readonly tools: ShareTools;
  readonly applications: readonly Application[];
}

/** The shares of a run with their connections, which end with `close`. */
export interface OpenShares {
  readonly shares: readonly ProviderShare[];
  close(): Promise<void>;
}

/** Opens the shares of the providers that the given applications are at; lib/wiring has the one that is real. */
export type SharesFactory = (
  applications: readonly Application[],
) => OpenShares | Promise<OpenShares>;

/** What the checks of a run are made from. */
export interface ChecksOfRun {
  readonly config: Pick<WatchConfig, 'applications' | 'providers' | 'confirmation' | 'schedule'>;
  readonly plan: Pick<PlannedRun, 'due' | 'trials' | 'notTried'>;
  /** As it was when the run was planned. */
  readonly state: WatchState;
  readonly openShares: SharesFactory;
  readonly clock: Clock;
  /** When it aborts, nothing new begins, and what is under way is finished. */
  readonly ending?: AbortSignal | null;
  /** Names credentials, so that those that were accepted before are known again; null where nothing can. */
  readonly identify?: IdentifyCredentials | null;
  /** Called with each check as it ends. */
  readonly onRecord?: (record: CheckRecord) => void;
}

/**
 * Checks what a plan says, and gives the records in the order in which the checks ended.
 *
 * One failing application, and one hanging provider, never holds up the others: those that their provider
 * failed before come last. At a provider that served nobody nothing more is tried after half of the time
 * of a run. A refused attempt of an application that was not failing before is repeated when all others
 * are done. What `ending` kept from beginning, or from being repeated, has no record, so that it is due
 * again.
 */
export async function runChecks(checks: ChecksOfRun): Promise<readonly CheckRecord[]> {
  const { config, plan, clock, ending = null, onRecord = () => {} } = checks;
  const { shares, close } = await checks.openShares(plannedApplications(config, plan));
  const known = new KnownSecrets(configuredNames(config));
  const records: CheckRecord[] = [];
  const refused: RefusedCheck[] = [];
  const note = (record: CheckRecord) => {
    records.push(record);
    onRecord(record);
  };
  const repeat = (check: RefusedCheck) => void refused.push(check);
  try {
    await Promise.all(
      shares.map((share) => checkShare(share, { ...checks, known }, { note, repeat })),
    );
    const { confirmation } = config;
    const confirmed = await confirmRefusals({ refused, confirmation, clock, ending });
    for (const { outcome } of confirmed) note({ ...outcome, notTried: null });
  } finally {
    await close();
  }
  // A peer may have shown what only a later check has read: the secret or the token of a neighbour.
  return records.map((record) => ({ ...record, report: cleanReport(record.report, known) }));
}

function plannedApplications(
  { applications }: ChecksOfRun['config'],
  { due, trials, notTried }: ChecksOfRun['plan'],
): readonly Application[] {
  const planned = new Set([...due, ...trials, ...notTried.map(({ application }) => application)]);
  return applications.filter(({ name }) => planned.has(name));
}

async function checkShare(
  { tools, applications }: ProviderShare,
  {
    plan,
    state,
    ending = null,
    config,
    identify = null,
    known,
  }: ChecksOfRun & { readonly known: KnownSecrets },
  {
    note,
    repeat,
  }: {
    readonly note: (record: CheckRecord) => void;
    readonly repeat: (check: RefusedCheck) => void;
  },
): Promise<void> {
  const { concurrency } = tools.session.config;
  const planned = new Map(plan.notTried.map(({ application, reason }) => [application, reason]));
  const atProvider = new AtProvider(tools, { config, state });
  const undecided: (() => void)[] = [];
  await inParallel(suspectsLast(applications, state), concurrency, async (application) => {
    if (ending?.aborted) return;
    const { name } = application;
    const reason = planned.get(name) ?? (atProvider.isGivenUp() ? 'provider-down' : null);
    if (reason !== null) return note(atProvider.notTried(application, reason));
    if (tools.signal?.aborted) {
      const seen = notCheckedFor('the run was ended before its turn');
      return note({ ...notChecked(application, { ...tools, seen }), notTried: null });
    }
    const before = state.applications[name];
    const accepted = before?.acceptedCredentials ?? null;
    const settledMethod = before?.settledMethod ?? null;
    const memory = { identify, accepted, settledMethod };
    const own = { ...tools, memory, known };
    const outcome = await checkApplication(application, own);
    atProvider.tried({ ...outcome, notTried: null });
    const decide = (decided: CheckOutcome) => {
      // A second method was the confirmation: the credentials are not sent a third time.
      const isConfirmed = (before?.consecutiveFailures ?? 0) > 0 || decided.report.attempts > 1;
      if (config.confirmation.attempts > 0 && !isConfirmed && isRefused(decided)) {
        repeat({ application, tools: own, outcome: decided });
      } else {
        note({ ...decided, notTried: null });
      }
    };
    const { judgeAgain } = outcome;
    if (judgeAgain === null) decide(outcome);
    else undecided.push(() => decide(judgeAgain()));
  });
  for (const decideNow of undecided) decideNow();
}

/** Those that their provider failed last time come last, so that they delay nobody. */
function suspectsLast(
  applications: readonly Application[],
  { applications: states }: WatchState,
): readonly Application[] {
  const isSuspect = ({ name }: Application) => Number(Boolean(states[name]?.providerFailures));
  return applications.toSorted((one, other) => isSuspect(one) - isSuspect(other));
}

/** A run takes no longer than a tick, or than a function has. */
const LONGEST_RUN_MS = 240_000;

/** What a run sees of one provider: whom it served, and when to stop trying. */
class AtProvider {
  readonly #tools: ShareTools;
  readonly #parts: Pick<ChecksOfRun, 'config' | 'state'>;
  readonly #startedMs: number;
  readonly #speaking: ReadonlySet<string>;
  readonly #unserved: CheckRecord[] = [];
  #hasServed = false;

  constructor(tools: ShareTools, parts: Pick<ChecksOfRun, 'config' | 'state'>) {
    this.#tools = tools;
    this.#parts = parts;
    this.#startedMs = tools.clock.monotonicMs();
    this.#speaking = speakingFor(tools.session.config.name, {
      config: parts.config,
      states: parts.state.applications,
    });
  }

  tried(record: CheckRecord): void {
    const service = serviceOf(record);
    if (service === 'served') this.#hasServed = true;
    if (service !== 'not-served' || !this.#speaking.has(record.report.application)) return;
    this.#unserved.push(record);
  }

  /** Whether it served nobody in half of the time: the rest would have to wait for nothing. */
  isGivenUp(): boolean {
    const { schedule } = this.#parts.config;
    const halfMs = Math.min(schedule.tickMinutes * 60_000, LONGEST_RUN_MS) / 2;
    return (
      !this.#hasServed &&
      this.#unserved.length >= unservedToBeOut(this.#speaking.size) &&
      this.#tools.clock.monotonicMs() - this.#startedMs >= halfMs
    );
  }

  /** The record of an application that is left out. */
  notTried(application: Application, reason: NotTriedReason): CheckRecord {
    const { name, tokensPerMonth } = this.#tools.session.config;
    const out = this.#parts.state.providers[name]?.service?.out ?? null;
    const cause = mostFrequentCause(this.#unserved) ?? out?.cause ?? 'provider-unreachable';
    const seen =
      reason === 'provider-down'
        ? ({ tokenReply: { kind: 'not-sent', reason: 'provider-out', cause } } as const)
        : notCheckedFor(`the ${tokensPerMonth} tokens of this month at ${name} are used up`);
    return { ...notChecked(application, { ...this.#tools, seen }), notTried: reason };
  }
}

function notCheckedFor(detail: string) {
  return { fault: { kind: 'not-checked', detail } } as const;
}
