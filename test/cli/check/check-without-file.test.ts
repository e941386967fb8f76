import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROVIDER_TYPE_NAMES } from '../../../lib/core/config/provider-types.ts';
import type { Standin } from '../../../lib/standin/start-standin.ts';
import { keyboard, run } from '../captured-io.ts';
import { configFolder } from '../config-folder.ts';
import { AUDIENCE, startWithApplication, tokenRequests } from '../standin-application.ts';

let standin: Standin;
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

const withSecret = () => ({ cwd, environment: { M2M_CLIENT_SECRET: clientSecret } });

describe('check without a file', () => {
  it('checks the application that the options describe', async () => {
    const { status, stdout, stderr } = await run(['check', ...options], withSecret());

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^✓ healthy {7}api-acme-com/m);
  });

  it('prints the ordinary report in every format', async () => {
    const { stdout } = await run(['check', ...options, '--format', 'json'], withSecret());

    expect(JSON.parse(stdout)).toMatchObject({
      deployment: 'default',
      summary: { applications: 1, healthy: 1 },
      reports: [
        {
          application: 'api-acme-com',
          clientId,
          token: { audience: [AUDIENCE], scopes: ['read:invoices'], organization: 'org_1234' },
        },
      ],
    });
  });

  it('asks for the scopes that are given, and says which is refused', async () => {
    const scopes = ['--scope', 'read:invoices', '--scope', 'write:invoices'];

    const { status, stdout } = await run(['check', ...options, ...scopes], withSecret());

    expect(status).toBe(1);
    expect(stdout).toContain('scope-not-allowed');
    expect(stdout).toContain('write:invoices');
  });

  it('takes no audience for deliberately none', async () => {
    const withoutAudience = options.filter((word) => word !== '--audience' && word !== AUDIENCE);

    const said = await run(['check', ...withoutAudience, '--no-audience'], withSecret());
    const unsaid = await run(['check', ...withoutAudience], withSecret());

    expect([said.status, unsaid.status]).toEqual([0, 0]);
    expect(standin.requests.find(({ endpoint }) => endpoint === 'token')?.form).not.toHaveProperty(
      'audience',
    );
  });

  it('leaves a configuration in the folder alone', async () => {
    await writeFile(join(cwd, 'm2m-watch.yaml'), 'no: configuration');

    expect((await run(['check', ...options], withSecret())).status).toBe(0);
  });

  it.each([
    ['by its discovery document, without an option', [], 'Kinde > Settings'],
    ['unless the type is given', ['--type', 'oidc'], null],
  ])('knows Kinde under another domain %s', async (_, more, text) => {
    const world = { cwd, environment: { M2M_CLIENT_SECRET: 'wrong' } };

    const { stdout } = await run(['check', ...options, ...more], world);

    if (text === null) expect(stdout).not.toContain('Kinde > ');
    else expect(stdout).toContain(text);
  });

  it('understands an issuer without a scheme, and the address of its discovery document', async () => {
    const bare = `${standin.issuer.replace('http://', '')}/.well-known/openid-configuration`;
    const words = options.map((word) => (word === standin.issuer ? bare : word));

    expect((await run(['check', ...words], withSecret())).status).toBe(0);
  });

  describe('the secret', () => {
    it('comes from .env of the current folder', async () => {
      await writeFile(join(cwd, '.env'), `M2M_CLIENT_SECRET='${clientSecret}'\n`);

      expect((await run(['check', ...options], { cwd })).status).toBe(0);
    });

    it('is asked for at a terminal, and not shown', async () => {
      const stdin = keyboard(` ${clientSecret} `);

      const { status, stdout, stderr } = await run(['check', ...options], {
        cwd,
        stdin,
        isTerminal: true,
      });

      expect(status).toBe(0);
      expect(stderr).toBe('Client secret (not shown): \n');
      expect(stdout).not.toContain(clientSecret);
    });

    it('is asked for once more where nothing was typed', async () => {
      const stdin = keyboard('', clientSecret);

      const { status, stderr } = await run(['check', ...options], { cwd, stdin, isTerminal: true });

      expect(status).toBe(0);
      expect(stderr).toContain('the client secret is empty');
    });

    it('is read from standard input on request, before any variable', async () => {
      const stdin = { stream: Readable.from([`${clientSecret}\n`]), isTerminal: false };
      const world = { cwd, stdin, environment: { M2M_CLIENT_SECRET: 'wrong' } };

      expect((await run(['check', ...options, '--secret-stdin'], world)).status).toBe(0);
    });

    it('is not read from standard input unasked', async () => {
      const stdin = { stream: Readable.from([`${clientSecret}\n`]), isTerminal: false };

      const { status, stderr } = await run(['check', ...options], { cwd, stdin });

      expect(status).toBe(2);
      expect(stderr).toBe(
        'm2m-watch: there is no client secret, and no terminal to ask for it: set M2M_CLIENT_SECRET, or pipe it in with --secret-stdin\n',
      );
    });

    it('ends everything with 130 where Ctrl-C answers the question', async () => {
      const stdin = keyboard();
      (stdin.stream as unknown as NodeJS.WritableStream).write('\u0003');

      const outcome = await run(['check', ...options], { cwd, stdin, isTerminal: true });

      expect(outcome).toEqual({
        status: 130,
        stdout: '',
        stderr: 'Client secret (not shown): \n',
      });
      expect(tokenRequests(standin)).toBe(0);
    });

    it.each([
      ['', 'M2M_CLIENT_SECRET is empty: it must hold the client secret'],
      ['two\nlines', 'M2M_CLIENT_SECRET holds a line break or another control character'],
    ])('is refused as %j, in one line that does not show it', async (value, line) => {
      const world = { cwd, environment: { M2M_CLIENT_SECRET: value } };

      const { status, stderr } = await run(['check', ...options], world);

      expect(status).toBe(2);
      expect(stderr.startsWith(`m2m-watch: ${line}`)).toBe(true);
      expect(stderr.trimEnd()).not.toContain('\n');
      expect(stderr).not.toContain('two');
    });
  });

  it.each([
    [['--issuer', ''], '--issuer is empty: give a value'],
    [['--issuer', 'acme'], '--issuer must be an absolute URL such as https://example.com'],
    [
      ['--issuer', 'http://127.0.0.1:9'],
      '--issuer must begin with https:, or give --allow-insecure-http too',
    ],
    [
      ['--issuer', 'http://acme.com', '--allow-insecure-http'],
      '--issuer must begin with https: (http is for loopback only)',
    ],
    [['--client-id', ''], '--client-id is empty: give a value'],
    [['--audience', ''], '--audience is empty: leave it out for none'],
    [['--audience', 'a', '--audience', 'a'], '--audience stands twice: remove one'],
    [
      ['--scope', 'a b'],
      '--scope must be one scope, without spaces and quotes: give --scope once for each',
    ],
    [
      ['--type', 'kindle'],
      `option '--type <TYPE>' argument \`kindle\` is invalid. Allowed choices are ${PROVIDER_TYPE_NAMES.join(', ')}`,
    ],
    [['--client-secret', 'planted'], 'there is no option for a secret, because others could read'],
    [['--client-secret=planted'], 'there is no option for a secret, because others could read'],
    [['--clientid', 'x'], 'unknown option `--clientid` (Did you mean --client-id?)'],
    [
      ['--config', 'x.yaml'],
      "option '-c, --config <FILE>' cannot be used with option '--issuer <URL>'",
    ],
    [['--app', 'x'], "option '-a, --app <NAME>' cannot be used with option '--issuer <URL>'"],
  ])('answers %j in the words of the options, before anything is asked', async (more, line) => {
    const basic = { '--issuer': 'acme.kinde.com', '--client-id': 'abc' };
    const rest = Object.entries(basic).filter(([flag]) => !more.includes(flag));

    const { status, stdout, stderr } = await run(['check', ...rest.flat(), ...more], { cwd });

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`m2m-watch: ${line}`);
    expect(stderr).not.toContain('planted');
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it.each([
    [
      ['--client-id', 'abc'],
      '--client-id describes an application that is in no file: give --issuer',
    ],
    [
      ['--secret-stdin'],
      '--secret-stdin describes an application that is in no file: give --issuer',
    ],
    [['--issuer', 'acme.kinde.com'], '--issuer was given without --client-id: give both'],
  ])('says what is missing beside %j', async (given, line) => {
    const { status, stderr } = await run(['check', ...given], { cwd });

    expect(status).toBe(2);
    expect(stderr.startsWith(`m2m-watch: ${line}`)).toBe(true);
  });
});
