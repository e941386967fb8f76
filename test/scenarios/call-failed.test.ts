import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { textReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { type RawRequest, rawReply, startRawServer } from '../support/raw-server.ts';
import { startScenario } from '../support/scenario.ts';
import { watchScenario } from '../support/watched-scenario.ts';

const UNEXPECTED = 'The API answers with an unexpected status';

describe('call-failed', () => {
  it.each([
    [404, 'unhealthy', 'error', UNEXPECTED],
    [302, 'unhealthy', 'error', UNEXPECTED],
    [201, 'unhealthy', 'error', UNEXPECTED],
    [400, 'unhealthy', 'error', UNEXPECTED],
    [429, 'degraded', 'warning', 'The API answers that there are too many requests'],
    [500, 'degraded', 'warning', 'The API itself is failing'],
    [503, 'degraded', 'warning', 'The API itself is failing'],
  ] as const)('of status %i makes the application %s', async (status, health, severity, title) => {
    const scenario = await startScenario();
    const apiReply = textReply(status, 'not today', { location: 'http://127.0.0.1:9/' });
    scenario.faults.set('api', replyWith(apiReply));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-failed',
      confidence: 'possible',
      title,
      status: health,
      fixNames: health === 'degraded' ? [`the API at ${scenario.apiUrl}`] : ['call.expectStatus'],
      evidence: [['call', `status ${status}, expected 200; "not today`]],
    });
    expect(report.findings).toMatchObject([{ severity, expected: [200], actual: status }]);
  });

  it('is not the cause of a status that is expected', async () => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(textReply(404, '')));

    const report = await scenario.check({
      application: { call: scenario.call('/health', { expectStatus: [204, 404] }) },
    });

    expect(report.status).toBe('healthy');
  });

  it('leads before other warnings, and after any error', async () => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(textReply(503, '')));
    const call = scenario.call();
    const warned = { lifetimeSeconds: { atMost: 60 } };
    const check = (expected: object) => scenario.check({ application: { call, expect: expected } });

    expect(await check(warned)).toBeDiagnosedAs({
      cause: 'call-failed',
      confidence: 'possible',
      status: 'degraded',
      title: 'The API itself is failing',
      otherCauses: ['lifetime-out-of-range'],
    });
    expect((await check({ ...warned, organization: 'org_1' })).diagnosis?.cause).toBe(
      'organization-missing',
    );
  });

  it.each([500, 429])(
    'of status %i has steps about the API before the credentials',
    async (status) => {
      const scenario = await startScenario();
      scenario.faults.set('api', replyWith(textReply(status, '')));

      const { diagnosis } = await scenario.check({ application: { call: scenario.call() } });

      expect(diagnosis?.fix[0]).not.toMatch(/credential|secret/i);
      expect(diagnosis?.fix.at(-1)).toBe(
        'Leave the credentials of billing-sync as they are: the provider accepts them.',
      );
    },
  );

  it('does not follow a redirect with the token', async () => {
    const scenario = await startScenario();
    const elsewhere = await startScenario();
    const location = `${elsewhere.apiUrl}/health`;
    scenario.faults.set('api', replyWith(textReply(307, '', { location })));

    await scenario.check({ application: { call: scenario.call() } });

    expect(elsewhere.requests).toEqual([]);
  });
});

const HALF_GZIP = gzipSync('x'.repeat(500)).subarray(0, -10);
const CUT_OFF = 'but the connection or its data ended in the middle of its body';
const TIMED_OUT = 'but its body did not arrive in time';

/** Answers with some bytes, then resets the connection. */
function reset(bytes: Buffer) {
  return ({ socket }: RawRequest) => {
    socket.write(bytes);
    setTimeout(() => socket.resetAndDestroy(), 30);
  };
}

async function apiAnswering(onRequest: (request: RawRequest) => void): Promise<string> {
  const server = await startRawServer({ onRequest });
  onTestFinished(server.close);
  return `http://127.0.0.1:${server.port}/health`;
}

describe('an answer that breaks off', () => {
  it.each<[string, (request: RawRequest) => void, string, number]>([
    [
      'with a length longer than its body',
      ({ socket }) => socket.end(rawReply(200, 'half', ['content-length: 1000'])),
      CUT_OFF,
      200,
    ],
    ['with a reset', reset(rawReply(200, 'half', ['content-length: 1000'])), CUT_OFF, 200],
    ['with a reset and no length', reset(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhalf')), CUT_OFF, 200],
    [
      'before its last chunk',
      ({ socket }) => socket.end(rawReply(200, '4\r\nhalf\r\n', ['transfer-encoding: chunked'])),
      CUT_OFF,
      200,
    ],
    [
      'in the middle of gzip that is sent whole',
      ({ socket }) => socket.end(rawReply(200, HALF_GZIP, ['content-encoding: gzip'])),
      CUT_OFF,
      200,
    ],
    [
      'with a status that is expected and not 200',
      ({ socket }) => socket.end(rawReply(404, 'half', ['content-length: 1000'])),
      CUT_OFF,
      404,
    ],
    [
      'since it stalls',
      ({ socket }) => void socket.write(rawReply(200, 'half', ['content-length: 1000'])),
      TIMED_OUT,
      200,
    ],
    [
      'since its chunks do not end',
      ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const drip = setInterval(() => socket.write('1\r\n.\r\n'), 20);
        socket.on('close', () => clearInterval(drip));
      },
      TIMED_OUT,
      200,
    ],
  ])('%s only degrades the application', async (_, onRequest, saw, status) => {
    const scenario = await startScenario();
    const url = await apiAnswering(onRequest);
    const timeoutMs = saw === TIMED_OUT ? 1_000 : 10_000;
    const call = scenario.call('', { url, timeoutMs, expectStatus: [200, 404] });

    const report = await scenario.check({ application: { call } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-failed',
      confidence: 'likely',
      title:
        saw === CUT_OFF ? 'The API breaks off its answer' : 'The API does not finish its answer',
      status: 'degraded',
      fixNames: [url],
      evidence: [
        ['verification', 'valid signature'],
        ['call', `status ${status}, ${saw}`],
      ],
    });
    expect(report.findings).toMatchObject([{ severity: 'warning', expected: null, actual: null }]);
  });

  it.each([401, 403])('of status %i is still the refusal that it begins with', async (status) => {
    const scenario = await startScenario();
    const url = await apiAnswering(({ socket }) =>
      socket.end(rawReply(status, 'half', ['content-length: 1000'])),
    );

    const report = await scenario.check({
      application: { call: scenario.call('', { url }) },
    });

    expect(report.status).toBe('unhealthy');
    expect(report.diagnosis?.family).toBe('call');
  });

  it.each([
    ['HEAD', rawReply(200, '', ['content-length: 1000'])],
    ['HEAD', rawReply(200, '', ['transfer-encoding: chunked', 'content-encoding: gzip'])],
    ['HEAD', Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
    ['GET', Buffer.from('HTTP/1.1 204 No Content\r\n\r\n')],
  ])('is none where a %s has no body to send', async (method, bytes) => {
    const scenario = await startScenario();
    const url = await apiAnswering(({ socket }) => void socket.write(bytes));
    const call = scenario.call('', { url, method, expectStatus: [200, 204] });

    expect((await scenario.check({ application: { call } })).status).toBe('healthy');
  });

  it('has a notice of severity warning, which says that the credentials work', async () => {
    const scenario = await startScenario();
    scenario.faults.set('api', { kind: 'cut-off' });
    const watch = watchScenario(scenario, { call: scenario.call() });

    const { notices } = await watch();

    expect(notices).toEqual([
      `[production] ${scenario.apiUrl}: warning, API call fails, the credentials work, 1 application`,
    ]);
  });
});
