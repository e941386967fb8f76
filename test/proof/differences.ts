import { MAX_BODY_BYTES } from '../../lib/adapters/http/body-text.ts';
import type { TokenReplyProblem } from '../../lib/core/evidence/evidence.ts';
import type { JsonObject } from '../../lib/core/http/json-object.ts';

/** A reply with status 200 that both readers get. */
export interface ComparedReply {
  readonly bytes: Uint8Array;
  /** The body parsed as JSON, with bytes that are not UTF-8 replaced; null if it is not an object. */
  readonly json: JsonObject | null;
}

/** One kind of reply that oauth4webapi and `readTokenReply` judge differently. */
export interface Difference {
  /** What is odd about the reply, as a noun. */
  readonly reply: string;
  /** Why m2m-watch judges it differently. */
  readonly why: string;
  /** The specification that supports it. */
  readonly source: string;
  /** Whether a reply is of this kind; no reply is of two kinds. */
  readonly applies: (reply: ComparedReply) => boolean;
}

/** A kind that oauth4webapi accepts and m2m-watch does not. */
export interface Stricter extends Difference {
  /** The problem that m2m-watch names. */
  readonly problem: TokenReplyProblem;
}

/** A kind that m2m-watch accepts and oauth4webapi does not. */
export interface MoreLenient extends Difference {
  /** Part of the message that oauth4webapi throws. */
  readonly complaint: string;
}

const field = ({ json }: ComparedReply, name: string): unknown => json?.[name];
const isGiven = (reply: ComparedReply, name: string) => field(reply, name) !== undefined;

/** A field converted to text; undefined if that throws, as for `{"toString": false}`. */
function fieldText(reply: ComparedReply, name: string): string | undefined {
  try {
    return String(field(reply, name));
  } catch {
    return undefined;
  }
}

const isFilledText = (value: unknown) => typeof value === 'string' && value !== '';

const isTooLarge = ({ bytes }: ComparedReply) => bytes.length > MAX_BODY_BYTES;

function isUtf8({ bytes }: ComparedReply): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const isReadable = (reply: ComparedReply) => !isTooLarge(reply) && isUtf8(reply);
const canBeSent = (reply: ComparedReply) => /^[!-~]+$/.test(fieldText(reply, 'access_token') ?? '');

/** Every kind of reply where m2m-watch is stricter. */
export const WHERE_STRICTER: readonly Stricter[] = [
  {
    reply: `a body of more than ${MAX_BODY_BYTES / 1024} KiB`,
    why: 'A server must not be able to fill the memory of a monitor, and token replies are less than a hundredth of this size.',
    source: 'RFC 9110 section 17.5',
    problem: 'too-large',
    applies: isTooLarge,
  },
  {
    reply: 'a body that is not UTF-8',
    why: 'JSON between systems is UTF-8. Read with replacement characters, the token could differ from the one that was issued.',
    source: 'RFC 8259 section 8.1',
    problem: 'not-utf8',
    applies: (reply) => !isTooLarge(reply) && !isUtf8(reply),
  },
  {
    reply: 'an `access_token` with a space, a control character or a character beyond ASCII',
    why: 'A token consists of visible ASCII characters. Any other character makes a header invalid or splits it, so no caller can use the token.',
    source: 'RFC 6749 appendix A.12, RFC 6750 section 2.1',
    problem: 'access-token-not-text',
    applies: (reply) => isReadable(reply) && !canBeSent(reply),
  },
  {
    reply: '`token_type: DPoP`',
    why: 'The request had no DPoP proof, and callers with a client secret send a bearer token. This token is bound to a key that nobody has.',
    source: 'RFC 9449 section 5, RFC 6749 section 7.1',
    problem: 'token-type-dpop',
    applies: (reply) =>
      isReadable(reply) &&
      canBeSent(reply) &&
      fieldText(reply, 'token_type')?.toLowerCase() === 'dpop',
  },
];

const hasTextualLifetime = (reply: ComparedReply) => fieldText(reply, 'expires_in') !== undefined;
const hasLifetime = (reply: ComparedReply) => {
  if (!isGiven(reply, 'expires_in')) return true;
  const number = Number.parseFloat(fieldText(reply, 'expires_in') ?? '');
  return Number.isFinite(number) && number >= 0;
};
const hasRefreshToken = (reply: ComparedReply) =>
  !isGiven(reply, 'refresh_token') || isFilledText(field(reply, 'refresh_token'));
const hasScope = (reply: ComparedReply) =>
  !isGiven(reply, 'scope') || typeof field(reply, 'scope') === 'string';

const isTyped = (reply: ComparedReply) =>
  /^(?:bearer|dpop)$/i.test(fieldText(reply, 'token_type') ?? '') &&
  typeof field(reply, 'token_type') === 'string';

/** Every kind of reply where m2m-watch is more lenient. */
export const WHERE_MORE_LENIENT: readonly MoreLenient[] = [
  {
    reply: 'no `token_type`, or the type `bearer` in another spelling',
    why: 'Most callers use such a token as a bearer token. A missing type is reported as a warning; a type of another kind, such as `mac`, is refused.',
    source: 'RFC 6749 section 5.1',
    complaint: '',
    applies: (reply) => !isTyped(reply),
  },
  {
    reply: 'an `expires_in` that is not a number, or is negative',
    why: 'The field is recommended, not required, and callers read the lifetime from the token. `lifetimeSeconds` is compared with the token itself.',
    source: 'RFC 6749 section 5.1',
    complaint: '"response" body "expires_in" property',
    applies: (reply) => isTyped(reply) && hasTextualLifetime(reply) && !hasLifetime(reply),
  },
  {
    reply: 'an `expires_in` that JavaScript cannot convert to text, such as `{"toString": false}`',
    why: 'm2m-watch does not convert it. oauth4webapi does, and fails with a TypeError.',
    source: 'RFC 6749 section 5.1',
    complaint: 'Cannot convert object to primitive value',
    applies: (reply) => isTyped(reply) && !hasTextualLifetime(reply),
  },
  {
    reply: 'a `refresh_token` that is not a string',
    why: 'This grant should return none, and nobody uses it.',
    source: 'RFC 6749 section 4.4.3',
    complaint: '"response" body "refresh_token" property',
    applies: (reply) => isTyped(reply) && hasLifetime(reply) && !hasRefreshToken(reply),
  },
  {
    reply: 'a `scope` that is not a string',
    why: 'Granted scopes are compared in the token itself, and callers cope with a `null` here.',
    source: 'RFC 6749 section 5.1',
    complaint: '"response" body "scope" property',
    applies: (reply) =>
      isTyped(reply) && hasLifetime(reply) && hasRefreshToken(reply) && !hasScope(reply),
  },
  {
    reply: 'an `id_token` that is not a valid ID token',
    why: 'This grant has no user, and callers do not read the ID token.',
    source: 'RFC 6749 section 4.4.3, OpenID Connect Core 1.0 section 3.1.3.3',
    complaint: '',
    applies: (reply) =>
      isTyped(reply) &&
      hasLifetime(reply) &&
      hasRefreshToken(reply) &&
      hasScope(reply) &&
      isGiven(reply, 'id_token'),
  },
];
