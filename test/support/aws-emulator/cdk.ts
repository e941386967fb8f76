import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ACCOUNT, clientSetting, emulatorUrl, REGION } from './account.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PRELOAD = new URL('./localhost-lookup.mjs', import.meta.url).href;
const CDK_TIMEOUT_MS = 240_000;

/** What a command of the CDK said, and how it ended. */
export interface CdkRun {
  readonly status: number | null;
  /** Both outputs, as they came. */
  readonly said: string;
}

/** Runs `cdk` of the repository against the emulator, as somebody would at a prompt. */
export function cdk(...args: readonly string[]): Promise<CdkRun> {
  // The CDK puts the names of buckets in front of the host's.
  const endpoint = `http://localhost:${new URL(emulatorUrl()).port}`;
  return new Promise((resolve, reject) => {
    let said = '';
    const child = spawn(process.execPath, ['bin/run.mjs', '--tool', 'cdk', ...args], {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        AWS_ENDPOINT_URL: endpoint,
        AWS_ENDPOINT_URL_S3: endpoint,
        AWS_ACCESS_KEY_ID: 'emulated',
        AWS_SECRET_ACCESS_KEY: 'emulated',
        AWS_REGION: REGION,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        CDK_DEFAULT_ACCOUNT: ACCOUNT,
        CDK_DEFAULT_REGION: REGION,
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        NODE_OPTIONS: `--import=${PRELOAD}`,
        CI: 'true',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: CDK_TIMEOUT_MS,
    });
    const hear = (chunk: Buffer) => {
      said += String(chunk);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, said }));
  });
}

/** Prepares the account for deployments, where that was not done in this run. */
export async function bootstrap(): Promise<void> {
  const ssm = new SSMClient(clientSetting());
  const version = new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' });
  const isDone = await ssm.send(version).then(
    () => true,
    () => false,
  );
  ssm.destroy();
  if (isDone) return;
  const { status, said } = await cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  if (status !== 0) throw new Error(`cdk bootstrap ended with ${status}: ${said.slice(-4000)}`);
}
