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
    onInterrupt: (listener) => listenOnce(process, ['SIGINT'], listener),
    onEnd: (listener) => listenOnce(process, ['SIGINT', 'SIGTERM'], listener),
  };
}

/** A service manager may send one signal to each process of a group, and its parents pass it on. */
const SAME_SIGNAL_MS = 1000;

/** After the first signal none is listened to, but for a moment in which a copy of it may come. */
function listenOnce(
  process: NodeJS.Process,
  signals: readonly NodeJS.Signals[],
  listener: () => void,
): () => void {
  const ignore = () => {};
  const stop = () => {
    for (const signal of signals) process.off(signal, hear);
  };
  const hear = (signal: NodeJS.Signals) => {
    stop();
    // Two of Ctrl-C are two wishes; nobody types the other.
    if (signal === 'SIGTERM') {
      process.on(signal, ignore);
      setTimeout(() => process.off(signal, ignore), SAME_SIGNAL_MS).unref();
    }
    listener();
  };
  for (const signal of signals) process.on(signal, hear);
  return stop;
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
