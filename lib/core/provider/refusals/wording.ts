// Under the reading of refusals: what an entry of a provider's table of texts is, and how a text is looked up.

import type { RefusalReading, RefusalReason } from '../../evidence/readings.ts';

/** One text of a provider and what it means; the tables of these are all that is known of wordings. */
export interface Wording {
  /** Matched against the text; a group `named` catches the scope or audience. */
  readonly pattern: RegExp;
  readonly reason: RefusalReason;
  readonly basis: RefusalReading['basis'];
  /** Counts only beside one of these `error` codes; absent: beside any. */
  readonly codes?: readonly string[];
}

/** A text with the `error` code that it came with, in lower case; empty where there was none. */
export interface WordedRefusal {
  readonly text: string;
  readonly code: string;
}

/** Bounds a name caught from a text; longer ones cannot equal anything that was sent. */
const MAX_NAME_LENGTH = 500;

/** More than any text of a provider that is read; bounds the work on hostile ones. */
const MAX_TEXT_LENGTH = 4096;

/** What a refusal's text says for itself, the first entry that matches; null where none does. */
export function readWords(
  wordings: readonly Wording[],
  { text, code }: WordedRefusal,
): RefusalReading | null {
  const looked = text.slice(0, MAX_TEXT_LENGTH);
  for (const { pattern, reason, basis, codes } of wordings) {
    if (codes !== undefined && !codes.includes(code)) continue;
    const match = pattern.exec(looked);
    if (match === null) continue;
    const named = match.groups?.['named'] ?? null;
    return { reason, basis, named: named?.slice(0, MAX_NAME_LENGTH) ?? null };
  }
  return null;
}
