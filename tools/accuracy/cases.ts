// The real replies that the diagnosis is measured on: one JSON object a line, with what it should be named.

import { readdir, readFile } from 'node:fs/promises';
import { DIALECT_NAMES, type DialectName } from '../../lib/core/config/provider-types.ts';

/** An HTTP answer as a case holds it: header names in lower case, the body as JSON or as text. */
interface CaseAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One real reply, with the causes that are right for it. */
export interface AccuracyCase {
  readonly id: string;
  /** The type of provider that is configured. */
  readonly type: 'kinde' | 'oidc';
  /** The server that answered, where it is known; its dialect is configured where there is one. */
  readonly server?: string | null;
  /** What was wrong, by the columns of the table of dialects; absent where it is none of them. */
  readonly situation?: string;
  /** Any of these causes is right; `healthy` for none. */
  readonly wanted: readonly string[];
  readonly why: string;
  /** Where the text was seen. */
  readonly source: string;
  /** The answer of the token endpoint instead of a token. */
  readonly refusal?: CaseAnswer;
  /** The answer of the API to a genuine token. */
  readonly call?: CaseAnswer;
  /** The answer to the request for the discovery document. */
  readonly discovery?: CaseAnswer;
  /** Fields of the granted reply that are replaced; null leaves one out. */
  readonly reply?: Readonly<Record<string, unknown>>;
  /** The access token, where it is no JWT. */
  readonly opaque?: string;
  /** A token of a special kind. */
  readonly token?: 'graph-nonce' | 'exp-past';
  /** Whether the client signed an assertion, and used no secret. */
  readonly isSigned?: boolean;
  /** Parts of the application's configuration. */
  readonly application: Readonly<Record<string, unknown>>;
}

/** The dialect of the server that answered; null where it is not known, or has none. */
export function dialectOf({ server }: AccuracyCase): DialectName | null {
  const plain = (name: string) => name.replaceAll('-', '').toLowerCase();
  if (server === 'fosite') return 'hydra';
  return DIALECT_NAMES.find((name) => plain(name) === server?.toLowerCase()) ?? null;
}

const FOLDER = new URL('../../test/fixtures/cases/', import.meta.url);

/** Reads every case, in the order of files and lines. */
export async function readCases(): Promise<readonly AccuracyCase[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.jsonl')).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, FOLDER), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AccuracyCase),
  );
}
