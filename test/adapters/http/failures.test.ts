import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createUndiciSender,
  type UndiciSenderOptions,
} from '../../../lib/adapters/http/undici-sender.ts';
import type { HttpOutcome } from '../../../lib/core/http/http-exchange.ts';
import { type Authority, createAuthority, selfSigned } from '../../support/certificates.ts';
import {
  closedPort,
  type RawServer,
  type RawServerOptions,
  rawReply,
  startRawServer,
} from '../../support/raw-server.ts';
import { SOON_MS } from '../../support/time-limits.ts';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function newServer(options: RawServerOptions): Promise<RawServer> {
  const server = await startRawServer(options);
  opened.push(server.close);
  return server;
}

interface Asked extends Partial<UndiciSenderOptions> {
  readonly timeoutMs?: number;
}

function outcomeOf(url: string, asked: Asked = {}): Promise<HttpOutcome> {
  const { timeoutMs = 2000, ...options } = asked;
  const sender = createUndiciSender({ connections: 1, allowInsecureHttp: true, ...options });
  opened.push(sender.close);
  return sender.send({ purpose: 'token', method: 'GET', url, headers: {}, body: null, timeoutMs });
}

describe('a peer that is not reached', () => {
  it('refuses the connection', async () => {
    const port = await closedPort();

    const outcome = await outcomeOf(`http://127.0.0.1:${port}/`);

    expect(outcome).toMatchObject({
      kind: 'transport-failure',
      failure: 'refused',
      code: 'ECONNREFUSED',
      detail: `127.0.0.1:${port} refused the connection`,
    });
  });

  it('refuses the connection on each of its addresses', async () => {
    const port = await closedPort();

    const outcome = await outcomeOf(`http://localhost:${port}/`, {
      lookup: (_host, _options, callback) =>
        callback(null, [
          { address: '127.0.0.1', family: 4 },
          { address: '127.0.0.2', family: 4 },
        ]),
    });

    expect(outcome).toMatchObject({ failure: 'refused', code: 'ECONNREFUSED' });
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN'])('has a name that does not resolve: %s', async (code) => {
    const outcome = await outcomeOf('https://tenant.invalid/', {
      lookup: (host, _options, callback) =>
        callback(Object.assign(new Error(`getaddrinfo ${host}`), { code }), []),
    });

    expect(outcome).toMatchObject({
      failure: 'dns',
      code,
      detail: 'the name tenant.invalid does not resolve',
    });
  });

  it('is not connected to in time', async () => {
    const outcome = await outcomeOf('https://tenant.invalid/', {
      timeoutMs: 100,
      lookup: () => {},
    });

    expect(outcome).toMatchObject({
      failure: 'timeout',
      code: 'UND_ERR_CONNECT_TIMEOUT',
      detail: 'no connection to tenant.invalid:443 within 100 ms',
    });
    expect(outcome.durationMs).toBeLessThan(SOON_MS);
  });

  it('accepts the connection and does not answer the handshake', async () => {
    const server = await newServer({});

    const outcome = await outcomeOf(`https://127.0.0.1:${server.port}/`, { timeoutMs: 100 });

    expect(outcome).toMatchObject({ failure: 'timeout', code: 'UND_ERR_CONNECT_TIMEOUT' });
  });

  it('has no connection free in time', async () => {
    const server = await newServer({});
    const sender = createUndiciSender({ connections: 1, allowInsecureHttp: true });
    opened.push(sender.close);
    const request = {
      purpose: 'token',
      method: 'GET',
      url: `http://127.0.0.1:${server.port}/`,
      headers: {},
      body: null,
    } as const;

    const [first, second] = await Promise.all([
      sender.send({ ...request, timeoutMs: 2_000 }),
      sender.send({ ...request, timeoutMs: 1_000 }),
    ]);

    expect(first).toMatchObject({ failure: 'timeout', code: 'UND_ERR_HEADERS_TIMEOUT' });
    expect(second).toMatchObject({ failure: 'timeout', code: 'UND_ERR_CONNECT_TIMEOUT' });
    expect(server.requests()).toBe(1);
  });
});

describe('a peer that is reached and gives no HTTP reply', () => {
  it('resets the connection', async () => {
    const server = await newServer({ onRequest: ({ socket }) => socket.resetAndDestroy() });

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`);

    expect(outcome).toMatchObject({
      failure: 'reset',
      detail: `127.0.0.1:${server.port} closed the connection before an answer`,
    });
  });

  it('closes the connection', async () => {
    const server = await newServer({ onRequest: ({ socket }) => socket.end() });

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`);

    expect(outcome).toMatchObject({ failure: 'reset', code: 'UND_ERR_SOCKET' });
  });

  it('never answers', async () => {
    const server = await newServer({});

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`, { timeoutMs: 1_000 });

    expect(outcome).toMatchObject({
      failure: 'timeout',
      code: 'UND_ERR_HEADERS_TIMEOUT',
      detail: `127.0.0.1:${server.port} was connected to and did not answer within 1000 ms`,
    });
    expect(outcome.durationMs).toBeLessThan(SOON_MS);
  });

  it('sends informational replies for ever', async () => {
    const server = await newServer({
      onRequest: ({ socket }) => {
        const hints = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 10);
        socket.on('close', () => clearInterval(hints));
      },
    });

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`, { timeoutMs: 1_000 });

    expect(outcome).toMatchObject({ failure: 'timeout', code: 'UND_ERR_HEADERS_TIMEOUT' });
  });

  it.each([
    ['a line of text', 'hello there\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['binary', Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])],
    ['a status that is no number', 'HTTP/1.1 OK\r\n\r\n'],
    [
      'a switch of protocols',
      'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('answers with %s', async (_, bytes) => {
    const server = await newServer({ onRequest: ({ socket }) => socket.write(bytes) });

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`);

    expect(outcome).toMatchObject({
      failure: 'not-http',
      detail: `the answer of 127.0.0.1:${server.port} is not HTTP`,
    });
  });

  it('sends headers beyond measure', async () => {
    const server = await newServer({
      onRequest: ({ socket }) => socket.write(rawReply(200, '', [`x-long: ${'x'.repeat(20_000)}`])),
    });

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`);

    expect(outcome).toMatchObject({ failure: 'other', code: 'UND_ERR_HEADERS_OVERFLOW' });
  });

  it('repeats the words of the peer in no detail', async () => {
    const server = await newServer({
      onRequest: ({ socket }) => socket.write('HTTP/1.1 hunter2\r\nhunter2\r\n\r\n'),
    });

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`);

    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});

describe('a certificate that is not acceptable', () => {
  const YESTERDAY = new Date(Date.now() - 86_400_000);
  const TOMORROW = new Date(Date.now() + 86_400_000);
  const LONG_AGO = new Date(2020, 0, 1);
  let authority: Authority;

  beforeAll(async () => {
    authority = await createAuthority('Test Authority');
  });

  function tlsServer(tls: NonNullable<RawServerOptions['tls']>): Promise<RawServer> {
    return newServer({ tls, onRequest: ({ socket }) => socket.write(rawReply(200, 'welcome')) });
  }

  it('is none of a trusted authority for this host', async () => {
    const server = await tlsServer(await authority.issue({ hosts: ['127.0.0.1', 'localhost'] }));
    const ca = authority.cert;

    expect(await outcomeOf(`https://127.0.0.1:${server.port}/`, { ca })).toMatchObject({
      kind: 'reply',
      body: 'welcome',
    });
    expect(await outcomeOf(`https://localhost:${server.port}/`, { ca })).toMatchObject({
      kind: 'reply',
      body: 'welcome',
    });
  });

  it.each([
    {
      title: 'another host',
      request: { hosts: ['elsewhere.example'] },
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      says: 'is for another host',
    },
    {
      title: 'expired',
      request: { hosts: ['127.0.0.1'], validFrom: LONG_AGO, validTo: YESTERDAY },
      code: 'CERT_HAS_EXPIRED',
      says: 'has expired',
    },
    {
      title: 'not valid yet',
      request: { hosts: ['127.0.0.1'], validFrom: TOMORROW },
      code: 'CERT_NOT_YET_VALID',
      says: 'is not valid yet',
    },
  ])('is refused: $title', async ({ request, code, says }) => {
    const server = await tlsServer(await authority.issue(request));

    const outcome = await outcomeOf(`https://127.0.0.1:${server.port}/`, { ca: authority.cert });

    const detail = `the certificate of 127.0.0.1:${server.port} ${says}`;
    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'tls', code, detail });
    expect(server.requests()).toBe(0);
  });

  it('is refused: self-signed', async () => {
    const server = await tlsServer(await selfSigned({ hosts: ['127.0.0.1'] }));

    const outcome = await outcomeOf(`https://127.0.0.1:${server.port}/`);

    const detail = `the certificate of 127.0.0.1:${server.port} is self-signed`;
    const code = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    expect(outcome).toMatchObject({ failure: 'tls', code, detail });
  });

  it('is refused whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const server = await tlsServer(await selfSigned({ hosts: ['127.0.0.1'] }));

    const outcome = await outcomeOf(`https://127.0.0.1:${server.port}/`);
    vi.unstubAllEnvs();

    expect(outcome).toMatchObject({ failure: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(server.requests()).toBe(0);
  });

  it('is refused: unknown authority', async () => {
    const server = await tlsServer(await authority.issue({ hosts: ['127.0.0.1'] }));

    const outcome = await outcomeOf(`https://127.0.0.1:${server.port}/`);

    expect(outcome).toMatchObject({
      failure: 'tls',
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      detail: `the certificate of 127.0.0.1:${server.port} comes from an unknown authority`,
    });
  });

  it('is refused: an authority of the same name', async () => {
    const server = await tlsServer(await authority.issue({ hosts: ['127.0.0.1'] }));
    const ca = (await createAuthority('Test Authority')).cert;

    const outcome = await outcomeOf(`https://127.0.0.1:${server.port}/`, { ca });

    expect(outcome).toMatchObject({ failure: 'tls', code: 'CERT_SIGNATURE_FAILURE' });
  });

  it('is none: the peer speaks no TLS', async () => {
    const server = await newServer({ onConnection: (socket) => socket.write(rawReply(400)) });

    const outcome = await outcomeOf(`https://127.0.0.1:${server.port}/`);

    expect(outcome).toMatchObject({ failure: 'tls' });
    expect(outcome).toHaveProperty(
      'detail',
      expect.stringMatching(/^the TLS handshake with 127\.0\.0\.1:\d+ failed \([A-Z_]+\)$/),
    );
  });

  it('is not asked for: http to a port that speaks TLS', async () => {
    const server = await tlsServer(await selfSigned({ hosts: ['127.0.0.1'] }));

    const outcome = await outcomeOf(`http://127.0.0.1:${server.port}/`);

    expect(outcome).toMatchObject({ failure: expect.stringMatching(/^(not-http|reset)$/) });
  });
});

describe('an address that nothing is sent to', () => {
  it.each([
    ['http://tenant.example/', 'ERR_INSECURE_URL', true],
    ['http://127.0.0.1.example/', 'ERR_INSECURE_URL', true],
    ['http://192.168.0.1/', 'ERR_INSECURE_URL', true],
    ['http://127.0.0.1/', 'ERR_INSECURE_URL', false],
    ['http://localhost/', 'ERR_INSECURE_URL', false],
    ['ftp://127.0.0.1/', 'ERR_INVALID_URL', true],
    ['https://user:hunter2@127.0.0.1/', 'ERR_INVALID_URL', true],
    ['hunter2', 'ERR_INVALID_URL', true],
  ])('is %s', async (url, code, allowInsecureHttp) => {
    const outcome = await outcomeOf(url, { allowInsecureHttp });

    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'other', code });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it.each(['http://[::1]:1/', 'http://127.1:1/', 'http://LOCALHOST:1/'])(
    'is not this machine: %s',
    async (url) => {
      const outcome = await outcomeOf(url);

      expect(outcome).not.toMatchObject({ code: 'ERR_INSECURE_URL' });
    },
  );

  it.each([
    ['a header', { headers: { authorization: 'Bearer hunter2\r\nx: y' } }],
    ['a header name', { headers: { 'hunter2\r\nx': 'y' } }],
    ['a method', { method: 'GET hunter2' }],
  ])('is one whose request cannot be written: %s', async (_, wrong) => {
    const sender = createUndiciSender({ connections: 1, allowInsecureHttp: true });
    opened.push(sender.close);
    const request = { purpose: 'call', method: 'GET', url: 'http://127.0.0.1:1/' } as const;

    const outcome = await sender.send({
      ...request,
      headers: {},
      body: null,
      timeoutMs: 500,
      ...wrong,
    });

    expect(outcome).toMatchObject({ failure: 'other', code: 'UND_ERR_INVALID_ARG' });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});

describe('a proxy', () => {
  let authority: Authority;
  const asked: string[] = [];

  beforeAll(async () => {
    authority = await createAuthority('Proxy Test Authority');
  });
  afterAll(() => {
    asked.length = 0;
  });

  /** Opens a tunnel to the port that is asked for, on this machine. */
  const tunnel: RawServerOptions['onRequest'] = ({ socket, head }) => {
    asked.push(head);
    const port = Number(/^CONNECT [^:]+:(\d+) /.exec(head)?.[1]);
    socket.removeAllListeners('data');
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  };

  it('carries requests, and sees neither their content nor their headers', async () => {
    const server = await newServer({
      tls: await authority.issue({ hosts: ['tenant.invalid'] }),
      onRequest: ({ socket }) => socket.write(rawReply(200, 'through the tunnel')),
    });
    const proxy = await newServer({ onRequest: tunnel });

    const outcome = await outcomeOf(`https://tenant.invalid:${server.port}/`, {
      ca: authority.cert,
      proxy: `http://user:p%40ss@127.0.0.1:${proxy.port}`,
    });

    expect(outcome).toMatchObject({ kind: 'reply', body: 'through the tunnel' });
    expect(asked[0]).toContain(`CONNECT tenant.invalid:${server.port} HTTP/1.1`);
    expect(asked[0]).toContain(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    expect(asked[0]).not.toContain('user-agent');
  });

  it('has its own part in what fails, and its password in none of it', async () => {
    const port = await closedPort();

    const outcome = await outcomeOf('https://tenant.invalid/', {
      proxy: `http://user:hunter2@127.0.0.1:${port}`,
    });

    expect(outcome).toMatchObject({
      failure: 'refused',
      detail: `the proxy 127.0.0.1:${port} refused the connection`,
    });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('may say no', async () => {
    const proxy = await newServer({ onRequest: ({ socket }) => socket.end(rawReply(407)) });

    const outcome = await outcomeOf('https://tenant.invalid/', {
      proxy: `http://127.0.0.1:${proxy.port}`,
    });

    expect(outcome).toMatchObject({
      failure: 'other',
      code: 'UND_ERR_ABORTED',
      detail: `the proxy 127.0.0.1:${proxy.port} did not open a connection`,
    });
  });

  it('is given its own credentials and none of a request', async () => {
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const sender = createUndiciSender({ connections: 1, proxy });
    opened.push(sender.close);

    const outcome = await sender.send({
      purpose: 'call',
      method: 'GET',
      url: 'https://tenant.invalid/',
      headers: { 'proxy-authorization': 'Basic hunter2' },
      body: null,
      timeoutMs: 2000,
    });

    expect(outcome).toMatchObject({ failure: 'other', code: 'UND_ERR_INVALID_ARG' });
  });

  it('may close the connection', async () => {
    const proxy = await newServer({ onRequest: ({ socket }) => socket.destroy() });

    const outcome = await outcomeOf('https://tenant.invalid/', {
      proxy: `http://127.0.0.1:${proxy.port}`,
    });

    expect(outcome).toMatchObject({ failure: 'reset' });
  });
});
