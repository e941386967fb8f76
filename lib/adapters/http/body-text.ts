import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
} from 'node:zlib';
import type { BodyProblem } from '../../core/http/http-exchange.ts';

/** How much of a body is read, before and after decompression. */
export const MAX_BODY_BYTES = 256 * 1024;

/** More codings than anybody applies to one body; each costs another decompression. */
const MAX_CODINGS = 3;

/** A body as it came over the wire. */
export interface RawBody {
  readonly bytes: Buffer;
  /** Values of `content-encoding`, in the order in which they came. */
  readonly contentEncoding: readonly string[];
  /** What cut the body short while it was read; null where all of it came. */
  readonly problem: 'too-large' | 'timed-out' | 'cut-off' | null;
}

/** A body as text, with what is wrong with it. */
export interface BodyText {
  readonly body: string;
  readonly bodyProblem: BodyProblem | null;
}

/**
 * Undoes the content codings and reads the bytes as UTF-8, both within {@link MAX_BODY_BYTES}.
 *
 * Codings were not asked for and are undone nevertheless: some edges compress whatever is asked.
 * What was cut short is decoded as far as it goes and keeps its first problem. RFC 9110 section 8.4.
 */
export async function bodyText(raw: RawBody): Promise<BodyText> {
  const codings = codingsOf(raw.contentEncoding);
  let { bytes, problem }: { bytes: Buffer; problem: BodyProblem | null } = raw;
  if (bytes.length > 0) {
    if (codings.length > MAX_CODINGS) return { body: '', bodyProblem: problem ?? 'undecodable' };
    for (const coding of codings.reverse()) {
      const decoder = decoderOf({ coding, bytes, isComplete: problem === null });
      if (decoder === null) return { body: '', bodyProblem: problem ?? 'undecodable' };
      const decoded = await decodeBounded(decoder, bytes);
      bytes = decoded.bytes;
      problem ??= decoded.problem;
    }
  }
  return textOf(bytes, problem);
}

function codingsOf(contentEncoding: readonly string[]): string[] {
  return contentEncoding
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

interface Coded {
  readonly coding: string;
  readonly bytes: Buffer;
  /** False where the body was cut short: then the end of the data is no fault of its own. */
  readonly isComplete: boolean;
}

function decoderOf({ coding, bytes, isComplete }: Coded): Transform | null {
  const zlib = { finishFlush: isComplete ? constants.Z_FINISH : constants.Z_SYNC_FLUSH };
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(zlib);
    case 'deflate':
      // Meant is zlib's format; some servers send the bare data. RFC 9110 section 8.4.1.2.
      return hasZlibHeader(bytes) ? createInflate(zlib) : createInflateRaw(zlib);
    case 'br':
      return createBrotliDecompress({
        finishFlush: isComplete
          ? constants.BROTLI_OPERATION_FINISH
          : constants.BROTLI_OPERATION_FLUSH,
      });
    default:
      return null;
  }
}

function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

interface Decoded {
  readonly bytes: Buffer;
  readonly problem: 'too-large' | 'undecodable' | null;
}

/** Decompresses until the limit, where it stops: a small body may hold gigabytes. */
function decodeBounded(decoder: Transform, bytes: Buffer): Promise<Decoded> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (problem: Decoded['problem']) => {
      decoder.destroy();
      resolve({ bytes: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES), problem });
    };
    decoder.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_BODY_BYTES) finish('too-large');
    });
    decoder.on('end', () => finish(null));
    decoder.on('error', () => finish('undecodable'));
    decoder.end(bytes);
  });
}

function textOf(bytes: Buffer, problem: BodyProblem | null): BodyText {
  if (isUtf8(bytes)) {
    return { body: new TextDecoder().decode(bytes), bodyProblem: problem };
  }
  // In a body that was cut short the last character may be half: as a stream, it is left out.
  const body = new TextDecoder().decode(bytes, { stream: problem !== null });
  return { body, bodyProblem: problem ?? 'not-utf8' };
}
