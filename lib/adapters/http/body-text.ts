import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type ZlibOptions,
} from 'node:zlib';
import type { BodyProblem } from '../../core/http/http-exchange.ts';

/** How much of a body is read, before and after decompression. */
export const MAX_BODY_BYTES = 256 * 1024;

/** Nobody applies more codings to one body, and each costs another decompression. */
const MAX_CODINGS = 3;

/** A body as received. */
export interface RawBody {
  readonly bytes: Buffer;
  /** Values of `content-encoding`, in the order in which they came. */
  readonly contentEncoding: readonly string[];
  /** What cut the body short; null for a complete one. */
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
 * Requests ask for no coding, but some edges compress all the same. A body that was cut short is
 * decoded as far as it goes and keeps its first problem. RFC 9110 section 8.4.
 */
export async function bodyText(raw: RawBody): Promise<BodyText> {
  let { bytes, problem }: { bytes: Buffer; problem: BodyProblem | null } = raw;
  const codings = bytes.length === 0 ? [] : codingsOf(raw.contentEncoding);
  for (const coding of codings.toReversed()) {
    const makeDecoder = codings.length > MAX_CODINGS ? undefined : DECODERS.get(coding);
    if (makeDecoder === undefined) return { body: '', bodyProblem: problem ?? 'undecodable' };
    const decoded = await decodeBounded(makeDecoder(bytes, problem === null), bytes);
    bytes = decoded.bytes;
    problem ??= decoded.problem;
  }
  return textOf(bytes, problem);
}

function codingsOf(contentEncoding: readonly string[]): readonly string[] {
  return contentEncoding
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/** Makes a decoder of one coding; a body that was cut short is decoded without an error at its end. */
type MakeDecoder = (bytes: Buffer, isComplete: boolean) => Transform;

const gunzip: MakeDecoder = (_, isComplete) => createGunzip(zlibOptions(isComplete));

const DECODERS: ReadonlyMap<string, MakeDecoder> = new Map<string, MakeDecoder>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  [
    'deflate',
    // The coding is zlib's format; some servers send the raw data. RFC 9110 section 8.4.1.2.
    (bytes, isComplete) =>
      (hasZlibHeader(bytes) ? createInflate : createInflateRaw)(zlibOptions(isComplete)),
  ],
  [
    'br',
    (_, isComplete) =>
      createBrotliDecompress({
        finishFlush: isComplete
          ? constants.BROTLI_OPERATION_FINISH
          : constants.BROTLI_OPERATION_FLUSH,
      }),
  ],
]);

function zlibOptions(isComplete: boolean): ZlibOptions {
  return { finishFlush: isComplete ? constants.Z_FINISH : constants.Z_SYNC_FLUSH };
}

function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

interface Decoded {
  readonly bytes: Buffer;
  readonly problem: 'too-large' | 'undecodable' | 'cut-off' | null;
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
    // zlib's own code for data that is valid as far as it goes.
    decoder.on('error', (error) =>
      finish('code' in error && error.code === 'Z_BUF_ERROR' ? 'cut-off' : 'undecodable'),
    );
    decoder.end(bytes);
  });
}

function textOf(bytes: Buffer, problem: BodyProblem | null): BodyText {
  const isText = isUtf8(bytes);
  // A body that was cut short may end in half a character: as a stream, it is left out.
  const body = new TextDecoder().decode(bytes, { stream: !isText && problem !== null });
  return { body, bodyProblem: isText ? problem : (problem ?? 'not-utf8') };
}
