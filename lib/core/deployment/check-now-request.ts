// Before a check on demand: what was asked for, or one line that says what is wanted.

import { didYouMean } from '../config/nearest-names.ts';
import type { Result } from '../result.ts';

const WANTED = 'wanted is { "applications": ["NAME"] }, or {} for all';

/** Reads the input of the check-now function: the names of configured applications, all where none are given. */
export function readCheckNowRequest(
  input: unknown,
  configured: readonly string[],
): Result<readonly string[], string> {
  if (input === null || input === undefined) return { ok: true, value: configured };
  if (typeof input !== 'object' || Array.isArray(input)) {
    return { ok: false, issues: [`the input is no object; ${WANTED}`] };
  }
  const unknownKeys = Object.keys(input).filter((key) => key !== 'applications');
  if (unknownKeys.length > 0) {
    return { ok: false, issues: [`the input has keys of no known meaning; ${WANTED}`] };
  }
  const names: unknown = 'applications' in input ? input.applications : [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    return { ok: false, issues: [`\`applications\` is no list of names; ${WANTED}`] };
  }
  const issues = names
    .filter((name) => !configured.includes(name))
    .map((name) => {
      const shown = JSON.stringify(name.slice(0, 64));
      return `no application is named ${shown}${didYouMean(name, configured)}`;
    });
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, value: names.length === 0 ? configured : names };
}
