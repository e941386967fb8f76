import { describe, expect, it } from 'vitest';
import {
  KEY_CLIENT,
  KEY_PAIRS,
  type KeyScenario,
  pemOf,
  startKeyScenario,
} from '../../support/key-scenario.ts';
import { run } from '../captured-io.ts';

/** The options that describe the client of a scenario. */
function optionsOf({ issuer }: KeyScenario): readonly string[] {
  return ['--issuer', issuer, '--allow-insecure-http', '--client-id', KEY_CLIENT];
}

const KEY = ['--private-key', 'key.pem'];

describe('check with a private key', () => {
  it('reads it from the file that the configuration names', async () => {
    const scenario = await startKeyScenario();
    await scenario.configure();

    const { status, stdout, stderr } = await run(['check'], { cwd: scenario.folder });

    expect({ status, stderr: stderr.replace(/^.*--state.*\n/m, '') }).toEqual({
      status: 0,
      stderr: '',
    });
    expect(stdout).toMatch(/^✓ healthy {7}billing-sync/m);
  });

  it('reads it from a variable that .env sets', async () => {
    const scenario = await startKeyScenario();
    const credentials = { privateKey: { env: 'BILLING_SYNC_KEY' } };
    await scenario.configure({ application: { credentials } });
    const line = pemOf(scenario.pair.privateKey).replaceAll('\n', '\\n');
    await scenario.write('.env', `BILLING_SYNC_KEY="${line}"\n`);

    const { status, stdout } = await run(['check'], { cwd: scenario.folder });

    expect({ status, stdout }).toMatchObject({ status: 0 });
  });

  it('checks the application that options describe, without a secret', async () => {
    const scenario = await startKeyScenario();

    const { status, stdout } = await run(['check', ...optionsOf(scenario), ...KEY], {
      cwd: scenario.folder,
    });

    expect(status).toBe(0);
    expect(stdout).toContain('healthy');
  });

  it('takes key id, algorithm and certificate from options', async () => {
    const scenario = await startKeyScenario({
      pair: KEY_PAIRS.RSA(),
      registered: { keyId: 'key-7', algorithms: ['PS256'] },
    });
    const options = [...optionsOf(scenario), ...KEY];
    const more = ['--key-id', 'key-7', '--algorithm', 'PS256'];

    expect(await run(['check', ...options], { cwd: scenario.folder })).toMatchObject({ status: 1 });
    expect(await run(['check', ...options, ...more], { cwd: scenario.folder })).toMatchObject({
      status: 0,
    });
  });

  it.each<[name: string, args: readonly string[], line: string | RegExp]>([
    [
      'more of a key without one',
      ['--key-id', 'a'],
      '--key-id goes with a private key: give --private-key too',
    ],
    [
      'an HMAC',
      [...KEY, '--algorithm', 'HS256'],
      /--algorithm must be an algorithm with a public key/,
    ],
    [
      'a key and a secret',
      [...KEY, '--secret-stdin'],
      /--private-key.*cannot be used.*--secret-stdin/,
    ],
    [
      'a key at Kinde',
      [...KEY, '--type', 'kinde'],
      '--private-key cannot be private_key_jwt: applications of Kinde authenticate with a client secret',
    ],
    [
      'a key itself',
      ['--private-key', '-----BEGIN PRIVATE KEY----- MII'],
      /--private-key is a key or a secret itself/,
    ],
    ['an empty name', ['--private-key', ''], '--private-key is empty: give a value'],
  ])('refuses %s in one line', async (_, args, line) => {
    const scenario = await startKeyScenario();

    const { status, stderr } = await run(['check', ...optionsOf(scenario), ...args], {
      cwd: scenario.folder,
    });

    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(line);
  });

  it('says in one line that there is no such file', async () => {
    const scenario = await startKeyScenario();

    const { status, stdout } = await run(
      ['check', ...optionsOf(scenario), '--private-key', 'other.pem'],
      { cwd: scenario.folder },
    );

    expect(status).toBe(3);
    expect(stdout).toContain('file other.pem');
  });
});

describe('validate with a private key', () => {
  it('reads it with --credentials', async () => {
    const scenario = await startKeyScenario();
    await scenario.configure();

    const { status, stdout } = await run(['validate', '--credentials'], { cwd: scenario.folder });

    expect(status).toBe(0);
    expect(stdout).toContain('the credentials of 1 of 1 application can be read');
  });

  it('says what is wrong with it', async () => {
    const scenario = await startKeyScenario();
    await scenario.configure();
    await scenario.write('key.pem', 'not a key');

    const { status, stdout } = await run(['validate', '--credentials'], { cwd: scenario.folder });

    expect(status).toBe(2);
    expect(stdout).toContain('file key.pem: is neither PEM nor a JWK');
  });
});

describe('a key that was accepted before', () => {
  const state = ['--state', 'state.sqlite'];

  it('is named when the provider refuses it, as a rotated secret is', async () => {
    let isRefused = false;
    const scenario = await startKeyScenario({
      issuer: {
        refuse: () => (isRefused ? { status: 401, body: { error: 'invalid_client' } } : null),
      },
    });
    await scenario.configure();
    const check = () => run(['check', '--format', 'json', ...state], { cwd: scenario.folder });
    const first = await check();
    isRefused = true;

    const { stdout } = await check();

    expect(JSON.parse(first.stdout)).toMatchObject({ summary: { healthy: 1 } });
    const [report] = JSON.parse(stdout).reports;
    expect(report).toMatchObject({
      diagnosis: {
        cause: 'secret-rotated',
        title: 'The key was replaced, or the application deleted, at the provider',
      },
    });
    expect(JSON.stringify(report)).toContain(
      'the very same client id and key were accepted before',
    );
  });

  it('is another case than another key of the same client', async () => {
    let isRefused = false;
    const scenario = await startKeyScenario({
      issuer: {
        refuse: () => (isRefused ? { status: 401, body: { error: 'invalid_client' } } : null),
      },
    });
    await scenario.configure();
    const check = () => run(['check', '--format', 'json', ...state], { cwd: scenario.folder });
    await check();
    isRefused = true;
    await scenario.write('key.pem', pemOf(KEY_PAIRS['P-256']().privateKey));

    const { stdout } = await check();

    const [report] = JSON.parse(stdout).reports;
    expect(report).toMatchObject({ diagnosis: { cause: 'credentials-rejected' } });
    expect(JSON.stringify(report)).toContain(
      'accepted before with another key: the stored key has changed since',
    );
  });
});
