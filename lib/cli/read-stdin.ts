import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './exit-status.ts';

/**
 * All that standard input gives until its end, as text; at most `atMostBytes`.
 *
 * Throws a {@link UsageError} where it is longer, or no UTF-8; nothing of it is quoted.
 */
export async function readStdin(
  { stdin }: Pick<CliIo, 'stdin'>,
  atMostBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin.stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > atMostBytes) {
      throw new UsageError(`standard input is longer than ${atMostBytes} bytes`);
    }
    chunks.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UsageError('standard input is not UTF-8');
  }
}

/** More than any reply or token; a file that was piped by mistake is told by it. */
const MAX_LENGTH = 1024 * 1024;

/** What Ctrl-C and Ctrl-D send where the terminal does not act on them. */
const [INTERRUPT, END] = ['\u0003', '\u0004'];

/**
 * Reads standard input to its end; null where Ctrl-C ended it.
 *
 * At a terminal it says first what to paste and how to end. What is pasted there is not shown, and may
 * be of any length: a terminal that edits lines itself takes 4,095 characters in one, or as few as 1,024.
 */
export async function readPaste(
  { stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>,
  what: string,
): Promise<string | null> {
  const { stream, isTerminal } = stdin;
  if (!isTerminal) return readToEnd(stdin, what);
  stderr.write(`Paste ${what} (it is not shown), then press Ctrl-D:\n`);
  setRawMode(stream, true);
  try {
    return await readToEnd(stdin, what);
  } finally {
    setRawMode(stream, false);
  }
}

async function readToEnd(
  { stream, isTerminal }: CliIo['stdin'],
  what: string,
): Promise<string | null> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  // Left open, since a terminal is given back its mode afterwards.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const part = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    text += part;
    if (text.length > MAX_LENGTH) {
      throw new UsageError(`standard input holds more than 1 MiB: ${what} is wanted`);
    }
    if (isTerminal && part.includes(INTERRUPT)) return null;
    if (isTerminal && part.includes(END)) break;
  }
  stream.pause();
  return (text + decoder.end()).replaceAll(END, '').replace(/\r(?!\n)/g, '\n');
}

function setRawMode(stream: Readable, isRaw: boolean): void {
  if ('setRawMode' in stream && typeof stream.setRawMode === 'function') stream.setRawMode(isRaw);
}
