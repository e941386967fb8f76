import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** An emulator that runs. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

const SERVER = fileURLToPath(new URL('./emulator.py', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
const HOW_TO_GET_IT =
  "the emulator of AWS is missing, which is Python's moto with its server: python3 -m pip install 'moto[server]'";

/**
 * Starts moto's server on a free port of loopback.
 *
 * @throws Error that says how to get the emulator, where it is not installed.
 */
export async function startMoto(): Promise<Moto> {
  const child = spawn('python3', [SERVER, '-H', '127.0.0.1', '-p', '0'], {
    // It ends when its input does: with this process, however that ends.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, MOTO_ACCOUNT_ID: '123456789012', PYTHONUNBUFFERED: '1' },
  });
  const url = await addressOf(child);
  return {
    url,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(overdue);
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timeout = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the emulator did not start within a minute: ${said.slice(-2000)}`));
    }, START_TIMEOUT_MS);
    const hear = (chunk: Buffer) => {
      // Only the start is of interest, not what it logs about requests.
      if (said.length < 10_000) said += String(chunk);
      const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timeout);
      resolve(address);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', (cause) => {
      clearTimeout(timeout);
      reject(new Error(HOW_TO_GET_IT, { cause }));
    });
    child.once('exit', () => {
      clearTimeout(timeout);
      const isMissing = /No module named|ModuleNotFoundError|ImportError/.test(said);
      reject(new Error(isMissing ? HOW_TO_GET_IT : `the emulator ended: ${said.slice(-2000)}`));
    });
  });
}
