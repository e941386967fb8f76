// Finds the JSON objects in a text, however often they were escaped.

import { isJsonObject, type JsonObject } from '../http/json-object.ts';

/** More objects than any paste has that a person looks at. */
const MAX_OBJECTS = 50;

/** Bounds the work on a text with nothing but opening brackets. */
const MAX_TRIES = 100;

/** Longer than any reply of a token endpoint, or the error of an API. */
const MAX_OBJECT_LENGTH = 64 * 1024;

/** A log line holds JSON in JSON in JSON at most. */
const MAX_ESCAPED = 3;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The JSON objects that a text holds at its top level, in order; total.
 *
 * Where there is none, the text is taken for one that was escaped, as in a line of a log, and looked
 * at again.
 */
export function findJsonObjects(text: string): readonly JsonObject[] {
  let looked = text;
  for (let escaped = 0; escaped <= MAX_ESCAPED; escaped += 1) {
    const found = objectsIn(looked);
    if (found.length > 0 || !looked.includes('\\"')) return found;
    looked = unescapedOnce(looked);
  }
  return [];
}

/** An object inside another, with how deep it stands; those in texts that hold JSON count too. */
export interface NestedObject {
  readonly object: JsonObject;
  readonly depth: number;
}

const MAX_DEPTH = 8;

/** The objects that a text holds, each followed by all objects below it. */
export function findAllObjects(text: string): readonly NestedObject[] {
  return findJsonObjects(text).flatMap(nestedObjects);
}

/** An object and all objects below it, bounded in number and depth. */
function nestedObjects(root: JsonObject): readonly NestedObject[] {
  const all: NestedObject[] = [];
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (const { value, depth } of open) {
    if (all.length >= MAX_OBJECTS || depth > MAX_DEPTH) break;
    if (typeof value === 'string') {
      if (!value.includes('{')) continue;
      open.push(...findJsonObjects(value).map((inner) => ({ value: inner, depth: depth + 1 })));
    } else if (typeof value === 'object' && value !== null) {
      if (isJsonObject(value)) all.push({ object: value, depth });
      open.push(...Object.values(value).map((inner) => ({ value: inner, depth: depth + 1 })));
    }
  }
  return all;
}

function objectsIn(text: string): readonly JsonObject[] {
  const found: JsonObject[] = [];
  let at = text.indexOf('{');
  for (let tries = 0; at >= 0 && tries < MAX_TRIES && found.length < MAX_OBJECTS; tries += 1) {
    const end = endOfObject(text, at);
    const object = end === null ? null : parsedObject(text.slice(at, end));
    if (object !== null) found.push(object);
    at = text.indexOf('{', object === null || end === null ? at + 1 : end);
  }
  return found;
}

/** Where the bracket that opens at `from` is closed again; null where it is not. */
function endOfObject(text: string, from: number): number | null {
  let depth = 0;
  let isInText = false;
  const end = Math.min(text.length, from + MAX_OBJECT_LENGTH);
  for (let at = from; at < end; at += 1) {
    const character = text[at];
    if (isInText) {
      if (character === '\\') at += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

function parsedObject(text: string): JsonObject | null {
  try {
    // What begins with a bracket is an object, or no JSON.
    return JSON.parse(text) as JsonObject;
  } catch {
    // A terminal wraps long lines, and what is copied from it has line breaks in the middle of texts.
    return text.includes('\n') ? parsedObject(text.replace(/\r?\n/g, '')) : null;
  }
}

function unescapedOnce(text: string): string {
  return text.replace(/\\(["\\/nrt])/g, (_, escaped: string) => SHORT_ESCAPES[escaped] ?? escaped);
}
