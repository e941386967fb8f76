import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
const VITEST = join(PACKAGE, 'vitest.mjs');
const NODE_MODULES = dirname(PACKAGE);
const REPORTER = new URL('./summary-reporter.ts', import.meta.url).href;
const CONFIG = `
  import { SummaryReporter } from '${REPORTER}';
  export default {
    test: {
      reporters: ['default', new SummaryReporter()],
      coverage: { include: ['*.ts'], thresholds: { 100: true } },
    },
  };`;
const TEST = "import { it } from 'vitest';";

describe('SummaryReporter', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'm2m-watch-summary-'));
    await symlink(NODE_MODULES, join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'vitest.config.js'), CONFIG);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    [
      'a passing and a failing test',
      `${TEST} it('a', () => {}); it('b', () => { throw new Error('b'); });`,
      '1 passed, 1 failed',
    ],
    [
      'a skipped test',
      `${TEST} it('a', () => {}); it.skip('b', () => {});`,
      '1 passed, 0 failed, 1 skipped',
    ],
    [
      'a file that does not load',
      `${TEST} it('a', () => {}); throw new Error('not loaded');`,
      '0 passed, 1 failed',
    ],
    [
      'an error outside any test',
      `${TEST} it('a', () => { void Promise.reject(new Error('x')); });`,
      '1 passed, 1 failed',
    ],
  ])('closes with a line of its own for %s', async (_what, source, line) => {
    await writeFile(join(folder, 'x.test.js'), source);

    const stdout = await runVitest(folder);

    expect(stdout.trimEnd().split('\n').at(-1)).toBe(line);
  });

  it('prints its line after the table of coverage', async () => {
    await writeFile(join(folder, 'covered.ts'), 'export const x = () => 1;');
    await writeFile(join(folder, 'x.test.js'), `${TEST} it('a', () => {});`);

    const stdout = await runVitest(folder, '--coverage');

    expect(stdout).toContain('covered.ts');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed');
  });
});

function runVitest(folder: string, ...options: readonly string[]): Promise<string> {
  const args = [VITEST, 'run', ...options];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => done(stdout));
  });
}
