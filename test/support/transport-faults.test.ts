import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Agent, fetch as undiciFetch } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { textReply } from '../../lib/standin/http-messages.ts';
import {
  get,
  requestToken,
  standinWithApplication,
  started,
  tokenOf,
} from '../standin/standin-client.ts';
import { createTlsCertificate } from './certificates.ts';
import {
  edgePage,
  garbage,
  gzipBomb,
  hostileText,
  htmlPage,
  invalidJson,
  largeBody,
  notUtf8,
  oauthError,
  rateLimited,
  redirectTo,
  replyWith,
  serverError,
} from './fault-replies.ts';
import { SOON_MS } from './time-limits.ts';
import { startFaultyStandin, type TransportFault } from './transport-faults.ts';

const DISCOVERY = '/.well-known/openid-configuration';

describe('a fault of the connection', () => {
  it.each<[TransportFault, string]>([
    [{ kind: 'reset' }, 'ECONNRESET'],
    [{ kind: 'hang-up' }, 'UND_ERR_SOCKET'],
  ])('%o gives no reply', async (fault, code) => {
    const { standin, credentials } = await standinWithApplication();
    standin.faults.set('token', fault);

    await expect(requestToken(standin, credentials)).rejects.toMatchObject({ cause: { code } });
  });

  it('reset closes the connection over TLS too', async () => {
    const tls = await createTlsCertificate();
    const standin = await started({ tls });
    const dispatcher = trusting(tls.authority);
    standin.faults.set('discovery', { kind: 'reset' }, { times: 1 });

    const reset = undiciFetch(`${standin.issuer}${DISCOVERY}`, { dispatcher });

    await expect(reset).rejects.toMatchObject({ cause: { code: expect.any(String) } });
    expect((await undiciFetch(`${standin.issuer}${DISCOVERY}`, { dispatcher })).status).toBe(200);
  });

  it('silence sends nothing at all', async () => {
    const standin = await started();
    standin.faults.set('discovery', { kind: 'silence' });

    const requested = () => standin.requests.length > 0;

    expect(await bytesOnceRequested(`${standin.issuer}${DISCOVERY}`, requested)).toStrictEqual({
      hasHeaders: false,
      bytes: 0,
      hasEnded: false,
    });
  });

  it('stall sends headers and no body', async () => {
    const standin = await started();
    standin.faults.set('discovery', { kind: 'stall' });

    expect(await bytesUntil(`${standin.issuer}${DISCOVERY}`, 0, 150)).toStrictEqual({
      hasHeaders: true,
      bytes: 0,
      hasEnded: false,
    });
  });

  it('endless goes on sending byte by byte', async () => {
    const standin = await started();
    standin.faults.set('keys', { kind: 'endless', everyMs: 5 });

    const seen = await bytesUntil(`${standin.issuer}/.well-known/jwks`, 30);

    expect(seen).toMatchObject({ hasHeaders: true, hasEnded: false });
    expect(seen.bytes).toBeLessThan(2_000);
  });

  it('endless can send as fast as it is read', async () => {
    const standin = await started();
    standin.faults.set('api', { kind: 'endless', everyMs: 0 });

    const seen = await bytesUntil(`${standin.apiUrl}/health`, 1024 * 1024);

    expect(seen).toMatchObject({ hasHeaders: true, hasEnded: false });
  });

  it('cut-off declares the length of the whole body and sends half of it', async () => {
    const standin = await started();
    standin.faults.set('discovery', { kind: 'cut-off' });

    await expect(get(`${standin.issuer}${DISCOVERY}`)).rejects.toThrow('terminated');
  });

  it('delay sends the right reply late', async () => {
    const { standin, credentials } = await standinWithApplication();
    standin.faults.set('token', { kind: 'delay', delayMs: 120 });
    const startedAt = performance.now();

    const reply = await requestToken(standin, credentials);

    expect(reply.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(110);
  });
});

describe('another reply instead', () => {
  it.each<[string, TransportFault, number, string, RegExp]>([
    ['a Cloudflare page', edgePage(), 403, 'text/html; charset=UTF-8', /Cloudflare/],
    ['a CloudFront page', edgePage('cloudfront'), 403, 'text/html; charset=UTF-8', /could not be/],
    ['a page of AWS WAF', edgePage('aws-waf'), 403, 'text/html; charset=UTF-8', /403 Forbidden/],
    ['a web page', htmlPage(404, 'Not Found'), 404, 'text/html; charset=UTF-8', /<h1>Not Found/],
    ['a server error', serverError(), 500, 'application/json', /"server_error"/],
    ['an overload', serverError(503), 503, 'application/json', /"temporarily_unavailable"/],
    ['invalid JSON', invalidJson(), 200, 'application/json', /^\{"access_token":"eyJhbGciOi$/],
    ['any reply', replyWith(textReply(418, 'tea')), 418, 'text/plain; charset=utf-8', /^tea$/],
  ])('can be %s', async (...row) => {
    const [, fault, status, type, text] = row;
    const { standin, credentials } = await standinWithApplication();
    standin.faults.set('token', fault);

    const reply = await requestToken(standin, credentials);

    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe(type);
    expect(reply.text).toMatch(text);
  });

  it('can be a 429 with either header', async () => {
    const { standin, credentials } = await standinWithApplication();
    standin.faults.set('token', rateLimited({ rateLimitResetSeconds: 30 }), { times: 1 });
    standin.faults.set('token', rateLimited({ retryAfter: 60 }), { times: 1 });

    const [first, second] = [
      await requestToken(standin, credentials),
      await requestToken(standin, credentials),
    ];

    expect([first.status, first.headers.get('ratelimit-reset')]).toStrictEqual([429, '30']);
    expect([second.status, second.headers.get('retry-after')]).toStrictEqual([429, '60']);
    expect(first.headers.has('retry-after')).toBe(false);
  });

  it('can be a redirect', async () => {
    const standin = await started();
    standin.faults.set('keys', redirectTo('https://evil.example/', 307));

    const reply = await get(`${standin.issuer}/.well-known/jwks`);

    expect([reply.status, reply.headers.get('location')]).toStrictEqual([
      307,
      'https://evil.example/',
    ]);
  });

  it('can hold bytes that are not UTF-8, or random ones', async () => {
    const standin = await started();
    standin.faults.set('discovery', notUtf8(), { times: 1 });
    standin.faults.set('discovery', garbage(4096));
    const bytes = async () => (await fetch(`${standin.issuer}${DISCOVERY}`)).arrayBuffer();

    const [first, second] = [await bytes(), await bytes()];

    const strict = new TextDecoder('utf-8', { fatal: true });
    expect(() => strict.decode(first)).toThrow('not valid');
    expect(second.byteLength).toBe(4096);
  });

  it('can be JSON of many megabytes', async () => {
    const standin = await started();
    standin.faults.set('discovery', largeBody(3));

    const reply = await get(`${standin.issuer}${DISCOVERY}`);

    expect(reply.text).toHaveLength(3 * 1024 * 1024);
    expect(reply.body).toHaveProperty('filler');
  });

  it('can be a small body that unpacks to more than 100 MB', () => {
    const fault = gzipBomb();
    if (fault.reply instanceof Function) throw new Error('a fixed reply is expected');
    const body = Buffer.from(fault.reply.body);

    expect(body.length).toBeLessThan(256 * 1024);
    expect(fault.reply.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).length).toBeGreaterThan(100_000_000);
  });

  it('can hold control and bidirectional characters', async () => {
    const { standin, credentials } = await standinWithApplication();
    standin.faults.set('token', hostileText());

    const { body } = await requestToken(standin, credentials);

    expect(body['error']).toBe('invalid_client');
    for (const character of ['\u001b', '\u0000', '\u202e', '\u009b', '<script>']) {
      expect(body['error_description']).toContain(character);
    }
  });

  it('can repeat what was sent', async () => {
    const { standin, credentials } = await standinWithApplication();
    const token = tokenOf(await requestToken(standin, credentials));
    const echo = replyWith(({ headers }) => textReply(500, headers.authorization ?? ''));
    standin.faults.set('api', echo);

    expect((await get(`${standin.apiUrl}/health`, token)).text).toBe(`Bearer ${token}`);
  });
});

describe('the limits of a fault', () => {
  it('times lets it count so often and no more', async () => {
    const { standin, credentials } = await standinWithApplication();
    standin.faults.set('token', serverError(), { times: 2 });

    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await requestToken(standin, credentials)).status);
    }

    expect(statuses).toStrictEqual([500, 500, 200]);
  });

  it('clientId lets it count for one client, at the token endpoint and at the API', async () => {
    const { standin, credentials } = await standinWithApplication();
    const other = standin.tenant.addApplication({ name: 'Other' });
    const token = tokenOf(await requestToken(standin, credentials));
    const otherToken = tokenOf(await requestToken(standin, other, { audience: null }));
    const { clientId } = credentials;
    standin.faults.set('token', oauthError({ status: 418, error: 'x' }), { clientId });
    standin.faults.set('api', serverError(), { clientId });

    expect((await requestToken(standin, credentials)).status).toBe(418);
    expect((await requestToken(standin, other, { audience: null })).status).toBe(200);
    expect((await get(`${standin.apiUrl}/health`, token)).status).toBe(500);
    expect((await get(`${standin.apiUrl}/health`, otherToken)).status).toBe(200);
  });

  it('clear ends the faults of one endpoint or of all', async () => {
    const standin = await started();
    const paths = [DISCOVERY, '/.well-known/jwks'];
    const statuses = () =>
      Promise.all(paths.map(async (p) => (await get(standin.issuer + p)).status));
    standin.faults.set('discovery', serverError());
    standin.faults.set('keys', serverError());

    const before = await statuses();
    standin.faults.clear('discovery');
    const one = await statuses();
    standin.faults.clear();
    const all = await statuses();

    expect([before, one, all]).toStrictEqual([
      [500, 500],
      [200, 500],
      [200, 200],
    ]);
  });
});

describe('closing a stand-in', () => {
  it.each<TransportFault>([
    { kind: 'silence' },
    { kind: 'stall' },
    { kind: 'endless', everyMs: 5 },
    { kind: 'endless', everyMs: 0 },
    { kind: 'delay', delayMs: 60_000 },
  ])('ends at once with clients that hang in %o', async (fault) => {
    const standin = await startFaultyStandin();
    standin.faults.set('discovery', fault);
    standin.faults.set('api', fault);
    const clients = [`${standin.issuer}${DISCOVERY}`, `${standin.apiUrl}/health`].map((url) =>
      bytesOnce(url, { isEnough: () => false, thenMs: 0 }),
    );
    while (standin.requests.length < 2) await sleep(5);
    const startedAt = performance.now();

    await standin.close();

    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    await Promise.all(clients);
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
  });

  it('ends at once with clients that hang in TLS', async () => {
    const tls = await createTlsCertificate();
    const standin = await startFaultyStandin({ tls });
    standin.faults.set('discovery', { kind: 'silence' });
    const dispatcher = trusting(tls.authority);
    const hanging = undiciFetch(`${standin.issuer}${DISCOVERY}`, { dispatcher });
    while (standin.requests.length < 1) await sleep(5);
    const startedAt = performance.now();

    await Promise.all([standin.close(), expect(hanging).rejects.toThrow('fetch failed')]);

    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
  });
});

function trusting(ca: string): Agent {
  const agent = new Agent({ connect: { ca } });
  onTestFinished(() => agent.destroy());
  return agent;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** What arrives within a time, or until the connection ends. */
/** Reads a reply until so many bytes have come, and for so long again. */
function bytesUntil(url: string, bytes: number, thenMs = 0) {
  return bytesOnce(url, { isEnough: (seen) => seen.hasHeaders && seen.bytes >= bytes, thenMs });
}

/** Reads a reply for a while once its request has arrived. */
function bytesOnceRequested(url: string, isRequested: () => boolean) {
  return bytesOnce(url, { isEnough: isRequested, thenMs: 150 });
}

interface SeenBytes {
  readonly hasHeaders: boolean;
  readonly bytes: number;
  readonly hasEnded: boolean;
}

async function bytesOnce(
  url: string,
  {
    isEnough,
    thenMs,
  }: { readonly isEnough: (seen: SeenBytes) => boolean; readonly thenMs: number },
): Promise<SeenBytes> {
  const seen = { hasHeaders: false, bytes: 0, hasEnded: false };
  const request = httpRequest(url, { agent: false }, (response) => {
    seen.hasHeaders = true;
    response.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.length;
    });
    response.on('end', () => {
      seen.hasEnded = true;
    });
    response.on('error', () => undefined);
  });
  request.on('error', () => undefined);
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    request.on('close', () => {
      isClosed = true;
      resolve();
    });
  });
  request.end();
  while (!isClosed && !isEnough(seen)) await sleep(5);
  if (!isClosed) await sleep(thenMs);
  request.destroy();
  await closed;
  return { ...seen };
}
