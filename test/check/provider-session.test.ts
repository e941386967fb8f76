import { describe, expect, it } from 'vitest';
import type { TokenVerdict, TokenVerifier } from '../../lib/check/ports.ts';
import { ProviderSession } from '../../lib/check/provider-session.ts';
import type { ProviderConfig } from '../../lib/core/config/provider-config.ts';
import type { HttpRequest } from '../../lib/core/http/http-exchange.ts';
import { providerOf } from '../../lib/core/provider/registry.ts';
import { Secret } from '../../lib/core/secret.ts';
import type { KeySet } from '../../lib/core/token/key-set.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeSender, reply } from '../support/fake-sender.ts';
import { parsedConfig } from '../support/parsed-config.ts';

const ISSUER = 'https://acme.kinde.com';
const DOCUMENT = reply(200, {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/oauth2/token`,
  jwks_uri: `${ISSUER}/.well-known/jwks`,
});
const HEADER = { algorithm: 'RS256', keyId: 'k2', type: 'jwt' };
const TOKEN = new Secret('token');

function kindeConfig(): ProviderConfig {
  const config = parsedConfig().providers['acme'];
  if (config === undefined) throw new Error('the test configuration lacks its provider');
  return config;
}

/** Knows every token as signed with `k2`, and verifies it once that key is in the set. */
const verifier: TokenVerifier = {
  verify: async (_token: Secret, keys: KeySet | null): Promise<TokenVerdict> => {
    const known = (keys?.keys ?? []).map((key) => String(key['kid']));
    return known.includes('k2')
      ? { kind: 'verified', header: HEADER, claims: {} }
      : { kind: 'key-unknown', header: HEADER, claims: {}, knownKeyIds: known };
  },
};

function session(
  answers: Parameters<typeof fakeSender>[0],
  { clock = fakeClock(), judge = verifier } = {},
) {
  const http = fakeSender(answers);
  const made = new ProviderSession({
    config: kindeConfig(),
    provider: providerOf('kinde'),
    http,
    verifier: judge,
    clock,
  });
  return { session: made, http, clock };
}

const tokenRequest: HttpRequest = {
  purpose: 'token',
  method: 'POST',
  url: `${ISSUER}/oauth2/token`,
  headers: {},
  body: null,
  timeoutMs: 10_000,
};

describe('ProviderSession.endpoints', () => {
  it('asks discovery once, however many checks want it at the same time', async () => {
    const { session: shared, http } = session({ discovery: [DOCUMENT] });

    const both = await Promise.all([shared.endpoints(), shared.endpoints()]);

    expect(both[0]).toBe(both[1]);
    expect(both[0]).toMatchObject({ tokenEndpoint: `${ISSUER}/oauth2/token` });
    expect(http.count('discovery')).toBe(1);
  });
});

describe('ProviderSession.endpoints of any server', () => {
  const ask = (...discovery: readonly ReturnType<typeof reply>[]) => {
    const http = fakeSender({ discovery });
    const config = { ...kindeConfig(), type: 'oidc' as const };
    const parts = { config, provider: providerOf('oidc'), http, verifier, clock: fakeClock() };
    return { endpoints: new ProviderSession(parts).endpoints(), http };
  };

  it('takes the metadata of RFC 8414 where there is no discovery document', async () => {
    const { endpoints, http } = ask(reply(404, ''), DOCUMENT);

    expect(await endpoints).toMatchObject({
      kind: 'resolved',
      tokenEndpoint: `${ISSUER}/oauth2/token`,
    });
    expect(http.count('discovery')).toBe(2);
  });

  it('tells what the first place answered where neither has a document', async () => {
    const { endpoints } = ask(reply(404, ''), reply(403, ''));

    expect(await endpoints).toEqual({
      kind: 'failed',
      seen: { kind: 'failed', problem: { kind: 'status', status: 404, said: '' } },
    });
  });

  it('tells what is wrong with the second document where there is one', async () => {
    const { endpoints } = ask(reply(404, ''), reply(200, { issuer: 'https://evil.example' }));

    expect(await endpoints).toMatchObject({
      kind: 'failed',
      seen: { problem: { kind: 'issuer-mismatch' } },
    });
  });

  it('asks once where the first document is there and wrong', async () => {
    const { endpoints, http } = ask(reply(200, { issuer: 'https://evil.example' }));

    expect(await endpoints).toMatchObject({ kind: 'failed' });
    expect(http.count('discovery')).toBe(1);
  });
});

describe('ProviderSession.requestToken', () => {
  const limited = reply(429, '', { 'retry-after': ['3'] });

  it('waits as long as the provider asks, then asks once more', async () => {
    const { session: shared, http, clock } = session({ token: [limited, reply(200, {})] });

    const outcome = await shared.requestToken(tokenRequest, 'client-1');

    expect(outcome).toMatchObject({ status: 200 });
    expect(clock.waits).toEqual([3000]);
    expect(http.count('token')).toBe(2);
  });

  it('gives a second refusal as it is', async () => {
    const { session: shared, http } = session({ token: [limited] });

    const outcome = await shared.requestToken(tokenRequest, 'client-1');

    expect(outcome).toMatchObject({ status: 429 });
    expect(http.count('token')).toBe(2);
  });

  it('pauses the client that was asked to alone', async () => {
    const pause = reply(429, '', { 'retry-after': ['3600'] });
    const { session: shared, http } = session({ token: [pause, reply(200, {})] });
    await shared.requestToken(tokenRequest, 'client-1');

    expect(await shared.requestToken(tokenRequest, 'client-2')).toMatchObject({ status: 200 });
    expect(await shared.requestToken(tokenRequest, 'client-1')).toMatchObject({ kind: 'not-sent' });
    expect(http.count('token')).toBe(2);
  });

  it.each([
    'Rate limit of the tenant exceeded',
    '{"error":"too_many_requests","error_description":"Global limit has been reached"}',
    'Too many requests from this IP address',
  ])('pauses all clients where the reply says that the limit is of all: %s', async (body) => {
    const pause = reply(429, body, { 'retry-after': ['3600'] });
    const { session: shared, http } = session({ token: [pause] });
    await shared.requestToken(tokenRequest, 'client-1');

    expect(await shared.requestToken(tokenRequest, 'client-2')).toMatchObject({ kind: 'not-sent' });
    expect(http.count('token')).toBe(1);
  });

  it('pauses all clients where several were asked to and none was served since', async () => {
    const pause = reply(429, '{"error":"slow_down"}', { 'retry-after': ['3600'] });
    const { session: shared, http } = session({ token: [pause] });
    await shared.requestToken(tokenRequest, 'client-1');
    await shared.requestToken(tokenRequest, 'client-2');
    shared.noteServed('client-0');
    for (const client of ['client-3', 'client-4', 'client-5']) {
      await shared.requestToken(tokenRequest, client);
    }

    expect(await shared.requestToken(tokenRequest, 'client-6')).toMatchObject({ kind: 'not-sent' });
    expect(http.count('token')).toBe(5);
    shared.noteServed('client-7');
    expect(await shared.requestToken(tokenRequest, 'client-6')).toMatchObject({ status: 429 });
  });

  it('does not wait longer than the request may take, and sends no other request meanwhile', async () => {
    const pause = reply(429, '', { 'ratelimit-reset': ['60'] });
    const { session: shared, http, clock } = session({ token: [pause] });

    const first = await shared.requestToken(tokenRequest, 'client-1');
    const second = await shared.requestToken(tokenRequest, 'client-1');

    expect(first).toMatchObject({ status: 429 });
    expect(second).toEqual({ kind: 'not-sent', reason: 'provider-paused', retryAfterSeconds: 60 });
    expect(http.count('token')).toBe(1);
    expect(clock.waits).toEqual([]);
  });

  it('asks again once the pause is over', async () => {
    const pause = reply(429, '', { 'retry-after': ['60'] });
    const { session: shared, clock } = session({ token: [pause, reply(200, {})] });
    await shared.requestToken(tokenRequest, 'client-1');

    clock.advance(60_000);
    const outcome = await shared.requestToken(tokenRequest, 'client-1');

    expect(outcome).toMatchObject({ status: 200 });
  });

  it('gives a 429 without a time at once', async () => {
    const { session: shared, http } = session({ token: [reply(429, '')] });

    const outcome = await shared.requestToken(tokenRequest, 'client-1');

    expect(outcome).toMatchObject({ status: 429 });
    expect(http.count('token')).toBe(1);
  });
});

describe('ProviderSession.verify', () => {
  const keys = (...ids: readonly string[]) =>
    reply(200, { keys: ids.map((kid) => ({ kty: 'RSA', kid, n: 'AQAB', e: 'AQAB' })) });

  it('fetches the keys once for all tokens', async () => {
    const { session: shared, http } = session({ discovery: [DOCUMENT], keys: [keys('k2')] });

    const verdicts = await Promise.all([shared.verify(TOKEN), shared.verify(TOKEN)]);

    expect(verdicts.map(({ kind }) => kind)).toEqual(['verified', 'verified']);
    expect(http.count('keys')).toBe(1);
  });

  it('fetches them once more for an id that is not among them, and only once', async () => {
    const { session: shared, http } = session({
      discovery: [DOCUMENT],
      keys: [keys('k1'), keys('k1', 'k2')],
    });

    const verdicts = await Promise.all([shared.verify(TOKEN), shared.verify(TOKEN)]);

    expect(verdicts.map(({ kind }) => kind)).toEqual(['verified', 'verified']);
    expect(http.count('keys')).toBe(2);
  });

  it('says that the key is unknown where the second look does not have it either', async () => {
    const { session: shared, http } = session({ discovery: [DOCUMENT], keys: [keys('k1')] });

    const verdict = await shared.verify(TOKEN);

    expect(verdict).toMatchObject({ kind: 'key-unknown', knownKeyIds: ['k1'] });
    expect(http.count('keys')).toBe(2);
  });

  it('keeps the first verdict where the second look fails', async () => {
    const { session: shared } = session({
      discovery: [DOCUMENT],
      keys: [keys('k1'), reply(503, '')],
    });

    const verdict = await shared.verify(TOKEN);

    expect(verdict).toMatchObject({ kind: 'key-unknown', knownKeyIds: ['k1'] });
  });

  it('distinguishes keys that cannot be fetched from a bad signature', async () => {
    const { session: shared } = session({ discovery: [DOCUMENT], keys: [reply(403, 'no')] });

    const verdict = await shared.verify(TOKEN);

    expect(verdict).toMatchObject({
      kind: 'keys-unavailable',
      header: HEADER,
      problem: { kind: 'status', status: 403 },
    });
  });

  it('fetches no keys for a token that they cannot help', async () => {
    const malformed: TokenVerifier = {
      verify: async () => ({ kind: 'malformed', problem: 'not a JWT' }),
    };
    const { session: shared, http } = session(
      { discovery: [DOCUMENT], keys: [keys('k2')] },
      { judge: malformed },
    );

    const verdict = await shared.verify(TOKEN);

    expect(verdict).toEqual({ kind: 'malformed', problem: 'not a JWT' });
    expect(http.sent).toEqual([]);
  });
});
