import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Standin } from '../../lib/standin/start-standin.ts';
import { runTool } from '../support/outside-tool.ts';
import { configFolder } from './config-folder.ts';
import { startWithApplication, tokenRequests } from './standin-application.ts';

const COMMAND = fileURLToPath(new URL('../../bin/m2m-watch.ts', import.meta.url));

let standin: Standin;
let clientSecret: string;
let options: readonly string[];
let cwd: string;
let cleanUp = async () => {};

// Says how to get it, where it is missing.
beforeAll(() => void runTool('script', ['--version']));

beforeEach(async () => {
  ({ standin, clientSecret, options } = await startWithApplication());
  const folder = await configFolder({});
  [cwd, cleanUp] = [folder.path, folder.remove];
});
afterEach(async () => {
  await standin.close();
  await cleanUp();
});

/**
 * Runs the command at a real terminal, which `script` of util-linux makes.
 *
 * What is typed goes through the line discipline of the kernel, and its echo into `screen`.
 */
function atTerminal(argv: readonly string[]) {
  const words = [process.execPath, '--disable-warning=ExperimentalWarning', COMMAND, ...argv];
  const shown = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  // The output ends with the terminal's own state: whether it echoes again.
  const line = `${shown}; echo "status $?"; stty -a`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let screen = '';
  child.stdout.on('data', (chunk) => {
    screen += String(chunk);
  });
  const ended = once(child, 'close');
  return {
    type: (keys: string) => child.stdin.write(keys),
    sees: (text: string) => expect.poll(() => screen, { timeout: 15_000 }).toContain(text),
    end: async () => {
      await ended;
      return screen;
    },
  };
}

describe('at a real terminal', () => {
  it('check asks for the secret, shows nothing of it, and gives the terminal back', async () => {
    const terminal = atTerminal(['check', ...options]);
    await terminal.sees('Client secret (not shown): ');

    terminal.type(`${clientSecret}\r`);

    const screen = await terminal.end();
    expect(screen).toContain('1 healthy');
    expect(screen).toContain('status 0');
    expect(screen).toMatch(/ icanon .* echo /s);
    expect(screen).not.toContain(clientSecret);
    expect(screen).not.toContain(clientSecret.slice(0, 8));
  });

  it('Ctrl-C at the question exits with 130 and gives the terminal back', async () => {
    const terminal = atTerminal(['init', ...options]);
    await terminal.sees('Client secret');
    terminal.type(clientSecret.slice(0, 20));

    terminal.type('\u0003');

    const screen = await terminal.end();
    expect(screen).toContain('status 130');
    expect(screen).toMatch(/ icanon .* echo /s);
    expect(screen).not.toContain(clientSecret.slice(0, 8));
    expect(await readdir(cwd)).toEqual([]);
    expect(tokenRequests(standin)).toBe(0);
  });

  it('init leads to files of which .env alone holds the secret', async () => {
    const [, issuer = ''] = options;
    const terminal = atTerminal(['init', '--allow-insecure-http']);
    await terminal.sees('Issuer');
    terminal.type(`${issuer}\r`);
    await terminal.sees('Client id');
    terminal.type(`${options[4]}\r`);
    await terminal.sees('Audience');
    terminal.type(`${options[6]}\r`);
    await terminal.sees('Client secret');

    terminal.type(`${clientSecret}\r`);

    const screen = await terminal.end();
    expect(screen).toContain('status 0');
    expect(screen).not.toContain(clientSecret.slice(0, 8));
    expect(await readFile(join(cwd, 'm2m-watch.yaml'), 'utf8')).not.toContain(clientSecret);
    expect(await readFile(join(cwd, '.env'), 'utf8')).toContain(clientSecret);
  });
});
