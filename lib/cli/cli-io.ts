import type { Readable } from 'node:stream';

/** Somewhere that a command writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in columns; null where it is not known. Read again before each drawing: windows change. */
  readonly columns: number | null;
  /** Height in lines; null where it is not known. */
  readonly rows: number | null;
}

/** Everything that a command has of the world around it, so that each can be run in a test. */
export interface CliIo {
  /** Results only. */
  readonly stdout: Output;
  /** All else: problems, progress, hints. */
  readonly stderr: Output;
  readonly stdin: { readonly stream: Readable; readonly isTerminal: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /**
   * Calls `listener` at the next Ctrl-C (SIGINT), once; returns how to stop listening.
   *
   * While nobody listens, Ctrl-C ends the process at once; so does a second one.
   */
  onInterrupt(listener: () => void): () => void;
  /** As {@link onInterrupt}, and at SIGTERM too, with which a machine or a container ends its services. */
  onEnd(listener: () => void): () => void;
}
