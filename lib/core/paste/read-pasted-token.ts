// What somebody pasted becomes the token in it, or what it is instead.

import { ownField } from '../http/json-object.ts';
import { Secret } from '../secret.ts';
import { findJsonObjects, nestedObjects } from './find-json.ts';

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
  const bare = withoutWrapping(text);
  if (/^[\w-]+(?:\.[\w-]*)+$/.test(bare)) return compact(bare);

  const objects = findJsonObjects(text).flatMap(nestedObjects);
  const access = objects
    .map(({ object }) => ownField(object, 'access_token'))
    .find((value) => typeof value === 'string' && value !== '');
  if (typeof access === 'string') return compact(access);

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
