import type { Dispatcher } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import { Exchange } from '../../../lib/adapters/http/exchange.ts';

function newController() {
  const abort = vi.fn<(reason: Error) => void>();
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort,
    pause: () => {},
    resume: () => {},
  };
  return { controller, abort };
}

function coded(code: string): Error {
  return Object.assign(new Error('whatever'), { code });
}

describe('an exchange', () => {
  it('whose time ran out in a queue is not sent when its connection comes', async () => {
    const { controller, abort } = newController();
    const exchange = new Exchange(1);
    const ending = await exchange.ended;

    exchange.onRequestStart(controller);

    expect(ending).toMatchObject({ kind: 'failed', error: { code: 'UND_ERR_CONNECT_TIMEOUT' } });
    expect(abort).toHaveBeenCalledOnce();
  });

  it.each([
    ['that has served before', 1, true],
    ['that is new', 0, false],
  ])('whose kept connection is lost before it was written: one %s', async (_, replies, isStale) => {
    const exchange = new Exchange(1000);
    exchange.connection = { replies, hasFailed: false, expectAnswer: () => {} };

    exchange.onResponseError(null, coded('ECONNRESET'));

    expect(await exchange.ended).toMatchObject({ kind: 'failed', isStaleConnection: isStale });
  });

  it('keeps its first ending, whatever comes later', async () => {
    const { controller } = newController();
    const exchange = new Exchange(1000);
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, 200, {});
    exchange.onResponseData(controller, Buffer.from('whole'));
    exchange.onResponseEnd();

    exchange.onResponseData(controller, Buffer.from(' and more'));
    exchange.onResponseError(controller, coded('ECONNRESET'));

    expect(await exchange.ended).toMatchObject({
      kind: 'received',
      status: 200,
      raw: { bytes: Buffer.from('whole'), problem: null },
    });
  });

  it('keeps its first error, whatever comes later', async () => {
    const { controller } = newController();
    const exchange = new Exchange(1000);

    exchange.onResponseError(null, coded('ECONNREFUSED'));
    exchange.onResponseError(controller, coded('ECONNRESET'));

    expect(await exchange.ended).toMatchObject({ error: { code: 'ECONNREFUSED' } });
  });

  it('counts as timed out when undici is first to notice that the body stalls', async () => {
    const { controller } = newController();
    const exchange = new Exchange(1000);
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, 200, {});

    exchange.onResponseError(controller, coded('UND_ERR_BODY_TIMEOUT'));

    expect(await exchange.ended).toMatchObject({ kind: 'received', raw: { problem: 'timed-out' } });
  });

  it.each([
    ['UND_ERR_SOCKET', 1, true],
    ['ECONNRESET', 7, true],
    ['EPIPE', 1, true],
    ['ECONNRESET', 0, false],
    ['UND_ERR_HEADERS_OVERFLOW', 1, false],
  ])('that ends with %s after %i replies: stale %s', async (code, replies, isStaleConnection) => {
    const { controller } = newController();
    const exchange = new Exchange(1000);
    exchange.connection = { replies, hasFailed: false, expectAnswer: () => {} };
    exchange.onRequestStart(controller);

    exchange.onResponseError(controller, coded(code));

    expect(await exchange.ended).toMatchObject({ kind: 'failed', isStaleConnection });
  });
});
