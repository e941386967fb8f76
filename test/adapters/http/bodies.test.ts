import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createUndiciSender } from '../../../lib/adapters/http/undici-sender.ts';
import type { HttpReply } from '../../../lib/core/http/http-exchange.ts';
import { type RawRequest, rawReply, startRawServer } from '../../support/raw-server.ts';
import { SOON_MS } from '../../support/time-limits.ts';

const LIMIT_BYTES = 256 * 1024;
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function replyTo(onRequest: (request: RawRequest) => void, timeoutMs = 2000) {
  const server = await startRawServer({ onRequest });
  const sender = createUndiciSender({ connections: 1, allowInsecureHttp: true });
  opened.push(server.close, sender.close);
  const outcome = await sender.send({
    purpose: 'call',
    method: 'GET',
    url: `http://127.0.0.1:${server.port}/`,
    headers: {},
    body: null,
    timeoutMs,
  });
  if (outcome.kind !== 'reply') throw new Error(`no reply: ${JSON.stringify(outcome)}`);
  return outcome satisfies HttpReply;
}

function answering(body: string | Buffer, headers: readonly string[] = []) {
  return replyTo(({ socket }) => socket.write(rawReply(200, body, headers)));
}

describe('the size of a body', () => {
  it('may be the limit exactly', async () => {
    const reply = await answering('x'.repeat(LIMIT_BYTES));

    expect(reply.bodyProblem).toBeNull();
    expect(reply.body).toHaveLength(LIMIT_BYTES);
  });

  it('is bounded: of 10 MB the first 256 KiB are kept, and the connection ends', async () => {
    let written = 0;
    const { promise: closed, resolve } = Promise.withResolvers<void>();

    const reply = await replyTo(({ socket }) => {
      socket.on('close', () => resolve());
      socket.write(rawReply(502, '', [`content-length: ${10 * 1024 * 1024}`]));
      const writeOn = () => {
        while (!socket.destroyed && written < 10 * 1024 * 1024) {
          written += 64 * 1024;
          if (!socket.write('x'.repeat(64 * 1024))) break;
        }
      };
      socket.on('drain', writeOn);
      writeOn();
    });

    expect(reply).toMatchObject({ status: 502, bodyProblem: 'too-large' });
    expect(reply.body).toHaveLength(LIMIT_BYTES);
    await closed;
  });

  it('is bounded where the peer never says how long it is', async () => {
    const reply = await replyTo(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const writeOn = () => {
        if (!socket.destroyed) socket.write(chunk, writeOn);
      };
      writeOn();
    });

    expect(reply.bodyProblem).toBe('too-large');
    expect(reply.body).toHaveLength(LIMIT_BYTES);
  });

  it('does not cut a character in two', async () => {
    const reply = await answering(`${'x'.repeat(LIMIT_BYTES - 1)}é`);

    expect(reply.bodyProblem).toBe('too-large');
    expect(reply.body).toBe('x'.repeat(LIMIT_BYTES - 1));
  });
});

describe('a compressed body', () => {
  const text = '{"access_token":"é"}';

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', Buffer.from(text)],
    ['deflate, gzip', gzipSync(deflateSync(text))],
  ])('is read: %s', async (coding, bytes) => {
    const reply = await answering(bytes, [`content-encoding: ${coding}`]);

    expect(reply).toMatchObject({ body: text, bodyProblem: null });
  });

  it('may be none at all', async () => {
    const reply = await answering('', ['content-encoding: gzip']);

    expect(reply).toMatchObject({ body: '', bodyProblem: null });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ['br', brotliCompressSync(Buffer.alloc(64 * 1024 * 1024))],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(64 * 1024 * 1024)))],
  ])('that is a bomb goes off no further than the limit: %s', async (coding, bytes) => {
    const reply = await answering(bytes, [`content-encoding: ${coding}`]);

    expect(reply.bodyProblem).toBe('too-large');
    expect(reply.body).toHaveLength(LIMIT_BYTES);
  });

  it.each([
    ['gzip', Buffer.from('this is not gzip')],
    ['br', Buffer.from('this is not brotli')],
    ['compress', Buffer.from('whatever')],
    ['gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(text))))],
  ])('that cannot be read is reported as such: %s', async (coding, bytes) => {
    const reply = await answering(bytes, [`content-encoding: ${coding}`]);

    expect(reply).toMatchObject({ status: 200, bodyProblem: 'undecodable' });
  });

  it.each([
    ['gzip', gzipSync(text).subarray(0, -6)],
    ['br', brotliCompressSync(text).subarray(0, -3)],
    ['deflate', Buffer.from([0x78])],
    ['deflate, gzip', gzipSync(deflateSync(text).subarray(0, -3))],
  ])('that ends early is cut off, however whole its message is: %s', async (coding, bytes) => {
    const reply = await answering(bytes, [`content-encoding: ${coding}`]);

    expect(reply).toMatchObject({ status: 200, bodyProblem: 'cut-off' });
  });

  it('that is cut off gives what came', async () => {
    const long = JSON.stringify(Array.from({ length: 5000 }, (_, number) => number * number));
    const bytes = gzipSync(long).subarray(0, 4000);

    const reply = await replyTo(({ socket }) =>
      socket.end(rawReply(200, bytes, ['content-encoding: gzip', 'content-length: 99999'])),
    );

    expect(reply.bodyProblem).toBe('cut-off');
    expect(reply.body.length).toBeGreaterThan(1000);
    expect(long.startsWith(reply.body)).toBe(true);
  });
});

describe('a body that is no UTF-8', () => {
  it('is reported as such, with the readable part', async () => {
    const reply = await answering(Buffer.from('caf\xe9', 'latin1'));

    expect(reply).toMatchObject({ body: 'caf\uFFFD', bodyProblem: 'not-utf8' });
  });

  it('ends in the middle of a character', async () => {
    const reply = await answering(Buffer.from('é').subarray(0, 1));

    expect(reply).toMatchObject({ body: '\uFFFD', bodyProblem: 'not-utf8' });
  });
});

describe('a body that does not end', () => {
  it('is given up at the deadline when it stalls', async () => {
    const reply = await replyTo(({ socket }) => {
      socket.write(rawReply(503, 'half', ['content-length: 1000', 'retry-after: 7']));
    }, 150);

    expect(reply).toMatchObject({ status: 503, body: 'half', bodyProblem: 'timed-out' });
    expect(reply.headers['retry-after']).toEqual(['7']);
    expect(reply.durationMs).toBeGreaterThanOrEqual(145);
    expect(reply.durationMs).toBeLessThan(SOON_MS);
  });

  it('is given up at the deadline when it drips on', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();

    const reply = await replyTo(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const drip = setInterval(() => socket.write('.'), 10);
      socket.on('close', () => {
        clearInterval(drip);
        resolve();
      });
    }, 1_000);

    expect(reply.bodyProblem).toBe('timed-out');
    expect(reply.body).toMatch(/^\.+$/);
    expect(reply.durationMs).toBeLessThan(SOON_MS);
    await closed;
  });
});

describe('a connection that is lost in the middle of a body', () => {
  it.each([
    ['closed before the promised length', rawReply(200, 'half', ['content-length: 1000'])],
    [
      'closed before the last chunk',
      rawReply(200, '4\r\nhalf\r\n', ['transfer-encoding: chunked']),
    ],
    [
      'with chunks that are garbage',
      rawReply(200, '4\r\nhalf\r\nzz\r\n', ['transfer-encoding: chunked']),
    ],
  ])('is reported as cut off: %s', async (_, bytes) => {
    const reply = await replyTo(({ socket }) => socket.end(bytes));

    expect(reply).toMatchObject({ status: 200, body: 'half', bodyProblem: 'cut-off' });
  });

  it('is reported as cut off when it is reset', async () => {
    const reply = await replyTo(({ socket }) => {
      socket.write(rawReply(200, 'half', ['content-length: 1000']));
      setTimeout(() => socket.resetAndDestroy(), 30);
    });

    expect(reply).toMatchObject({ status: 200, body: 'half', bodyProblem: 'cut-off' });
  });
});
