// Before the body of a token endpoint is shown: takes the tokens out of it by the names of their fields.

import { isJsonObject, parseJsonBody } from '../http/json-object.ts';

/** Fields whose values are worth stealing, whatever they look like; `token_type` is not one. */
const SECRET_FIELD = /token(?!_type)|secret|password|assertion|credential|\bkey\b|\bcode\b/i;

/** How much of a body is worth looking at for an excerpt of a few hundred characters. */
const MAX_SHOWN_LENGTH = 2048;

/**
 * A body of a token endpoint without the values of its secret fields, for an excerpt.
 *
 * A reply that is unusable as a token reply may still hold a token that works. Of a JSON object,
 * what is nested is not shown at all; of a text, `name=value` pairs and cut-off JSON are covered by
 * the cleaner that every excerpt goes through.
 */
export function describeTokenBody(body: string): string {
  const parsed = parseJsonBody(body);
  if (parsed.kind === 'not-json') return body;
  if (parsed.kind === 'not-object') return 'JSON that is no object';
  const fields = Object.entries(parsed.value)
    .slice(0, 20)
    .map(([name, value]) => [name, shownValue(name, value)] as const);
  return JSON.stringify(Object.fromEntries(fields));
}

function shownValue(name: string, value: unknown): unknown {
  if (SECRET_FIELD.test(name)) return `[${typeName(value)}]`;
  if (typeof value === 'string') return value.slice(0, MAX_SHOWN_LENGTH);
  return typeof value === 'object' && value !== null ? `[${typeName(value)}]` : value;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isJsonObject(value) ? 'object' : typeof value === 'string' ? 'text' : typeof value;
}
