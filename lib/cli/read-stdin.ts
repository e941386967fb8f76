import { StringDecoder } from 'node:string_decoder';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

/** More than any reply or token; a file that was piped by mistake is told by it. */
const MAX_BYTES = 1024 * 1024;

/** Reads standard input to its end; at a terminal it says first what to paste, and how to end. */
export async function readStdin(
  { stdin, stderr }: Pick<CliIo, 'stdin' | 'stderr'>,
  what: string,
): Promise<string> {
  if (stdin.isTerminal) {
    const end = process.platform === 'win32' ? 'Ctrl-Z and Enter' : 'Ctrl-D';
    stderr.write(`Paste ${what}, then press Enter and ${end}:\n`);
  }
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of stdin.stream) {
    text += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (text.length > MAX_BYTES) {
      throw new UsageError(`standard input holds more than 1 MiB: ${what} is wanted`);
    }
  }
  return text + decoder.end();
}
