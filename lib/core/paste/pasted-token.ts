// Finds the token in a paste and describes what it says of itself.

import { KNOWN_CLAIMS, knownClaim, showValue, toStrings } from '../claims/claim-values.ts';
import { CLOCK_TOLERANCE_SECONDS, compareTimeForms } from '../claims/compare-times.ts';
import { readTime, secondsOf } from '../claims/time-values.ts';
import type { Claims } from '../evidence/evidence.ts';
import { ownField, ownText } from '../http/json-object.ts';
import { Secret } from '../secret.ts';
import { durationText } from '../text/duration-text.ts';
import type { Cleaner } from '../text/redact.ts';
import { findAllObjects } from './find-json.ts';

/** What a paste is that holds no token to decode. */
export type NoToken =
  | 'empty'
  /** One word without the parts of a JWT: an opaque token, or none. */
  | 'opaque'
  /** Five parts: a JWE, which only its receiver can read. RFC 7516 section 7.1 */
  | 'encrypted'
  /** Several tokens, and nothing says which is meant. */
  | 'several'
  | 'address'
  /** A reply that refuses a token. */
  | 'refusal'
  | 'unknown';

/** What reading a paste for its token gives. */
export type PastedToken =
  | { readonly kind: 'token'; readonly token: Secret }
  | { readonly kind: 'no-token'; readonly what: NoToken };

/** More than any token; the rest of a longer paste is not read. */
const MAX_PASTE_LENGTH = 128 * 1024;

/** A compact JWS or JWE, whose first part is base64url of `{` and on. RFC 7515 section 7.1 */
const COMPACT = /(?<![\w.-])e[wy][\w-]{6,}\.[\w.-]*/g;

/** A JWS with all of its three parts. */
const WHOLE = /^e[wy][\w-]{6,}\.[\w-]{6,}\.[\w-]{6,}$/;

/**
 * Finds the token in what somebody pasted; total.
 *
 * Understood are a token alone, with `Bearer` or quotes around it and line breaks in it, a token reply,
 * and any text with one token in it, such as what `curl` prints. Of a token reply it is the access
 * token.
 */
export function readPastedToken(pasted: string): PastedToken {
  const text = pasted.slice(0, MAX_PASTE_LENGTH).trim();
  if (text === '') return noToken('empty');
  // Tokens on lines of their own are no token that was wrapped.
  const pieces = [...new Set(text.split(/\s+/))];
  if (pieces.length > 1 && pieces.every((piece) => WHOLE.test(piece))) return noToken('several');
  const bare = withoutWrapping(text);
  if (/^[\w-]+(?:\.[\w-]*)+$/.test(bare)) return compact(bare);

  const objects = findAllObjects(text);
  const access = objects
    .map(({ object }) => ownText(object, 'access_token'))
    .find((value) => value !== null);
  if (access) return compact(access);

  const found = new Set(Array.from(text.matchAll(COMPACT), ([token]) => token));
  const [first] = found;
  if (first !== undefined) return found.size === 1 ? compact(first) : noToken('several');
  if (objects.some(({ object }) => ownField(object, 'error') !== undefined)) {
    return noToken('refusal');
  }
  if (/^https?:\/\/\S+$/i.test(text)) return noToken('address');
  return noToken(/^[\w.~+/-]{16,}={0,2}$/.test(bare) ? 'opaque' : 'unknown');
}

/** Takes away what a token is copied with: the header's name, the scheme, quotes, line breaks. */
function withoutWrapping(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/\\$/, ''))
    .join('')
    .replace(/^["'`]*(?:authorization["']? *[:=] *)?["'`]?(?:(?:bearer|dpop) +)?["'`]?/i, '')
    .replace(/^access_token["']? *[:=] *["']?/, '')
    .replace(/["'`,;]{1,4}$/, '');
}

function compact(token: string): PastedToken {
  const parts = token.split('.').length;
  if (parts === 5) return noToken('encrypted');
  return parts === 1 ? noToken('opaque') : { kind: 'token', token: new Secret(token) };
}

function noToken(what: NoToken): PastedToken {
  return { kind: 'no-token', what };
}

/** What a description is made with. */
export interface DescribeContext {
  readonly clean: Cleaner;
  /** Seconds since the epoch, by our clock. */
  readonly nowSeconds: number;
}

/** More claims than any token has that a person reads. */
const MAX_CLAIMS = 100;

const MAX_SCOPES = 500;

/** Names of claims, those that people look for first. */
export function inReadingOrder(names: readonly string[]): readonly string[] {
  return [
    ...KNOWN_CLAIMS.map(({ name }) => name).filter((name) => names.includes(name)),
    ...names.filter((name) => knownClaim(name) === undefined),
  ];
}

/** Every claim of a token in one line each, those that people look for first. */
export function describeClaims(
  claims: Claims,
  context: DescribeContext,
): readonly (readonly [name: string, text: string])[] {
  const ordered = inReadingOrder(Object.keys(claims));
  const shown = ordered
    .slice(0, MAX_CLAIMS)
    .map((name) => [context.clean(name), describeClaim(name, claims[name], context)] as const);
  const more = ordered.length - shown.length;
  return more === 0 ? shown : [...shown, ['…', `and ${more} more`]];
}

/** The value of one claim in a line: a time with its date, scopes one after another, all else as JSON. */
export function describeClaim(name: string, value: unknown, context: DescribeContext): string {
  if (knownClaim(name)?.isTime && typeof value === 'number') {
    return `${value}  ${timeText(name, value, context.nowSeconds)}`;
  }
  if (name === 'scope' && typeof value === 'string' && value.trim() !== '') {
    const scopes = value.trim().split(/\s+/);
    const more = scopes.length > MAX_SCOPES ? ` and ${scopes.length - MAX_SCOPES} more` : '';
    return `${scopes.slice(0, MAX_SCOPES).map(context.clean).join(' ')}${more}`;
  }
  return JSON.stringify(showValue(value, context.clean));
}

/** The largest time that a date can be made of, seconds since the epoch. ECMA-262 section 21.4.1.1 */
const MAX_SECONDS = 8_640_000_000_000;

function timeText(name: string, value: number, nowSeconds: number): string {
  const time = readTime(value, nowSeconds);
  if (!('seconds' in time)) {
    return time.kind === 'impossible' || time.kind === 'other'
      ? 'no date: no clock reaches it'
      : `far in the future: ${time.kind}, where seconds are wanted`;
  }
  const { seconds } = time;
  if (seconds < -MAX_SECONDS) return 'no date';
  const date = `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const distance = durationText(Math.abs(seconds - nowSeconds) * 1000);
  const isPast = seconds <= nowSeconds;
  if (name === 'exp') {
    return `${date}, ${isPast ? `expired ${distance} ago` : `expires in ${distance}`}`;
  }
  return `${date}, ${isPast ? `${distance} ago` : `in ${distance}`}`;
}

/** What is odd about a token whatever it is for, each in one line of ours. */
export function tokenOddities(
  claims: Claims,
  { clean, nowSeconds }: DescribeContext,
): readonly string[] {
  const { aud, iat, nbf } = claims;
  const isEarly = [iat, nbf].some(
    (time) => (secondsOf(time, nowSeconds) ?? 0) > nowSeconds + CLOCK_TOLERANCE_SECONDS,
  );
  const oddities: readonly (string | null)[] = [
    Object.hasOwn(claims, 'exp') ? null : 'it has no exp: it never expires',
    ...compareTimeForms({ claims, nowSeconds, clean }).map(({ detail }) => detail),
    isEarly
      ? 'it begins in the future: one of two clocks is wrong, or it is not to be used yet'
      : null,
    toStrings(aud).length === 0
      ? 'its aud is empty: no API that looks at it takes the token'
      : null,
    ['nonce', 'at_hash', 'c_hash'].some((name) => Object.hasOwn(claims, name))
      ? 'it has claims of an ID token, which is for a client and not for an API'
      : null,
  ];
  return oddities.filter((oddity) => oddity !== null);
}
