// Finds known secrets in a text, in whatever encoding, and replaces them.

import type { Secret } from '../secret.ts';
import { E_MAIL, REDACTED, visibleText } from './provider-text.ts';
import { type Step, stepsAt } from './redact-encodings.ts';

/** One form of a secret. */
interface Needle {
  /** Its characters as {@link stepsAt} gives them. */
  readonly units: readonly string[];
  /** Part of a longer run of base64, whose first and last characters share bits with the secret. */
  readonly isBase64: boolean;
}

/** A secret of fewer characters is found only as a whole word: it may be part of any other. */
export const MIN_REDACTED_INSIDE = 8;

/** Fewer characters of base64 than this may be part of any word. */
const MIN_BASE64_LENGTH = 4;

/** A needle of this many characters is also found with spaces in it, as where a line was wrapped. */
const MIN_WRAPPED_LENGTH = 8;

/** Of a needle of {@link MIN_CUT_LENGTH} or more, a beginning of this many characters is enough. */
const MIN_BEGINNING_LENGTH = 12;
const MIN_CUT_LENGTH = 24;

/** No longer a text is looked at, so no more of a secret is ever needed. */
const MAX_SECRET_LENGTH = 4096;

const MAX_HEX_LENGTH = 256;

/** More than enough of a secret to know how each of its forms begins. */
const MAX_HEAD_SOURCE_LENGTH = 64;

/** The same for its base64 and hexadecimal form: longer than the secret, and every character shows. */
const MAX_DIGITS_SOURCE_LENGTH = MIN_BEGINNING_LENGTH;

/** Its UTF-8 has the same bytes. */
const PLAIN_ASCII = /^[\x20-\x7e]*$/;

const ENCODER = new TextEncoder();

/** What the literal reading of a text does not cover: encodings, and characters beyond ASCII. */
const MAY_BE_ENCODED = /[%&\\+]|[^\x20-\x7e]/;

/**
 * Makes a function that replaces every known secret in a text.
 *
 * Found are the secret itself, in any mix of percent, form, HTML and JSON encoding, in any case,
 * wrapped, or cut short; its base64 and base64url at each of the three alignments (so also inside
 * `id:secret` of a Basic header, whose halves may be form-encoded); its hexadecimal form. A secret of fewer
 * than eight characters is found as a whole word alone, and `validate --credentials` warns of it.
 */
export function createSecretRedactor(secrets: readonly Secret[]): (text: string) => string {
  const values = secrets
    .map((secret) => secret.reveal().slice(0, MAX_SECRET_LENGTH).toWellFormed())
    .filter((value) => visibleText(value) !== '');
  // Made for the first text that needs them: most checks have none to show.
  const known = values.map((value) => ({
    heads: once(() => headsOf(value)),
    needles: once(() => needlesOf(value)),
  }));
  return (text) => {
    // Most texts are plain and hold nothing; one look for the beginning of each form tells.
    const compact = MAY_BE_ENCODED.test(text) ? null : text.replaceAll(' ', '').toLowerCase();
    const suspects = known.filter(
      ({ heads }) => compact === null || heads().some((head) => compact.includes(head)),
    );
    if (suspects.length === 0) return text;
    return redactNeedles(
      text,
      suspects.flatMap(({ needles }) => needles()),
    );
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function redactNeedles(text: string, needles: readonly Needle[]): string {
  const readings: (readonly Step[])[] = [];
  for (let at = 0; at < text.length; at += Number(text.codePointAt(at)) > 0xffff ? 2 : 1) {
    readings[at] = stepsAt(text, at);
  }
  let shown = '';
  let at = 0;
  while (at < text.length) {
    const mark = [REDACTED, E_MAIL].find((text_) => text.startsWith(text_, at)) ?? '';
    const match = longestMatch({ text, readings, at }, needles);
    if (match !== null && match.end > at + mark.length) {
      shown = match.needle.isBase64 ? shown.replace(/[A-Za-z0-9+/_-]{1,4096}$/, '') : shown;
      shown += REDACTED;
      at = match.needle.isBase64 ? endOfBase64(text, match.end) : match.end;
    } else {
      const length =
        mark === '' ? String.fromCodePoint(Number(text.codePointAt(at))).length : mark.length;
      shown += text.slice(at, at + length);
      at += length;
    }
  }
  return shown;
}

interface Match {
  readonly end: number;
  readonly needle: Needle;
}

function longestMatch(
  {
    text,
    readings,
    at,
  }: {
    readonly text: string;
    readonly readings: readonly (readonly Step[])[];
    readonly at: number;
  },
  needles: readonly Needle[],
): Match | null {
  let longest: Match | null = null;
  for (const needle of needles) {
    const end = matchEnd(readings, needle.units, at);
    if (end === null || end <= (longest?.end ?? at)) continue;
    const isWhole = () => isWholeWord(text.slice(Math.max(0, at - 12), at), readings[end] ?? []);
    // What is base64 stands inside a longer run of it.
    if (needle.isBase64 || needle.units.length >= MIN_REDACTED_INSIDE || isWhole()) {
      longest = { end, needle };
    }
  }
  return longest;
}

/** What stands for one character in some encoding, at the end of a text. */
const ESCAPE_AT_END =
  /(?:%(?:25)*[0-9a-f]{2}|\\+(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[a-z])|&#?\w{1,8};)$/i;

const WORD_CHARACTER = /[\p{L}\p{N}]/u;

/** Whether nothing before and after it continues the word; what may be an encoded space ends it. */
function isWholeWord(before: string, after: readonly Step[]): boolean {
  const isContinued = WORD_CHARACTER.test(before.at(-1) ?? '') && !ESCAPE_AT_END.test(before);
  const goesOn = after.length > 0 && after.every(({ character }) => WORD_CHARACTER.test(character));
  return !isContinued && !goesOn;
}

/** Walks all readings at once, so that no text can make it try them one after another. */
function matchEnd(
  readings: readonly (readonly Step[])[],
  units: readonly string[],
  at: number,
): number | null {
  const mayBeWrapped = units.length >= MIN_WRAPPED_LENGTH;
  let positions: readonly number[] = [at];
  let matched = 0;
  for (const unit of units) {
    // Several spaces of the secret are one unit, however many of them a text encodes.
    const maySkipSpaces = mayBeWrapped || units[matched - 1] === ' ';
    const reached = advance(readings, { positions, unit, isFirst: matched === 0, maySkipSpaces });
    if (reached.length === 0) break;
    positions = reached;
    matched += 1;
  }
  const needed = units.length >= MIN_CUT_LENGTH ? MIN_BEGINNING_LENGTH : units.length;
  return matched >= needed ? Math.max(...positions) : null;
}

function advance(
  readings: readonly (readonly Step[])[],
  {
    positions,
    unit,
    isFirst,
    maySkipSpaces,
  }: {
    readonly positions: readonly number[];
    readonly unit: string;
    readonly isFirst: boolean;
    readonly maySkipSpaces: boolean;
  },
): readonly number[] {
  const reached = new Set<number>();
  const pending = new Set(positions);
  // A set that grows is walked to its new end.
  for (const position of pending) {
    for (const { character, next } of readings[position] ?? []) {
      if (character === unit) reached.add(next);
      else if (!isFirst && (character === '' || (character === ' ' && maySkipSpaces))) {
        pending.add(next);
      }
    }
  }
  return [...reached];
}

function endOfBase64(text: string, from: number): number {
  let end = from;
  while (/[A-Za-z0-9+/_=-]/.test(text.charAt(end))) end += 1;
  return end;
}

/** A way to write a secret. Of a longer text it gives a longer one that begins alike. */
type Form = (value: string) => string;

const AS_IT_IS: Form = (value) => value;

/** What a peer shows that composes characters, takes them apart, or reads UTF-8 as Latin-1. */
const FORMS_BEYOND_ASCII: readonly Form[] = [
  (value) => value.normalize('NFC'),
  (value) => value.normalize('NFD'),
  (value) => String.fromCharCode(...utf8(value)),
];

/** How the halves of a Basic header are written before they become base64. */
const URL_FORMS: readonly Form[] = [
  (value) => new URLSearchParams([['', value]]).toString().slice('='.length),
  (value) => encodeURIComponent(value),
];

/** A plus sign that a form's decoder took for a space, and base64 in the alphabet for URLs. RFC 4648 section 5 */
const FORMS_OF_BASE64: readonly Form[] = [
  (value) => value.replaceAll('+', ' '),
  (value) => value.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
];

/** What a secret is written as where its characters still stand for themselves. */
function textForms(value: string): readonly Form[] {
  const forms = PLAIN_ASCII.test(value) ? [AS_IT_IS] : [AS_IT_IS, ...FORMS_BEYOND_ASCII];
  return /[+/]/.test(value) ? [...forms, ...FORMS_OF_BASE64] : forms;
}

/** What base64 is made of: the secret, and what a half of a Basic header makes of it. */
function halfForms(value: string): readonly Form[] {
  return /^[A-Za-z0-9._*-]*$/.test(value) ? [AS_IT_IS] : [AS_IT_IS, ...URL_FORMS];
}

/** How the needles of a secret begin, without spaces and in lower case. A plain text without any holds none. */
function headsOf(value: string): readonly string[] {
  const start = value.slice(0, MAX_HEAD_SOURCE_LENGTH).toWellFormed();
  const texts = textForms(value).map((form) => visibleText(form(start)));
  const digits = halfForms(value).flatMap((form) =>
    base64Forms(form(start).slice(0, MAX_DIGITS_SOURCE_LENGTH)),
  );
  const hex = isWrittenInHex(value) ? [hexadecimal(start.slice(0, MAX_DIGITS_SOURCE_LENGTH))] : [];
  return [...texts, ...hex, ...digits].map((form) =>
    form.slice(0, MIN_BEGINNING_LENGTH).replaceAll(' ', '').toLowerCase(),
  );
}

function needlesOf(value: string): readonly Needle[] {
  const texts = textForms(value).map((form) => form(value));
  const hex = isWrittenInHex(value) ? [hexadecimal(value)] : [];
  const digits = halfForms(value).flatMap((form) => base64Forms(form(value)));
  return [
    ...[...texts, ...hex].map((form) => needle(form, false)),
    ...digits.map((form) => needle(form, true)),
  ];
}

function needle(form: string, isBase64: boolean): Needle {
  const units = Array.from(visibleText(form), (character) => character.toLowerCase());
  return { units, isBase64 };
}

/** A secret may be, a token is not: no peer writes one so. */
function isWrittenInHex(value: string): boolean {
  return value.length <= MAX_HEX_LENGTH;
}

function hexadecimal(value: string): string {
  return Array.from(utf8(value), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A text at each of the three alignments, in the one or two alphabets that it needs. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const standard = base64(text, before);
    if (standard.length < MIN_BASE64_LENGTH) return [];
    const urlSafe = standard.replaceAll('+', '-').replaceAll('/', '_');
    return urlSafe === standard ? [standard] : [standard, urlSafe];
  });
}

/** The base64 characters that hold bits of the value alone, after so many bytes of something else. */
function base64(value: string, bytesBefore: number): string {
  const bytes = PLAIN_ASCII.test(value) ? value : String.fromCharCode(...utf8(value));
  const all = btoa('\0'.repeat(bytesBefore) + bytes);
  const first = Math.ceil((bytesBefore * 8) / 6);
  return all.slice(first, Math.floor(((bytesBefore + bytes.length) * 8) / 6));
}

function utf8(value: string): Uint8Array {
  return ENCODER.encode(value);
}
