import { describe, expect, it } from 'vitest';
import { createTlsCertificate } from '../support/certificates.ts';
import { closedPort } from '../support/raw-server.ts';
import { startScenario } from '../support/scenario.ts';

describe('call-unreachable', () => {
  it.each([
    [
      'a port without a listener',
      async () => `http://127.0.0.1:${await closedPort()}`,
      'refused the connection',
    ],
    ['a name that does not resolve', async () => 'https://api.acme.invalid', 'does not resolve'],
    [
      'a certificate of an unknown authority',
      async () => {
        const tls = await createTlsCertificate('self-signed');
        return (await startScenario({ standin: { tls } })).apiUrl;
      },
      'is self-signed',
    ],
  ])('only degrades an application whose API is at %s', async (_, origin, saw) => {
    const scenario = await startScenario();

    const report = await scenario.check({
      application: { call: { url: `${await origin()}/health`, allowInsecureHttp: true } },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'call-unreachable',
      confidence: 'certain',
      status: 'degraded',
      evidence: [
        ['verification', 'valid signature'],
        ['call', saw],
      ],
    });
    expect(report.findings).toMatchObject([{ severity: 'warning' }]);
  });

  it.each([
    ['silence', { kind: 'silence' }, 'did not answer within 200 ms'],
    ['a reset', { kind: 'reset' }, 'closed the connection before an answer'],
  ] as const)('is the cause of %s', async (_, fault, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('api', fault);

    const report = await scenario.check({
      application: { call: scenario.call('/health', { timeoutMs: 200 }) },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'call-unreachable',
      confidence: 'certain',
      status: 'degraded',
      evidence: [['call', saw]],
    });
  });

  it('does not hide what is wrong with the token', async () => {
    const scenario = await startScenario();
    scenario.faults.set('api', { kind: 'reset' });

    const report = await scenario.check({
      application: { expect: { organization: 'org_acme' }, call: scenario.call() },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-missing',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['call-unreachable'],
    });
  });
});
