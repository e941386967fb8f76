// What a row of the tables of hostile tokens is, and how it is checked: through a whole check.
import type { CauseId } from '../../lib/core/causes/causes.ts';
import type { FaultyExchange } from './faulty-provider.ts';
import { type ExpectedReport, type ProviderFault, sendsBody } from './provider-fault.ts';
import {
  type PublishedKey,
  rightClaims,
  SIGNED_ALGORITHMS,
  type Signer,
  signedToken,
  signerOf,
} from './token-forge.ts';

/** A token as it is granted, and the keys that are published. */
export interface Forged {
  readonly token: string;
  /** The body of the key set, or the keys in it. @default the right key */
  readonly keys?: readonly unknown[] | string;
}

/** One row: what is wrong with a token or with a key, and what a check must say. */
export interface HostileToken {
  readonly what: string;
  /** Makes it for an issuer. */
  readonly forge: (issuer: string) => Forged;
  readonly expected: ExpectedReport;
  /** Whether the token may reach the API: it is valid. */
  readonly isSent: boolean;
  /** Fields of the application's configuration. */
  readonly application?: Readonly<Record<string, unknown>>;
}

const failed = (...causes: readonly CauseId[]): ExpectedReport => ({
  causes,
  statuses: ['unhealthy', 'undetermined'],
});

/** What a check says of a token that is not to be believed. */
export const VERDICTS = {
  malformed: failed('token-malformed'),
  'not allowed': failed('algorithm-not-allowed'),
  'no key': failed('signing-key-unknown'),
  'no keys': failed('keys-unavailable'),
  'wrong signature': failed('signature-invalid'),
  'no key or wrong signature': failed('signing-key-unknown', 'signature-invalid'),
  'wrong issuer': failed('issuer-mismatch'),
  'wrong audience': failed('audience-mismatch', 'audience-missing'),
  expired: failed('token-expired'),
  'not yet valid': failed('token-not-yet-valid'),
} as const satisfies Readonly<Record<string, ExpectedReport>>;

/** The name of a verdict. */
export type Verdict = keyof typeof VERDICTS;

/** A row whose token must not be believed, and never reaches the API. */
export function hostile(
  verdict: Verdict | ExpectedReport,
  what: string,
  forge: HostileToken['forge'],
): HostileToken {
  const expected = typeof verdict === 'string' ? VERDICTS[verdict] : verdict;
  return { what, forge, expected, isSent: false };
}

/** A row whose token is valid, however odd it is: it is sent, and the application is healthy. */
export function harmless(what: string, forge: HostileToken['forge']): HostileToken {
  return { what, forge, expected: { causes: [null], statuses: ['healthy'] }, isSent: true };
}

/** A row whose token is signed as it should be, with these parts. */
export function signedWith(
  parts: (issuer: string) => { readonly header?: unknown; readonly payload?: unknown },
  signer: () => Signer = () => signerOf('RS256'),
): HostileToken['forge'] {
  return (issuer) => ({
    token: signedToken(signer(), { payload: rightClaims(issuer), ...parts(issuer) }),
    keys: [signer().jwk],
  });
}

/** A right token, changed as text. */
export function changed(
  change: (token: string, parts: readonly [string, string, string]) => string,
  signer: () => Signer = () => signerOf('RS256'),
): HostileToken['forge'] {
  return (issuer) => {
    const token = signedToken(signer(), { payload: rightClaims(issuer) });
    const [header = '', payload = '', signature = ''] = token.split('.');
    return { token: change(token, [header, payload, signature]), keys: [signer().jwk] };
  };
}

/** A right token, beside keys that are published otherwise. */
export function published(
  keysOf: (key: PublishedKey) => readonly unknown[] | string,
  signer: () => Signer = () => signerOf('RS256'),
): HostileToken['forge'] {
  return (issuer) => ({
    token: signedToken(signer(), { payload: rightClaims(issuer) }),
    keys: keysOf(signer().jwk),
  });
}

/** The row as a fault of a provider: it grants this token and publishes these keys. */
export function asProviderFault({
  what,
  forge,
  expected,
  application,
}: HostileToken): ProviderFault {
  let forged: Forged | null = null;
  const onRequest = (exchange: FaultyExchange) => {
    const { place, socket, right, origin } = exchange;
    forged ??= forge(origin);
    const { token, keys } = forged;
    if (place === 'token') {
      sendsBody(JSON.stringify({ ...exchange.fields, access_token: token }))(exchange);
    } else if (place === 'keys' && keys !== undefined) {
      sendsBody(typeof keys === 'string' ? keys : JSON.stringify({ keys }))(exchange);
    } else socket.write(right);
  };
  return {
    what,
    place: 'token',
    behaviour: () => ({ onRequest }),
    access: {
      provider: { algorithms: SIGNED_ALGORITHMS },
      ...(application === undefined ? {} : { application }),
    },
    expected,
    isEndless: false,
  };
}
