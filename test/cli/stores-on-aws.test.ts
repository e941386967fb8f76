import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { startStandin } from '../../lib/standin/start-standin.ts';
import { type ServerCertificate, selfSigned } from '../support/certificates.ts';
import { AwsRefusal, startFakeAws } from '../support/fake-aws.ts';
import { startReceiver } from '../support/notice-receiver.ts';

const COMMAND = fileURLToPath(new URL('../../bin/m2m-watch.ts', import.meta.url));
const LOOPBACK_ONLY = new URL('../support/loopback-only.ts', import.meta.url).href;
const AUDIENCE = 'https://api.acme.com';

/** Says on standard error which packages of the SDK are looked for. */
const TELL_OF_SDK = `data:text/javascript,${encodeURIComponent(
  "import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) { if (name.startsWith('@aws-sdk/')) process.stderr.write('SDK ' + name + '\\n'); return next(name, context); } });",
)}`;

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAOWN', AWS_SECRET_ACCESS_KEY: 'own-secret-key' };

/** A laptop with a configuration, an AWS account and a tenant; nothing else of this machine is seen. */
async function laptop(
  credentials: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>> = {},
  awsTls?: ServerCertificate,
) {
  const [aws, standin, folder] = await Promise.all([
    startFakeAws(awsTls),
    startStandin(),
    mkdtemp(join(tmpdir(), 'm2m-watch-laptop-')),
  ]);
  onTestFinished(async () => {
    await Promise.all([aws.close(), standin.close(), rm(folder, { recursive: true })]);
  });
  standin.tenant.addApi({ name: 'Invoices', audience: AUDIENCE, scopes: [] });
  const { clientId, clientSecret } = standin.tenant.addApplication({
    name: 'Billing sync',
    apis: { [AUDIENCE]: [] },
  });
  const stored = JSON.stringify({ client_id: clientId, client_secret: clientSecret });
  aws.answer('GetSecretValue', () => ({ SecretString: stored, VersionId: 'version-7' }));
  aws.answer('GetParameter', () => ({ Parameter: { Value: stored, Version: 3 } }));
  await writeFile(
    join(folder, 'm2m-watch.yaml'),
    stringify({
      version: 1,
      deployment: 'laptop',
      providers: { acme: { type: 'kinde', issuer: standin.issuer, allowInsecureHttp: true } },
      applications: {
        'billing-sync': { provider: 'acme', credentials, audience: AUDIENCE, everyMinutes: 5 },
      },
      ...config,
    }),
  );
  const run = (
    argv: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    ending?: AbortSignal,
  ) =>
    new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) => {
      const options = [
        '--disable-warning=ExperimentalWarning',
        '--import',
        TELL_OF_SDK,
        '--import',
        LOOPBACK_ONLY,
      ];
      const env = {
        PATH: process.env['PATH'],
        HOME: folder,
        AWS_ENDPOINT_URL: aws.url,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...environment,
      };
      execFile(
        process.execPath,
        [...options, COMMAND, ...argv],
        { cwd: folder, env, ...(ending === undefined ? {} : { signal: ending }) },
        (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr }),
      );
    });
  return { aws, folder, run, clientSecret, standin };
}

describe('credentials in stores on AWS, from a laptop', () => {
  it.each([
    ['secretsManager', { secretsManager: 'm2m/billing-sync' }, 'version-7', 'GetSecretValue'],
    ['ssm', { ssm: '/m2m/billing-sync' }, '3', 'GetParameter'],
  ])(
    'are read from %s with the login of the environment',
    async (_, source, version, operation) => {
      const { aws, run, clientSecret } = await laptop(source);

      const { status, stdout } = await run(['check', '--format', 'json'], {
        ...KEYS,
        AWS_DEFAULT_REGION: 'eu-west-1',
      });

      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        reports: [{ status: 'healthy', secretVersion: version }],
      });
      expect(stdout).not.toContain(clientSecret);
      expect(aws.calls(operation)).toEqual([
        expect.objectContaining({ accessKeyId: 'AKIAOWN', region: 'eu-west-1' }),
      ]);
    },
  );

  it('are not read where the certificate is not one to trust, whatever the environment says', async () => {
    const tls = await selfSigned({ hosts: ['127.0.0.1'] });
    const { aws, run } = await laptop({ secretsManager: 'm2m/billing-sync' }, {}, tls);

    const { status, stderr } = await run(['check'], {
      ...KEYS,
      AWS_REGION: 'eu-west-1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    });

    expect(status).toBe(3);
    expect(stderr).toContain('m2m-watch: NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: ');
    expect(aws.calls()).toEqual([]);
  });

  it('are read with a profile, in its Region', async () => {
    const { aws, folder, run } = await laptop({ secretsManager: 'm2m/billing-sync' });
    await mkdir(join(folder, '.aws'));
    await writeFile(
      join(folder, '.aws', 'credentials'),
      '[acme]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n',
    );
    await writeFile(join(folder, '.aws', 'config'), '[profile acme]\nregion = eu-central-1\n');

    const { status } = await run(['validate', '--credentials'], { AWS_PROFILE: 'acme' });

    expect(status).toBe(0);
    expect(aws.calls()).toEqual([
      expect.objectContaining({ accessKeyId: 'AKIAPROFILE', region: 'eu-central-1' }),
    ]);
  });

  it('say in one line what to do where nobody is signed in', async () => {
    const { aws, run } = await laptop({ secretsManager: 'm2m/billing-sync' });
    const region = { AWS_REGION: 'eu-west-1' };

    const check = await run(['check', '--format', 'json'], region);
    const validate = await run(['validate', '--credentials'], region);

    expect(check.status).toBe(3);
    const [report] = JSON.parse(check.stdout).reports;
    expect(report.diagnosis).toMatchObject({ cause: 'secret-unreadable', family: 'monitor' });
    expect(report.diagnosis.evidence).toEqual([
      {
        step: 'credentials',
        saw: 'secretsManager m2m/billing-sync: m2m-watch is not signed in to AWS (CredentialsProviderError: run `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID)',
      },
    ]);
    expect(validate.status).toBe(2);
    expect(validate.stdout).toContain('run `aws sso login`, or set AWS_PROFILE');
    expect(aws.calls()).toEqual([]);
  });

  it('say the same where the login is over', async () => {
    const { aws, run } = await laptop({ ssm: '/m2m/billing-sync' });
    aws.answer('GetParameter', () => {
      throw new AwsRefusal('ExpiredTokenException', { message: 'The security token is expired' });
    });

    const { stdout } = await run(['validate', '--credentials'], {
      ...KEYS,
      AWS_REGION: 'eu-west-1',
    });

    expect(stdout).toContain('ExpiredTokenException: run `aws sso login`');
  });

  it('say which variable names the Region where none is set', async () => {
    const { run } = await laptop({ secretsManager: 'm2m/billing-sync' });

    const { stdout } = await run(['validate', '--credentials'], KEYS);

    expect(stdout).toContain('set AWS_REGION, or `region` next to the source');
  });

  it('are read by `serve` too', async () => {
    const { aws, run, standin } = await laptop({ secretsManager: 'm2m/billing-sync' });
    const ending = new AbortController();

    const ended = run(['serve'], { ...KEYS, AWS_REGION: 'eu-west-1' }, ending.signal);
    await expect
      .poll(() => standin.requests.some(({ endpoint }) => endpoint === 'token'), {
        timeout: 15_000,
      })
      .toBe(true);
    ending.abort();
    await ended;

    expect(aws.calls('GetSecretValue').length).toBeGreaterThan(0);
  });

  it('are read for `compare` and its fresh token', async () => {
    const { aws, run } = await laptop({ secretsManager: 'm2m/billing-sync' });
    const environment = { ...KEYS, AWS_REGION: 'eu-west-1' };

    const { stdout, stderr } = await run(
      ['compare', '--app', 'billing-sync', 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOlsieCJdfQ.AA'],
      environment,
    );

    expect(aws.calls('GetSecretValue'), stderr).toHaveLength(1);
    expect(stdout).toContain(AUDIENCE);
  });

  it('hold addresses of channels as well, for `notify --test`', async () => {
    const receiver = await startReceiver({ answers: [{ status: 200 }] });
    const { aws, run } = await laptop(
      { env: { clientId: 'ID', clientSecret: 'SECRET' } },
      { notify: { slack: { webhook: { secretsManager: 'm2m/slack' } } } },
    );
    aws.answer('GetSecretValue', () => ({ SecretString: receiver.url, VersionId: 'v' }));

    const signedIn = await run(['notify', '--test'], { ...KEYS, AWS_REGION: 'eu-west-1' });
    const nobody = await run(['notify', '--test'], { AWS_REGION: 'eu-west-1' });

    expect(signedIn.status).toBe(0);
    expect(receiver.accepted()).toHaveLength(1);
    expect(nobody.status).not.toBe(0);
    expect(nobody.stdout).toContain('run `aws sso login`');
  });

  it('cost no start time where no source needs them', async () => {
    const { run } = await laptop({ env: { clientId: 'ID', clientSecret: 'SECRET' } });

    const { status, stderr } = await run(['check'], { ID: 'abc', SECRET: 'not-right' });

    expect(status).toBe(1);
    expect(stderr).not.toContain('SDK');
    const needing = await laptop({ ssm: '/m2m/billing-sync' });
    const other = await needing.run(['check'], { ...KEYS, AWS_REGION: 'eu-west-1' });
    expect(other.stderr).toContain('SDK @aws-sdk/client-ssm');
    expect(other.stderr).not.toContain('SDK @aws-sdk/client-secrets-manager');
  });
});
