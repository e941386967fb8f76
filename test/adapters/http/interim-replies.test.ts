import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createUndiciSender } from '../../../lib/adapters/http/undici-sender.ts';
import type { HttpOutcome } from '../../../lib/core/http/http-exchange.ts';
import { rawReply, startRawServer } from '../../support/raw-server.ts';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Sends requests one after another to a server that answers as given. */
async function outcomesOf(
  answer: (socket: Socket) => void,
  { requests = 1, timeoutMs = 5_000 } = {},
): Promise<readonly HttpOutcome[]> {
  const server = await startRawServer({ onRequest: ({ socket }) => answer(socket) });
  const sender = createUndiciSender({ connections: 1, allowInsecureHttp: true });
  opened.push(server.close, sender.close);
  const outcomes: HttpOutcome[] = [];
  for (let request = 0; request < requests; request += 1) {
    const url = `http://127.0.0.1:${server.port}/`;
    const asked = { purpose: 'token', method: 'GET', url, headers: {}, body: null } as const;
    outcomes.push(await sender.send({ ...asked, timeoutMs }));
  }
  return outcomes;
}

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const PROCESSING = 'HTTP/1.1 102 Processing\r\nx-note: HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\nlink: </b>\r\n\r\n';
const BODY = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n';

describe('an interim reply before the one that counts', () => {
  it.each([
    ['100', CONTINUE],
    ['100 without a reason', 'HTTP/1.1 100\r\n\r\n'],
    ['100 with headers', 'HTTP/1.1 100 Continue\r\ndate: now\r\nserver: a\r\n\r\n'],
    ['102', PROCESSING],
    ['103', HINTS],
    ['199', 'HTTP/1.1 199 Anything\r\n\r\n'],
    ['several in a row', CONTINUE + PROCESSING + HINTS + CONTINUE + CONTINUE + HINTS],
  ])('is no failure: %s', async (_, interim) => {
    const answer = (socket: Socket) => socket.write(interim + rawReply(200, BODY));

    const outcomes = await outcomesOf(answer, { requests: 3 });

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'reply', status: 200, body: BODY, bodyProblem: null });
    }
  });

  it('is no failure wherever its bytes are cut', async () => {
    const whole = CONTINUE + HINTS + CONTINUE + rawReply(200, BODY);
    for (const size of [1, 2, 7, 11, 12, 24]) {
      const answer = async (socket: Socket) => {
        socket.setNoDelay(true);
        for (let at = 0; at < whole.length; at += size) {
          await new Promise((sent) => socket.write(whole.slice(at, at + size), sent));
          await new Promise(setImmediate);
        }
      };

      const [outcome] = await outcomesOf((socket) => void answer(socket));

      expect(outcome).toMatchObject({ kind: 'reply', status: 200, body: BODY, bodyProblem: null });
    }
  });

  it('is waited after no longer than the time limit, however many there are', async () => {
    const flood = (socket: Socket) => {
      const more = () => {
        if (!socket.destroyed)
          socket.write((CONTINUE + HINTS).repeat(20), () => setTimeout(more, 1));
      };
      more();
    };

    const [outcome] = await outcomesOf(flood, { timeoutMs: 500 });

    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'timeout' });
    expect(outcome?.durationMs).toBeGreaterThanOrEqual(490);
  });

  it('is a failure where it is a switch of protocols that nobody asked for', async () => {
    const bytes = 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';

    const [outcome] = await outcomesOf((socket) => socket.write(CONTINUE + bytes));

    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'not-http' });
  });

  it('is all there is where nothing follows it: a loss of the connection', async () => {
    const [outcome] = await outcomesOf((socket) => socket.end(CONTINUE));

    expect(outcome).toMatchObject({ kind: 'transport-failure', failure: 'reset' });
  });
});
