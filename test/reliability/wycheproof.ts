// Reads the test vectors of Wycheproof that are kept in test/fixtures/wycheproof.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'wycheproof');

type Jwk = Readonly<Record<string, unknown>>;

/** One vector: what was signed and the signature, or a whole token; and whether it is valid. */
export interface Vector {
  readonly file: string;
  readonly id: number;
  /** `acceptable` may be either. */
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly key: Jwk;
  readonly of:
    | {
        readonly kind: 'signature';
        readonly algorithm: string;
        readonly message: Buffer;
        readonly signature: Buffer;
      }
    | { readonly kind: 'token'; readonly token: string };
}

interface Line {
  readonly algorithm?: string;
  readonly key: Jwk;
  readonly tests: readonly (readonly [
    id: number,
    result: Vector['result'],
    first: string,
    second?: string,
  ])[];
}

/** Every vector. */
export async function readVectors(): Promise<readonly Vector[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.jsonl')).toSorted();
  const files = await Promise.all(
    names.map(async (file) => {
      const lines = (await readFile(join(FOLDER, file), 'utf8')).trim().split('\n');
      return lines.map((line) => ({ file, line: JSON.parse(line) as Line }));
    }),
  );
  return files.flat().flatMap(({ file, line: { algorithm, key, tests } }) =>
    tests.map(([id, result, first, second]) => ({
      file,
      id,
      result,
      key,
      of:
        algorithm === undefined || second === undefined
          ? ({ kind: 'token', token: first } as const)
          : ({
              kind: 'signature',
              algorithm,
              message: Buffer.from(first, 'base64url'),
              signature: Buffer.from(second, 'base64url'),
            } as const),
    })),
  );
}
