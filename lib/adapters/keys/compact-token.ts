import type { Claims, TokenHeader } from '../../core/evidence/evidence.ts';
import { isJsonObject, type JsonObject } from '../../core/http/json-object.ts';

/** Far above any access token, and below what would take noticeable time to decode. */
const MAX_TOKEN_LENGTH = 64 * 1024;

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A token taken apart, before anything in it is believed. */
export type CompactToken =
  | { readonly kind: 'malformed'; readonly problem: string; readonly isOpaque?: true }
  /** A JWE, which only its receiver can read. RFC 7516 */
  | { readonly kind: 'unreadable'; readonly why: 'encrypted' }
  | {
      readonly kind: 'decoded';
      readonly algorithm: string;
      readonly header: TokenHeader;
      readonly claims: Claims;
    };

/**
 * Takes a signed token in compact form apart, strictly; the signature is not looked at.
 *
 * Each problem is one line in our words, without any text of the token. RFC 7515 sections 4.1, 5.2
 * and 7.1, RFC 7519 section 7.2.
 */
export function decodeCompactToken(token: string): CompactToken {
  if (token.length > MAX_TOKEN_LENGTH) return malformed('it is longer than 64 KiB');
  const parts = token.split('.');
  if (parts.length === 5) return decodeEncrypted(parts);
  const [protectedPart = '', payloadPart = '', signaturePart = ''] = parts;
  if (parts.length !== 3) {
    const count = parts.length === 1 ? 'one part' : `${parts.length} parts`;
    const problem = `it has ${count} where a signed token (JWS) has three`;
    return { kind: 'malformed', problem, isOpaque: true };
  }
  if (!isBase64Url(signaturePart)) return malformed('its signature is not base64url');

  const header = decodeJsonObject(protectedPart);
  if (typeof header === 'string') return malformed(`its header ${header}`);
  const claims = decodeJsonObject(payloadPart);
  if (typeof claims === 'string') return malformed(`its payload ${claims}`);

  const { alg, kid, typ, nonce } = header;
  if (typeof alg !== 'string' || alg === '') return malformed('its header names no algorithm');
  if (kid !== undefined && typeof kid !== 'string') return malformed('its key id is not a text');
  if (!isUnderstood(header)) {
    return malformed('its header has critical parameters that are not understood');
  }
  const type = typeof typ === 'string' ? typ : null;
  return {
    kind: 'decoded',
    algorithm: alg,
    header: {
      algorithm: alg,
      keyId: kid ?? null,
      type,
      ...(typeof nonce === 'string' && nonce !== '' ? { hasNonce: true } : {}),
    },
    claims,
  };
}

/** Algorithms that sign, or do nothing. RFC 7518 section 3.1, RFC 8037 section 3.1. */
const NOT_OF_ENCRYPTION = /^(?:none|[HREP]S\d+K?|EdDSA|Ed\d+)$/i;

/**
 * Looks whether five parts are those of an encrypted token: the header names both algorithms, and
 * of the rest only the key may be empty. RFC 7516 sections 4.1 and 7.1.
 */
function decodeEncrypted(parts: readonly string[]): CompactToken {
  const [protectedPart = '', key = '', ...sealed] = parts;
  const header = decodeJsonObject(protectedPart);
  const isSealed = isBase64Url(key) && sealed.every((part) => part !== '' && isBase64Url(part));
  const isNamed =
    typeof header !== 'string' &&
    [header['alg'], header['enc']].every((name) => typeof name === 'string' && name !== '') &&
    !NOT_OF_ENCRYPTION.test(String(header['alg']));
  return isNamed && isSealed
    ? { kind: 'unreadable', why: 'encrypted' }
    : malformed('it has five parts, and is no encrypted token (JWE) either');
}

/**
 * Whether nothing in the header changes what the token means.
 *
 * Whoever does not know a parameter listed in `crit` must refuse the token (RFC 7515 section
 * 4.1.11), and one that is listed must be there. The one that is known is `b64`, and a token must not
 * set it to false (RFC 7797 section 7).
 */
function isUnderstood(header: JsonObject): boolean {
  if (header['b64'] !== undefined && header['b64'] !== true) return false;
  const critical = header['crit'];
  if (critical === undefined) return true;
  const isKnown = Array.isArray(critical) && critical.length === 1 && critical[0] === 'b64';
  return isKnown && header['b64'] === true;
}

/** The object, or what is wrong with the part, completing "its header …". */
function decodeJsonObject(part: string): JsonObject | string {
  if (part === '') return 'is empty';
  if (!isBase64Url(part)) return 'is not base64url';
  let value: unknown;
  try {
    value = JSON.parse(UTF_8.decode(Buffer.from(part, 'base64url')));
  } catch {
    return 'is not JSON in UTF-8';
  }
  return isJsonObject(value) ? value : 'is no JSON object';
}

/** Without padding, and of a length that whole bytes have. RFC 7515 section 2. */
function isBase64Url(part: string): boolean {
  return /^[\w-]*$/.test(part) && part.length % 4 !== 1;
}

function malformed(problem: string): CompactToken {
  return { kind: 'malformed', problem };
}
