import { readdirSync, readFileSync } from 'node:fs';

/** A recorded reply of a token endpoint, and how it must be read. */
export interface ReplyFixture {
  /** Where it comes from. */
  readonly source: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly reason: string;
  readonly basis: string;
  readonly named: string | null;
  /** Why it must be read like this. */
  readonly why: string;
}

const FOLDER = new URL('../fixtures/replies/', import.meta.url);

/** The names of all fixtures; each begins with the name of its server. */
export const REPLY_FIXTURE_NAMES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .toSorted();

/** Reads one of {@link REPLY_FIXTURE_NAMES}. */
export function replyFixture(name: string): ReplyFixture {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as ReplyFixture;
}
