import { createServer, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';

describe('loopback-only', () => {
  it.each(['http://192.0.2.1/', 'http://example.com/', 'http://[2001:db8::1]/'])(
    'refuses a connection to %s, with the global fetch and with a dispatcher of our own',
    async (url) => {
      const byFetch = await fetch(url).catch((error: unknown) => error);
      const byUndici = await request(url, { dispatcher: new Agent() }).catch((error) => error);

      expect(byFetch).toMatchObject({ cause: { code: 'ERR_LOOPBACK_ONLY' } });
      expect(byUndici).toMatchObject({ code: 'ERR_LOOPBACK_ONLY' });
    },
  );

  it('refuses a name that a lookup of our own leads outside', async () => {
    const lookup: LookupFunction = (_name, options, callback) =>
      options.all === true
        ? callback(null, [{ address: '192.0.2.1', family: 4 }])
        : callback(null, '192.0.2.1', 4);
    const dispatcher = new Agent({ connect: { lookup } });

    const outcome = await request('http://example.com/', { dispatcher }).catch((error) => error);

    expect(outcome).toMatchObject({ code: 'ERR_LOOPBACK_ONLY' });
  });

  it('answers a name below .invalid with ENOTFOUND without asking anybody', async () => {
    const outcome = await request('http://nowhere.invalid/').catch((error) => error);

    expect(outcome).toMatchObject({ code: 'ENOTFOUND', hostname: 'nowhere.invalid' });
  });

  it.each(['127.0.0.1', 'localhost'])('lets a connection to %s through', async (host) => {
    const server = createServer((socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
    await new Promise<void>((listening) => server.listen(0, host, listening));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    const { statusCode } = await request(`http://${host}:${port}/`);
    server.close();

    expect(statusCode).toBe(204);
  });
});
