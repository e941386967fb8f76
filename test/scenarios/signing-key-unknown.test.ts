import { describe, expect, it } from 'vitest';
import type { Tenant } from '../../lib/standin/tenant.ts';
import { startScenario } from '../support/scenario.ts';

describe('signing-key-unknown', () => {
  it.each([
    [
      'a key that is not published',
      (tenant: Tenant, clientId: string) =>
        tenant.distortToken(clientId, { signWith: 'unpublished-key' }),
    ],
    [
      'a new key that is not published yet',
      (tenant: Tenant) => {
        tenant.rotateSigningKey({ publishesNew: false });
      },
    ],
    [
      'a key while none is published',
      (tenant: Tenant) => (tenant.distortKeys = () => ({ keys: [] })),
    ],
    [
      'a key that is published for encryption',
      (tenant: Tenant) =>
        (tenant.distortKeys = ({ keys }) => ({
          keys: Array.isArray(keys) ? keys.map((key: object) => ({ ...key, use: 'enc' })) : [],
        })),
    ],
  ])('is certain for a token of %s, after the keys were fetched twice', async (_, happen) => {
    const scenario = await startScenario();
    happen(scenario.tenant, scenario.clientId);

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'signing-key-unknown',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: [scenario.issuer],
      evidence: [
        ['verification', /names the key "[\w-]+"; the provider publishes /],
        ['call', 'not called'],
      ],
    });
    expect(scenario.received('keys')).toHaveLength(2);
    expect(scenario.received('api')).toEqual([]);
  });
});
