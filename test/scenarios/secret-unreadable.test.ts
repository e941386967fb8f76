import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCredentialReader } from '../../lib/adapters/credentials/credential-reader.ts';
import type { Scenario } from '../support/scenario.ts';
import { startScenario } from '../support/scenario.ts';

const PAIR = { env: { clientId: 'ID', clientSecret: 'SECRET' } };

describe('secret-unreadable', () => {
  it.each([
    ['a variable that is not set', PAIR, { ID: 'abc' }, 'environment variable SECRET is not set'],
    ['two that are not set', PAIR, {}, 'environment variables ID and SECRET are not set'],
    ['a file that is not there', { file: 'nowhere.json' }, {}, 'the file does not exist'],
    ['a file that is a folder', { file: 'folder' }, {}, 'the file is a directory'],
    ['a file below a file', { file: 'billing-sync.json/x' }, {}, 'the file does not exist'],
  ])('is certain for %s', async (_, credentials, environment, saw) => {
    const scenario = await startScenario();
    await mkdir(join(scenario.folder, 'folder'));

    const report = await scenario.check({ application: { credentials }, environment });

    expectUnreadable(report, saw);
    expect(scenario.requests).toEqual([]);
  });

  it.each([
    ['a variable', { env: 'UNSET' }, /^Set the variables in the evidence /],
    ['a file', { file: 'nowhere.json' }, /^Check that the file in the evidence exists /],
    [
      'the file of a key',
      { privateKey: { file: 'nowhere.pem' } },
      /^Check that the file in the evidence exists /,
    ],
  ])('sends nobody to AWS because of %s', async (_, credentials, step) => {
    const scenario = await startScenario();

    const { diagnosis } = await scenario.check({
      provider: { type: 'oidc' },
      application: { clientId: 'abc', credentials },
      environment: {},
    });

    expect(diagnosis?.cause).toBe('secret-unreadable');
    expect(diagnosis?.fix).toEqual([expect.stringMatching(step)]);
    expect(diagnosis?.title.includes('private key')).toBe('privateKey' in credentials);
  });

  it('is certain for a file that is a link to itself', async () => {
    const scenario = await startScenario();
    await symlink('loop.json', join(scenario.folder, 'loop.json'));

    const report = await scenario.check({ application: { credentials: { file: 'loop.json' } } });

    expectUnreadable(
      report,
      'the file cannot be read (the file is a symbolic link that leads back to itself)',
    );
  });

  it.each([
    ['access-denied', 'access is denied'],
    ['key-denied', 'access to the encryption key is denied'],
    ['throttled', 'the store limits the rate of requests'],
    ['other', 'reading failed'],
  ] as const)('is certain where the store answers %s', async (reason, saw) => {
    const report = await checkAt(await startScenario(), async () => ({
      kind: 'unreadable',
      reason,
      detail: 'as the store put it',
    }));

    expectUnreadable(report, saw);
  });

  it('is certain where the source fails in an unforeseen way, and quotes nothing', async () => {
    const report = await checkAt(await startScenario(), async () => {
      throw Object.assign(new Error('could not parse planted-secret'), { code: 'EODD' });
    });

    expectUnreadable(report, 'the source failed in an unexpected way (EODD)');
    expect(JSON.stringify(report)).not.toContain('planted-secret');
  });
});

function expectUnreadable(report: Awaited<ReturnType<Scenario['check']>>, saw: string): void {
  expect(report).toBeDiagnosedAs({
    cause: 'secret-unreadable',
    confidence: 'certain',
    status: 'undetermined',
    evidence: [['credentials', saw]],
  });
}

type Read = NonNullable<
  NonNullable<Parameters<typeof createCredentialReader>[0]['readers']>['secretsManager']
>;

function checkAt(scenario: Scenario, secretsManager: Read) {
  return scenario.check({
    application: { credentials: { secretsManager: 'm2m/billing-sync' } },
    credentials: createCredentialReader({
      environment: {},
      baseDirectory: scenario.folder,
      readers: { secretsManager },
    }),
  });
}
