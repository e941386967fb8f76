// After parsing a configuration: keys that the format has, and that this version does nothing with yet.

import type { ConfigProblem } from './config-problems.ts';

/** A key that is not built yet; `*` stands for any name or index. */
export interface NotYet {
  readonly path: readonly string[];
  /** Only this value is not built yet; absent: the key at all. */
  readonly value?: unknown;
}

/** All keys that are not built yet: whoever builds one removes its line. */
export const NOT_AVAILABLE_YET: readonly NotYet[] = [
  { path: ['providers', '*', 'endpoints', 'revocation'] },
  { path: ['providers', '*', 'management'] },
  { path: ['providers', '*', 'rotationGraceSeconds'] },
  { path: ['providers', '*', 'credentialProbe'] },
  { path: ['applications', '*', 'maxSecretAgeDays'] },
  { path: ['applications', '*', 'previousSecretMustDie'] },
  { path: ['fanOut'] },
];

/**
 * The keys that somebody wrote and that nothing would come of, so that none is ignored in silence.
 *
 * Works on what was written, not on the parsed form, where defaults stand that nobody wrote.
 */
export function unavailableKeys(
  input: unknown,
  notYet: readonly NotYet[] = NOT_AVAILABLE_YET,
): readonly ConfigProblem[] {
  return notYet.flatMap(({ path, value }) =>
    found(input, path)
      .filter((hit) => value === undefined || hit.value === value)
      .map((hit) => ({
        path: hit.path,
        message: `${value === undefined ? '' : `is ${String(value)}, which `}is not available yet in this version of m2m-watch: remove it`,
        about: 'value' as const,
      })),
  );
}

interface Hit {
  readonly path: ConfigProblem['path'];
  readonly value: unknown;
}

function found(value: unknown, pattern: readonly string[], path: Hit['path'] = []): readonly Hit[] {
  const [wanted, ...rest] = pattern;
  if (wanted === undefined) return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => wanted === '*' || key === wanted)
    .flatMap(([key, inner]) =>
      found(inner, rest, [...path, Array.isArray(value) ? Number(key) : key]),
    );
}
