import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { type FaultyStandin, startFaultyStandin } from '../../support/transport-faults.ts';
import { capturedIo, run } from '../captured-io.ts';
import { application, configFolder, configText } from '../config-folder.ts';

const AUDIENCE = 'https://api.acme.com';

let standin: FaultyStandin;
let environment: Record<string, string>;
let cleanUp = async () => {};

beforeEach(async () => {
  standin = await startFaultyStandin();
  standin.tenant.addApi({ name: 'Invoices', audience: AUDIENCE, scopes: ['read:invoices'] });
  environment = {};
});
afterEach(async () => {
  await standin.close();
  await cleanUp();
});

/** A folder whose configuration names these applications, each of them known to the stand-in. */
async function watching(
  applications: Readonly<Record<string, object>>,
  provider: object = {},
): Promise<string> {
  for (const name of Object.keys(applications)) {
    const credentials = standin.tenant.addApplication({
      name,
      apis: { [AUDIENCE]: ['read:invoices'] },
    });
    environment[`${name.toUpperCase()}_ID`] = credentials.clientId;
    environment[`${name.toUpperCase()}_SECRET`] = credentials.clientSecret;
  }
  const configured = Object.entries(applications).map(([name, parts]) => [
    name,
    application(name.toUpperCase(), parts),
  ]);
  const text = configText(Object.fromEntries(configured), standin.issuer, provider);
  const { path, remove } = await configFolder({ 'm2m-watch.yaml': text });
  cleanUp = remove;
  return path;
}

const UNHEALTHY = { expect: { organization: 'org_1' } };
const DEGRADED = { expect: { lifetimeSeconds: { atMost: 60 } } };

describe('check', () => {
  it('exits with 0 if all are healthy', async () => {
    const cwd = await watching({ one: {}, two: {} });

    const { status, stdout, stderr } = await run(['check'], { cwd, environment });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^✓ healthy {7}one/m);
    expect(stdout).toMatch(/2 applications: 2 healthy \(\d+\.\d s\)\n$/);
  });

  it('exits with 1 if one is unhealthy, and names the cause', async () => {
    const cwd = await watching({ one: {}, two: UNHEALTHY });

    const { status, stdout } = await run(['check'], { cwd, environment });

    expect(status).toBe(1);
    expect(stdout).toMatch(/^✗ unhealthy {5}two {10}organization-missing {2}certain/m);
  });

  it('exits with 3 if one is undetermined and none is unhealthy', async () => {
    const cwd = await watching({ one: {}, two: {} });
    delete environment['TWO_SECRET'];

    const { status, stdout } = await run(['check'], { cwd, environment });

    expect(status).toBe(3);
    expect(stdout).toMatch(/^\? undetermined {2}two {10}secret-unreadable/m);
  });

  it.each([
    ['unhealthy', 0],
    ['degraded', 1],
    ['undetermined', 0],
  ])('with --fail-on %s ends with %i where one is degraded', async (failOn, status) => {
    const cwd = await watching({ one: DEGRADED });

    expect((await run(['check', '--fail-on', failOn], { cwd, environment })).status).toBe(status);
  });

  it.each([
    ['table', 'unhealthy', 1, 0],
    ['junit', 'undetermined', 2, 0],
    ['json', 'undetermined', 1, 0],
    ['prometheus', 'unhealthy', 1, 3],
  ] as const)(
    'says with --format %s and --fail-on %s what the exit status hides',
    async (...row) => {
      const [format, failOn, degraded, status] = row;
      const cwd = await watching({
        one: DEGRADED,
        ...(degraded === 2 ? { two: DEGRADED } : {}),
        ...(status === 3 ? { three: {} } : {}),
      });
      delete environment['THREE_SECRET'];

      const outcome = await run(['check', '--format', format, '--fail-on', failOn], {
        cwd,
        environment,
      });

      const are = degraded === 1 ? '1 application is' : '2 applications are';
      expect(outcome.status).toBe(status);
      expect(outcome.stderr).toBe(
        `m2m-watch: ${are} degraded, which exit status ${status} does not show; to exit with 1 instead, add --fail-on degraded\n`,
      );
    },
  );

  it.each([
    ['degraded', {}],
    ['unhealthy', { two: UNHEALTHY }],
  ])('has nothing to say of that where --fail-on %s makes it 1', async (failOn, more) => {
    const cwd = await watching({ one: DEGRADED, ...more });

    const { status, stderr } = await run(['check', '--fail-on', failOn], { cwd, environment });

    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });

  it.each([
    ['answers 503', { kind: 'reply', reply: { status: 503, headers: {}, body: '' } }],
    ['does not answer', { kind: 'reset' }],
    ['breaks off', { kind: 'cut-off' }],
  ] as const)('says in every format the same of an API that %s', async (_, fault) => {
    const call = { url: `${standin.apiUrl}/health`, allowInsecureHttp: true };
    const cwd = await watching({ one: { call } });
    standin.faults.set('api', fault);
    const check = (format: string) => run(['check', '--format', format], { cwd, environment });

    const table = await check('table');
    const json = await check('json');
    const junit = await check('junit');
    const prometheus = await check('prometheus');

    const ours = [table, json, junit, prometheus];
    expect(ours.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    for (const { stderr } of ours) expect(stderr).toContain('1 application is degraded, which');
    const [report] = JSON.parse(json.stdout).reports;
    expect(report).toMatchObject({ status: 'degraded', findings: [{ severity: 'warning' }] });
    expect(report.diagnosis.fix[0]).toContain(`the API at ${call.url}`);
    expect(table.stdout).toMatch(/^! degraded {6}one {10}call-/m);
    expect(junit.stdout).toContain(' failures="0" errors="0" ');
    expect(junit.stdout).toContain('<system-out>! one at acme: degraded\n');
    expect(junit.stdout).toContain('Leave the credentials of one as they are');
    const labels = 'deployment="test",provider="acme",application="one"';
    expect(prometheus.stdout).toContain(`m2m_watch_application_healthy{${labels}} 1\n`);
    expect(prometheus.stdout).toContain(`_status{${labels},status="degraded"} 1\n`);
    expect(prometheus.stdout).toContain(`cause="${report.diagnosis.cause}",family="call"`);
  });

  it('prints a report for programs, and nothing else, with --format json', async () => {
    const cwd = await watching({ one: {}, two: UNHEALTHY });

    const { status, stdout } = await run(['check', '--format', 'json'], { cwd, environment });

    const report: unknown = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(report).toMatchObject({
      version: 1,
      deployment: 'test',
      summary: { applications: 2, healthy: 1, degraded: 0, unhealthy: 1, undetermined: 0 },
      reports: [{ application: 'one' }, { application: 'two', status: 'unhealthy' }],
    });
  });

  it.each([
    ['unhealthy', 0, ' failures="0" ', '<system-out>! one at acme: degraded\n'],
    ['degraded', 1, ' failures="1" ', '<failure message="'],
  ])('with --format junit and --fail-on %s counts as it ends', async (failOn, status, ...texts) => {
    const cwd = await watching({ one: DEGRADED });

    const outcome = await run(['check', '--format', 'junit', '--fail-on', failOn], {
      cwd,
      environment,
      isTerminal: true,
    });

    expect(outcome.status).toBe(status);
    expect(outcome.stdout).toMatch(/^<\?xml .*<\/testsuites>\n$/s);
    expect(outcome.stdout).not.toContain('\u001b');
    for (const text of texts) expect(outcome.stdout).toContain(text);
  });

  it('prints metrics, and nothing else, with --format prometheus', async () => {
    const cwd = await watching({ one: {}, two: UNHEALTHY });

    const { status, stdout } = await run(['check', '--format', 'prometheus'], { cwd, environment });

    const labels = 'deployment="test",provider="acme",application';
    expect(status).toBe(1);
    expect(stdout).toContain(`\nm2m_watch_application_healthy{${labels}="one"} 1\n`);
    expect(stdout).toContain(`\nm2m_watch_application_healthy{${labels}="two"} 0\n`);
    expect(stdout.match(/^[^#m]/m)).toBeNull();
  });

  it('shows no secret and no token in either format', async () => {
    const cwd = await watching({ one: UNHEALTHY });
    standin.tenant.rotateSecret(String(environment['ONE_ID']));

    const outputs = await Promise.all(
      ['table', 'json'].map((format) => run(['check', '--format', format], { cwd, environment })),
    );

    expect(outputs.map(({ status }) => status)).toEqual([1, 1]);
    for (const { stdout, stderr } of outputs) {
      expect(stdout + stderr).not.toContain(environment['ONE_SECRET']);
      expect(stdout + stderr).not.toMatch(/eyJ[\w-]+\./);
    }
  });

  it('checks the applications named, in the order of the configuration', async () => {
    const cwd = await watching({ one: {}, two: {}, three: {} });

    const { stdout } = await run(
      ['check', '--app', 'three', '--app', 'one', '--app', 'one', '--format', 'json'],
      { cwd, environment },
    );

    expect(JSON.parse(stdout)).toMatchObject({
      reports: [{ application: 'one' }, { application: 'three' }],
    });
    expect(standin.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(2);
  });

  it.each([
    [
      'thre',
      '--app was given `thre`, which the configuration does not have; did you mean `three`?',
    ],
    ['x', '--app was given `x`, which the configuration does not have; it has one, three'],
  ])('answers the unknown application %s without asking the provider', async (name, line) => {
    const cwd = await watching({ one: {}, three: {} });

    const outcome = await run(['check', '--app', name], { cwd, environment });

    expect(outcome).toEqual({ status: 2, stdout: '', stderr: `m2m-watch: ${line}\n` });
    expect(standin.requests).toEqual([]);
  });

  it('has no colour outside a terminal, and none with NO_COLOR in one', async () => {
    const cwd = await watching({ one: UNHEALTHY });

    const piped = await run(['check'], { cwd, environment });
    const quiet = await run(['check'], {
      cwd,
      environment: { ...environment, NO_COLOR: '1' },
      isTerminal: true,
    });
    const inColour = await run(['check'], { cwd, environment, isTerminal: true });

    expect(piped.stdout).not.toContain('\u001b');
    expect(quiet.stdout).not.toContain('\u001b');
    expect(inColour.stdout).toContain('\u001b[31m✗ unhealthy');
  });

  it('answers certificates that cannot be read with one line, before anything is asked', async () => {
    const text = configText({ one: application('ONE') }, standin.issuer);
    const unreadable = text.replace('"type":"kinde"', '"type":"kinde","ca":{"file":"gone.pem"}');
    const folder = await configFolder({ 'm2m-watch.yaml': unreadable });
    cleanUp = folder.remove;

    const outcome = await run(['check'], { cwd: folder.path, environment });

    expect(outcome).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'm2m-watch: providers.acme.ca.file is `gone.pem`, which cannot be read (ENOENT): name a file of certificates in PEM form\n',
    });
    expect(standin.requests).toEqual([]);
  });

  it('ends at Ctrl-C with what is known, the rest as not checked, and 130', async () => {
    // One after the other: the first has ended when the second requests its token.
    const cwd = await watching({ one: {}, two: {} }, { concurrency: 1 });
    standin.faults.set('token', { kind: 'silence' }, { clientId: String(environment['TWO_ID']) });
    const io = capturedIo({ cwd, environment });
    const running = runCli(['check', '--format', 'json'], io);
    await expect
      .poll(() => standin.requests.filter(({ endpoint }) => endpoint === 'token').length)
      .toBe(2);

    io.interrupt();
    const status = await running;

    expect(status).toBe(130);
    expect(io.written.stderr).toContain('m2m-watch: stopping, and printing what is known');
    expect(JSON.parse(io.written.stdout)).toMatchObject({
      reports: [
        { application: 'one', status: 'healthy' },
        { application: 'two', status: 'undetermined', diagnosis: { cause: 'not-checked' } },
      ],
    });
  });
});
