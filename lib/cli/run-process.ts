import { EXIT_STATUS } from './exit-status.ts';
import { faultLines } from './fault-lines.ts';
import { processIo } from './process-io.ts';
import { runCli } from './run-cli.ts';

/**
 * Runs the command line of a process and ends it with the command's status.
 *
 * A reader that goes away (`| head`) is no fault, and does not change the status; a result that
 * cannot be written, such as on a full disk, is status 2.
 */
export async function runProcess(process: NodeJS.Process): Promise<void> {
  let unwritten: string | undefined;
  process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') unwritten = code;
  });
  process.stderr.on('error', () => {});
  const failWith = (fault: unknown) => {
    const lines = faultLines(fault, process.env).map((line) => `m2m-watch: ${line}\n`);
    process.stderr.write(lines.join(''));
    process.exit(EXIT_STATUS.misuse);
  };
  process.once('uncaughtException', failWith);
  process.once('unhandledRejection', failWith);

  const status = await runCli(process.argv.slice(2), processIo(process));
  await Promise.all([process.stdout, process.stderr].map(flushed));
  if (unwritten === undefined) process.exit(status);
  process.stderr.write(`m2m-watch: the result could not be written (${unwritten})\n`);
  process.exit(EXIT_STATUS.misuse);
}

/** Pipes are written to in the background on some systems; the end of the process would cut them. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
