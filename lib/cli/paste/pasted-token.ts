import { type NoToken, readPastedToken } from '../../core/paste/read-pasted-token.ts';
import type { Secret } from '../../core/secret.ts';
import type { CliIo } from '../cli-io.ts';
import { UsageError } from '../exit-status.ts';
import { readPaste } from '../read-stdin.ts';

const NO_TOKEN = {
  empty: 'the paste is empty: paste a token, or a token reply',
  opaque:
    'this is one word without the parts of a JWT: an opaque token, which only its issuer can look into, or no token at all',
  encrypted:
    'this token is encrypted (five parts, a JWE): only the API that it is for can look into it',
  several: 'this holds more than one token: paste one alone',
  address: 'this is an address, and no token',
  refusal: 'this is a reply without a token: `m2m-watch explain` names its cause',
  unknown:
    'this holds no token: paste one, which begins with eyJ, or the token reply that it came in',
} as const satisfies Readonly<Record<NoToken, string>>;

/**
 * The token of a command's argument, else that of standard input; null where Ctrl-C ended that.
 *
 * Words are joined, as after `Bearer`. Throws a {@link UsageError} where there is no token.
 */
export async function pastedToken(words: readonly string[], io: CliIo): Promise<Secret | null> {
  const isInput = words.length === 0 || (words.length === 1 && words[0] === '-');
  const text = isInput ? await readPaste(io, 'a token, or a token reply') : words.join(' ');
  if (text === null) return null;
  const read = readPastedToken(text);
  if (read.kind === 'token') return read.token;
  throw new UsageError(NO_TOKEN[read.what]);
}
