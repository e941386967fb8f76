// Under the reading of pasted replies: the error that a text holds, as JSON or as programs print such objects.

import { type JsonObject, ownField, ownText, parseJsonBody } from '../http/json-object.ts';
import { findJsonObjects, nestedObjects } from './find-json.ts';

/** What a paste holds of a reply's body. */
export interface ErrorFields {
  /** The object that tells the error, as JSON. */
  readonly body: string;
  /** A status that stands beside it, as in a log of a library. */
  readonly status: number | null;
  /** Values of `WWW-Authenticate` that stand beside it. */
  readonly challenges: readonly string[];
}

/** The codes that a token endpoint answers with. RFC 6749 section 5.2, RFC 8707 section 2, and those of servers that are known. */
export const TOKEN_ERROR_CODES: ReadonlySet<string> = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_resource',
  'invalid_scope',
  'invalid_target',
  'unauthorized_client',
  'unsupported_grant_type',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'slow_down',
  'too_many_requests',
]);

/** The codes of a challenge that only an API sends. RFC 6750 section 3.1. */
export const CALL_ERROR_CODES: ReadonlySet<string> = new Set([
  'invalid_token',
  'insufficient_scope',
]);

/** The `error` code at the top of a body; empty where there is none. */
export function topErrorCode(body: string): string {
  return topText(body, 'error') ?? '';
}

/** A text at the top of a JSON body; null where there is none. */
export function topText(body: string, name: string): string | null {
  const parsed = parseJsonBody(body);
  return parsed.kind === 'object' ? ownText(parsed.value, name) : null;
}

/** The error that a text holds; null where it holds none. */
export function findErrorFields(text: string): ErrorFields | null {
  return errorInJson(text) ?? errorInPrintedObject(text) ?? errorByItsCode(text);
}

/** The object of the text that most looks like an error, and what stands beside it. */
function errorInJson(text: string): ErrorFields | null {
  const all = findJsonObjects(text).flatMap(nestedObjects);
  const ranked = all
    .map((nested) => ({ ...nested, rank: errorRank(nested.object) }))
    .filter(({ rank }) => rank > 0)
    // Of two alike the inner one: a log line wraps a reply, and no reply wraps a log line.
    .sort((one, other) => other.rank - one.rank || other.depth - one.depth);
  const [best] = ranked;
  if (best === undefined) return null;
  const objects = all.map(({ object }) => object);
  return {
    body: JSON.stringify(best.object),
    status: firstOf(objects, statusIn),
    challenges: objects.flatMap(challengesIn),
  };
}

function errorRank(object: JsonObject): number {
  const error = ownField(object, 'error');
  if (typeof error === 'string') {
    if (TOKEN_ERROR_CODES.has(error) || CALL_ERROR_CODES.has(error)) return 4;
    if (ownText(object, 'error_description') !== null) return 3;
  }
  const errors = ownField(object, 'errors');
  if (typeof errors === 'object' && errors !== null) return 2;
  const told = ['message', 'detail', 'title'].map((name) => ownText(object, name));
  return [error ?? null, ...told].some((part) => part !== null) ? 1 : 0;
}

function statusIn(object: JsonObject): number | null {
  const values = ['status', 'statusCode', 'status_code', 'http_status', 'httpStatus', 'code'].map(
    (name) => Number(ownText(object, name) ?? ownField(object, name)),
  );
  return values.find((value) => Number.isInteger(value) && value >= 400 && value <= 599) ?? null;
}

function challengesIn(object: JsonObject): readonly string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    name.toLowerCase() === 'www-authenticate' && typeof value === 'string' ? [value] : [],
  );
}

function firstOf(
  objects: readonly JsonObject[],
  read: (object: JsonObject) => number | null,
): number | null {
  for (const object of objects) {
    const value = read(object);
    if (value !== null) return value;
  }
  return null;
}

/** `error: 'invalid_client'` as JavaScript, Python and Ruby print it, `error=invalid_client` as a query has it. */
const PRINTED_ERROR = /\berror["']? ?(?::|=>|=) ?(["']?)([\w.-]{3,80})\1(?=[\s,;&})\]"']|$)/i;

const PRINTED_DESCRIPTION =
  /\berror_description["']? ?(?::|=>) ?(?:"((?:[^"\\]|\\.){1,2000})"|'((?:[^'\\]|\\.){1,2000})')/i;

const QUERY_DESCRIPTION = /\berror_description=([^&\s"'<>]{1,2000})/i;

function errorInPrintedObject(text: string): ErrorFields | null {
  const error = PRINTED_ERROR.exec(text)?.[2];
  if (error === undefined || !isKnownCode(error)) return null;
  const printed = PRINTED_DESCRIPTION.exec(text);
  const query = QUERY_DESCRIPTION.exec(text)?.[1];
  const description =
    (printed?.[1] ?? printed?.[2])?.replace(/\\(["'])/g, '$1') ??
    (query === undefined ? undefined : new URLSearchParams(`d=${query}`).get('d'));
  return bare(error, description ?? null);
}

/** `invalid_client (Client authentication failed)`, as libraries put it into a message. */
const BARE_CODE =
  /\b(invalid_(?:client|grant|request|resource|scope|target|token)|unauthorized_client|unsupported_grant_type|insufficient_scope|temporarily_unavailable)\b["']?(?:[:,]? +| *[([-] *|: ?)?([^\n]{0,2000})/;

function errorByItsCode(text: string): ErrorFields | null {
  const [, error, rest = ''] = BARE_CODE.exec(text) ?? [];
  if (error === undefined) return null;
  const description = rest.replace(/^[\s:("'[-]+|[\s"'\])}]+$/g, '');
  return bare(error, description === '' ? null : description);
}

function bare(error: string, description: string | null): ErrorFields {
  const fields = { error, ...(description === null ? {} : { error_description: description }) };
  return { body: JSON.stringify(fields), status: null, challenges: [] };
}

function isKnownCode(code: string): boolean {
  return TOKEN_ERROR_CODES.has(code) || CALL_ERROR_CODES.has(code);
}
