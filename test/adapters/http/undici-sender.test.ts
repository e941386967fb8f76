import { afterEach, describe, expect, it } from 'vitest';
import {
  createUndiciSender,
  SenderOptionsError,
  type UndiciSenderOptions,
} from '../../../lib/adapters/http/undici-sender.ts';
import type { HttpSender } from '../../../lib/check/ports.ts';
import type { HttpOutcome, HttpReply, HttpRequest } from '../../../lib/core/http/http-exchange.ts';
import { Secret } from '../../../lib/core/secret.ts';
import {
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

function newSender(options: Partial<UndiciSenderOptions> = {}): HttpSender {
  const sender = createUndiciSender({ connections: 10, allowInsecureHttp: true, ...options });
  opened.push(() => sender.close());
  return sender;
}

async function newServer(options: RawServerOptions): Promise<RawServer> {
  const server = await startRawServer(options);
  opened.push(() => server.close());
  return server;
}

function request({ port }: RawServer, more: Partial<HttpRequest> = {}): HttpRequest {
  const url = `http://127.0.0.1:${port}/oauth2/token`;
  return {
    purpose: 'token',
    method: 'GET',
    url,
    headers: {},
    body: null,
    timeoutMs: 2000,
    ...more,
  };
}

function replied(outcome: HttpOutcome): HttpReply {
  if (outcome.kind !== 'reply') throw new Error(`no reply: ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('what a sender writes', () => {
  it('sends a secret body and secret headers byte for byte', async () => {
    const seen: { head: string; body: Buffer }[] = [];
    const server = await newServer({
      onRequest: ({ socket, head, body }) => {
        seen.push({ head, body });
        socket.write(rawReply(200));
      },
    });
    const text = 'client_secret=a+b&=%/~é \u{1F511}\u0000\n';

    await newSender().send(
      request(server, {
        method: 'POST',
        headers: { authorization: new Secret('Basic YSti'), accept: 'application/json' },
        body: new Secret(text),
      }),
    );

    expect(seen[0]?.body).toEqual(Buffer.from(text, 'utf8'));
    expect(seen[0]?.head).toMatch(/^POST \/oauth2\/token HTTP\/1\.1\r\n/);
    expect(seen[0]?.head).toContain('\r\nauthorization: Basic YSti\r\n');
    expect(seen[0]?.head).toContain('\r\naccept: application/json\r\n');
  });

  it('names itself with its version and asks for no compression', async () => {
    let head = '';
    const server = await newServer({
      onRequest: (seen) => {
        head = seen.head;
        seen.socket.write(rawReply(200));
      },
    });

    await newSender().send(request(server));

    expect(head).toMatch(/^user-agent: m2m-watch\/\d+\.\d+\.\d+$/m);
    expect(head).toMatch(/^accept-encoding: identity$/m);
  });

  it('keeps the query of the address', async () => {
    let head = '';
    const server = await newServer({
      onRequest: (seen) => {
        head = seen.head;
        seen.socket.write(rawReply(200));
      },
    });

    await newSender().send(
      request(server, { url: `http://localhost:${server.port}/health?deep=%2F&x=1#part` }),
    );

    expect(head).toMatch(/^GET \/health\?deep=%2F&x=1 HTTP/);
  });
});

describe('what a sender reads', () => {
  it('gives status, headers in lower case with all their values, and the body', async () => {
    const headers = ['Date: Mon, 23 Nov 2026 18:00:00 GMT', 'X-Twice: a', 'X-TWICE: b'];
    const server = await newServer({
      onRequest: ({ socket }) => socket.write(rawReply(418, '{"ok":"é"}', headers)),
    });

    const reply = replied(await newSender().send(request(server)));

    expect(reply).toMatchObject({ status: 418, body: '{"ok":"é"}', bodyProblem: null });
    expect(reply.headers['date']).toEqual(['Mon, 23 Nov 2026 18:00:00 GMT']);
    expect(reply.headers['x-twice']).toEqual(['a', 'b']);
    expect(reply.durationMs).toBeLessThan(SOON_MS);
  });

  it('takes header names that are members of every object for plain names', async () => {
    const headers = ['__proto__: a', 'constructor: b', 'toString: c'];
    const server = await newServer({
      onRequest: ({ socket }) => socket.write(rawReply(200, '', headers)),
    });

    const reply = replied(await newSender().send(request(server)));

    expect(Object.entries(reply.headers)).toEqual([
      ['__proto__', ['a']],
      ['constructor', ['b']],
      ['tostring', ['c']],
      ['content-length', ['0']],
    ]);
  });

  it('follows no redirect', async () => {
    const other = await newServer({ onRequest: ({ socket }) => socket.write(rawReply(200)) });
    const location = `location: http://127.0.0.1:${other.port}/`;
    const server = await newServer({
      onRequest: ({ socket }) => socket.write(rawReply(307, 'moved', [location])),
    });

    const reply = replied(
      await newSender().send(request(server, { method: 'POST', body: new Secret('secret') })),
    );

    expect(reply).toMatchObject({ status: 307, body: 'moved' });
    expect(other.connections()).toBe(0);
  });

  it('waits for the reply that counts after informational ones', async () => {
    const server = await newServer({
      onRequest: ({ socket }) => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
        socket.write(rawReply(200, 'done'));
      },
    });

    const reply = replied(await newSender().send(request(server)));

    expect(reply).toMatchObject({ status: 200, body: 'done', bodyProblem: null });
    expect(reply.headers['link']).toBeUndefined();
  });

  it('reads the reply to HEAD, whose length is of a body that does not come', async () => {
    const server = await newServer({
      onRequest: ({ socket }) => socket.write(rawReply(200, '', ['content-length: 1000'])),
    });

    const reply = replied(await newSender().send(request(server, { method: 'HEAD' })));

    expect(reply).toMatchObject({ status: 200, body: '', bodyProblem: null });
  });
});

describe('the connections of a sender', () => {
  it('are reused for requests that follow each other', async () => {
    const server = await newServer({
      onRequest: ({ socket }) => socket.write(rawReply(200, 'x')),
    });
    const sender = newSender();

    for (let count = 0; count < 5; count += 1) await sender.send(request(server));

    expect(server.requests()).toBe(5);
    expect(server.connections()).toBe(1);
  });

  it('serve 50 requests at once, no more of them than allowed', async () => {
    const server = await newServer({
      onRequest: ({ socket, body }) => setTimeout(() => socket.write(rawReply(200, body)), 5),
    });
    const sender = newSender({ connections: 10 });
    const numbers = Array.from({ length: 50 }, (_, number) => `request ${number}`);

    const outcomes = await Promise.all(
      numbers.map((text) =>
        sender.send(request(server, { method: 'POST', body: new Secret(text) })),
      ),
    );

    expect(outcomes.map((outcome) => replied(outcome).body)).toEqual(numbers);
    expect(server.connections()).toBe(10);
  });

  it('end with the sender, and so do requests that wait for an answer', async () => {
    const server = await newServer({});
    const sender = newSender({ connections: 1 });
    const waiting = [sender.send(request(server)), sender.send(request(server))];
    await expect.poll(() => server.connections()).toBe(1);

    await sender.close();

    const given = { kind: 'transport-failure', failure: 'other', code: 'UND_ERR_DESTROYED' };
    expect(await Promise.all(waiting)).toMatchObject([given, given]);
    expect(await sender.send(request(server))).toMatchObject(given);
    const call = { purpose: 'call', method: 'POST' } as const;
    expect(await sender.send(request(server, call))).toMatchObject(given);
  });
});

describe('a connection that is still being made', () => {
  it('ends with the sender', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const server = await newServer({ onConnection: (socket) => socket.on('close', resolve) });
    const sender = newSender();
    const url = `https://127.0.0.1:${server.port}/`;
    const sent = sender.send(request(server, { url, timeoutMs: 60_000 }));
    await expect.poll(() => server.connections()).toBe(1);

    await sender.close();

    expect(await sent).toMatchObject({ failure: 'other', code: 'UND_ERR_DESTROYED' });
    await closed;
  });
});

describe('a kept connection that the peer has ended', () => {
  /** Answers the first request of a connection and ends the connection at the second. */
  const answersOnce: RawServerOptions['onRequest'] = ({ socket, requestOfConnection }) => {
    if (requestOfConnection > 1) socket.resetAndDestroy();
    else socket.write(rawReply(200, 'first of its connection'));
  };

  it.each(['token', 'discovery', 'keys'] as const)(
    'is no outage: a %s request is repeated on a fresh one',
    async (purpose) => {
      const server = await newServer({ onRequest: answersOnce });
      const sender = newSender();
      const post = { purpose, method: 'POST', body: new Secret('x') };
      await sender.send(request(server, post));

      const reply = replied(await sender.send(request(server, post)));

      expect(reply).toMatchObject({ status: 200, body: 'first of its connection' });
      expect(server.requests()).toBe(3);
      expect(server.connections()).toBe(2);
    },
  );

  it('is no outage where it was closed instead of reset', async () => {
    const server = await newServer({
      onRequest: ({ socket, requestOfConnection }) => {
        if (requestOfConnection > 1) socket.end();
        else socket.write(rawReply(200));
      },
    });
    const sender = newSender();
    await sender.send(request(server));

    const outcome = await sender.send(request(server, { method: 'POST' }));

    expect(outcome).toMatchObject({ kind: 'reply', status: 200 });
  });

  it('is met on all kept connections at once, and each request is repeated', async () => {
    const server = await newServer({
      onRequest: (seen) => setTimeout(() => answersOnce?.(seen), 5),
    });
    const sender = newSender({ connections: 10 });
    const tenRequests = () => Array.from({ length: 10 }, () => sender.send(request(server)));
    await Promise.all(tenRequests());

    const outcomes = await Promise.all(tenRequests());

    expect(outcomes.map((outcome) => replied(outcome).status)).toEqual(Array(10).fill(200));
    expect(server.requests()).toBe(30);
  });

  it('is reported when the fresh connection ends as well', async () => {
    const server = await newServer({
      onRequest: ({ socket, requestNumber }) => {
        if (requestNumber > 1) socket.resetAndDestroy();
        else socket.write(rawReply(200));
      },
    });
    const sender = newSender();
    await sender.send(request(server));

    const outcome = await sender.send(request(server));

    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'reset' });
    expect(server.requests()).toBe(3);
  });

  it('is not what happened to a request whose answer had begun', async () => {
    const server = await newServer({
      onRequest: ({ socket, requestNumber }) => {
        if (requestNumber === 1) socket.write(rawReply(200));
        else socket.write('HTTP/1.1 200 OK\r\nx-half: ', () => socket.resetAndDestroy());
      },
    });
    const sender = newSender();
    await sender.send(request(server));

    const outcome = await sender.send(request(server));

    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'reset' });
    expect(server.requests()).toBe(2);
  });

  it('is not what happened on a fresh connection: nothing is repeated', async () => {
    const server = await newServer({ onRequest: ({ socket }) => socket.resetAndDestroy() });

    const outcome = await newSender().send(request(server));

    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'reset' });
    expect(server.requests()).toBe(1);
  });

  it.each(['call', 'notice'] as const)(
    'is never met by a %s that may not be repeated: it has its own connection',
    async (purpose) => {
      const heads: string[] = [];
      const server = await newServer({
        onRequest: (seen) => {
          heads.push(seen.head);
          answersOnce?.(seen);
        },
      });
      const sender = newSender();
      const call = { purpose, method: 'POST', body: new Secret('{}') } as const;

      const outcomes = [
        await sender.send(request(server, call)),
        await sender.send(request(server, call)),
      ];

      expect(outcomes).toMatchObject([{ status: 200 }, { status: 200 }]);
      expect(server.connections()).toBe(2);
      expect(heads.every((head) => /^connection: close$/im.test(head))).toBe(true);
    },
  );
});

describe('a sender that cannot be made', () => {
  it.each([
    ['a proxy that is no URL', { proxy: 'user:hunter2@' }],
    ['a proxy of another protocol', { proxy: 'socks5://user:hunter2@127.0.0.1' }],
    ['certificates that are a file name', { ca: '/etc/hunter2.pem' }],
    [
      'certificates that are cut off',
      { ca: '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----' },
    ],
  ])('says so for %s, without repeating it', (_, options) => {
    const make = () => createUndiciSender({ connections: 1, ...options });

    expect(make).toThrow(SenderOptionsError);
    expect(make).toThrow(expect.not.stringContaining('hunter2'));
  });
});
