import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSmallFile } from '../../lib/config-file/small-file.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/m2m-watch.ts');

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'm2m-watch-small-'));
  path = join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const read = (pipeMs = 200) => readSmallFile(path, { atMostBytes: 1024 * 1024, pipeMs });

async function readText(pipeMs?: number): Promise<string> {
  const outcome = await read(pipeMs);
  return outcome.kind === 'bytes' ? Buffer.from(outcome.bytes).toString() : outcome.kind;
}

describe('readSmallFile', () => {
  it('reads a file, an empty one, and one that says that it has no size', async () => {
    writeFileSync(path, 'text');
    expect(await readText()).toBe('text');
    writeFileSync(path, '');
    expect(await readText()).toBe('');
    if (process.platform !== 'linux') return;
    path = '/proc/self/status';

    expect(await readText()).toContain('Pid:');
  });

  it('gives up at once on a file of a gigabyte', async () => {
    writeFileSync(path, '');
    truncateSync(path, 2 ** 30);
    const before = process.memoryUsage().rss;

    expect(await read()).toMatchObject({ problem: 'is longer than 1 MB (1048576 bytes)' });

    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  it('reads no more than it may of what has no end', async () => {
    path = '/dev/zero';

    expect(await read()).toMatchObject({ problem: 'is longer than 1 MB (1048576 bytes)' });
  });

  it('does not wait for ever for a pipe that nobody writes to', async () => {
    execFileSync('mkfifo', [path]);

    expect(await read(60)).toEqual({
      kind: 'problem',
      problem:
        'is a pipe or a terminal that was not written to its end within 0.06 s: name a regular file, or write all of it at once',
    });
  });

  it('reads a pipe to its end, whoever opens it first', async () => {
    execFileSync('mkfifo', [path]);

    const reading = readText(20_000);
    await writeFile(path, `${'a'.repeat(200_000)}end`);

    expect(await reading).toBe(`${'a'.repeat(200_000)}end`);
  });

  it('names a socket, and a link that leads back to itself', async () => {
    const server = createServer().listen(path);
    await once(server, 'listening');
    expect(await read()).toMatchObject({ problem: expect.stringMatching(/^is a socket or a dev/) });
    server.close();
    await once(server, 'close');
    symlinkSync(path, path);

    expect(await read()).toEqual({
      kind: 'problem',
      problem: 'is a symbolic link that leads back to itself: name a regular file',
    });
  });

  it('gives the code of what only its reader can put into words', async () => {
    expect(await read()).toEqual({ kind: 'fault', code: 'ENOENT' });
  });
});

describe('a configuration from a pipe', () => {
  it.each([
    ['standard input', 'cat m2m-watch.yaml | "$0" "$1" validate -c /dev/stdin'],
    ['a process of the shell', '"$0" "$1" validate -c <(sleep 0.3; cat m2m-watch.yaml)'],
  ])('is read from %s', async (_, line) => {
    const config = { version: 1, deployment: 'test', providers: {}, applications: {} };
    writeFileSync(join(directory, 'm2m-watch.yaml'), JSON.stringify(config));

    const ended = await promisify(execFile)('bash', ['-c', line, process.execPath, PROGRAM], {
      cwd: directory,
    }).catch((failed: { readonly stderr: string }) => failed);

    expect(ended.stderr).toContain('names no application: nothing will be checked');
  });
});
