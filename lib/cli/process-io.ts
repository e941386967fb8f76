import type { WriteStream } from 'node:tty';
import type { CliIo, Output } from './cli-io.ts';

/** The world as the process has it. */
export function processIo(process: NodeJS.Process): CliIo {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    stdin: { stream: process.stdin, isTerminal: process.stdin.isTTY === true },
    environment: process.env,
    cwd: process.cwd(),
    onInterrupt: (listener) => {
      process.once('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}

/**
 * Columns and rows are undefined where the stream is no terminal, whatever its type says, and 0 at a
 * terminal that was not told its size.
 */
function outputOf(
  stream: Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>> & Pick<WriteStream, 'write'>,
): Output {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns || null;
    },
    get rows() {
      return stream.rows || null;
    },
  };
}
