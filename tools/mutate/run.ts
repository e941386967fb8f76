// `npm run mutate [FOLDER …]`: changes the code of a folder in one place after another, runs its tests each
// time, and writes what no test noticed into docs/mutation.md. Without a folder it takes all; that takes hours.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutationSection, withSections } from './mutation-page.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..', '..');
const PAGE = join(ROOT, 'docs', 'mutation.md');
const CACHE = join(ROOT, 'node_modules', '.cache', 'mutation');

/** What can be mutated, with the tests that are run: those that are about it alone, since all take too long. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'lib/core/token': ['test/core/token', 'test/core/claims'],
  'lib/core/incident': ['test/core/incident', 'test/core/state'],
  'lib/core/diagnosis': ['test/core/diagnosis', 'test/core/paste'],
  'lib/core/text': ['test/core/text'],
};

function start(command: string, args: readonly string[], options: object = {}): void {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function mutate(folder: string, tests: readonly string[]): void {
  const name = folder.replaceAll('/', '-');
  const report = join(CACHE, `${name}.json`);
  const config = join(CACHE, `${name}.config.json`);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'vitest',
      plugins: [join(HERE, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
      coverageAnalysis: 'perTest',
      // What runs once, when a module is loaded, would need a new process for each change.
      ignoreStatic: true,
      mutate: [`${folder}/**/*.ts`],
      // Vitest 5 finds no tests by the files that they import.
      vitest: { configFile: 'vitest.mutate.config.ts', related: false },
      concurrency: 2,
      timeoutMS: 20_000,
      reporters: ['json', 'progress-append-only'],
      jsonReporter: { fileName: report },
      tempDirName: 'node_modules/.cache/stryker',
      allowEmpty: false,
    }),
  );
  start(
    process.execPath,
    [join(HERE, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', config],
    {
      env: { ...process.env, MUTATE_TESTS: tests.join(',') },
    },
  );
  const sections = [mutationSection(folder, tests, JSON.parse(readFileSync(report, 'utf8')))];
  writeFileSync(PAGE, withSections(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', sections));
}

const asked = process.argv.slice(2);
const unknown = asked.find((folder) => !Object.hasOwn(FOLDERS, folder));
if (unknown !== undefined) {
  console.error(
    `mutate: ${unknown} is no folder to mutate: name one of ${Object.keys(FOLDERS).join(', ')}`,
  );
  process.exit(2);
}
if (!existsSync(join(HERE, 'node_modules'))) start('npm', ['ci', '--prefix', HERE]);
for (const [folder, tests] of Object.entries(FOLDERS)) {
  if (asked.length === 0 || asked.includes(folder)) mutate(folder, tests);
}
