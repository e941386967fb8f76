import { describe, expect, it } from 'vitest';
import { cleanReport } from '../../../lib/core/report/clean-report.ts';
import { Secret } from '../../../lib/core/secret.ts';
import { KnownSecrets } from '../../../lib/core/text/known-secrets.ts';
import { checkReport, diagnosis, unhealthyReport } from '../../cli/report-examples.ts';

const SECRET = 'Xq7RztV2xK9mW4Lp8sDf3GhJ5nB6vC1y';

const known = new KnownSecrets();
known.learn(new Secret(SECRET));

describe('cleanReport', () => {
  it('redacts what is known in a client id, in evidence and in a token, and nothing else', () => {
    const token = {
      issuer: `https://${SECRET}.acme.com`,
      audience: ['https://api.acme.com', SECRET],
      scopes: [],
      organization: null,
      expiresInSeconds: 60,
      algorithm: 'RS256',
      keyId: null,
    };
    const evidence = [{ step: 'claims', saw: `the token has ${SECRET}` }] as const;
    const report = unhealthyReport({
      clientId: SECRET,
      diagnosis: diagnosis({ evidence }),
      token,
    });

    expect(cleanReport(report, known)).toEqual({
      ...report,
      clientId: '[redacted]',
      diagnosis: diagnosis({ evidence: [{ step: 'claims', saw: 'the token has [redacted]' }] }),
      token: {
        ...token,
        issuer: 'https://[redacted].acme.com',
        audience: ['https://api.acme.com', '[redacted]'],
      },
    });
  });

  it('leaves a report alone that holds nothing', () => {
    const report = checkReport({ clientId: null });

    expect(cleanReport(report, known)).toEqual(report);
  });

  it('shows no text that would take too long to look at', () => {
    const report = checkReport({ clientId: 'a'.repeat(5000) });

    expect(cleanReport(report, known).clientId).toBe('[not shown]');
  });
});
