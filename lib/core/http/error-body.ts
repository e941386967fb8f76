// Reads what a server says of an error, whatever it wraps it in: JSON, XML, a form, a page or plain text.

import { isJsonObject, parseJsonBody } from './json-object.ts';

/** In what form a body came; `json` also where it was cut off on its way. */
export type BodyFormat = 'json' | 'xml' | 'form' | 'html' | 'text' | 'empty';

/** What a body says of an error, as it stands there: hostile text. */
export interface ErrorBody {
  readonly format: BodyFormat;
  /** Values of one word or a number, in order: `invalid_client`, `oauth.v2.InvalidScope`, `40125`. */
  readonly codes: readonly string[];
  /** Sentences, in order. */
  readonly texts: readonly string[];
}

/** Fields that say something of an error, at any depth. */
const SAYS =
  /err|fault|fehler|message|^msg$|msg$|mensa|meldung|desc|reason|detail|hint|debug|title|summary|cause|code|category|^type$|^status$|status_?text|exception|^ex$|diagnostic|violation|problem|info$|notice|failure|^(?:exp|nbf|iss|aud|body|output|text)$/i;

/** Fields that are named like those and say nothing: addresses, identifiers, times. */
const SAYS_NOTHING =
  /ur[il]$|link|href|help|docs?$|trace|stack|correlation|request_?id|time|path|instance|more_?info|token_(?:class|type)|^(?:status_?codes?|error_codes)$/i;

const MAX_LOOK_LENGTH = 16_384;
const MAX_VALUES = 20;
const MAX_DEPTH = 5;
const MAX_VALUE_LENGTH = 2048;

/** One word, as a code is; a sentence has a space. */
const CODE = /^[\w.:/#-]+$/;

/** Reads a body; total and bounded. */
export function readErrorBody(body: string): ErrorBody {
  const start = body.slice(0, MAX_LOOK_LENGTH).trim();
  if (start === '') return { format: 'empty', codes: [], texts: [] };
  const json = parseJson(body);
  if (json !== undefined) return errorBody('json', valuesOf(json, '', 0));
  if (/^(?:\{|\[\s*[[{"\]])/.test(start)) return errorBody('json', cutOffValues(start));
  if (/^<(?:!doctype html|html|head|body|title|h1|center)\b/i.test(start)) {
    return errorBody('html', pageTexts(start));
  }
  if (start.startsWith('<')) return errorBody('xml', xmlValues(start));
  if (/^[\w.-]{1,64}=[^\s&]*(?:&[\w.-]{1,64}=[^\s&]*)*$/.test(start)) {
    return errorBody('form', [...new URLSearchParams(start)].flatMap(spoken));
  }
  return errorBody('text', [start]);
}

/** Whether a field of an object says that something failed: `error`, `errorDescription`, `errcode` unlike 0. */
export function namesError(object: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(object).some(
    ([name, value]) =>
      /^(?:[Ee]rr(?:or)?|ERR(?:OR)?|[Ff]ault)(?:$|s$|[_A-Z]|code|msg|message|desc|string)/.test(
        name,
      ) &&
      value !== null &&
      value !== '' &&
      value !== false &&
      value !== 0 &&
      value !== '0',
  );
}

function errorBody(format: BodyFormat, values: readonly string[]): ErrorBody {
  const distinct = [...new Set(values.map((value) => value.slice(0, MAX_VALUE_LENGTH).trim()))];
  const said = distinct.filter((value) => value !== '').slice(0, MAX_VALUES);
  return {
    format,
    codes: said.filter((value) => CODE.test(value)),
    texts: said.filter((value) => !CODE.test(value)),
  };
}

function parseJson(body: string): unknown {
  const object = parseJsonBody(body);
  if (object.kind === 'object') return object.value;
  if (object.kind === 'not-json') return undefined;
  return JSON.parse(body.replace(/^\uFEFF/, '')) as unknown;
}

/** What stands in the fields that say something; a list is looked into wherever it is. */
function valuesOf(value: unknown, name: string, depth: number): readonly string[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) {
    return value.slice(0, MAX_VALUES).flatMap((one) => valuesOf(one, name, depth + 1));
  }
  if (isJsonObject(value)) {
    // The field of RFC 6749 first, whatever stands before it.
    const entries = Object.entries(value).toSorted(
      ([one], [other]) => Number(other === 'error') - Number(one === 'error'),
    );
    return entries
      .slice(0, 4 * MAX_VALUES)
      .flatMap(([inner, one]) =>
        isSaid(inner) || isContainer(inner, one) ? valuesOf(one, inner, depth + 1) : [],
      );
  }
  if (typeof value === 'string') return /^(?:https?|about|urn):\S*$/.test(value) ? [] : [value];
  // An HTTP status repeats what is known.
  return typeof value === 'number' && /code|^err|^type$/i.test(name) ? [String(value)] : [];
}

/** An object or a list may hold what is said, whatever its name. */
function isContainer(name: string, value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && name !== '__proto__' && !SAYS_NOTHING.test(name)
  );
}

function isSaid(name: string): boolean {
  return SAYS.test(name) && !SAYS_NOTHING.test(name);
}

function spoken([name, value]: readonly [string, string]): readonly string[] {
  return isSaid(name) ? valuesOf(value, name, 0) : [];
}

/** `"error": "…"` in JSON that breaks off. */
function cutOffValues(text: string): readonly string[] {
  return [...text.matchAll(/"([\w.-]{1,64})" ?: ?"((?:[^"\\]|\\.){0,2048})"/g)].flatMap(
    ([, name = '', value = '']) => spoken([name, value]),
  );
}

function xmlValues(text: string): readonly string[] {
  return [
    ...text.matchAll(/<(?:[\w-]{1,32}:)?([\w.-]{1,64})(?: [^<>]*)?>([^<>]{1,4096})<\//g),
  ].flatMap(([, name = '', value = '']) => spoken([name, unescaped(value)]));
}

/** The title of a page, then what it shows. */
function pageTexts(page: string): readonly string[] {
  const title = /<title[^<>]*>([^<]*)/i.exec(page)?.[1] ?? '';
  const shown = page
    .replace(/<(script|style|title)\b[\s\S]*?(?:<\/\1>|$)/gi, ' ')
    .replace(/<[^<>]*>/g, ' ');
  const plain = (text: string) => unescaped(text).replace(/\s+/g, ' ').trim();
  // Most pages repeat their title.
  return plain(shown).startsWith(plain(title)) ? [plain(shown)] : [plain(title), plain(shown)];
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
  amp: '&',
};

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|#39|nbsp|amp);/g, (_, name: string) =>
    String(ENTITIES[name]),
  );
}
