// Repeats a refused attempt after the other checks of a run, before it counts: one refusal may be a blip.

import type { CauseFamily } from '../core/causes/cause-definition.ts';
import type { Application } from '../core/config/application.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { isAskedOf } from '../core/plan/provider-service.ts';
import { type CheckOutcome, type CheckTools, checkApplication } from './check-application.ts';
import type { Clock } from './ports.ts';
import { inParallel, untilAborted } from './waiting.ts';

/** A check whose first attempt the provider refused, with the outcome of the last one. */
export interface RefusedCheck {
  readonly application: Application;
  /** The tools of its first attempt; secret and token are fresh for each. */
  readonly tools: CheckTools;
  readonly outcome: CheckOutcome;
}

/** What the provider's refusal of a token request is found as. */
const REFUSED_FAMILIES: ReadonlySet<CauseFamily> = new Set<CauseFamily>([
  'credential',
  'authorization',
  'request',
  'unknown',
]);

/** Whether the provider refused a token: no token was minted, so that repeating costs none so far. */
export function isRefused({ report: { status, diagnosis }, tokensMinted }: CheckOutcome): boolean {
  if (status !== 'unhealthy' || diagnosis === null || tokensMinted > 0) return false;
  return REFUSED_FAMILIES.has(diagnosis.family) && isAskedOf(diagnosis.cause);
}

/**
 * Repeats refused checks until one is not refused or the attempts are used up; the last one decides.
 *
 * All wait together and without a place among the checks of their provider. A check costs one token at
 * most however often it is repeated, since only what minted none is. Where `ending` aborts, those that
 * are still refused are left out: they do not count unconfirmed.
 */
export async function confirmRefusals({
  refused,
  confirmation: { attempts, waitSeconds },
  clock,
  ending,
}: {
  readonly refused: readonly RefusedCheck[];
  readonly confirmation: WatchConfig['confirmation'];
  readonly clock: Clock;
  readonly ending: AbortSignal | null;
}): Promise<readonly RefusedCheck[]> {
  const decided: RefusedCheck[] = [];
  let open = refused;
  for (let repeated = 1; repeated <= attempts && open.length > 0; repeated += 1) {
    await waitUnlessEnded(clock, waitSeconds * 1000, [ending, ...open.map(signalOf)]);
    if (ending?.aborted) return decided;
    const again: RefusedCheck[] = [];
    const byProvider = Map.groupBy(open, ({ application }) => application.provider);
    const repeatAll = [...byProvider.values()].map((checks) => {
      const concurrency = checks[0]?.tools.session.config.concurrency ?? 1;
      return inParallel(checks, concurrency, async ({ application, tools }) => {
        const last = await checkApplication(application, tools);
        const outcome = {
          ...last,
          report: { ...last.report, attempts: repeated + last.report.attempts },
        };
        const check = { application, tools, outcome };
        if (isRefused(outcome)) again.push(check);
        else decided.push(check);
      });
    });
    await Promise.all(repeatAll);
    open = again;
  }
  return [...decided, ...open];
}

function signalOf({ tools }: RefusedCheck): AbortSignal | null {
  return tools.signal;
}

/** The clock's wait itself cannot be cut short; whoever waits can go. */
async function waitUnlessEnded(
  clock: Clock,
  durationMs: number,
  signals: readonly (AbortSignal | null)[],
): Promise<void> {
  const signal = AbortSignal.any(signals.filter((each) => each !== null));
  if (durationMs === 0 || signal.aborted) return;
  await untilAborted(clock.waitMs(durationMs), { signal, otherwise: undefined });
}
