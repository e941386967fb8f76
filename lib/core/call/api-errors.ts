// Before an API's refusal is read: the errors that its JSON body lists, in the shapes that APIs use.

import type { ApiError } from '../evidence/readings.ts';
import {
  isJsonObject,
  type JsonObject,
  ownField,
  ownText,
  parseJsonBody,
} from '../http/json-object.ts';

const MAX_ERRORS = 10;

/**
 * The errors that a body names, as they came; total, at most ten.
 *
 * Understood: Kinde's `errors` as an array or as one object, OAuth's `error` with
 * `error_description`, `error` as an object, `code` with `message`, `message` alone, and the `title`
 * and `detail` of RFC 9457.
 */
export function apiErrors(body: string): readonly ApiError[] {
  const parsed = parseJsonBody(body);
  if (parsed.kind !== 'object') return [];
  const listed = ownField(parsed.value, 'errors');
  const items = Array.isArray(listed) ? listed.slice(0, MAX_ERRORS) : [listed];
  return [
    ...items.map(listedError),
    errorOf(ownField(parsed.value, 'error')),
    errorOf(parsed.value),
  ]
    .filter((error) => error !== null)
    .slice(0, MAX_ERRORS);
}

function listedError(item: unknown): ApiError | null {
  return typeof item === 'string' && item !== '' ? { code: null, message: item } : errorOf(item);
}

function errorOf(item: unknown): ApiError | null {
  if (!isJsonObject(item)) return null;
  const code = codeOf(item);
  const message =
    ownText(item, 'message') ??
    ownText(item, 'error_description') ??
    ownText(item, 'detail') ??
    ownText(item, 'title');
  return code === null && message === null ? null : { code, message };
}

function codeOf(item: JsonObject): string | null {
  const code = ownField(item, 'code') ?? ownField(item, 'error');
  return typeof code === 'number'
    ? String(code)
    : typeof code === 'string' && code !== ''
      ? code
      : null;
}
