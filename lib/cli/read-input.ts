// Reads what a person types, pastes or pipes. Libraries for questions lose answers that are pasted ahead
// of their question.
import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
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

/** What Ctrl-C and Ctrl-D send to a program that reads the keys of its terminal itself. */
const [INTERRUPT, END] = ['\u0003', '\u0004'];

/**
 * Everything that standard input holds, as text.
 *
 * Throws a {@link UsageError} that quotes nothing if it is longer than `atMostBytes`, or not UTF-8.
 */
export async function readStdin(
  { stdin }: Pick<CliIo, 'stdin'>,
  atMostBytes: number,
): Promise<string> {
  const bytes = await readBytes(stdin, atMostBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError('standard input is not UTF-8');
  }
}

/** More than any reply or token: a file this long was piped by mistake. */
const MAX_PASTE_BYTES = 1024 * 1024;

/**
 * What somebody pastes or pipes, up to the end of standard input.
 *
 * At a terminal it first says what to paste and how to end. The paste is not shown, and may have
 * lines of any length: a terminal that edits lines itself takes 4,095 characters, or only 1,024.
 * Throws an {@link InterruptedError} at Ctrl-C.
 */
export async function readPaste(
  { stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>,
  what: string,
): Promise<string> {
  if (stdin.isTerminal) {
    stderr.write(`Paste ${what} (it is not shown), then press Ctrl-D:\n`);
    setRawMode(stdin.stream, true);
  }
  try {
    const bytes = await readBytes(stdin, MAX_PASTE_BYTES);
    return bytes
      .toString('utf8')
      .replaceAll(END, '')
      .replace(/\r(?!\n)/g, '\n');
  } finally {
    if (stdin.isTerminal) setRawMode(stdin.stream, false);
  }
}

async function readBytes(
  { stream, isTerminal }: CliIo['stdin'],
  atMostBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // The stream stays open, because the terminal's mode is reset afterwards.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > atMostBytes) {
      throw new UsageError(`standard input is longer than ${atMostBytes} bytes`);
    }
    chunks.push(bytes);
    if (isTerminal && bytes.includes(INTERRUPT))
      throw new InterruptedError('interrupted at a paste');
    if (isTerminal && bytes.includes(END)) break;
  }
  stream.pause();
  return Buffer.concat(chunks);
}

function setRawMode(stream: Readable, isRaw: boolean): void {
  if ('setRawMode' in stream && typeof stream.setRawMode === 'function') stream.setRawMode(isRaw);
}
