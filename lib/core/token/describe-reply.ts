// What may be said of a token endpoint's reply that is no token reply: its shape, and the fields of a refusal.

import type { HttpReply } from '../http/http-exchange.ts';
import { isJsonObject, ownField, parseJsonBody } from '../http/json-object.ts';

/**
 * Fields whose values may be quoted: RFC 6749 sections 5.1 and 5.2, and how servers spell them.
 *
 * Every other value may be a token that works, whatever its name.
 */
const QUOTABLE: ReadonlySet<string> = new Set([
  'error',
  'error_description',
  'error_uri',
  'token_type',
  'expires_in',
  'scope',
  'errcode',
  'errmsg',
  'error_code',
  'error_message',
]);

/** Names that may be shown beside those: they say what kind of value was there. */
const KNOWN_NAMES: ReadonlySet<string> = new Set([
  ...['access_token', 'accessToken', 'refresh_token', 'id_token', 'issued_token_type', 'token'],
  ...['jwt', 'value', 'data', 'result', 'success', 'ok', 'code', 'msg', 'message', 'status'],
]);

const MAX_FIELDS = 12;
const MAX_QUOTED_LENGTH = 300;

/**
 * Describes a reply without a part of it that may be a token: shape, size, and the fields of a refusal.
 *
 * A reply that is no usable token reply may still hold a token that works, under any name and in any
 * form. The caller cleans what is quoted.
 */
export function describeReply({ body, headers }: Pick<HttpReply, 'body' | 'headers'>): string {
  if (body.trim() === '') return 'an empty body';
  const json = parseJsonBody(body);
  if (json.kind === 'object') return fieldsText('JSON', Object.entries(json.value));
  if (isForm(body)) return fieldsText('a form', [...new URLSearchParams(body.trim())]);
  const type = /^[\w.+-]{1,60}\/[\w.+-]{1,60}/.exec(headers['content-type']?.[0] ?? '')?.[0];
  const declared = type === undefined ? '' : `${type}, `;
  return `${shapeOf(body)} (${declared}${body.length} characters)`;
}

function isForm(body: string): boolean {
  return /^[\w.-]{1,64}=[^\s&]*(?:&[\w.-]{1,64}=[^\s&]*)*$/.test(body.trim());
}

/** The first thing that can be said of the form of a body that is neither an object nor a form. */
function shapeOf(body: string): string {
  const start = body.trimStart();
  if (/^<(?:!doctype html|html|head|body|title)\b/i.test(start)) return 'an HTML page';
  if (start.startsWith('<')) return 'XML';
  if (/^[[{"]/.test(start)) {
    const at = cutOffAt(body);
    return at === null ? 'JSON that is no object' : `JSON that ends or fails at character ${at}`;
  }
  if (/^ey[\w-]+\.[\w-]+/.test(start)) return 'a bare token';
  return /^(?:-?\d|true|false|null)/.test(start) ? 'a bare value' : 'text';
}

/** Where JSON stops to be JSON; null where it is whole. */
function cutOffAt(body: string): number | null {
  try {
    JSON.parse(body);
    return null;
  } catch (error) {
    return Number(/position (\d+)/.exec(String(error))?.[1] ?? body.length);
  }
}

function fieldsText(shape: string, fields: readonly (readonly [string, unknown])[]): string {
  if (fields.length === 0) return `${shape} without a field`;
  const shown = fields.slice(0, MAX_FIELDS).map(([name, value]) => fieldText(name, value));
  const left = fields.length - shown.length;
  return `${shape} with ${[...shown, ...(left > 0 ? [`${left} more`] : [])].join(', ')}`;
}

function fieldText(name: string, value: unknown): string {
  if (QUOTABLE.has(name)) {
    const quoted = quotable(value);
    if (quoted !== null) return `${name} ${quoted}`;
  }
  const known = QUOTABLE.has(name) || KNOWN_NAMES.has(name) ? name : 'another field';
  return `${known} (${typeText(value)})`;
}

function quotable(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).slice(0, 20);
  if (typeof value !== 'string' || value.length > MAX_QUOTED_LENGTH) return null;
  return holdsToken(value) ? null : `"${value}"`;
}

/**
 * Whether a text may hold a token: a run of 16 characters that is no plain word.
 *
 * `invalid_client_credentials` is a word, as are the parts of an address.
 */
function holdsToken(text: string): boolean {
  const runs = text.split(/[^\w+=~-]+/).filter((run) => run.length >= 16);
  return runs.some((run) => !/^(?:[A-Z]?[a-z]+|[A-Z]+)(?:[_-](?:[A-Z]?[a-z]+|[A-Z]+))*$/.test(run));
}

function typeText(value: unknown): string {
  if (typeof value === 'string') return `text of ${value.length} characters`;
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (isJsonObject(value)) return `object of ${Object.keys(value).length}`;
  return value === null ? 'null' : typeof value;
}

/** The texts of a refusal that came with a 2xx, from the fields that may be quoted alone. */
export function quotableTexts(body: string): readonly string[] {
  const json = parseJsonBody(body);
  if (json.kind !== 'object') return [];
  return [...QUOTABLE].flatMap((name) => {
    const value = ownField(json.value, name);
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && text !== '' && !holdsToken(text) ? [text] : [];
  });
}
