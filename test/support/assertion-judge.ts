import type { KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, type JWK, jwtVerify } from 'jose';
import type { LocalIssuerOptions, Refusal } from './local-issuer.ts';

/** A client that authenticates with assertions, as a server has it on record. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly publicKey: KeyObject | JWK;
  /** The `kid` that an assertion must name; absent: any, or none. */
  readonly keyId?: string;
  /** @default every algorithm of its key */
  readonly algorithms?: readonly string[];
  /** Whom an assertion must be for; `issuer-with-slash`: its own issuer. @default the token endpoint */
  readonly audience?: string;
  /** The server's clock, ahead of ours by so many seconds. @default 0 */
  readonly clockAheadSeconds?: number;
}

/** What a server finds wrong with the authentication of a client. */
export type AssertionFlaw =
  | 'no-assertion'
  | 'client'
  | 'key'
  | 'audience'
  | 'times'
  | 'algorithm'
  | 'replayed';

/** A server's answer for each flaw. */
export type AssertionRefusals = (flaw: AssertionFlaw, parameters: URLSearchParams) => Refusal;

const BARE: AssertionRefusals = () => ({ status: 401, body: { error: 'invalid_client' } });

/**
 * Judges assertions as RFC 7523 section 3 has it: signature, `iss` and `sub`, `aud`, times, and that no
 * `jti` comes twice. What it refuses is answered in the words of `refusals`.
 */
export function assertionJudge(
  client: RegisteredClient,
  refusals: AssertionRefusals = BARE,
): NonNullable<LocalIssuerOptions['refuse']> {
  const seen = new Set<string>();
  return async ({ parameters }, tokenEndpoint) => {
    const flaw = await flawOf(parameters, { client, tokenEndpoint, seen });
    return flaw === null ? null : refusals(flaw, parameters);
  };
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Far shorter than many servers allow, so that a longer life would show. */
const MAX_LIFETIME_SECONDS = 300;

async function flawOf(
  parameters: URLSearchParams,
  {
    client,
    tokenEndpoint,
    seen,
  }: {
    readonly client: RegisteredClient;
    readonly tokenEndpoint: string;
    readonly seen: Set<string>;
  },
): Promise<AssertionFlaw | null> {
  const { clientId, publicKey, keyId, algorithms, audience, clockAheadSeconds = 0 } = client;
  const assertion = parameters.get('client_assertion') ?? '';
  if (parameters.get('client_assertion_type') !== ASSERTION_TYPE || assertion === '') {
    return 'no-assertion';
  }
  if (parameters.has('client_secret')) return 'no-assertion';
  const { iss, sub, aud, iat = 0, exp = Number.POSITIVE_INFINITY, jti = '' } = decodeJwt(assertion);
  if (iss !== clientId || sub !== clientId || parameters.get('client_id') !== clientId) {
    return 'client';
  }
  const { alg = '', kid, typ } = decodeProtectedHeader(assertion);
  if (algorithms !== undefined && !algorithms.includes(alg)) return 'algorithm';
  if (typ !== 'JWT' || (keyId !== undefined && kid !== keyId)) return 'key';
  // One audience, and no other beside it.
  const ownIssuer = tokenEndpoint.replace(/token$/, '');
  const wanted = audience === 'issuer-with-slash' ? ownIssuer : (audience ?? tokenEndpoint);
  if (aud !== wanted) return 'audience';
  try {
    await jwtVerify(assertion, publicKey, {
      algorithms: [alg],
      currentDate: new Date(Date.now() + clockAheadSeconds * 1000),
    });
  } catch (error) {
    return error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
      ? 'times'
      : 'key';
  }
  if (exp - iat > MAX_LIFETIME_SECONDS) return 'times';
  if (jti === '' || seen.has(jti)) return 'replayed';
  seen.add(jti);
  return null;
}
