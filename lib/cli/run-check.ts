import type { RunReport } from '../core/report/run-report.ts';
import type { CheckNow } from '../wiring/check.ts';
import { startProgress } from './check-progress.ts';
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
