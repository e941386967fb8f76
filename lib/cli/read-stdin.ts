// Reads standard input: a secret from a pipe, or a text that somebody pastes.
import type { Readable } from 'node:stream';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './command.ts';

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
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes ?? new Uint8Array());
  } catch {
    throw new UsageError('standard input is not UTF-8');
  }
}

/** More than any reply or token: a file this long was piped by mistake. */
const MAX_PASTE_BYTES = 1024 * 1024;

/**
 * What somebody pastes or pipes, up to the end of standard input; null if Ctrl-C ended it.
 *
 * At a terminal it first says what to paste and how to end. The paste is not shown, and may have
 * lines of any length: a terminal that edits lines itself takes 4,095 characters, or only 1,024.
 */
export async function readPaste(
  { stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>,
  what: string,
): Promise<string | null> {
  if (stdin.isTerminal) {
    stderr.write(`Paste ${what} (it is not shown), then press Ctrl-D:\n`);
    setRawMode(stdin.stream, true);
  }
  try {
    const bytes = await readBytes(stdin, MAX_PASTE_BYTES);
    return (
      bytes
        ?.toString('utf8')
        .replaceAll(END, '')
        .replace(/\r(?!\n)/g, '\n') ?? null
    );
  } finally {
    if (stdin.isTerminal) setRawMode(stdin.stream, false);
  }
}

/** Null if Ctrl-C ended it. */
async function readBytes(
  { stream, isTerminal }: CliIo['stdin'],
  atMostBytes: number,
): Promise<Buffer | null> {
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
    if (isTerminal && bytes.includes(INTERRUPT)) return null;
    if (isTerminal && bytes.includes(END)) break;
  }
  stream.pause();
  return Buffer.concat(chunks);
}

function setRawMode(stream: Readable, isRaw: boolean): void {
  if ('setRawMode' in stream && typeof stream.setRawMode === 'function') stream.setRawMode(isRaw);
}
