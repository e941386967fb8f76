import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import type { CliIo } from './cli-io.ts';
import { InterruptedError, UsageError } from './exit-status.ts';

/** Asks a person at a terminal, one question after another. */
export interface Questions {
  /** Shows `prompt` and gives the line that is typed, without white space around it. */
  ask(prompt: string): Promise<string>;
  /** As `ask`, and nothing of what is typed or pasted is shown. */
  askSecret(prompt: string): Promise<string>;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** Whether there is somebody to ask: questions are read from standard input, and shown on standard error. */
export function canAsk({ stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>): boolean {
  return stdin.isTerminal && stderr.isTerminal;
}

/**
 * Opens questions at the terminal; to be closed in every case.
 *
 * One reader serves all questions, so that several lines pasted at once answer several questions;
 * what is typed is shown only while a question for it stands open, since a secret may be among them.
 * A question ends in an {@link InterruptedError} at Ctrl-C, and in a {@link UsageError} where the input ends.
 */
export function openQuestions({ stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>): Questions {
  let isShown = false;
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      if (isShown) stderr.write(String(chunk));
      done();
    },
  });
  // Node's own line editing draws within so many columns.
  Object.defineProperty(output, 'columns', { get: () => stderr.columns ?? undefined });
  const reader = createInterface({
    input: stdin.stream,
    output,
    terminal: true,
    // A secret would otherwise come back with the arrow key at the next question.
    historySize: 0,
  });
  const lines: string[] = [];
  let ended: Error | null = null;
  let wake = () => {};
  reader.on('line', (line) => {
    isShown = false;
    // What was pasted behind a Ctrl-C is no answer.
    if (ended !== null) return;
    lines.push(line);
    wake();
  });
  const endWith = (error: Error) => {
    ended ??= error;
    // What comes next begins on a line of its own.
    if (isShown) stderr.write('\n');
    isShown = false;
    wake();
  };
  reader.on('SIGINT', () => endWith(new InterruptedError('interrupted at a question')));
  reader.on('close', () => endWith(new UsageError('the input ended before all was answered')));

  const nextLine = async (): Promise<string> => {
    while (lines.length === 0) {
      if (ended !== null) throw ended;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    return lines.shift()?.trim() ?? '';
  };
  return {
    ask: async (prompt) => {
      if (lines.length > 0) {
        const answer = await nextLine();
        stderr.write(`${prompt}${escapeTerminal(answer)}\n`);
        return answer;
      }
      isShown = true;
      reader.setPrompt(prompt);
      // Draws what was typed ahead, too.
      reader.prompt(true);
      return nextLine();
    },
    askSecret: async (prompt) => {
      stderr.write(prompt);
      try {
        return await nextLine();
      } finally {
        // The line break that was typed is not shown either.
        stderr.write('\n');
      }
    },
    close: () => reader.close(),
  };
}
