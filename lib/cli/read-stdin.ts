import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

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
