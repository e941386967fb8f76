// The token that `decode` and `compare` are given, and whether its signature is valid.
import type { DecodedToken, MalformedToken, Trust } from '../../check/verify-pasted.ts';
import { type NoToken, readPastedToken } from '../../core/paste/pasted-token.ts';
import type { Secret } from '../../core/secret.ts';
import type { CliIo } from '../cli-io.ts';
import { UsageError } from '../command.ts';
import { readPaste } from '../read-input.ts';
import { proseWidth, type View, wrapText } from '../terminal-text.ts';

const NO_TOKEN = {
  empty: 'the paste is empty: paste a token, or a token reply',
  opaque:
    'this is one word without the parts of a JWT: an opaque token, which only its issuer can read, or no token at all',
  encrypted: 'this token is encrypted (five parts, a JWE): only the API that it is for can read it',
  several: 'this holds more than one token: paste one of them',
  address: 'this is an address, not a token',
  refusal: 'this is a reply without a token: `m2m-watch explain` names its cause',
  unknown:
    'this holds no token: paste one, which begins with eyJ, or the token reply that contains it',
} as const satisfies Readonly<Record<NoToken, string>>;

/**
 * The token of a command's arguments, else of standard input.
 *
 * Words are joined, as after `Bearer`. Throws a {@link UsageError} if there is no token.
 */
export async function readTokenArgument(words: readonly string[], io: CliIo): Promise<Secret> {
  const isInput = words.length === 0 || (words.length === 1 && words[0] === '-');
  const text = isInput ? await readPaste(io, 'a token, or a token reply') : words.join(' ');
  const read = readPastedToken(text);
  if (read.kind === 'token') return read.token;
  throw new UsageError(NO_TOKEN[read.what]);
}

/** Throws a {@link UsageError} if the parts of a pasted token cannot be read. */
export function decodedOf<Decoded extends DecodedToken>(seen: Decoded | MalformedToken): Decoded {
  if (seen.kind === 'decoded') return seen;
  throw new UsageError(`this is not a readable JWT: ${seen.problem}; was all of it copied?`);
}

/** Whether the signature is valid: always the first line about a token. */
export function trustLines(trust: Trust, what: string, view: View): readonly string[] {
  const isVerified = trust.kind === 'verified';
  const text = isVerified
    ? `✓ ${what} is verified: signed with a key of the provider ${trust.provider}`
    : `! ${what} is not verified: ${trust.why}`;
  const lines = wrapText(text, proseWidth(view));
  return lines.map((line) => view.style(isVerified ? 'green' : 'yellow', line));
}
