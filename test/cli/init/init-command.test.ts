import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { findLeaks } from '../../leaks/find-leaks.ts';
import { type FaultyStandin, startFaultyStandin } from '../../support/transport-faults.ts';
import { capturedIo, keyboard, run } from '../captured-io.ts';
import { configFolder } from '../config-folder.ts';
import { AUDIENCE, startWithApplication, tokenRequests } from '../standin-application.ts';

const VARIABLE = 'M2M_API_ACME_COM_CLIENT_SECRET';

let standin: FaultyStandin;
let clientId: string;
let clientSecret: string;
let options: readonly string[];
let cwd: string;
let cleanUp = async () => {};

beforeEach(async () => {
  ({ standin, clientId, clientSecret, options } = await startWithApplication());
  const folder = await configFolder({});
  [cwd, cleanUp] = [folder.path, folder.remove];
});
afterEach(async () => {
  await standin.close();
  await cleanUp();
});

/** A terminal at which these lines are typed. */
const typing = (...lines: readonly string[]) => ({
  cwd,
  stdin: keyboard(...lines),
  isTerminal: true,
  environment: { NO_COLOR: '1' },
});
const withSecret = () => ({ cwd, environment: { M2M_CLIENT_SECRET: clientSecret } });
const config = () => readFile(join(cwd, 'm2m-watch.yaml'), 'utf8');
const envFile = () => readFile(join(cwd, '.env'), 'utf8');

describe('init at a terminal', () => {
  it('asks for issuer, client id, audience and secret alone, and leads to a passing check', async () => {
    const world = typing(standin.issuer, clientId, AUDIENCE, clientSecret);

    const { status, stdout, stderr } = await run(['init', '--allow-insecure-http'], world);
    const next = await run(['check'], { cwd });
    const valid = await run(['validate', '--credentials'], { cwd });

    expect(status).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: how the line is drawn
    const lines = stderr.replace(/\u001b\[\d*[A-Z]|\r/g, '').split('\n');
    // A slow machine shows progress too.
    expect(lines.filter((line) => !/^(?:checked 0 of 1.*)?$/.test(line))).toEqual([
      expect.stringMatching(/^Issuer, such as \S+: http/),
      `Client id: ${clientId}`,
      `Audience of the API (leave it empty if your provider has none): ${AUDIENCE}`,
      expect.stringMatching(/^Client secret \(not shown; saved in .env, .*\): $/),
    ]);
    expect(stdout).toMatch(
      /Written: m2m-watch\.yaml; \.env[^\n]*\n\nNext:\n {2}npx m2m-watch check {2}#[^\n]*\n {2}npx m2m-watch serve {2}#[^\n]*\n$/,
    );
    expect(next).toMatchObject({ status: 0, stderr: '' });
    expect(valid).toMatchObject({ status: 0, stderr: '' });
    expect(tokenRequests(standin)).toBe(2);
  });

  it('shows the secret nowhere, and writes it into .env alone, for its owner alone', async () => {
    const { stdout, stderr } = await run(['init', ...options], typing(clientSecret));

    expect(findLeaks(stdout + stderr + (await config()), [clientSecret])).toEqual([]);
    expect(stderr).toContain('not shown; saved in .env, which only its owner can read');
    expect(await envFile()).toContain(`${VARIABLE}='${clientSecret}'\n`);
    expect((await stat(join(cwd, '.env'))).mode & 0o777).toBe(0o600);
    expect((await readdir(cwd)).sort()).toEqual(['.env', 'm2m-watch.yaml']);
  });

  it('keeps what .env holds already', async () => {
    await writeFile(join(cwd, '.env'), 'OTHER=1');

    await run(['init', ...options], typing(clientSecret));

    expect(await envFile()).toMatch(/^OTHER=1\n# /);
  });

  it.each([
    ['Git does not ignore .env', [], 'not saved, because Git does not ignore .env here'],
    ['an option says so', ['--no-env-file'], 'not saved)'],
  ])('keeps the secret nowhere where %s, and says how to go on', async (_, more, note) => {
    if (more.length === 0) await mkdir(join(cwd, '.git'));

    const { status, stdout, stderr } = await run(
      ['init', ...options, ...more],
      typing(clientSecret),
    );

    expect(status).toBe(0);
    expect(stderr).toContain(note);
    expect(stdout).toContain(`  read -rs ${VARIABLE} && export ${VARIABLE}  # then paste`);
    expect(await readdir(cwd)).not.toContain('.env');
  });

  it('takes no answer for deliberately no audience', async () => {
    const world = typing(standin.issuer, clientId, '', clientSecret);

    const { status } = await run(['init', '--allow-insecure-http'], world);

    expect(status).toBe(0);
    expect(await config()).toMatch(/^ {2}my-app:$/m);
    expect(await config()).toMatch(/^ {4}audience: null$/m);
  });

  it('asks again for an answer that cannot be right', async () => {
    const world = typing('acme', standin.issuer, '', clientId, AUDIENCE, clientSecret);

    const { status, stderr } = await run(['init', '--allow-insecure-http'], world);

    expect(status).toBe(0);
    expect(stderr).toContain('m2m-watch: this must be an absolute URL such as https://example.com');
    expect(stderr).toContain('m2m-watch: this is empty: give a value');
  });

  it.each([0, 1, 2, 3])('leaves nothing behind at Ctrl-C after %i answers', async (count) => {
    const answers = [standin.issuer, clientId, AUDIENCE].slice(0, count);
    const world = typing(...answers, 'half\u0003');

    const { status, stdout } = await run(['init', '--allow-insecure-http'], world);

    expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
    expect(await readdir(cwd)).toEqual([]);
    expect(tokenRequests(standin)).toBe(0);
  });

  it('leaves nothing behind at Ctrl-C while the provider does not answer', async () => {
    standin.faults.set('token', { kind: 'silence' });
    const io = capturedIo(typing(clientSecret));
    const running = runCli(['init', ...options], io);
    await expect.poll(() => tokenRequests(standin)).toBe(1);

    io.interrupt();

    expect(await running).toBe(130);
    expect(await readdir(cwd)).toEqual([]);
  });
});

describe('init without a terminal', () => {
  it('takes options and M2M_CLIENT_SECRET, and says how the secret gets where the file looks', async () => {
    const { status, stdout, stderr } = await run(['init', ...options], withSecret());
    const next = await run(['check'], { cwd, environment: { [VARIABLE]: clientSecret } });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`\n  export ${VARIABLE}="$M2M_CLIENT_SECRET"  #`);
    expect(stdout).toContain('\n  npx m2m-watch check ');
    expect(next.status).toBe(0);
    expect(await readdir(cwd)).toEqual(['m2m-watch.yaml']);
  });

  it('uses the variable of the file where that is set already', async () => {
    const world = { cwd, environment: { [VARIABLE]: clientSecret, M2M_CLIENT_SECRET: 'other' } };

    const { status, stdout } = await run(['init', ...options], world);

    expect(status).toBe(0);
    expect(stdout).toContain('\n  npx m2m-watch serve');
  });

  it('takes the secret from standard input', async () => {
    const stdin = { stream: Readable.from([clientSecret]), isTerminal: false };

    const { status } = await run(['init', ...options, '--secret-stdin'], { cwd, stdin });

    expect(status).toBe(0);
    expect(await readdir(cwd)).toEqual(['m2m-watch.yaml']);
  });

  it('takes it from .env, where the file finds it next time', async () => {
    await writeFile(join(cwd, '.env'), `M2M_CLIENT_SECRET='${clientSecret}'\n`);

    const { status } = await run(['init', ...options], { cwd });

    expect(status).toBe(0);
    expect((await run(['check'], { cwd })).status).toBe(0);
  });

  it('names all that is missing in one line', async () => {
    expect(await run(['init'], { cwd })).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'm2m-watch: there is no terminal for questions: give --issuer, --client-id, --audience (or --no-audience), and set M2M_CLIENT_SECRET\n',
    });
  });

  it('writes what the token held, and the rest as comments', async () => {
    await run(['init', ...options, '--name', 'billing-sync'], withSecret());

    const text = await config();
    expect(text).toMatch(/^# yaml-language-server: \$schema=\S*m2m-watch\.schema\.json$/m);
    expect(text).toMatch(/^ {2}billing-sync:$/m);
    expect(text).toContain('credentials: { env: M2M_BILLING_SYNC_CLIENT_SECRET }');
    expect(text).toContain(
      '    expect:\n      scopes: [read:invoices]\n      organization: org_1234\n      # ',
    );
    for (const key of ['call', 'everyMinutes', 'notify']) expect(text).toMatch(`# ${key}:`);
  });

  it('expects a global application to stay one', async () => {
    standin.tenant.changeApplication(clientId, { organization: null });

    await run(['init', ...options], withSecret());

    expect(await config()).toMatch(/^ {6}organization: null$/m);
    expect(await run(['check'], { cwd, environment: { [VARIABLE]: clientSecret } })).toMatchObject({
      status: 0,
    });
  });

  it('reads no claims of opaque tokens, also later', async () => {
    standin.tenant.distortToken(clientId, { accessToken: () => 'an-opaque-token-of-some-length' });
    const jwt = await run(['init', ...options], withSecret());

    const opaque = await run(['init', ...options, '--token-format', 'opaque'], withSecret());

    expect([jwt.status, opaque.status]).toEqual([1, 0]);
    expect(jwt.stdout).toMatch(/`tokenFormat`\s+to\s+`opaque`/);
    expect(await config()).toMatch(/^ {4}tokenFormat: opaque$/m);
    expect(await run(['check'], { cwd, environment: { [VARIABLE]: clientSecret } })).toMatchObject({
      status: 0,
    });
  });

  it('expects nothing that a report does not show exactly', async () => {
    standin.tenant.distortToken(clientId, {
      claims: (claims) => ({
        ...claims,
        org_code: `org_${'x'.repeat(400)}`,
        scope: 'read:invoices eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
      }),
    });

    await run(['init', ...options], withSecret());

    expect(await config()).toContain('scopes: [read:invoices]');
    expect(await config()).not.toContain('organization:');
    expect(await run(['check'], { cwd, environment: { [VARIABLE]: clientSecret } })).toMatchObject({
      status: 0,
    });
  });
});

describe('a mistake', () => {
  const instead = (flag: string, value: string) =>
    options.map((word, index) => (options[index - 1] === flag ? value : word));

  it.each([
    ['the host of the issuer', '--issuer', 'http://127.0.0.1:1', 3, 'provider-unreachable'],
    ['the path of the issuer', '--issuer', '', 3, 'discovery-invalid'],
    ['the client id', '--client-id', 'no-such-client', 1, 'client-unknown'],
    ['the audience', '--audience', 'https://other.acme.com', 1, 'audience-not-authorized'],
  ])(
    'in %s is named with its cause, and nothing is written',
    async (_, flag, value, status, cause) => {
      const words = instead(flag, value || `${standin.issuer}/wrong`);

      const outcome = await run(['init', ...words], withSecret());

      expect(outcome.status).toBe(status);
      expect(outcome.stdout).toContain(`${cause}, `);
      expect(outcome.stdout).toContain('  Fix\n');
      expect(outcome.stderr).toMatch(
        /^m2m-watch: nothing was written; to try again: npx m2m-watch init --issuer \S+ --client-id /,
      );
      expect(await readdir(cwd)).toEqual([]);
    },
  );

  it('in the secret is named with its cause, and nothing is written', async () => {
    const { status, stdout, stderr } = await run(['init', ...options], typing('planted-secret'));

    expect(status).toBe(1);
    expect(stdout).toContain('credentials-rejected, likely');
    expect(stdout + stderr).not.toContain('planted-secret');
    expect(await readdir(cwd)).toEqual([]);
  });

  it('can be tried again with the line that is printed, whatever was given', async () => {
    const words = instead('--audience', "it's $HOME `x`");

    const { stderr } = await run(['init', ...words], withSecret());

    expect(stderr).toContain(`--audience 'it'\\''s $HOME \`x\`'`);
  });
});

describe('a file that already exists', () => {
  it('is refused before anything is asked, and kept', async () => {
    await writeFile(join(cwd, 'm2m-watch.yaml'), 'mine\n');

    const outcome = await run(['init', ...options], typing(clientSecret));

    expect(outcome).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'm2m-watch: m2m-watch.yaml already exists: add the application to it with --add, name another file with --config, or overwrite it with --force\n',
    });
    expect(await config()).toBe('mine\n');
    expect(standin.requests).toEqual([]);
  });

  it('is overwritten with --force, once the check passes', async () => {
    await writeFile(join(cwd, 'm2m-watch.yaml'), 'mine\n');
    await run(['init', ...options, '--force'], typing('wrong'));
    const before = await config();

    const { status } = await run(['init', ...options, '--force'], typing(clientSecret));

    expect(before).toBe('mine\n');
    expect(status).toBe(0);
    expect(await config()).toContain(clientId);
  });

  it('is overwritten where a link leads to it, and the link stays', async () => {
    await mkdir(join(cwd, 'real'));
    await writeFile(join(cwd, 'real/config.yaml'), 'mine\n');
    await symlink(join(cwd, 'real/config.yaml'), join(cwd, 'm2m-watch.yaml'));

    const { status } = await run(['init', ...options, '--force'], withSecret());

    expect(status).toBe(0);
    expect((await lstat(join(cwd, 'm2m-watch.yaml'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(cwd, 'real/config.yaml'), 'utf8')).toContain(clientId);
  });

  it('that came while the check ran is kept', async () => {
    await standin.close();
    standin = await startFaultyStandin({
      tenant: standin.tenant,
      onRequest: () => writeFile(join(cwd, 'm2m-watch.yaml'), 'mine\n'),
    });
    const words = options.map((word, index) => (index === 1 ? standin.issuer : word));

    const { status, stderr } = await run(['init', ...words], withSecret());

    expect(status).toBe(2);
    expect(stderr).toContain('m2m-watch.yaml already exists');
    expect(await config()).toBe('mine\n');
  });

  it('leaves room for another one', async () => {
    await writeFile(join(cwd, 'm2m-watch.yaml'), 'mine\n');

    const { status, stdout } = await run(['init', ...options, '-c', 'two.yaml'], withSecret());

    expect(status).toBe(0);
    expect(stdout).toContain('npx m2m-watch check --config two.yaml');
    expect(await config()).toBe('mine\n');
  });

  it.each([
    [['--config', ''], '--config was given an empty name: name a file'],
    [['--config', '.'], '. is a directory: name a file with --config'],
    [['--config', 'no/such/folder.yaml'], 'no/such/folder.yaml cannot be written: its folder'],
    [
      ['--name', 'Billing Sync'],
      '--name must be a name: lower-case letters, digits and hyphens, at most 63, no hyphen first',
    ],
    [['--issuer', 'x'], '--issuer must be an absolute URL such as https://example.com'],
    [['--force', '--froce'], 'unknown option `--froce` (Did you mean --force?)'],
  ])('and %j is answered in one line before anything is asked', async (more, line) => {
    const { status, stderr } = await run(['init', ...options, ...more], typing(clientSecret));

    expect(status).toBe(2);
    expect(stderr.startsWith(`m2m-watch: ${line}`)).toBe(true);
    expect(standin.requests).toEqual([]);
  });
});
