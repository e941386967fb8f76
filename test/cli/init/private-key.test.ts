import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertionJudge } from '../../support/assertion-judge.ts';
import { KEY_CLIENT, KEY_PAIRS, pemOf, startKeyScenario } from '../../support/key-scenario.ts';
import { presented } from '../../support/local-issuer.ts';
import { keyboard, run } from '../captured-io.ts';
import { startWithApplication } from '../standin-application.ts';

const SECRET = 'planted-client-secret';
const METHODS = ['private_key_jwt', 'client_secret_basic', 'client_secret_post'];

/** A server with a client that has a key, and the clients `basic` and `post`, which have a secret. */
async function start() {
  const pair = KEY_PAIRS['P-256']();
  const judge = assertionJudge({ clientId: KEY_CLIENT, publicKey: pair.publicKey });
  const scenario = await startKeyScenario({
    pair,
    issuer: {
      claims: { aud: 'invoices', roles: ['reader'] },
      metadata: { token_endpoint_auth_methods_supported: METHODS },
      refuse: (request, tokenEndpoint) => {
        const shown = presented(request);
        if (shown === null) return judge(request, tokenEndpoint);
        return shown.method.endsWith(shown.clientId) && shown.clientSecret === SECRET
          ? null
          : { status: 401, body: { error: 'invalid_client' } };
      },
    },
  });
  const { folder, issuer } = scenario;
  const config = () => readFile(join(folder, 'm2m-watch.yaml'), 'utf8');
  const typing = (...lines: readonly string[]) => ({
    cwd: folder,
    stdin: keyboard(...lines),
    isTerminal: true,
    environment: { NO_COLOR: '1' },
  });
  return { ...scenario, config, typing, words: ['--issuer', issuer, '--allow-insecure-http'] };
}

const KEY = ['--client-id', KEY_CLIENT, '--private-key', 'key.pem'];

describe('a private key instead of a secret', () => {
  it('leads from nothing to a healthy check, and stays in its file', async () => {
    const { config, typing, words, folder, pair } = await start();

    const { status, stdout, stderr } = await run(['init', ...words, ...KEY], typing(''));
    const check = await run(['check', '--format', 'json'], { cwd: folder });

    expect(status).toBe(0);
    expect(stderr).not.toContain('Client secret');
    expect(stdout).toMatch(
      /Written: m2m-watch\.yaml\n\nNext:\n {2}npx m2m-watch check .*\n {2}npx/,
    );
    expect((await readdir(folder)).sort()).toEqual(['key.pem', 'm2m-watch.yaml']);
    const text = await config();
    expect(text).toMatch(/^ {4}clientAuthentication: private_key_jwt$/m);
    expect(text).toMatch(/^ {4}credentials: \{ privateKey: \{ file: key\.pem \} \}$/m);
    expect(stdout + stderr + text).not.toContain(pemOf(pair.privateKey).slice(40, 60));
    expect(JSON.parse(check.stdout).reports).toEqual([
      expect.objectContaining({ status: 'healthy', clientAuthentication: 'private_key_jwt' }),
    ]);
  });

  it('is found from the folder of the configuration, with its id', async () => {
    const { words, folder, write, pair } = await start();
    await mkdir(join(folder, 'keys'));
    await mkdir(join(folder, 'watch'));
    await write('keys/own.pem', pemOf(pair.privateKey));
    const options = [
      '--client-id',
      KEY_CLIENT,
      '--private-key',
      'keys/own.pem',
      '--key-id',
      'k: 1',
    ];
    const world = { cwd: folder };

    const { status } = await run(
      ['init', ...words, ...options, '--no-audience', '-c', 'watch/m2m.yaml'],
      world,
    );

    expect(status).toBe(0);
    expect(await readFile(join(folder, 'watch/m2m.yaml'), 'utf8')).toContain(
      'credentials: { privateKey: { file: ../keys/own.pem }, keyId: "k: 1" }',
    );
    expect((await run(['check', '-c', 'watch/m2m.yaml'], world)).status).toBe(0);
  });

  it.each([
    ['private_key_jwt', ['key', 'basic', 'post']],
    ['client_secret_post', ['post', 'key', 'basic']],
    ['client_secret_basic', ['basic', 'post', 'key']],
  ])('stands beside secrets where the provider has %s', async (method, clients) => {
    const { config, words, folder } = await start();
    for (const client of clients) {
      const more = client === clients[0] ? [] : ['--add'];
      const options = client === 'key' ? KEY : ['--client-id', client];
      const environment = client === 'key' ? {} : { M2M_CLIENT_SECRET: SECRET };
      const world = { cwd: folder, environment };

      const added = await run(['init', ...words, ...more, ...options, '--no-audience'], world);

      expect(added).toMatchObject({ status: 0, stderr: '' });
    }
    const environment = { M2M_BASIC_CLIENT_SECRET: SECRET, M2M_POST_CLIENT_SECRET: SECRET };

    const check = await run(['check', '--format', 'json'], { cwd: folder, environment });

    expect((await config()).match(/(?<=clientAuthentication: ).*/g)?.[0]).toBe(method);
    expect((await config()).match(/clientAuthentication: /g)).toHaveLength(3);
    expect(JSON.parse(check.stdout).summary).toMatchObject({ healthy: 3, applications: 3 });
  });

  it('checks an application that is in no file', async () => {
    const { words, folder } = await start();

    const { status, stderr } = await run(['check', ...words, ...KEY], { cwd: folder });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    [['--certificate', 'a.pem'], '--certificate goes with a private key: give --private-key too'],
    [['--key-id', 'a'], '--key-id goes with a private key: give --private-key too'],
    [['--private-key', ''], '--private-key is empty: '],
    [['--private-key', 'a', '--secret-stdin'], "option '--private-key <FILE>' cannot be used with"],
  ])('is described in full: %j', async (more, line) => {
    for (const command of ['init', 'check']) {
      const words = ['--issuer', 'https://id.acme.com', '--client-id', 'a', ...more];

      const { status, stderr } = await run([command, ...words], { cwd: '/tmp' });

      expect(status).toBe(2);
      expect(stderr.startsWith(`m2m-watch: ${line}`)).toBe(true);
    }
  });

  it('is refused in one line for a provider whose clients have none', async () => {
    const { standin, options } = await startWithApplication();
    const words = [...options, '--type', 'kinde', '--private-key', 'key.pem'];

    const { status, stderr } = await run(['check', ...words], { cwd: '/tmp' });
    await standin.close();

    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^m2m-watch: --private-key cannot be private_key_jwt: .* client secret\n$/,
    );
  });
});
