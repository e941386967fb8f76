import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The AWS emulator, and how to reach it. */
export interface Moto {
  readonly url: string;
  readonly port: number;
  /** What a process needs to talk to the emulator and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Forgets everything that was made in it. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** The account that the emulator plays. */
export const MOTO_ACCOUNT = '123456789012';
export const MOTO_REGION = 'eu-west-1';

const SERVER = fileURLToPath(new URL('./emulator.py', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const HOW_TO_GET_IT =
  "the AWS emulator is missing: python3 has no moto with its server. Get it with: python3 -m pip install 'moto[server]'";

/**
 * Starts moto's server on a free port of loopback.
 *
 * @throws Error that says how to get the emulator, where it is not installed.
 */
export async function startMoto(): Promise<Moto> {
  const process = spawn('python3', [SERVER, '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...globalThis.process.env, MOTO_ACCOUNT_ID: MOTO_ACCOUNT, PYTHONUNBUFFERED: '1' },
  });
  const url = await addressOf(process);
  // Invocations of one function by another are taken and not run: there is no container here.
  await fetch(`${url}/moto-api/config`, {
    method: 'POST',
    body: JSON.stringify({ lambda: { use_docker: false } }),
  });
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    AWS_SESSION_TOKEN: 'emulated',
    AWS_REGION: MOTO_REGION,
    AWS_DEFAULT_REGION: MOTO_REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The emulator cannot read a compressed PutMetricData.
    AWS_DISABLE_REQUEST_COMPRESSION: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  return {
    url,
    port: Number(new URL(url).port),
    environment,
    reset: async () => {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' });
    },
    stop: async () => {
      if (process.exitCode !== null || process.signalCode !== null) return;
      process.kill('SIGTERM');
      const killed = setTimeout(() => process.kill('SIGKILL'), 5_000);
      await once(process, 'exit');
      clearTimeout(killed);
    },
  };
}

function addressOf(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timeout = setTimeout(() => {
      process.kill('SIGKILL');
      reject(new Error(`the emulator did not start within a minute: ${said.slice(-2000)}`));
    }, START_TIMEOUT_MS);
    const hear = (chunk: Buffer) => {
      // Only the start is of interest; what it says of requests is let go.
      if (said.length < 10_000) said += String(chunk);
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timeout);
      resolve(address);
    };
    process.stdout?.on('data', hear);
    process.stderr?.on('data', hear);
    process.once('error', (cause) => {
      clearTimeout(timeout);
      reject(new Error(HOW_TO_GET_IT, { cause }));
    });
    process.once('exit', () => {
      clearTimeout(timeout);
      const isMissing = /No module named|ModuleNotFoundError|ImportError/.test(said);
      reject(new Error(isMissing ? HOW_TO_GET_IT : `the emulator ended: ${said.slice(-2000)}`));
    });
  });
}
