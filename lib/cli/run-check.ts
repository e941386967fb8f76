import type { CauseId } from '../core/causes/causes.ts';
import type { CheckStatus } from '../core/causes/terms.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { RunReport, RunSummary } from '../core/report/run-report.ts';
import type { CheckNow } from '../wiring/check.ts';
import { type CliIo, say } from './cli-io.ts';
import { EXIT_STATUS, type ExitStatus } from './command.ts';

/** What a command checks. */
export type CheckSetup = Required<
  Pick<CheckNow, 'config' | 'baseDirectory' | 'environment' | 'applications'>
> &
  Pick<CheckNow, 'onEvidence' | 'state'>;

/** Checks with progress on standard error; Ctrl-C ends the check with what is known by then. */
export async function runCheck(
  setup: CheckSetup,
  io: CliIo,
): Promise<{ readonly report: RunReport; readonly isInterrupted: boolean }> {
  // Imported here, because help and usage errors do not need the HTTP and token libraries.
  const { checkNow } = await import('../wiring/check.ts');
  const interrupted = new AbortController();
  const { signal } = interrupted;
  const progress = startProgress(io, setup.applications.length);
  const stopListening = io.onInterrupt(() => {
    progress.stop();
    say(io, 'stopping, and printing what is known; press Ctrl-C again to exit at once');
    interrupted.abort();
  });
  try {
    const report = await checkNow({ ...setup, signal, onReport: progress.add });
    return { report, isInterrupted: signal.aborted };
  } finally {
    progress.stop();
    stopListening();
  }
}

const QUIET_FOR_MS = 1_000;
const REDRAW_EVERY_MS = 200;
const LINE_EVERY_MS = 10_000;
/** Fewer applications than this are soon checked: no lines in a pipeline's log. */
const LINES_ABOVE_APPLICATIONS = 50;

/** Shows how far a run is; `stop` removes what is still on the screen. */
export interface CheckProgress {
  add(report: CheckReport): void;
  stop(): void;
}

/**
 * Shows the progress of a long run on standard error, and nothing of a short one.
 *
 * In a terminal one line is redrawn, from the first second on. Elsewhere a line is written every ten
 * seconds if there are more than 50 applications.
 */
export function startProgress({ stderr }: Pick<CliIo, 'stderr'>, total: number): CheckProgress {
  const count = { done: 0, unhealthy: 0 };
  let isDrawn = false;
  const text = () => `checked ${count.done} of ${total}, ${count.unhealthy} unhealthy`;
  const startedAtMs = performance.now();
  const redraw = () => {
    if (performance.now() - startedAtMs < QUIET_FOR_MS) return;
    isDrawn = true;
    stderr.write(`\r\u001b[K${text()}`);
  };
  const timer = stderr.isTerminal
    ? setInterval(redraw, REDRAW_EVERY_MS)
    : total > LINES_ABOVE_APPLICATIONS
      ? setInterval(() => say({ stderr }, text()), LINE_EVERY_MS)
      : undefined;
  return {
    add: ({ status }) => {
      count.done += 1;
      if (status === 'unhealthy') count.unhealthy += 1;
    },
    stop: () => {
      clearInterval(timer);
      if (isDrawn) stderr.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}

/**
 * The statuses that count as failing (exit status 1), for each value of `--fail-on`.
 *
 * Degraded is a warning, undetermined is not knowing: neither includes the other.
 */
const COUNTS_AS_FAILING = {
  unhealthy: ['unhealthy'],
  degraded: ['unhealthy', 'degraded'],
  undetermined: ['unhealthy', 'undetermined'],
} as const satisfies Record<string, readonly CheckStatus[]>;

export type FailOn = keyof typeof COUNTS_AS_FAILING;

/** The values of `--fail-on`, the default first. */
export const FAIL_ON_VALUES = Object.keys(COUNTS_AS_FAILING) as readonly FailOn[] & string[];

/** Whether `check` exits with 1 because of an application with this status. */
export function countsAsFailing(status: CheckStatus, failOn: FailOn): boolean {
  const counted: readonly CheckStatus[] = COUNTS_AS_FAILING[failOn];
  return counted.includes(status);
}

/** What an exit status other than 1 does not show of degraded applications; null where there are none. */
export function hiddenLine({ degraded }: RunSummary, status: ExitStatus): string | null {
  if (degraded === 0 || status === EXIT_STATUS.failing) return null;
  const are = degraded === 1 ? '1 application is' : `${degraded} applications are`;
  return `${are} degraded, which exit status ${status} does not show; to exit with ${EXIT_STATUS.failing} instead, add --fail-on degraded`;
}

/** What the causes leave open that are distinguished by what was accepted before. */
const LEFT_OPEN: Partial<Readonly<Record<CauseId, string>>> = {
  'credentials-rejected': 'a rotated secret from a mistyped one',
  'client-unknown': 'a deleted application from a mistyped client id',
};

/** The same of a client that has a key in place of a secret. */
const LEFT_OPEN_OF_KEYS: typeof LEFT_OPEN = {
  ...LEFT_OPEN,
  'credentials-rejected': 'a key that was replaced at the provider from one that it never had',
};

/** What a check that remembers nothing cannot tell of these reports, and how it could; null where that is nothing. */
export function untoldLine({ reports }: RunReport): string | null {
  const texts = reports.flatMap(({ diagnosis, clientAuthentication }) => {
    const leftOpen = clientAuthentication === 'private_key_jwt' ? LEFT_OPEN_OF_KEYS : LEFT_OPEN;
    return (diagnosis && leftOpen[diagnosis.cause]) ?? [];
  });
  if (texts.length === 0) return null;
  const open = [...new Set(texts)].join(', nor ');
  return `check cannot tell ${open}: with --state FILE it remembers which credentials were accepted`;
}

/** The exit status of a check: 1 if anything counts as failing, else 3 if anything is undetermined. */
export function checkStatus(summary: RunSummary, failOn: FailOn): ExitStatus {
  if (COUNTS_AS_FAILING[failOn].some((status) => summary[status] > 0)) return EXIT_STATUS.failing;
  return summary.undetermined > 0 ? EXIT_STATUS.undetermined : EXIT_STATUS.ok;
}
