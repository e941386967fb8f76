import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { findLeaks } from '../../leaks/find-leaks.ts';
import { startLocalIssuer } from '../../support/local-issuer.ts';
import { type FaultyStandin, startFaultyStandin } from '../../support/transport-faults.ts';
import { withoutRoot } from '../../support/without-root.ts';
import { capturedIo, keyboard, run } from '../captured-io.ts';
import { configFolder } from '../config-folder.ts';
import { AUDIENCE, startWithApplication, tokenRequests } from '../standin-application.ts';

const FIRST = 'M2M_API_ACME_COM_CLIENT_SECRET';
const SECOND = 'M2M_API_ACME_COM_2_CLIENT_SECRET';

let standin: FaultyStandin;
let clientSecret: string;
let second: { readonly clientId: string; readonly clientSecret: string };
let options: readonly string[];
let cwd: string;
let cleanUp: (() => Promise<void>)[];

beforeEach(async () => {
  ({ standin, clientSecret, options } = await startWithApplication());
  second = standin.tenant.addApplication({ name: 'stock-feed', apis: { [AUDIENCE]: [] } });
  const folder = await configFolder({});
  cwd = folder.path;
  cleanUp = [folder.remove, () => standin.close()];
});
afterEach(async () => {
  await Promise.all(cleanUp.map((clean) => clean()));
});

const typing = (...lines: readonly string[]) => ({
  cwd,
  stdin: keyboard(...lines),
  isTerminal: true,
  environment: { NO_COLOR: '1' },
});
const config = () => readFile(join(cwd, 'm2m-watch.yaml'), 'utf8');
const write = (text: string) => writeFile(join(cwd, 'm2m-watch.yaml'), text);
const first = () => run(['init', ...options], typing(clientSecret));
/** The options of the second application. */
const others = (issuer = standin.issuer) => [
  ...['--issuer', issuer, '--allow-insecure-http'],
  ...['--client-id', second.clientId, '--audience', AUDIENCE],
];
const add = (...more: readonly string[]) =>
  run(['init', '--add', ...others(), ...more], typing(second.clientSecret));

describe('init --add', () => {
  it('adds a second application to the provider of the first, and keeps all that was there', async () => {
    await first();
    const before = (await config()).replace('deployment: default', 'deployment:   mine # ours');
    await write(before);
    await chmod(join(cwd, 'm2m-watch.yaml'), 0o660);

    const { status, stdout, stderr } = await add();
    const check = await run(['check'], { cwd });

    expect(status).toBe(0);
    expect(stdout).toContain('Written: m2m-watch.yaml; .env, which holds the secret');
    expect(stdout).toContain('\n  npx m2m-watch check --app api-acme-com-2 ');
    expect(check).toMatchObject({ status: 0, stderr: '' });
    expect(check.stdout).toMatch(/api-acme-com .*\n.*api-acme-com-2 /);
    const after = await config();
    const end = after.indexOf('\n  api-acme-com-2:');
    const added = after.slice(end, after.indexOf('\n# Who gets'));
    expect(after.replace(added, '')).toBe(before);
    expect(added).toContain(`\n    clientId: ${second.clientId}\n`);
    expect(added).toContain('\n      organization: null\n');
    expect((await stat(join(cwd, 'm2m-watch.yaml'))).mode & 0o777).toBe(0o660);
    const env = await readFile(join(cwd, '.env'), 'utf8');
    expect(env).toMatch(
      new RegExp(`^# .*\n${FIRST}='.*'\n# .* api-acme-com-2, .*\n${SECOND}='.*'\n$`),
    );
    expect(findLeaks(stdout + stderr + after, [clientSecret, second.clientSecret])).toEqual([]);
    expect((await readdir(cwd)).sort()).toEqual(['.env', 'm2m-watch.yaml']);
  });

  it('uses the provider that has the issuer, as the file describes it, whatever its name', async () => {
    await first();
    await write(
      (await config())
        .replace(/127-0-0-1/g, 'main')
        .replace('allowInsecureHttp: true', '$&\n    timeoutMs: 5000'),
    );
    const world = typing(`${standin.issuer}/`, second.clientId, AUDIENCE, second.clientSecret);

    const { status } = await run(['init', '--add'], world);

    expect(status).toBe(0);
    expect((await config()).match(/issuer: /g)).toHaveLength(1);
    expect((await config()).match(/provider: main$/gm)).toHaveLength(2);
  });

  it('asks for the issuer with the one of the file as the answer', async () => {
    await first();

    const { status, stderr } = await run(
      ['init', '--add'],
      typing('', second.clientId, AUDIENCE, second.clientSecret),
    );

    expect(status).toBe(0);
    expect(stderr).toContain(`Issuer (leave it empty for ${standin.issuer}): `);
    expect((await config()).match(/issuer: /g)).toHaveLength(1);
  });

  it('adds the provider where the issuer is another, under a name of its own', async () => {
    await first();
    const other = await startLocalIssuer({ claims: { aud: 'orders' } });
    cleanUp.push(other.close);
    const words = ['--issuer', other.issuer, '--allow-insecure-http', '--client-id', 'order_feed'];

    const { status } = await run(
      ['init', '--add', ...words, '--no-audience'],
      typing('any-secret'),
    );
    const check = await run(['check'], { cwd });

    expect(status).toBe(0);
    expect(await config()).toMatch(/^ {2}127-0-0-1-2:\n {4}type: oidc$/m);
    expect(await config()).toMatch(/^ {2}order-feed:\n {4}provider: 127-0-0-1-2$/m);
    expect(check.status).toBe(0);
  });

  it('takes a name that is free together with its variable', async () => {
    await first();
    await write((await config()).replace(`env: ${FIRST}`, `env: ${SECOND}`));

    const { status } = await add();

    expect(status).toBe(0);
    expect(await config()).toMatch(/^ {2}api-acme-com-3:$/m);
  });

  it('writes nothing where the check fails, and says how to try again', async () => {
    await first();
    const before = await config();

    const { status, stderr } = await run(['init', '--add', ...others()], typing('wrong'));

    expect(status).toBe(1);
    expect(stderr).toContain('nothing was written; to try again: npx m2m-watch init ');
    expect(stderr).toMatch(/ --add( |$)/m);
    expect(await config()).toBe(before);
  });

  it('changes nothing at Ctrl-C, at a question or during the check', async () => {
    await first();
    const before = await config();
    const env = await readFile(join(cwd, '.env'), 'utf8');

    const atQuestion = await run(['init', '--add', ...others()], typing('half\u0003'));
    standin.faults.set('token', { kind: 'silence' });
    const io = capturedIo(typing(second.clientSecret));
    const running = runCli(['init', '--add', ...others()], io);
    await expect.poll(() => tokenRequests(standin)).toBe(2);
    io.interrupt();

    expect([atQuestion.status, await running]).toEqual([130, 130]);
    expect(await config()).toBe(before);
    expect(await readFile(join(cwd, '.env'), 'utf8')).toBe(env);
    expect((await readdir(cwd)).sort()).toEqual(['.env', 'm2m-watch.yaml']);
  });

  it('keeps what was changed while the check ran', async () => {
    await first();
    const changed = `${await config()}# mine\n`;
    await standin.close();
    standin = await startFaultyStandin({ tenant: standin.tenant, onRequest: () => write(changed) });
    await write((await config()).replace(/issuer: .*/, `issuer: ${standin.issuer}`));

    const { status, stderr } = await add();

    expect(status).toBe(2);
    expect(stderr).toContain('m2m-watch.yaml was changed during the check, and is kept');
    expect(await config()).toBe(changed);
  });
});

describe('init --add, where nothing can be added', () => {
  const refused = async (line: string, ...more: readonly string[]) => {
    const files = await readdir(cwd);
    const requests = standin.requests.length;

    const outcome = await add(...more);

    expect(outcome).toMatchObject({ status: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^m2m-watch: [^\n]*\n$/);
    expect(outcome.stderr).toContain(`m2m-watch: ${line}`);
    expect(standin.requests).toHaveLength(requests);
    expect(await readdir(cwd)).toEqual(files);
  };

  it.each([
    [
      'an anchor',
      'credentials: &a {',
      'm2m-watch.yaml uses anchors (&name) or aliases (*name): add',
    ],
    ['a mistake', 'credential: {', 'm2m-watch.yaml is not valid (line '],
  ])('one line says so of %s', async (_, replacement, line) => {
    await first();
    const text = (await config()).replace('credentials: {', replacement);
    await write(text);

    await refused(line);

    expect(await config()).toBe(text);
  });

  it('one line says so of no file, a folder, a link and JSON', async () => {
    await refused('m2m-watch.yaml does not exist: leave --add out, and init writes it');
    await mkdir(join(cwd, 'folder'));
    await refused('folder is a directory: name a file', '-c', 'folder');
    await first();
    await symlink(join(cwd, 'm2m-watch.yaml'), join(cwd, 'link.yaml'));
    await refused('link.yaml is a link, or no file: name the file itself', '-c', 'link.yaml');
    const json = `{"version":1,"providers":{"a":{"type":"oidc","issuer":"https://a.example"}},"applications":{}}`;
    await writeFile(join(cwd, 'm2m-watch.json'), json);
    await refused('m2m-watch.json has its applications in braces', '-c', 'm2m-watch.json');
  });

  it('one line says so of a file that may not be written', async () => {
    await first();
    await chmod(join(cwd, 'm2m-watch.yaml'), 0o444);
    await refused('m2m-watch.yaml is read-only: make it writable first');
    await chmod(join(cwd, 'm2m-watch.yaml'), 0o644);
    await chmod(cwd, 0o777);
    if (process.geteuid?.() !== 0) return;
    await withoutRoot(() => refused('m2m-watch.yaml cannot be changed: this user may not'));
  });

  it('one line says so of a name, a variable or a type that is taken, and of --force', async () => {
    await first();
    await refused('--name is api-acme-com, which is in the file already', '--name', 'api-acme-com');
    await refused('--type is oidc, but this issuer is the provider 127-0-0-1', '--type', 'oidc');
    await refused("option '--add' cannot be used with option '--force'", '--force');
    await write((await config()).replace(`env: ${FIRST}`, `env: ${SECOND}`));
    await refused(`--name is api-acme-com-2, whose variable ${SECOND}`, '--name', 'api-acme-com-2');
  });
});
