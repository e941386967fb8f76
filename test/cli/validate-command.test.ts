import { afterEach, describe, expect, it } from 'vitest';
import { run } from './captured-io.ts';
import { application, configFolder, configText } from './config-folder.ts';

let cleanUp = async () => {};
afterEach(() => cleanUp());

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const { path, remove } = await configFolder(files);
  cleanUp = remove;
  return path;
}

const TWO = configText({ 'billing-sync': application('BILLING'), 'hr-sync': application('HR') });

describe('validate', () => {
  it('says how much a valid configuration holds', async () => {
    const cwd = await folder({ 'm2m-watch.yaml': TWO });

    expect(await run(['validate'], { cwd })).toEqual({
      status: 0,
      stdout: 'm2m-watch.yaml is valid: 2 applications at 1 provider\n',
      stderr: '',
    });
  });

  it('lists every problem with its place, and exits with 2', async () => {
    const cwd = await folder({
      'bad.yaml':
        'version: 1\ndeployment: test\nproviders: {}\napplications:\n  a:\n    audience:\nextra: 1\n',
    });

    const { status, stdout, stderr } = await run(['validate', '--config', 'bad.yaml'], { cwd });

    const lines = stderr.trimEnd().split('\n');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.every((line) => /^m2m-watch: bad\.yaml:\d+:\d+ \S/.test(line))).toBe(true);
    expect(stderr).toContain('applications.a.audience is empty');
    expect(stderr).toContain('unknown key `extra`');
  });

  it('refuses a key that it does not know, in one line', async () => {
    const text = JSON.stringify({ ...JSON.parse(TWO), fanOut: 'single' });
    const cwd = await folder({ 'm2m-watch.yaml': text });

    const { status, stderr } = await run(['validate'], { cwd });

    expect(status).toBe(2);
    expect(stderr).toMatch(/^m2m-watch: m2m-watch\.yaml:\d+:\d+ unknown key `fanOut`\n$/);
  });

  it.each([
    [
      ['validate'],
      /^m2m-watch: there is no m2m-watch\.yaml in this folder: name a file with --config/,
    ],
    [['validate', '--config', 'nope.yaml'], /^m2m-watch: nope\.yaml does not exist/],
    [['validate', '--config', '.'], /^m2m-watch: \. is a directory/],
    [['validate', '--config', ''], /^m2m-watch: --config was given an empty name/],
    [['validate', '--config', 'tabs.yaml'], /^m2m-watch: tabs\.yaml:2:1 is no valid YAML/],
  ])('answers %j in one line and with status 2', async (argv, line) => {
    const cwd = await folder({ 'tabs.yaml': 'a:\n\tb: 1\n' });

    const { status, stdout, stderr } = await run(argv, { cwd });

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('tells what is odd on standard error', async () => {
    const cwd = await folder({ 'm2m-watch.yaml': configText({}) });

    const { status, stderr } = await run(['validate'], { cwd });

    expect(status).toBe(0);
    expect(stderr).toMatch(/^m2m-watch: m2m-watch\.yaml:1:\d+ applications names no application/m);
  });

  it('reads every secret on request, and shows none', async () => {
    const cwd = await folder({ 'm2m-watch.yaml': TWO });
    const environment = {
      BILLING_ID: 'client-1',
      BILLING_SECRET: 'planted-secret',
      HR_ID: 'client-2',
    };

    const { status, stdout, stderr } = await run(['validate', '--credentials'], {
      cwd,
      environment,
    });

    expect(status).toBe(2);
    expect(stdout).toMatch(/^✓ billing-sync {2}ok$/m);
    expect(stdout).toMatch(/^✗ hr-sync {7}.*HR_SECRET/m);
    expect(stdout).toMatch(/^the credentials of 1 of 2 applications can be read$/m);
    expect(stdout + stderr).not.toContain('planted-secret');
  });

  it('exits with 0 if every secret can be read', async () => {
    const cwd = await folder({ 'm2m-watch.yaml': configText({ 'hr-sync': application('HR') }) });
    // Swapped by mistake, as happens.
    const environment = { HR_ID: 'planted-secret', HR_SECRET: 'client-2' };

    const { status, stdout } = await run(['validate', '--credentials'], { cwd, environment });

    expect(status).toBe(0);
    expect(stdout).toContain('the credentials of 1 of 1 application can be read\n');
    expect(stdout).not.toContain('planted-secret');
  });

  it('warns of a secret that is too short to be hidden inside a word', async () => {
    const cwd = await folder({ 'm2m-watch.yaml': configText({ 'hr-sync': application('HR') }) });
    const environment = { HR_ID: 'client-2', HR_SECRET: 'planted' };

    const { status, stdout } = await run(['validate', '--credentials'], { cwd, environment });

    expect(status).toBe(0);
    expect(stdout).toMatch(/warning: the secret has fewer than 8/);
    expect(stdout).not.toContain('planted');
  });

  it('names the header and the parameter whose value cannot be read', async () => {
    const call = {
      url: 'https://api.acme.com',
      headers: { Accept: 'text/plain', 'X-Api-Key': { file: 'key' } },
    };
    const parts = { one: { call }, two: { tokenParameters: { api_key: { env: 'TWO_KEY' } } } };
    const cwd = await folder({
      'm2m-watch.yaml': configText({
        one: application('HR', parts.one),
        two: application('HR', parts.two),
      }),
      key: 'planted\r\nX-Other: secret',
    });
    const environment = { HR_ID: 'client-2', HR_SECRET: 'planted-secret' };

    const { status, stdout } = await run(['validate', '--credentials'], { cwd, environment });

    expect(status).toBe(2);
    expect(stdout).toMatch(/^✗ one {2}call\.headers\.X-Api-Key: file key: holds what a header/m);
    expect(stdout).toMatch(
      /^✗ two {2}tokenParameters\.api_key: env TWO_KEY: environment variable/m,
    );
    expect(stdout).not.toContain('planted');
  });

  it('names a malformed and a missing secret', async () => {
    const file = (name: string) => application('X', { credentials: { file: name } });
    const cwd = await folder({
      'm2m-watch.yaml': configText({ one: file('one.json'), two: file('two.json') }),
      'one.json': 'planted-secret, not JSON',
    });

    const { status, stdout } = await run(['validate', '--credentials'], { cwd });

    expect(status).toBe(2);
    expect(stdout).toMatch(/^✗ one {2}.*one\.json/m);
    expect(stdout).toMatch(/^✗ two {2}.*two\.json/m);
    expect(stdout).not.toContain('planted-secret');
  });

  describe('--cost', () => {
    const costly = (tokensPerMonth: number) => {
      const config = JSON.parse(TWO);
      config.providers.acme.tokensPerMonth = tokensPerMonth;
      return JSON.stringify(config);
    };

    it('says what a month costs on AWS and in tokens', async () => {
      const cwd = await folder({ 'm2m-watch.yaml': costly(10_000) });

      const { status, stdout, stderr } = await run(['validate', '--cost'], { cwd });

      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(
        /^m2m-watch\.yaml is valid: 2 applications at 1 provider\nAWS cost of/,
      );
      expect(stdout).toMatch(/^ {2}total +\d+\.\d\d$/m);
      expect(stdout).toMatch(/^ {2}acme: 1488 of 10000 in the plan \(15 %\)$/m);
    });

    it('prints JSON and nothing else on request', async () => {
      const cwd = await folder({ 'm2m-watch.yaml': costly(2000) });

      const { status, stdout } = await run(['validate', '--cost', '--json'], { cwd });

      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        version: 1,
        deployment: 'test',
        aws: { currency: 'USD', totalUsd: expect.any(Number) },
        tokens: [{ provider: 'acme', tokens: 1488, tokensPerMonth: 2000, verdict: 'above-half' }],
      });
    });

    it('exits with 2 if a plan includes too few tokens', async () => {
      const cwd = await folder({ 'm2m-watch.yaml': costly(1000) });

      const { status, stdout, stderr } = await run(['validate', '--cost'], { cwd });

      expect(status).toBe(2);
      expect(stdout).toContain('more than the plan includes');
      expect(stderr).toMatch(
        /^m2m-watch: providers\.acme\.tokensPerMonth is 1000, but the schedule needs 1488/,
      );
    });

    it.each([[['--json']], [['--json', '--cost', '--credentials']]])(
      'refuses %j, since JSON stands alone',
      async (options) => {
        const cwd = await folder({ 'm2m-watch.yaml': TWO });

        const { status, stdout, stderr } = await run(['validate', ...options], { cwd });

        expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
        expect(stderr).toMatch(/^m2m-watch: --json works with --cost alone/);
      },
    );
  });
});
