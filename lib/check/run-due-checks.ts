// The middle of a scheduled run: the checks of what is due, each provider left alone once it fails in a row.

import type { Application } from '../core/config/application.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { afterCheck, isOpen, NEW_BREAKER, serviceOf } from '../core/plan/breaker.ts';
import type { PlannedRun } from '../core/plan/plan-run.ts';
import type { NotTriedReason } from '../core/state/application-state.ts';
import type { CheckRecord, WatchState } from '../core/state/watch-state.ts';
import { type CheckTools, checkApplication, notChecked } from './check-application.ts';
import { confirmRefusals, isRefused, type RefusedCheck } from './confirm-refusal.ts';
import { inParallel } from './in-parallel.ts';
import type { Clock, IdentifyCredentials } from './ports.ts';
import type { ProviderShare } from './run-checks.ts';

/** What the checks of a run are made from. */
export interface DueChecks {
  readonly config: Pick<WatchConfig, 'confirmation'>;
  readonly plan: PlannedRun;
  /** As it was when the run was planned. */
  readonly state: WatchState;
  /** The applications of the plan by provider, those that are not tried included. */
  readonly shares: readonly ProviderShare[];
  readonly clock: Clock;
  /** When it aborts, nothing new begins, and what is under way is finished. */
  readonly ending: AbortSignal | null;
  readonly identify: IdentifyCredentials | null;
  readonly onRecord: (record: CheckRecord) => void;
}

/**
 * Checks what a plan says, and gives the records in the order in which the checks ended.
 *
 * A provider that does not serve three times in a row is left alone for the rest of the run. A refused
 * attempt of an application that was not broken before is repeated when all others are done. What
 * `ending` kept from beginning, or from being repeated, has no record, so that it is due again.
 */
export async function runDueChecks(due: DueChecks): Promise<readonly CheckRecord[]> {
  const records: CheckRecord[] = [];
  const refused: RefusedCheck[] = [];
  const note = (record: CheckRecord) => {
    records.push(record);
    due.onRecord(record);
  };
  await Promise.all(
    due.shares.map((share) =>
      checkShare(share, due, {
        note,
        repeat: (check) => {
          refused.push(check);
        },
      }),
    ),
  );
  const { confirmation } = due.config;
  for (const { outcome } of await confirmRefusals({ ...due, refused, confirmation })) {
    note({ ...outcome, notTried: null });
  }
  return records;
}

interface Told {
  readonly note: (record: CheckRecord) => void;
  readonly repeat: (check: RefusedCheck) => void;
}

async function checkShare(
  { tools, applications }: ProviderShare,
  { plan, state, ending, config, identify }: DueChecks,
  { note, repeat }: Told,
): Promise<void> {
  const { name: provider, concurrency } = tools.session.config;
  const planned = new Map(plan.notTried.map(({ application, reason }) => [application, reason]));
  const trials = new Set(plan.trials);
  let breaker = state.providers[provider]?.breaker ?? NEW_BREAKER;
  await inParallel(applications, concurrency, async (application) => {
    if (ending?.aborted) return;
    const isLeft = isOpen(breaker) && !trials.has(application.name);
    const reason = planned.get(application.name) ?? (isLeft ? 'provider-down' : null);
    if (reason !== null) return note(notTried(application, { reason, tools }));
    if (tools.signal?.aborted) {
      const outcome = notChecked(application, {
        ...tools,
        detail: 'the run was ended before its turn',
      });
      return note({ ...outcome, notTried: null });
    }
    const remembering = withMemory(application, tools, { state, identify });
    const outcome = await checkApplication(application, remembering);
    const record: CheckRecord = { ...outcome, notTried: null };
    breaker = afterCheck(breaker, serviceOf(record));
    const wasBroken = (state.applications[application.name]?.consecutiveFailures ?? 0) > 0;
    if (config.confirmation.attempts > 0 && !wasBroken && isRefused(outcome)) {
      repeat({ application, tools: remembering, outcome });
    } else {
      note(record);
    }
  });
}

function withMemory(
  { name }: Application,
  tools: CheckTools,
  { state, identify }: Pick<DueChecks, 'state' | 'identify'>,
): CheckTools {
  if (identify === null) return tools;
  const accepted = state.applications[name]?.acceptedCredentials ?? null;
  return { ...tools, memory: { identify, accepted } };
}

function notTried(
  application: Application,
  { reason, tools }: { readonly reason: NotTriedReason; readonly tools: CheckTools },
): CheckRecord {
  const { name, tokensPerMonth } = tools.session.config;
  const detail =
    reason === 'provider-down'
      ? `${name} did not serve the last checks: one application is tried at each tick until it does`
      : `the ${tokensPerMonth} tokens of this month at ${name} are used up`;
  return { ...notChecked(application, { ...tools, detail }), notTried: reason };
}
