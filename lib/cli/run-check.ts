import type { CheckReport } from '../core/report/check-report.ts';
import type { RunReport } from '../core/report/run-report.ts';
import type { CheckNow } from '../wiring/check.ts';
import type { CliIo } from './cli-io.ts';

/** What is checked: all that a check needs but what the command line does by itself. */
export type CheckSetup = Required<
  Pick<CheckNow, 'config' | 'baseDirectory' | 'environment' | 'applications'>
>;

/** Checks with progress on standard error; Ctrl-C ends it with what is known. */
export async function runCheck(
  setup: CheckSetup,
  io: CliIo,
): Promise<{ readonly report: RunReport; readonly isInterrupted: boolean }> {
  // Loaded here, so that help and mistakes are answered without the HTTP and token libraries.
  const { checkNow } = await import('../wiring/check.ts');
  const ended = new AbortController();
  const progress = startProgress(io, setup.applications.length);
  const stopListening = io.onInterrupt(() => {
    progress.stop();
    io.stderr.write('m2m-watch: ending with what is known; Ctrl-C again ends at once\n');
    ended.abort();
  });
  try {
    const { signal } = ended;
    const report = await checkNow({ ...setup, signal, onReport: progress.report });
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

/** Tells how far a run is; `stop` takes away what is still on the screen. */
export interface CheckProgress {
  report(report: CheckReport): void;
  stop(): void;
}

/**
 * Shows the progress of a long run on standard error, and nothing of a short one.
 *
 * A terminal has one line that is drawn again, from one second on; elsewhere a plain line comes every
 * ten seconds where there are more than 50 applications.
 */
export function startProgress({ stderr }: Pick<CliIo, 'stderr'>, total: number): CheckProgress {
  let done = 0;
  let unhealthy = 0;
  let isDrawn = false;
  const text = () => `checked ${done} of ${total}, ${unhealthy} unhealthy`;
  const draw = () => {
    isDrawn = true;
    stderr.write(`\r\u001b[K${text()}`);
  };
  const startedAtMs = performance.now();
  const timer = stderr.isTerminal
    ? setInterval(() => {
        if (performance.now() - startedAtMs >= QUIET_FOR_MS) draw();
      }, REDRAW_EVERY_MS)
    : total > LINES_ABOVE_APPLICATIONS
      ? setInterval(() => stderr.write(`m2m-watch: ${text()}\n`), LINE_EVERY_MS)
      : undefined;
  return {
    report: ({ status }) => {
      done += 1;
      if (status === 'unhealthy') unhealthy += 1;
    },
    stop: () => {
      clearInterval(timer);
      if (isDrawn) stderr.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}
