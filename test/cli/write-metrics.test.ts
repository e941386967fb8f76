import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(
  new URL('../../examples/prometheus/write-metrics.sh', import.meta.url),
);

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'm2m-watch-metrics-'));
  folder = join(root, 'text files');
  await mkdir(folder);
  await writeFile(join(folder, 'm2m_watch.prom'), 'old\n');
});
afterEach(() => rm(root, { recursive: true }));

/** Runs the example with a check that ends so; gives the status. */
async function writeMetrics(checkStatus: number, print = 'echo "$@"'): Promise<number> {
  const node = `#!/bin/sh\ntest -f "$1" && shift && ${print}\nexit ${checkStatus}\n`;
  await writeFile(join(root, 'node'), node);
  await chmod(join(root, 'node'), 0o755);
  const environment = { ...process.env, PATH: `${root}:${process.env['PATH']}` };
  return new Promise((resolve) => {
    execFile('sh', [SCRIPT, folder, '--app', 'one'], { env: environment }, (error) => {
      resolve(error === null ? 0 : Number(error.code));
    });
  });
}

describe('examples/prometheus/write-metrics.sh', () => {
  it.each([0, 1, 3])(
    'puts the new file in its place where the check ends with %i',
    async (code) => {
      const status = await writeMetrics(code);

      const file = join(folder, 'm2m_watch.prom');
      expect(status).toBe(0);
      expect(await readFile(file, 'utf8')).toBe('check --format prometheus --app one\n');
      expect((await stat(file)).mode & 0o777).toBe(0o644);
      expect(await readdir(folder)).toEqual(['m2m_watch.prom']);
    },
  );

  it.each([2, 130])('keeps the old file where it ends with %i, and ends alike', async (code) => {
    const status = await writeMetrics(code);

    expect(status).toBe(code);
    expect(await readFile(join(folder, 'm2m_watch.prom'), 'utf8')).toBe('old\n');
    expect(await readdir(folder)).toEqual(['m2m_watch.prom']);
  });

  it('keeps the old file where nothing was checked, whatever the status', async () => {
    const status = await writeMetrics(1, 'true');

    expect(status).toBe(2);
    expect(await readFile(join(folder, 'm2m_watch.prom'), 'utf8')).toBe('old\n');
  });
});
