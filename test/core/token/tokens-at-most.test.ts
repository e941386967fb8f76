import { describe, expect, it } from 'vitest';
import type { TokenReplySeen } from '../../../lib/core/evidence/evidence.ts';
import type { TransportFailure } from '../../../lib/core/http/http-exchange.ts';
import { tokensAtMost } from '../../../lib/core/token/token-reply.ts';

const used = { kind: 'used', tokenEndpoint: 'https://acme.kinde.com/oauth2/token' } as const;
const failed = (failure: TransportFailure['failure']): TransportFailure => ({
  kind: 'transport-failure',
  failure,
  code: 'X',
  detail: 'none',
  durationMs: 1,
});
const refused = (status: number): TokenReplySeen => ({
  kind: 'refused',
  status,
  error: null,
  description: null,
  reading: { reason: 'provider-error', basis: 'status', named: null },
  retryAfterSeconds: null,
});
const granted = {
  kind: 'granted',
  status: 200,
  expiresInSeconds: null,
  hasTokenType: true,
  scopes: null,
} as const;
const malformed = { kind: 'malformed', status: 200, problem: 'cut-off', excerpt: '' } as const;
const skipped = { kind: 'skipped' } as const;
const attempt = { discovery: used, clientAuthentication: null, fault: null } as const;

describe('tokensAtMost', () => {
  it.each<[string, TokenReplySeen, number]>([
    ['a token', granted, 1],
    ['a reply that broke off', malformed, 1],
    ['a connection that was reset, maybe after the request', failed('reset'), 1],
    ['no answer in time', failed('timeout'), 1],
    ['an answer that is not HTTP', failed('not-http'), 1],
    ['a failure of no known kind', failed('other'), 1],
    ['a gateway that did not wait for the answer', refused(504), 1],
    ['a name that does not resolve', failed('dns'), 0],
    ['a connection that was refused', failed('refused'), 0],
    ['a host that cannot be reached', failed('unreachable'), 0],
    ['a certificate that is not acceptable', failed('tls'), 0],
    ['a refusal', refused(401), 0],
    [
      'a request that was held back',
      { kind: 'not-sent', reason: 'provider-paused', retryAfterSeconds: 60 },
      0,
    ],
    ['no request', skipped, 0],
  ])('counts %s', (_, tokenReply, tokens) => {
    expect(tokensAtMost({ ...attempt, tokenReply })).toBe(tokens);
  });

  it.each([
    ['a reply that was lost', failed('timeout'), 1],
    ['a refusal', refused(401), 0],
  ])('counts %s to the second of two methods', (_, reply, tokens) => {
    const clientAuthentication = {
      method: 'client_secret_basic',
      chosen: 'usual',
      usual: 'client_secret_basic',
      isEncoded: false,
      other: { method: 'client_secret_post', reply },
      assertion: null,
    } as const;

    expect(tokensAtMost({ ...attempt, tokenReply: refused(401), clientAuthentication })).toBe(
      tokens,
    );
  });

  it.each([
    ['after discovery', used, 1],
    [
      'after discovery failed and convention took its place',
      { ...used, kind: 'fallback', problem: failed('dns') },
      1,
    ],
    ['before discovery', skipped, 0],
  ] as const)('counts an attempt that was interrupted %s', (_, discovery, tokens) => {
    const fault = { kind: 'not-checked', detail: 'out of time' } as const;

    expect(tokensAtMost({ ...attempt, discovery, tokenReply: skipped, fault })).toBe(tokens);
  });
});
