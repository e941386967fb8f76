// Asks questions at a terminal. Libraries for this lose answers that are pasted ahead of their question.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { escapeTerminal } from '../core/text/escape.ts';
import type { CliIo } from './cli-io.ts';
import { InterruptedError, UsageError } from './command.ts';

/** Questions to a person at a terminal, one after another. */
export interface Questions {
  /** Shows `prompt` and returns the line that is typed, without white space around it. */
  ask(prompt: string): Promise<string>;
  /** As `ask`, but what is typed or pasted is not shown. */
  askSecret(prompt: string): Promise<string>;
  /** Resets the terminal. */
  close(): void;
}

/** Whether there is somebody to ask: questions go to standard error, answers come from standard input. */
export function canAsk({ stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>): boolean {
  return stdin.isTerminal && stderr.isTerminal;
}

/**
 * Opens questions at the terminal; the caller must close them.
 *
 * One reader serves all questions, so that lines that are pasted at once answer several of them. What
 * is typed is shown only while its question is open, because a later line may be a secret. A question
 * throws an {@link InterruptedError} at Ctrl-C, and a {@link UsageError} if the input ends.
 */
export function openQuestions({ stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>): Questions {
  let isShown = false;
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      if (isShown) stderr.write(String(chunk));
      done();
    },
  });
  // Node's line editing needs to know the width.
  Object.defineProperty(output, 'columns', { get: () => stderr.columns ?? undefined });
  const reader = createInterface({
    input: stdin.stream,
    output,
    terminal: true,
    // Otherwise the arrow key would bring back a secret at the next question.
    historySize: 0,
  });
  const lines: string[] = [];
  let ended: Error | null = null;
  let wake = () => {};
  reader.on('line', (line) => {
    isShown = false;
    // What was pasted after a Ctrl-C is no answer.
    if (ended !== null) return;
    lines.push(line);
    wake();
  });
  const endWith = (error: Error) => {
    ended ??= error;
    // The next output starts on a line of its own.
    if (isShown) stderr.write('\n');
    isShown = false;
    wake();
  };
  reader.on('SIGINT', () => endWith(new InterruptedError('interrupted at a question')));
  reader.on('close', () =>
    endWith(new UsageError('the input ended before every question was answered')),
  );

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
      // Also draws what was typed ahead.
      reader.prompt(true);
      return nextLine();
    },
    askSecret: async (prompt) => {
      stderr.write(prompt);
      try {
        return await nextLine();
      } finally {
        // The line break that was typed is not shown.
        stderr.write('\n');
      }
    },
    close: () => reader.close(),
  };
}
