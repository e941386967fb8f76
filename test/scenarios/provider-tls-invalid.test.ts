import { describe, expect, it } from 'vitest';
import type { CertificateFlaw } from '../support/certificates.ts';
import { createTlsCertificate } from '../support/certificates.ts';
import { startScenario } from '../support/scenario.ts';

describe('provider-tls-invalid', () => {
  it.each([
    ['self-signed', 'is self-signed'],
    ['other-host', 'the certificate of'],
    ['expired', 'the certificate of'],
    ['not-yet-valid', 'the certificate of'],
    [undefined, 'comes from an unknown authority'],
  ] as const satisfies readonly (readonly [CertificateFlaw | undefined, string])[])(
    'is certain for a certificate that is %s, and nothing is sent',
    async (flaw, saw) => {
      const tls = await createTlsCertificate(flaw);
      const scenario = await startScenario({ standin: { tls } });

      const report = await scenario.check();

      expect(report).toBeDiagnosedAs({
        cause: 'provider-tls-invalid',
        confidence: 'certain',
        status: 'undetermined',
        otherCauses: ['discovery-invalid'],
        evidence: [
          ['discovery', saw],
          ['token-request', saw],
        ],
      });
      expect(scenario.requests).toEqual([]);
    },
  );

  it('is certain where the port speaks no TLS', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      provider: { issuer: scenario.issuer.replace('http:', 'https:') },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'provider-tls-invalid',
      confidence: 'certain',
      status: 'undetermined',
      otherCauses: ['discovery-invalid'],
      evidence: [['token-request', 'the TLS handshake']],
    });
  });
});
