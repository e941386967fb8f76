import { MAX_BODY_BYTES } from '../../lib/adapters/http/body-text.ts';
import type { TokenReplyProblem } from '../../lib/core/evidence/evidence.ts';
import type { JsonObject } from '../../lib/core/http/json-object.ts';

/** A reply with status 200, as both readers get it. */
export interface ComparedReply {
  readonly bytes: Uint8Array;
  /** The body as `JSON.parse` gives it, bytes that are no UTF-8 replaced; null where it is no object. */
  readonly json: JsonObject | null;
}

/** One kind of reply that oauth4webapi and `readTokenReply` do not judge alike. */
export interface Difference {
  /** What is odd about the reply, as a noun. */
  readonly reply: string;
  /** Why we judge otherwise. */
  readonly why: string;
  /** Where that stands. */
  readonly source: string;
  /** Whether a reply is of this kind; no reply is of two. */
  readonly applies: (reply: ComparedReply) => boolean;
}

/** A kind that oauth4webapi accepts and we do not call granted. */
export interface Stricter extends Difference {
  /** What we say is wrong with it. */
  readonly problem: TokenReplyProblem;
}

/** A kind that we call granted and oauth4webapi does not accept. */
export interface MoreLenient extends Difference {
  /** What oauth4webapi says is wrong with it. */
  readonly complaint: string;
}

const field = ({ json }: ComparedReply, name: string): unknown => json?.[name];
const isGiven = (reply: ComparedReply, name: string) => field(reply, name) !== undefined;
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
const canBeSent = (reply: ComparedReply) => /^[!-~]+$/.test(String(field(reply, 'access_token')));

/** Every kind of reply where we are the stricter ones. */
export const WHERE_STRICTER: readonly Stricter[] = [
  {
    reply: `a body of more than ${MAX_BODY_BYTES / 1024} KiB`,
    why: 'A monitor must not be filled up by a peer; no token reply is a hundredth of that.',
    source: 'RFC 9110 section 17.5',
    problem: 'too-large',
    applies: isTooLarge,
  },
  {
    reply: 'a body that is not UTF-8',
    why: 'JSON between systems is UTF-8; read with replacement characters, a token could be another than the one issued.',
    source: 'RFC 8259 section 8.1',
    problem: 'not-utf8',
    applies: (reply) => !isTooLarge(reply) && !isUtf8(reply),
  },
  {
    reply: 'an `access_token` with a space, a control character or a character beyond ASCII',
    why: 'A token is of visible ASCII characters. In a header another one would be refused or sent in two: no caller can use it.',
    source: 'RFC 6749 appendix A.12, RFC 6750 section 2.1',
    problem: 'access-token-not-text',
    applies: (reply) => isReadable(reply) && !canBeSent(reply),
  },
  {
    reply: '`token_type: DPoP`',
    why: 'The request carried no DPoP proof, and callers with a client secret send a bearer token: this one is bound to a key that nobody has.',
    source: 'RFC 9449 section 5, RFC 6749 section 7.1',
    problem: 'token-type-not-bearer',
    applies: (reply) =>
      isReadable(reply) &&
      canBeSent(reply) &&
      String(field(reply, 'token_type')).toLowerCase() === 'dpop',
  },
];

const hasLifetime = (reply: ComparedReply) => {
  const value = field(reply, 'expires_in');
  if (value === undefined) return true;
  const number = typeof value === 'number' ? value : Number.parseFloat(String(value));
  return Number.isFinite(number) && number >= 0;
};
const hasRefreshToken = (reply: ComparedReply) =>
  !isGiven(reply, 'refresh_token') || isFilledText(field(reply, 'refresh_token'));
const hasScope = (reply: ComparedReply) =>
  !isGiven(reply, 'scope') || typeof field(reply, 'scope') === 'string';

/** Every kind of reply where we are the more lenient ones. */
export const WHERE_MORE_LENIENT: readonly MoreLenient[] = [
  {
    reply: 'an `expires_in` that is no number, or a negative one',
    why: 'It is recommended, not required, and callers take the lifetime from the token. `lifetimeSeconds` compares what the token says.',
    source: 'RFC 6749 section 5.1',
    complaint: '"response" body "expires_in" property',
    applies: (reply) => !hasLifetime(reply),
  },
  {
    reply: 'a `refresh_token` that is no text',
    why: 'This grant should have none, and nobody uses it.',
    source: 'RFC 6749 section 4.4.3',
    complaint: '"response" body "refresh_token" property',
    applies: (reply) => hasLifetime(reply) && !hasRefreshToken(reply),
  },
  {
    reply: 'a `scope` that is no text',
    why: 'Granted scopes are compared where the token holds them; a `null` beside a good token breaks no caller.',
    source: 'RFC 6749 section 5.1',
    complaint: '"response" body "scope" property',
    applies: (reply) => hasLifetime(reply) && hasRefreshToken(reply) && !hasScope(reply),
  },
  {
    reply: 'an `id_token` that is no valid ID token',
    why: 'There is no user in this grant, and callers do not read it.',
    source: 'RFC 6749 section 4.4.3, OpenID Connect Core 1.0 section 3.1.3.3',
    complaint: '',
    applies: (reply) =>
      hasLifetime(reply) && hasRefreshToken(reply) && hasScope(reply) && isGiven(reply, 'id_token'),
  },
];
