import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'm2m-watch-synth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `cdk synth` in the repository, with no account and no Region. */
function synth(...args: readonly string[]) {
  const withoutAws = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|CDK)_(?!CA_BUNDLE)/.test(name),
  );
  const command = [join(ROOT, 'bin', 'run.mjs'), '--tool', 'cdk', 'synth', ...args];
  return spawnSync(process.execPath, command, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...Object.fromEntries(withoutAws), HOME: folder },
  });
}

/** The handlers in the assets of code, asset by asset. */
function handlersIn(output: string): readonly (readonly string[])[] {
  const assets = readdirSync(output).filter((name) => name.startsWith('asset.'));
  return assets.map((name) =>
    readdirSync(join(output, name)).filter((file) => /^(check|check-now|notify)\.mjs$/.test(file)),
  );
}

describe('cdk synth', () => {
  it('works without an account, prints the template alone, and bundles what functions share once', () => {
    const output = join(folder, 'example');

    const { status, stdout, stderr } = synth('--json', '--output', output);

    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    expect(Object.keys(JSON.parse(stdout))).toContain('Resources');
    expect(stderr).toContain('this is the template of examples/m2m-watch.yaml');
    expect(stderr).toContain('AWS cost of deployment');
    expect(handlersIn(output).toSorted((a, b) => b.length - a.length)).toEqual([
      ['check-now.mjs', 'check.mjs'],
      ['notify.mjs'],
    ]);
    for (const name of readdirSync(output).filter((each) => each.startsWith('asset.'))) {
      const config = JSON.parse(readFileSync(join(output, name, 'config.json'), 'utf8'));
      expect(config).toMatchObject({ version: 1, deployment: 'production' });
    }
  });

  it('is stopped by a wrong configuration, with its problems and without a stack trace', () => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(path, 'version: 1\nproviders: {}\napplications:\n  a:\n    audience:\n');

    const { status, stdout, stderr } = synth(
      '-c',
      `config=${path}`,
      '--output',
      join(folder, 'bad'),
    );

    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /m2m-watch: the configuration has \d problems, and nothing was synthesised/,
    );
    expect(stderr).toContain('bad.yaml:5:5 applications.a.audience is empty');
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  });

  it('puts the construct into an app of somebody else, beside their own resources', () => {
    const own = join(folder, 'own-app');
    mkdirSync(own);
    symlinkSync(join(ROOT, 'node_modules'), join(own, 'node_modules'));
    const from = (path: string) => JSON.stringify(join(ROOT, path));
    writeFileSync(
      join(own, 'app.ts'),
      `import { App, Stack } from 'aws-cdk-lib';
       import { Topic } from 'aws-cdk-lib/aws-sns';
       import { M2mWatch } from ${from('lib/constructs/m2m-watch.ts')};
       import { parseConfig } from ${from('lib/core/config/parse-config.ts')};
       const parsed = parseConfig({
         version: 1,
         deployment: 'theirs',
         providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com' } },
         applications: { 'billing-sync': { provider: 'acme', credentials: { secretsManager: 'm2m/x' }, audience: null } },
       });
       if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
       const app = new App({ outdir: 'cdk.out' });
       const stack = new Stack(app, 'Theirs');
       new M2mWatch(stack, 'Watch', { config: parsed.value, alarmTopic: new Topic(stack, 'Pager') });
       app.synth();
      `,
    );

    const { status, stderr } = spawnSync(process.execPath, ['app.ts'], {
      cwd: own,
      encoding: 'utf8',
    });

    expect({ status, stderr }).toMatchObject({ status: 0 });
    const output = join(own, 'cdk.out');
    const { Resources } = JSON.parse(readFileSync(join(output, 'Theirs.template.json'), 'utf8'));
    expect(Object.keys(Resources)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Pager/),
        expect.stringMatching(/^WatchCheck/),
      ]),
    );
    expect(handlersIn(output).flat().toSorted()).toEqual([
      'check-now.mjs',
      'check.mjs',
      'notify.mjs',
    ]);
  });

  it('takes at most twice as long for 100 applications as for one', () => {
    const cpuSeconds = (applications: number) => {
      const output = join(folder, `fleet-${applications}`);
      const script = join(ROOT, 'test', 'constructs', 'synth-fleet.ts');
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [script, `${applications}`, output],
        { encoding: 'utf8' },
      );
      expect({ status, stderr }).toMatchObject({ status: 0 });
      return Number(stdout);
    };

    expect(cpuSeconds(100) / cpuSeconds(1)).toBeLessThanOrEqual(2);
  });
});
