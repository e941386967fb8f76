import { describe, expect, it, onTestFinished } from 'vitest';
import { closedPort, startRawServer } from '../support/raw-server.ts';
import { startScenario } from '../support/scenario.ts';

describe('provider-unreachable', () => {
  it.each([
    [
      'a port without a listener',
      async () => `http://127.0.0.1:${await closedPort()}`,
      'refused the connection',
    ],
    ['a name that does not resolve', async () => 'https://acme.invalid', 'does not resolve'],
    ['something that is no web server', otherProtocol, 'is not HTTP'],
  ])('is certain for an issuer at %s', async (_, origin, saw) => {
    const scenario = await startScenario();
    const issuer = await origin();

    const report = await scenario.check({ provider: { issuer } });

    expect(report).toBeDiagnosedAs({
      cause: 'provider-unreachable',
      confidence: 'certain',
      status: 'undetermined',
      otherCauses: ['discovery-invalid'],
      fixNames: [issuer],
      evidence: [
        ['discovery', saw],
        ['token-request', saw],
      ],
    });
    expect(report.token).toBeNull();
  });

  it.each([
    ['resets the connection', { kind: 'reset' }, 'closed the connection before an answer'],
    ['hangs up', { kind: 'hang-up' }, 'closed the connection before an answer'],
    ['breaks off in the middle', { kind: 'cut-off' }, 'in the middle of its body'],
  ] as const)('is certain for a token endpoint that %s', async (_, fault, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('token', fault);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'provider-unreachable',
      confidence: 'certain',
      status: 'undetermined',
      evidence: [['token-request', saw]],
    });
  });

  it('is only likely where the request ends in an unknown way', async () => {
    const scenario = await startScenario();
    const large = 'x'.repeat(20_000);
    scenario.faults.set('token', {
      kind: 'reply',
      reply: { status: 200, headers: { 'x-large': large }, body: '' },
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'provider-unreachable',
      confidence: 'likely',
      status: 'undetermined',
      evidence: [['token-request', 'headers']],
    });
  });
});

async function otherProtocol(): Promise<string> {
  const server = await startRawServer({
    onRequest: ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
  });
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}
