// How the value of a claim differs from the one expected: which element it lacks, or which member is another.

import { isJsonObject } from '../http/json-object.ts';
import { equalJson, scopesOf } from './claim-values.ts';

/** One way in which a value is not as expected, there where it differs. */
export interface ClaimDifference {
  /** Names of members and positions in lists that lead there from the claim. */
  readonly path: readonly string[];
  readonly expected: unknown;
  /** Undefined where there is none. */
  readonly actual: unknown;
  /** Of two lists or objects the elements, or names of members, that only one of them has. */
  readonly elements?: DifferentElements;
}

/** What a list lacks, and what is not expected in it; where there is neither, the order differs. */
export interface DifferentElements {
  readonly lacking: readonly unknown[];
  readonly surplus: readonly unknown[];
}

/** More differences within one claim than a person reads. */
const MAX_DIFFERENCES = 20;

/**
 * Compares the value of a claim with the expected one; total, and empty where it fits.
 *
 * A list fits if it contains the expected value, or all of an expected list in any order; a single
 * value is a list of one. `{ equals: … }` expects exactly what it holds, and so does an empty list.
 * Where `isWords` says that the claim lists words in one text, as `scope` does, both are read so.
 */
export function findDifferences(
  expected: unknown,
  actual: unknown,
  isWords: boolean,
): readonly ClaimDifference[] {
  const exact = exactValue(expected);
  if (exact !== undefined) return exactDifferences(exact, actual, []).slice(0, MAX_DIFFERENCES);
  const [wanted, held] =
    isWords && actual !== undefined
      ? [scopesOf(expected) ?? expected, scopesOf(actual) ?? actual]
      : [expected, actual];
  const isEmpty = Array.isArray(wanted) && wanted.length === 0;
  const isList = Array.isArray(held) || (Array.isArray(wanted) && isPlain(held));
  if (isEmpty || !isList) return exactDifferences(wanted, held, []).slice(0, MAX_DIFFERENCES);
  const lacking = without(listOf(wanted), listOf(held));
  return lacking.length === 0
    ? []
    : [{ path: [], expected, actual, elements: { lacking, surplus: [] } }];
}

/** What `{ equals: … }` holds; undefined for anything else. */
function exactValue(expected: unknown): unknown {
  return isJsonObject(expected) && Object.keys(expected).join() === 'equals'
    ? expected['equals']
    : undefined;
}

function exactDifferences(
  expected: unknown,
  actual: unknown,
  path: readonly string[],
): readonly ClaimDifference[] {
  if (equalJson(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual))
    return listDifferences(expected, actual, path);
  if (!isJsonObject(expected) || !isJsonObject(actual)) return [{ path, expected, actual }];
  const surplus = Object.keys(actual).filter((name) => !Object.hasOwn(expected, name));
  return [
    ...Object.entries(expected).flatMap(([name, value]) =>
      exactDifferences(value, Object.hasOwn(actual, name) ? actual[name] : undefined, [
        ...path,
        name,
      ]),
    ),
    ...(surplus.length === 0
      ? []
      : [{ path, expected, actual, elements: { lacking: [], surplus } }]),
  ];
}

function listDifferences(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: readonly string[],
): readonly ClaimDifference[] {
  const lacking = without(expected, actual);
  const surplus = without(actual, expected);
  const [lacks] = lacking;
  const [has] = surplus;
  // One element that was changed within: what differs in it says more than the whole of it.
  const isOneChanged =
    lacking.length === 1 && surplus.length === 1 && isJsonObject(lacks) && isJsonObject(has);
  if (!isOneChanged) return [{ path, expected, actual, elements: { lacking, surplus } }];
  return exactDifferences(lacks, has, [...path, String(expected.indexOf(lacks))]);
}

/** The elements of one list that have no equal in the other, each of which counts once. */
function without(list: readonly unknown[], other: readonly unknown[]): readonly unknown[] {
  const rest = [...other];
  return list.filter((element) => {
    const at = rest.findIndex((candidate) => equalJson(element, candidate));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
