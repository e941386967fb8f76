import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFaultyStandin } from '../support/transport-faults.ts';
import { application, configFolder, configText } from './config-folder.ts';

const COMMAND = fileURLToPath(new URL('../../bin/m2m-watch.ts', import.meta.url));

/** A `serve` in the middle of a check whose provider takes a second and a half to answer. */
async function servingSlowly() {
  const standin = await startFaultyStandin({
    onRequest: async ({ endpoint }) => {
      if (endpoint === 'token') await new Promise((done) => setTimeout(done, 1500));
    },
  });
  onTestFinished(() => standin.close());
  standin.tenant.addApi({ name: 'API', audience: 'https://api.acme.com', scopes: [] });
  const { clientId, clientSecret } = standin.tenant.addApplication({
    name: 'app',
    apis: { 'https://api.acme.com': [] },
  });
  const config = JSON.parse(
    configText({ app: application('APP', { everyMinutes: 5 }) }, standin.issuer),
  );
  const { path, remove } = await configFolder({ 'm2m-watch.yaml': JSON.stringify(config) });
  onTestFinished(() => remove());
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', COMMAND, 'serve'],
    {
      cwd: path,
      env: { ...process.env, APP_ID: clientId, APP_SECRET: clientSecret },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await expect.poll(() => standin.requests.some(({ endpoint }) => endpoint === 'token')).toBe(true);
  return child;
}

const pause = (durationMs: number) => new Promise((done) => setTimeout(done, durationMs));

async function endedAfter(child: ChildProcess, signals: readonly NodeJS.Signals[]) {
  const stderr = child.stderr === null ? Promise.resolve('') : text(child.stderr);
  const exited = once(child, 'exit');
  for (const signal of signals) {
    child.kill(signal);
    await pause(100);
  }
  const [status, signal] = await exited;
  return { status, signal, stderr: await stderr };
}

describe('the process of serve', () => {
  it.each([
    ['Ctrl-C', ['SIGINT']],
    ['SIGTERM', ['SIGTERM']],
    ['a SIGTERM that its parents pass on again', ['SIGTERM', 'SIGTERM']],
  ] as const)('finishes and records what runs at %s', async (_, signals) => {
    const child = await servingSlowly();

    const { status, stderr } = await endedAfter(child, signals);

    expect(status).toBe(0);
    expect(stderr).toMatch(
      /stopping once the running checks are done.*checked 1: 1 healthy.*stopped\n$/s,
    );
  });

  it('opens no inspector at SIGUSR1, and goes on', async () => {
    const child = await servingSlowly();

    const { status, stderr } = await endedAfter(child, ['SIGUSR1', 'SIGTERM']);

    expect(status).toBe(0);
    expect(stderr).toMatch(/checked 1: 1 healthy/);
    expect(stderr).not.toMatch(/debugger/i);
  });

  it.each([
    ['a second Ctrl-C', ['SIGINT', 'SIGINT'], 'SIGINT'],
    ['Ctrl-C after SIGTERM', ['SIGTERM', 'SIGINT'], 'SIGINT'],
  ] as const)('ends at once at %s', async (_, signals, last) => {
    const child = await servingSlowly();

    const { signal, stderr } = await endedAfter(child, signals);

    expect(signal).toBe(last);
    expect(stderr).not.toContain('checked');
  });

  it.skipIf(process.platform !== 'linux')(
    'goes on without processor time to speak of when its reader has gone',
    async () => {
      const child = await servingSlowly();
      const exited = once(child, 'exit');
      child.stderr?.destroy();
      // The line about the check meets a closed pipe.
      await pause(2500);

      const before = processorTicks(child.pid);
      await pause(2000);
      const after = processorTicks(child.pid);
      child.kill('SIGTERM');

      expect(after - before).toBeLessThan(40);
      expect(await exited).toEqual([0, null]);
    },
  );
});

/** Processor time of a process, in hundredths of a second; proc(5). */
function processorTicks(pid = 0): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return Number(user) + Number(system);
}
