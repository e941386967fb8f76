import { describe, expect, it } from 'vitest';
import { createCredentialReader } from '../../lib/adapters/credentials/credential-reader.ts';
import { startScenario } from '../support/scenario.ts';

describe('secret-missing', () => {
  it.each([
    ['not-found', 'the secret does not exist'],
    ['pending-deletion', 'the secret is scheduled for deletion'],
    ['no-current-version', 'the secret has no current version'],
  ] as const)('is certain where the store answers %s', async (reason, saw) => {
    const scenario = await startScenario();
    const credentials = createCredentialReader({
      environment: {},
      baseDirectory: scenario.folder,
      readers: { secretsManager: async () => ({ kind: 'missing', reason }) },
    });

    const report = await scenario.check({
      application: { credentials: { secretsManager: 'm2m/billing-sync' } },
      credentials,
    });

    expect(report).toBeDiagnosedAs({
      cause: 'secret-missing',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['credentials', `secretsManager m2m/billing-sync: ${saw}`]],
    });
    expect(scenario.requests).toEqual([]);
  });
});
