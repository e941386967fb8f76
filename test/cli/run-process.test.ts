import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { processIo } from '../../lib/cli/cli-io.ts';
import { startFaultyStandin } from '../support/transport-faults.ts';
import { application, configFolder, configText } from './config-folder.ts';

const COMMAND = fileURLToPath(new URL('../../bin/m2m-watch.ts', import.meta.url));

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function start(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly stdout?: number } = {},
) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', COMMAND, ...argv],
    {
      cwd: options.cwd,
      env: { ...process.env, APP_ID: 'id', APP_SECRET: 'planted-secret' },
      stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
    },
  );
  cleanUps.push(() => child.kill('SIGKILL'));
  return child;
}

/** All that a pipe of a child says; null only where it is no pipe. */
function said(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}

async function ended(
  child: ChildProcess,
): Promise<{ readonly status: unknown; readonly signal: unknown }> {
  const [status, signal] = await once(child, 'close');
  return { status, signal };
}

/** A check that waits for a provider which does not answer. */
async function hangingCheck() {
  const standin = await startFaultyStandin();
  cleanUps.push(() => standin.close());
  standin.faults.set('token', { kind: 'silence' });
  const config = configText({ app: application('APP') }, standin.issuer);
  const { path, remove } = await configFolder({ 'm2m-watch.yaml': config });
  cleanUps.push(remove);
  const child = start(['check', '--format', 'json'], { cwd: path });
  await expect.poll(() => standin.requests.some(({ endpoint }) => endpoint === 'token')).toBe(true);
  return child;
}

describe('the process', () => {
  it('writes results to standard output, all else to standard error, and ends with the status', async () => {
    const child = start(['causes', 'nope']);
    const written = Promise.all([child.stdout, child.stderr].map(said));

    const { status } = await ended(child);

    expect(status).toBe(2);
    expect(await written).toEqual([
      '',
      'm2m-watch: unknown cause `nope`; `m2m-watch causes` lists all of them\n',
    ]);
  });

  it('is quiet where its reader goes away, and keeps its status', async () => {
    const child = start(['causes']);
    const stderr = said(child.stderr);
    child.stdout?.destroy();

    expect(await ended(child)).toEqual({ status: 0, signal: null });
    expect(await stderr).toBe('');
  });

  it.runIf(existsSync('/dev/full'))('says that a result could not be written', async () => {
    const full = openSync('/dev/full', 'w');
    cleanUps.push(() => closeSync(full));
    const child = start(['causes'], { stdout: full });
    const stderr = said(child.stderr);

    expect((await ended(child)).status).toBe(2);
    expect(await stderr).toBe('m2m-watch: the result could not be written (ENOSPC)\n');
  });

  it('hears one Ctrl-C, so that a second ends the process at once', () => {
    const before = process.listenerCount('SIGINT');
    let heard = 0;

    const stopListening = processIo(process).onInterrupt(() => {
      heard += 1;
    });
    const listening = process.listenerCount('SIGINT');
    process.emit('SIGINT');

    expect([listening, process.listenerCount('SIGINT'), heard]).toEqual([before + 1, before, 1]);
    stopListening();
  });

  it('ends at Ctrl-C with a report and 130', async () => {
    const child = await hangingCheck();
    const stdout = said(child.stdout);

    child.kill('SIGINT');

    expect(await ended(child)).toEqual({ status: 130, signal: null });
    expect(JSON.parse(await stdout)).toMatchObject({
      reports: [{ application: 'app', diagnosis: { cause: 'not-checked' } }],
    });
  });
});
