import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BIOME = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');

interface Case {
  /** Where the file lies; cases that stand in one folder must differ in their file. */
  readonly file: string;
  readonly line: string;
  /** A part of what lint says, or undefined where the line is in order. */
  readonly says?: string;
}

const imports = (source: string) => `export * from '${source}';`;

const CASES: readonly Case[] = [
  // The pure core.
  { file: 'lib/core/text/undici.ts', line: imports('undici'), says: 'no package but zod' },
  {
    file: 'lib/core/text/built-in.ts',
    line: imports('node:fs/promises'),
    says: 'no package but zod',
  },
  {
    file: 'lib/core/text/aws.ts',
    line: imports('@aws-sdk/client-ssm'),
    says: 'no package but zod',
  },
  {
    file: 'lib/core/text/lazy.ts',
    line: "export const x = import('jose');",
    says: 'no package but zod',
  },
  {
    file: 'lib/core/text/adapters.ts',
    line: imports('../../adapters/http/x.ts'),
    says: 'lib/core is pure',
  },
  { file: 'lib/core/text/check.ts', line: imports('../../check/x.ts'), says: 'lib/core is pure' },
  {
    file: 'lib/core/text/test.ts',
    line: imports('../../../test/support/x.ts'),
    says: 'lib/core is pure',
  },
  {
    file: 'lib/core/text/now.ts',
    line: 'export const x = () => Date.now();',
    says: 'take the time',
  },
  {
    file: 'lib/core/text/new-date.ts',
    line: 'export const x = () => new Date();',
    says: 'take the time',
  },
  {
    file: 'lib/core/text/random.ts',
    line: 'export const x = () => Math.random();',
    says: 'take the time',
  },
  {
    file: 'lib/core/text/process.ts',
    line: 'export const x = process.env;',
    says: 'noRestrictedGlobals',
  },
  {
    file: 'lib/core/text/fetch.ts',
    line: "export const x = fetch('x');",
    says: 'noRestrictedGlobals',
  },
  {
    file: 'lib/core/text/global.ts',
    line: 'export const x = globalThis;',
    says: 'noRestrictedGlobals',
  },
  { file: 'lib/core/text/zod.ts', line: imports('zod') },
  { file: 'lib/core/metrics/core.ts', line: imports('../state/x.ts') },
  { file: 'lib/core/text/secret.ts', line: imports('../secret.ts') },
  { file: 'lib/core/diagnosis/rules/evidence.ts', line: imports('../../evidence/x.ts') },
  { file: 'lib/core/text/order.ts', line: imports('../config/x.ts'), says: 'stand in an order' },
  { file: 'lib/core/http/order.ts', line: imports('../evidence/x.ts'), says: 'stand in an order' },
  { file: 'lib/core/call/order.ts', line: imports('../report/x.ts'), says: 'stand in an order' },
  {
    file: 'lib/core/diagnosis/rules/order.ts',
    line: imports('../../state/x.ts'),
    says: 'stand in an order',
  },
  { file: 'lib/core/plan/order.ts', line: imports('../cost/x.ts'), says: 'stand in an order' },
  {
    file: 'lib/core/text/parsed-date.ts',
    line: "export const x = new Date('2026-01-01').getTime();",
  },
  // The use cases.
  ...['check', 'delivery'].flatMap((layer): readonly Case[] => [
    {
      file: `lib/${layer}/adapters.ts`,
      line: imports('../adapters/http/x.ts'),
      says: `lib/${layer}/ports.ts`,
    },
    {
      file: `lib/${layer}/wiring.ts`,
      line: imports('../wiring/check.ts'),
      says: `lib/${layer}/ports.ts`,
    },
    {
      file: `lib/${layer}/built-in.ts`,
      line: imports('node:timers'),
      says: `lib/${layer}/ports.ts`,
    },
    { file: `lib/${layer}/core.ts`, line: imports('../core/x.ts') },
    { file: `lib/${layer}/own.ts`, line: imports('./ports.ts') },
  ]),
  {
    file: 'lib/check/delivery.ts',
    line: imports('../delivery/ports.ts'),
    says: 'lib/check imports lib/core',
  },
  // The adapters.
  {
    file: 'lib/adapters/a/use-case.ts',
    line: imports('../../check/run-checks.ts'),
    says: 'belongs in lib/wiring',
  },
  {
    file: 'lib/adapters/a/wiring.ts',
    line: imports('../../wiring/check.ts'),
    says: 'belongs in lib/wiring',
  },
  { file: 'lib/adapters/a/cdk.ts', line: imports('aws-cdk-lib'), says: 'lib/constructs' },
  { file: 'lib/adapters/a/ports.ts', line: imports('../../check/ports.ts') },
  { file: 'lib/adapters/a/fault.ts', line: imports('../../check/monitor-error.ts') },
  { file: 'lib/adapters/a/library.ts', line: imports('undici') },
  // The rest, from the file to the entries.
  {
    file: 'lib/config-file/adapters.ts',
    line: imports('../adapters/x.ts'),
    says: 'hands its content to lib/core',
  },
  { file: 'lib/config-file/undici.ts', line: imports('undici'), says: 'takes yaml' },
  { file: 'lib/config-file/yaml.ts', line: imports('yaml') },
  { file: 'lib/wiring/cli.ts', line: imports('../cli/run-cli.ts'), says: 'lib/wiring joins' },
  {
    file: 'lib/wiring/standin.ts',
    line: imports('../standin/tenant.ts'),
    says: 'lib/wiring joins',
  },
  { file: 'lib/wiring/cdk.ts', line: imports('aws-cdk-lib'), says: 'lib/constructs' },
  { file: 'lib/wiring/check.ts', line: imports('../check/run-checks.ts') },
  { file: 'lib/wiring/adapters.ts', line: imports('../adapters/http/x.ts') },
  {
    file: 'lib/constructs/check.ts',
    line: imports('../check/run-checks.ts'),
    says: 'imports lib/core alone',
  },
  { file: 'lib/constructs/sdk.ts', line: imports('@aws-sdk/client-ssm'), says: 'lib/adapters' },
  { file: 'lib/constructs/cdk.ts', line: imports('aws-cdk-lib/aws-lambda') },
  { file: 'lib/constructs/bundle.ts', line: imports('esbuild') },
  { file: 'lib/cli/adapters.ts', line: imports('../adapters/http/x.ts'), says: 'from lib/wiring' },
  { file: 'lib/cli/check.ts', line: imports('../check/run-checks.ts'), says: 'from lib/wiring' },
  { file: 'lib/cli/undici.ts', line: imports('undici'), says: 'lib/adapters' },
  { file: 'lib/cli/wiring.ts', line: imports('../wiring/check.ts') },
  {
    file: 'lib/standin/core.ts',
    line: imports('../core/secret.ts'),
    says: 'imports nothing of ours',
  },
  { file: 'lib/standin/undici.ts', line: imports('undici'), says: 'shares no reading' },
  { file: 'lib/standin/jose.ts', line: imports('jose') },
  {
    file: 'functions/adapters.ts',
    line: imports('../lib/adapters/x.ts'),
    says: 'a function is thin',
  },
  {
    file: 'functions/check.ts',
    line: imports('../lib/check/run-checks.ts'),
    says: 'a function is thin',
  },
  { file: 'functions/undici.ts', line: imports('undici'), says: 'a function is thin' },
  { file: 'functions/wiring.ts', line: imports('../lib/wiring/check.ts') },
  { file: 'bin/adapters.ts', line: imports('../lib/adapters/x.ts'), says: 'bin starts' },
  { file: 'bin/wiring.ts', line: imports('../lib/wiring/check.ts'), says: 'bin starts' },
  { file: 'bin/cli.ts', line: imports('../lib/cli/run-cli.ts') },
  { file: 'tools/anything.ts', line: imports('../lib/adapters/x.ts') },
  { file: 'test/anything.ts', line: imports('../lib/adapters/x.ts') },
  // Conventions that lint keeps besides the layers.
  { file: 'lib/cli/camelCase.ts', line: 'export const x = 1;', says: 'kebab-case' },
  { file: 'lib/cli/default.ts', line: 'export default 1;', says: 'default' },
  { file: 'lib/cli/cycle-one.ts', line: imports('./cycle-two.ts'), says: 'cycle' },
  { file: 'lib/cli/cycle-two.ts', line: imports('./cycle-one.ts'), says: 'cycle' },
];

describe('lint', () => {
  let folder: string;
  let said: ReadonlyMap<string, string>;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'm2m-watch-lint-')));
    await cp(join(REPOSITORY, 'biome.json'), join(folder, 'biome.json'));
    await cp(join(REPOSITORY, 'tools', 'lint'), join(folder, 'tools', 'lint'), { recursive: true });
    await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, line } of CASES) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `${line}\n`);
    }
    said = await lint(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(CASES.filter(({ says }) => says !== undefined))(
    'refuses $line in $file and says "$says"',
    ({ file, says }) => {
      expect(said.get(file)).toContain(says);
    },
  );

  it.each(CASES.filter(({ says }) => says === undefined))('accepts $line in $file', ({ file }) => {
    expect(said.get(file)).toBeUndefined();
  });
});

/** What Biome says about each file of a folder, as one text per path. */
async function lint(folder: string): Promise<ReadonlyMap<string, string>> {
  const options = ['lint', '--reporter=github', '--max-diagnostics=none', '.'];
  const output = await new Promise<string>((done) => {
    execFile(process.execPath, [BIOME, ...options], { cwd: folder }, (_error, stdout) =>
      done(stdout),
    );
  });
  const said = new Map<string, string>();
  // ::error title=RULE,file=PATH,line=1,…::MESSAGE
  for (const [, title, file = '', message] of output.matchAll(
    /^::\w+ title=([^,]*),file=([^,]*),.*?::(.*)$/gm,
  )) {
    const path = relative(folder, file).replaceAll(sep, '/');
    said.set(path, `${said.get(path) ?? ''}${title}: ${message}\n`);
  }
  return said;
}
