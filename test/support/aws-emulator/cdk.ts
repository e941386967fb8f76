import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Moto } from './moto.ts';
import { MOTO_ACCOUNT, MOTO_REGION } from './moto.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PRELOAD = new URL('./localhost-lookup.mjs', import.meta.url).href;
const CDK_TIMEOUT_MS = 240_000;

/** What a command of the CDK said, and how it ended. */
export interface CdkRun {
  readonly status: number | null;
  /** Both outputs, as they came. */
  readonly said: string;
}

/** Runs `cdk` against the emulator, as somebody would at a prompt. */
export function cdk(moto: Moto, args: readonly string[]): Promise<CdkRun> {
  return new Promise((resolve, reject) => {
    let said = '';
    const child = spawn(
      process.execPath,
      [join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args],
      {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          ...moto.environment,
          // The CDK names the buckets of the emulator in host names.
          AWS_ENDPOINT_URL: `http://localhost:${moto.port}`,
          AWS_ENDPOINT_URL_S3: `http://localhost:${moto.port}`,
          CDK_DEFAULT_ACCOUNT: MOTO_ACCOUNT,
          CDK_DEFAULT_REGION: MOTO_REGION,
          CDK_DISABLE_CLI_TELEMETRY: 'true',
          NODE_OPTIONS: `--import=${PRELOAD}`,
          CI: 'true',
          NO_COLOR: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: CDK_TIMEOUT_MS,
      },
    );
    const hear = (chunk: Buffer) => {
      said += String(chunk);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, said }));
  });
}
