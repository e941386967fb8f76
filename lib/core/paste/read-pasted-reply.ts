// Reads a paste as a reply as far as it is one, and its error in whatever form it was printed.

import type { HttpReply } from '../http/http-exchange.ts';
import { isJsonObject, type JsonObject, ownField, ownText } from '../http/json-object.ts';
import { oidc } from '../provider/oidc.ts';
import { readWords } from '../provider/refusal-text.ts';
import { findAllObjects } from './find-json.ts';
import type { AnswerFrom } from './judge-reply.ts';
import { type PastedLines, sortPastedLines } from './pasted-lines.ts';
import {
  findNoAnswer,
  isKnownCode,
  type NoAnswer,
  statusInWords,
  topText,
} from './pasted-words.ts';

/** A reply as far as a paste holds one. */
export interface PastedReply {
  readonly kind: 'reply';
  /** Null where the paste does not say. */
  readonly status: number | null;
  readonly headers: HttpReply['headers'];
  readonly body: string;
  /** Null where the paste does not show where the request went. */
  readonly from: AnswerFrom | null;
}

/** What a paste is that is no reply. */
export type NoReply =
  | 'empty'
  | 'token'
  | 'address'
  /** A token reply with a token in it. */
  | 'granted'
  /** A request without its reply. */
  | 'request'
  /** No word, code or status of a reply that is known. */
  | 'unknown';

/** What reading a paste gives. */
export type PasteRead =
  | PastedReply
  | ({ readonly kind: 'no-answer'; readonly from: AnswerFrom | null } & NoAnswer)
  | { readonly kind: 'no-reply'; readonly what: NoReply };

/** More than any reply that a person looks at; the rest of a longer paste is not read. */
export const MAX_PASTE_LENGTH = 64 * 1024;

/** More lines than a message has before its stack trace. */
const MAX_LINES = 30;

const LONE_TOKEN =
  /^["'`]?(?:(?:authorization: *)?bearer +)?ey[JA][\w-]{8,}(?:\.[\w-]*){1,4}["'`]?$/i;

/** An address that a reply redirected to may hold its error. RFC 6749 section 4.1.2.1 */
const LONE_ADDRESS = /^["'<]?https?:\/\/(?!\S*[?&]error=)\S+$/i;

/**
 * Reads what somebody pasted; total, and nothing in it is believed but what it says of the failure.
 *
 * Understood are what `curl -i` and `curl -v` print, a body alone, a challenge alone, a line of a log
 * with JSON in it (escaped or not), an object as a program prints it, a page, and the message of a
 * request that got no answer. Lines of a request are looked at for where it went, and dropped.
 */
export function readPastedReply(pasted: string): PasteRead {
  const text = pasted.slice(0, MAX_PASTE_LENGTH).trim();
  // Tokens and addresses are wrapped where they are copied from.
  const unwrapped = text
    .split('\n')
    .map((line) => line.trim())
    .join('');
  const isLone = (pattern: RegExp) => pattern.test(unwrapped);
  if (text === '') return { kind: 'no-reply', what: 'empty' };
  if (isLone(LONE_TOKEN)) return { kind: 'no-reply', what: 'token' };
  if (isLone(LONE_ADDRESS)) return { kind: 'no-reply', what: 'address' };

  const archived = archivedReply(text);
  if (archived !== null) return archived;
  const lines = sortPastedLines(text);
  const from = sentTo(lines);
  if (lines.status === null) {
    const isReply = Object.keys(lines.headers).length > 0 || findErrorFields(lines.body) !== null;
    const noAnswer = isReply ? null : findNoAnswer(`${lines.body}\n${lines.notes}`);
    if (noAnswer !== null) return { kind: 'no-answer', from, ...noAnswer };
  }
  return readReply(lines, from);
}

/** The last failed reply of an HTTP Archive, as browsers export it; null where a text is none. HAR 1.2 */
function archivedReply(text: string): PastedReply | null {
  if (!/"response"\s*:/.test(text)) return null;
  const replies = findAllObjects(text).flatMap(({ object }) => entryOf(object) ?? []);
  return replies.findLast(({ status }) => Number(status) >= 400) ?? replies.at(-1) ?? null;
}

function entryOf(entry: JsonObject): PastedReply | null {
  const request = ownField(entry, 'request');
  const response = ownField(entry, 'response');
  if (!isJsonObject(request) || !isJsonObject(response)) return null;
  const status = ownField(response, 'status');
  const listed = ownField(response, 'headers');
  if (typeof status !== 'number' || !Array.isArray(listed)) return null;
  const headers = listed
    .filter(isJsonObject)
    .map((header) => [
      String(ownField(header, 'name')).toLowerCase(),
      [String(ownField(header, 'value'))],
    ]);
  const isToken = TOKEN_REQUEST.test(String(ownField(request, 'url')));
  const body = archivedBody(ownField(response, 'content'));
  return {
    kind: 'reply',
    status,
    headers: Object.fromEntries(headers),
    body,
    from: isToken ? 'token' : 'call',
  };
}

function archivedBody(content: unknown): string {
  const text = isJsonObject(content) ? (ownText(content, 'text') ?? '') : '';
  if (!isJsonObject(content) || ownField(content, 'encoding') !== 'base64') return text;
  const bytes = Uint8Array.from(atob(text.replace(/[^A-Za-z0-9+/]/g, '')), (byte) =>
    byte.charCodeAt(0),
  );
  return new TextDecoder().decode(bytes);
}

function readReply(lines: PastedLines, from: AnswerFrom | null): PasteRead {
  const page = pageOf(lines.body);
  const fields = page === null ? withKnownText(findErrorFields(lines.body), lines.body) : null;
  const { challenges = [] } = fields ?? {};
  const headers =
    challenges.length === 0 ? lines.headers : { ...lines.headers, 'www-authenticate': challenges };
  const status = lines.status ?? fields?.status ?? statusBeside(lines.body);
  const grant = fields === null ? tokenReplyIn(lines.body) : null;
  if (grant !== null) return { kind: 'reply', status, headers, body: grant, from: 'token' };
  const body = fields?.body ?? page ?? lines.body;
  const isNothing = status === null && body === '' && Object.keys(headers).length === 0;
  if (isNothing) return { kind: 'no-reply', what: lines.request === '' ? 'unknown' : 'request' };
  return { kind: 'reply', status, headers, body, from };
}

/** Libraries print a code and its text apart: a line that a server is known to write belongs to it. */
function withKnownText(fields: ErrorFields | null, text: string): ErrorFields | null {
  if (fields === null || topText(fields.body, 'error_description') !== null) return fields;
  const lines = text.split('\n').map((line) => line.replace(/\{.*$/, '').trim());
  const isKnown = (line: string) => readWords(oidc.refusals.wordings, { texts: [line], codes: [] });
  const known = lines.slice(0, MAX_LINES).find((line) => isKnown(line) !== null);
  if (known === undefined) return fields;
  const body = { ...(JSON.parse(fields.body) as JsonObject), error_description: known };
  return { ...fields, body: JSON.stringify(body) };
}

/** The token reply that a text holds, as JSON; null where it holds none. */
function tokenReplyIn(body: string): string | null {
  const found = findAllObjects(body).find(({ object }) => ownText(object, 'access_token') !== null);
  return found === undefined ? null : JSON.stringify(found.object);
}

/** A page has numbers of its own; of JSON only what stands around it is words. */
function statusBeside(body: string): number | null {
  const title = /<(?:title|h1)>[^<]{0,60}?\b([45]\d\d)\b/i.exec(body)?.[1];
  return title === undefined ? statusInWords(body) : Number(title);
}

/** A page from where its markup begins; null where there is none. */
function pageOf(body: string): string | null {
  const start = /<!doctype html|<html|<head|<title|<body|<center|<h1/i.exec(body);
  return start === null ? null : body.slice(start.index);
}

/** An address that ends as those of token endpoints do, or the parameters of a token request. */
const TOKEN_REQUEST = /\/(?:oauth2?\/(?:v\d+\/)?)?token(?=[?#"'`\s),]|$)|\bgrant_type=/im;

const CALL_REQUEST = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ HTTP\/|\bbearer\b/im;

function sentTo({ request, notes, body }: PastedLines): AnswerFrom | null {
  if (TOKEN_REQUEST.test(request)) return 'token';
  if (CALL_REQUEST.test(request)) return 'call';
  return TOKEN_REQUEST.test(`${notes}\n${withoutJson(body)}`) ? 'token' : null;
}

/** What stands before the first bracket: an address in a reply's own text says nothing of the request. */
function withoutJson(body: string): string {
  return body.replace(/[{<][\s\S]*$/, '');
}

/** What a paste holds of a reply's body. */
interface ErrorFields {
  /** The object that tells the error, as JSON. */
  readonly body: string;
  /** A status that stands beside it, as in a log of a library. */
  readonly status: number | null;
  /** Values of `WWW-Authenticate` that stand beside it. */
  readonly challenges: readonly string[];
}

/** The error that a text holds; null where it holds none. */
function findErrorFields(text: string): ErrorFields | null {
  return errorInJson(text) ?? errorInPrintedObject(text) ?? errorByItsCode(text);
}

/** The object of the text that most looks like an error, and what stands beside it. */
function errorInJson(text: string): ErrorFields | null {
  const all = findAllObjects(text);
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
    status: objects.map(statusIn).find((status) => status !== null) ?? null,
    challenges: objects.flatMap(challengesIn),
  };
}

function errorRank(object: JsonObject): number {
  const error = ownField(object, 'error');
  if (typeof error === 'string') {
    if (isKnownCode(error)) return 4;
    if (ownText(object, 'error_description') !== null) return 3;
  }
  const errors = ownField(object, 'errors');
  if (typeof errors === 'object' && errors !== null) return 2;
  const texts = ['message', 'detail', 'title'].map((name) => ownText(object, name));
  return [error ?? null, ...texts].some((part) => part !== null) ? 1 : 0;
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
  /\b(invalid_(?:client|grant|request|resource|scope|target|token)|unauthorized_client|unsupported_grant_type|insufficient_scope|temporarily_unavailable)\b["'\])]*(?:[:,]? +| *[([-] *|: ?)?([^\n]{0,2000})/;

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
