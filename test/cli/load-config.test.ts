import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../lib/cli/run-cli.ts';
import { type Standin, startStandin } from '../../lib/standin/start-standin.ts';
import { capturedIo, run } from './captured-io.ts';
import { application, configFolder, configText } from './config-folder.ts';

const AUDIENCE = 'https://api.acme.com';

let standin: Standin;
let clientId: string;
let clientSecret: string;
let cwd: string;
let cleanUp = async () => {};

beforeEach(async () => {
  standin = await startStandin();
  standin.tenant.addApi({ name: 'Invoices', audience: AUDIENCE, scopes: [] });
  ({ clientId, clientSecret } = standin.tenant.addApplication({
    name: 'one',
    apis: { [AUDIENCE]: [] },
  }));
  const text = configText({ one: application('ONE') }, standin.issuer);
  const folder = await configFolder({ 'm2m-watch.yaml': text });
  [cwd, cleanUp] = [folder.path, folder.remove];
});
afterEach(async () => {
  await standin.close();
  await cleanUp();
});

const writeEnvFile = (text: string) => writeFile(join(cwd, '.env'), text);
const goodEnvFile = () => `ONE_ID=${clientId}\nONE_SECRET='${clientSecret}'\n`;

describe('.env beside the configuration', () => {
  it('holds the credentials of a check', async () => {
    await writeEnvFile(goodEnvFile());

    const { status, stdout, stderr } = await run(['check'], { cwd });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toContain(clientSecret);
  });

  it('is that of the folder of the configuration, not of the current one', async () => {
    await writeEnvFile(goodEnvFile());

    const { status } = await run(['check', '--config', join(cwd, 'm2m-watch.yaml')], {
      cwd: '/',
    });

    expect(status).toBe(0);
  });

  it('does not override the environment', async () => {
    await writeEnvFile(goodEnvFile());

    const { status, stdout } = await run(['check'], { cwd, environment: { ONE_SECRET: 'other' } });

    expect(status).toBe(1);
    expect(stdout).toContain('credentials-rejected');
  });

  it('decides nothing but credentials', async () => {
    await writeEnvFile(`${goodEnvFile()}FORCE_COLOR=1\nM2M_WATCH_DEBUG=1\nNODE_OPTIONS=--nope\n`);

    const { status, stdout } = await run(['check'], { cwd });

    expect(status).toBe(0);
    expect(stdout).not.toContain('\u001b');
    expect(process.env['NODE_OPTIONS'] ?? '').not.toContain('--nope');
  });

  it('serves validate --credentials too', async () => {
    await writeEnvFile(goodEnvFile());

    expect((await run(['validate', '--credentials'], { cwd })).stdout).toContain('1 of 1');
  });

  it('is not read where no credentials are wanted', async () => {
    await writeFile(join(cwd, '.env'), Buffer.from([0xff, 0xfe, 0x41, 0x00]));

    expect((await run(['validate'], { cwd })).status).toBe(0);
  });

  it.each([[['check']], [['validate', '--credentials']], [['notify', '--test']], [['serve']]])(
    'is answered in one line where it cannot be read: %j',
    async (argv) => {
      await writeFile(join(cwd, '.env'), Buffer.from([0xff, 0xfe, 0x41, 0x00]));

      const { status, stderr } = await run(argv, { cwd });

      expect(status).toBe(2);
      expect(stderr).toBe('m2m-watch: .env is not UTF-8: save it in UTF-8\n');
      expect(standin.requests).toEqual([]);
    },
  );

  it('tells the lines that set nothing by their number', async () => {
    await writeEnvFile(`${goodEnvFile()}planted-secret\n`);

    const { status, stderr } = await run(['check'], { cwd });

    expect(status).toBe(0);
    expect(stderr).toBe('m2m-watch: .env:3 is ignored: write NAME=value\n');
  });

  it('is named as a place for a variable that is missing', async () => {
    const { status, stdout } = await run(['check', '--format', 'json'], { cwd });

    expect(status).toBe(3);
    expect(JSON.parse(stdout).reports[0].diagnosis).toMatchObject({
      cause: 'secret-unreadable',
      fix: expect.arrayContaining([expect.stringContaining('`.env` next to the configuration')]),
    });
  });

  it('is read anew by serve, so that a secret that is changed there counts', async () => {
    const one = application('ONE', { everyMinutes: 1 });
    const config = JSON.parse(configText({ one }, standin.issuer));
    const everyMinute = { schedule: { tickMinutes: 1 }, confirmation: { attempts: 0 } };
    await writeFile(join(cwd, 'm2m-watch.yaml'), JSON.stringify({ ...config, ...everyMinute }));
    await writeEnvFile(goodEnvFile().replace(clientSecret, 'wrong'));
    const timing = JSON.stringify({ tickMs: 50, deliverMs: 50 });
    const io = capturedIo({ cwd, environment: { M2M_WATCH_TEST_TIMING: timing } });
    const serving = runCli(['serve'], io);
    await expect.poll(() => io.written.stderr).toContain('1 unhealthy');

    await writeEnvFile(goodEnvFile());

    await expect.poll(() => io.written.stderr).toContain('1 healthy');
    io.interrupt();
    expect(await serving).toBe(0);
    expect(io.written.stderr).not.toContain(clientSecret);
  });
});
