import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

const VALUE = 'only-in-the-file';

describe('secret-malformed', () => {
  it.each([
    ['is no JSON', VALUE, 'is no JSON object with the fields `client_id` and `client_secret`'],
    ['is a JSON array', `["${VALUE}"]`, 'is no JSON object'],
    ['has other fields', `{"id":"${VALUE}","key":"${VALUE}"}`, 'it has `id`, `key`'],
    ['has a number as the secret', '{"client_id":"a","client_secret":7}', 'is no text'],
    ['has an empty secret', `{"client_id":"${VALUE}","client_secret":""}`, 'is empty'],
    ['is empty', '', 'is empty'],
    ['is not UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe), 'is not UTF-8'],
    ['is longer than any secret', VALUE.repeat(10_000), 'is longer than 64 KiB'],
  ])('is certain where the file %s', async (_, content, saw) => {
    const scenario = await startScenario();
    await scenario.write('billing-sync.json', content);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'secret-malformed',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [
        ['credentials', `file billing-sync.json: `],
        ['credentials', saw],
      ],
    });
    expect(JSON.stringify(report)).not.toContain(VALUE);
    expect(scenario.requests).toEqual([]);
  });

  it('is certain where a variable is empty', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      application: { credentials: { env: { clientId: 'ID', clientSecret: 'SECRET' } } },
      environment: { ID: scenario.clientId, SECRET: '' },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'secret-malformed',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['credentials', 'environment variable SECRET is empty']],
    });
  });
});
