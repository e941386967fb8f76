// Words what the schema refuses: what was given, and what is expected.

import type * as z from 'zod';
import { isSecretName } from '../text/secret-shapes.ts';
import { type ConfigProblem, valueProblem } from './config-problems.ts';
import { schemaNodesAt } from './json-schema.ts';
import { didYouMean } from './nearest-names.ts';
import { quoted } from './quoting.ts';
import { NO_PLACE_FOR_A_KEY, NO_PLACE_FOR_A_SECRET } from './secret-source.ts';

type Issue = z.core.$ZodIssue;
type Path = ConfigProblem['path'];

const WANTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
};

/** The words for an issue that its schema has none of its own for; values are never quoted. */
export const wordsOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = WANTED[issue.expected] ?? 'another value';
      if (issue.input === undefined) return `is missing: write ${wanted}`;
      if (issue.input === null) return `is null: write ${wanted}, or remove the line`;
      return `must be ${wanted}, and is ${kindOf(issue.input)}`;
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (issue.input === undefined) return `is missing: write one of ${values.join(', ')}`;
      const near = typeof issue.input === 'string' ? didYouMean(issue.input, values) : '';
      return `must be one of ${values.join(', ')}${near}`;
    }
    case 'too_small':
      return `must be ${issue.minimum} or more`;
    case 'too_big':
      return `must be ${issue.maximum} or less`;
    default:
      return 'is not valid';
  }
};

/** The problems that an issue of the schema stands for. */
export function problemsOf(issue: Issue, above: Path = []): readonly ConfigProblem[] {
  const path = [
    ...above,
    ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)),
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      // Every JWK has this member. RFC 7517 section 4.1.
      return issue.keys.includes('kty')
        ? [valueProblem(path, `is a key itself; ${NO_PLACE_FOR_A_KEY}`)]
        : issue.keys.map((key) => unknownKey([...path, key]));
    case 'invalid_key':
      return [keyProblem(path, issue.issues[0]?.message ?? issue.message)];
    case 'invalid_union': {
      const nearest = issue.errors.find((issues) => issues.every((inner) => !misses(inner)));
      return nearest === undefined
        ? [valueProblem(path, issue.message)]
        : nearest.flatMap((inner) => problemsOf(inner, path));
    }
    default:
      return [valueProblem(path, issue.message)];
  }
}

/** The problem of a key that the schema does not know. */
export function unknownKey(path: Path): ConfigProblem {
  const key = String(path.at(-1));
  const known = schemaNodesAt(path.slice(0, -1)).flatMap(({ properties = {} }) =>
    Object.keys(properties),
  );
  const near = didYouMean(key, known);
  const holdsSecret =
    isSecretName(key) && !known.includes('clientSecret') && !near.includes('`privateKey`');
  const isJoined = key.includes(':') ? ': write a space after its colon' : '';
  const advice = holdsSecret ? `; ${NO_PLACE_FOR_A_SECRET}` : near || isJoined;
  return { path, message: `unknown key ${quoted(key)}${advice}`, about: 'key' };
}

/** The problem of a key that has nothing behind its colon. */
export function emptyValue(path: Path): ConfigProblem {
  const nullMeansNone = schemaNodesAt(path).some(({ type }) => type === 'null');
  const advice = nullMeansNone ? 'write null for none' : 'write a value';
  return valueProblem(path, `is empty: ${advice}, or remove the line`);
}

/** What a value is, for a message; never the value itself. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'string' ? 'text' : 'a block of keys';
}

function keyProblem(path: Path, message: string): ConfigProblem {
  return { path, message: `the key ${quoted(String(path.at(-1)))} ${message}`, about: 'key' };
}

/** Whether a shape of a union is not the one that was meant: the value is of another kind. */
function misses(issue: Issue): boolean {
  const ofAnotherKind = ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code);
  return ofAnotherKind && issue.path.length === 0;
}
