import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSecretValueReader } from '../../../lib/adapters/credentials/credential-reader.ts';

const VALUE = 'https://hooks.example.com/services/planted';

describe('createSecretValueReader', () => {
  it('reads a variable, fresh every time', async () => {
    const environment: Record<string, string> = { SLACK: VALUE };
    const read = createSecretValueReader({ environment, baseDirectory: '.' });

    const first = await read({ env: 'SLACK' });
    environment['SLACK'] = 'another';
    const second = await read({ env: 'SLACK' });

    const reveal = (outcome: typeof first) =>
      outcome.kind === 'value' ? outcome.value.reveal() : outcome.detail;
    expect([first, second].map(reveal)).toEqual([VALUE, 'another']);
    expect(JSON.stringify(first)).not.toContain('planted');
  });

  it('reads a file beside the configuration', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-value-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'slack.txt'), `${VALUE}\n`);
    const read = createSecretValueReader({ environment: {}, baseDirectory: folder });

    const outcome = await read({ file: 'slack.txt' });

    expect(outcome.kind === 'value' && outcome.value.reveal()).toBe(VALUE);
  });

  it('reads other places with the readers that it is given', async () => {
    const read = createSecretValueReader({
      environment: {},
      baseDirectory: '.',
      readers: {
        ssm: async ({ ssm }) => ({ kind: 'text', text: `value of ${ssm}`, secretVersion: null }),
        secretsManager: async () => ({ kind: 'missing', reason: 'not-found' }),
      },
    });
    const place = { secretsManager: 'm2m/slack', key: null, roleArn: null, region: null };

    const parameter = await read({ ssm: '/slack' });
    const missing = await read(place);

    expect(parameter.kind === 'value' && parameter.value.reveal()).toBe('value of /slack');
    expect(missing).toEqual({
      kind: 'unreadable',
      detail: 'secretsManager m2m/slack: there is nothing (not-found)',
    });
  });

  it.each([
    [{ env: 'UNSET' }, 'env UNSET: environment variable UNSET is not set'],
    [{ env: 'EMPTY' }, 'env EMPTY: environment variable EMPTY is empty'],
    [{ env: 'BLANK' }, 'env BLANK: is empty'],
    [{ file: 'none.txt' }, 'file none.txt: the file does not exist'],
    [{ ssm: '/x' }, 'ssm /x: reading from ssm is not available here'],
    [
      { secretsManager: 'x', key: null, roleArn: null, region: null },
      'secretsManager x: reading from secretsManager is not available here',
    ],
  ] as const)('says why %j gives nothing', async (source, detail) => {
    const environment = { EMPTY: '', BLANK: ' \n' };
    const read = createSecretValueReader({ environment, baseDirectory: '/nonexistent' });

    expect(await read(source)).toEqual({ kind: 'unreadable', detail });
  });

  it('never throws, whatever a reader does, and quotes nothing', async () => {
    const read = createSecretValueReader({
      environment: {},
      baseDirectory: '.',
      readers: {
        env: () => Promise.reject(new Error(VALUE)),
        file: async () => ({
          kind: 'pair',
          clientId: 'x',
          clientSecret: VALUE,
          secretVersion: null,
        }),
      },
    });

    const outcomes = [await read({ env: 'SLACK' }), await read({ file: 'x' })];

    expect(outcomes.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable']);
    expect(JSON.stringify(outcomes)).not.toContain('planted');
  });
});
