// Counts how many cases are named rightly: by confidence, by where they come from, by server and situation.

import type { Confidence } from '../../lib/core/causes/terms.ts';
import type { AccuracyCase } from './cases.ts';
import type { Measured } from './measure.ts';

/** Right and all of a group of cases. */
export interface Score {
  readonly right: number;
  readonly all: number;
}

/** The cases that wait for another change, each with the reason: they count as wrong, and fail no build. */
export const NOT_YET: Readonly<Record<string, string>> = {
  'k-zh-inactive': 'Chinese is not read',
  'k-zh-gone': 'Chinese is not read',
  'k-c-zh-expired': 'Chinese is not read',
  'k-c-es-none': 'Spanish is not read',
  'k-b-invoker': 'the client by a name of its own, "invoker"',
  'k-taboola-slash': 'a page about a CSRF token at a path with a slash too many',
  'k-c-d-atlassian-property': '"no property scope" is about a scope',
};

/** Scores the cases of each group, in the order in which groups come up. */
export function scoresBy<Key>(
  measured: readonly Measured[],
  keyOf: (one: Measured) => Key,
): ReadonlyMap<Key, Score> {
  const scores = new Map<Key, Score>();
  for (const one of measured) {
    const { right, all } = scores.get(keyOf(one)) ?? { right: 0, all: 0 };
    scores.set(keyOf(one), { right: right + Number(one.isRight), all: all + 1 });
  }
  return scores;
}

/** The confidence, or `healthy` where nothing failed. */
export function confidenceOf({ confidence }: Measured): Confidence | 'healthy' {
  return confidence ?? 'healthy';
}

/** Which part of a check a case is about. */
export function partOf({ refusal, call, discovery }: AccuracyCase): string {
  if (refusal !== undefined) return 'refused token requests';
  if (call !== undefined) return "APIs' answers";
  return discovery === undefined ? 'granted token replies' : 'discovery documents';
}
