import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterEach, describe, expect, it } from 'vitest';
import { buildWatchApp, type WatchAppProps } from '../../lib/constructs/watch-app.ts';
import { fleetConfig } from './fleet-config.ts';
import { synthContext } from './synthesised.ts';

const folder = mkdtempSync(join(tmpdir(), 'm2m-watch-app-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function build(
  props: Partial<WatchAppProps> & Pick<WatchAppProps, 'file'>,
  context: Readonly<Record<string, unknown>> = {},
) {
  const said: string[] = [];
  const outdir = join(folder, 'out');
  const app = new App({ context: { ...synthContext(), ...context }, outdir });
  const stack = buildWatchApp(app, {
    baseDirectory: folder,
    isExample: false,
    say: (line) => said.push(line),
    ...props,
  });
  return { app, stack, said };
}

describe('buildWatchApp', () => {
  it('passes the rules of AwsSolutions, each exception with its reason', () => {
    const config = fleetConfig({
      applications: 2,
      notify: { email: ['oncall@acme.com'] },
      alarms: { email: ['pager@acme.com'] },
    });
    const { app } = build({ file: { ok: true, value: { config, warnings: [] } } });

    expect(() => app.synth()).not.toThrow();
  });

  it('says what a month costs, and nothing of it where a problem stops it', () => {
    const config = fleetConfig({ applications: 3, provider: { tokensPerMonth: 2000 } });

    const { stack, said } = build({ file: { ok: true, value: { config, warnings: [] } } });

    expect(stack).toBeUndefined();
    expect(said).toEqual([
      'm2m-watch: the configuration has 1 problem, and nothing was synthesised',
      expect.stringMatching(
        /^ {2}providers\.acme\.tokensPerMonth is 2000, but the schedule needs 2232/,
      ),
    ]);
  });

  it('lists the problems of a file with their places', () => {
    const issue = { file: 'm2m-watch.yaml', column: 5, path: ['version'], about: 'value' } as const;
    const { stack, said } = build({
      file: {
        ok: false,
        issues: [
          { ...issue, line: 1, message: 'must be 1' },
          { ...issue, line: 2, message: 'must be 2' },
        ],
      },
    });

    expect(stack).toBeUndefined();
    expect(said).toEqual([
      'm2m-watch: the configuration has 2 problems, and nothing was synthesised',
      '  m2m-watch.yaml:1:5 version must be 1',
      '  m2m-watch.yaml:2:5 version must be 2',
    ]);
  });

  it('takes the example although functions could not read its credentials, and warns', () => {
    const config = fleetConfig({
      application: { credentials: { env: 'SECRET' }, clientId: 'abc' },
    });

    const { stack, said } = build({
      file: { ok: true, value: { config, warnings: [] } },
      isExample: true,
    });

    expect(stack).toBeDefined();
    expect(said.filter((line) => line.startsWith('warning: '))).toHaveLength(2);
    expect(said.at(-1)).toContain('744; add tokensPerMonth to compare them with the plan');
  });

  it.each([
    ['true', 'Retain'],
    [true, 'Retain'],
    ['false', 'Delete'],
    [undefined, 'Delete'],
  ])('keeps the table where the context says so: %s', (retainOnDelete, policy) => {
    const file = { ok: true, value: { config: fleetConfig(), warnings: [] } } as const;

    const { app, stack } = build({ file }, { retainOnDelete });

    const { template } = app.synth().getStackByName(stack?.stackName ?? '');
    const tables = Object.values(template.Resources as Readonly<Record<string, Retained>>).filter(
      ({ Type }) => Type === 'AWS::DynamoDB::Table',
    );
    expect(tables.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([policy]);
  });

  it('refuses an option of the context that it does not understand', () => {
    const file = { ok: true, value: { config: fleetConfig(), warnings: [] } } as const;

    const { stack, said } = build({ file }, { retainOnDelete: 'yes', warmUp: '0' });

    expect(stack).toBeUndefined();
    expect(said).toEqual([
      'm2m-watch: the configuration has 2 problems, and nothing was synthesised',
      '  context retainOnDelete is yes: write -c retainOnDelete=true or -c retainOnDelete=false',
      '  context warmUp is 0: write -c warmUp=true or -c warmUp=false',
    ]);
  });

  it('repeats the warnings of the file', () => {
    const warning = {
      file: 'm2m-watch.yaml',
      line: 3,
      column: 1,
      path: ['providers', 'x'],
      message: 'is used by no application',
      about: 'value',
    } as const;

    const { said } = build({
      file: { ok: true, value: { config: fleetConfig(), warnings: [warning] } },
    });

    expect(said[0]).toBe('warning: m2m-watch.yaml:3:1 providers.x is used by no application');
  });
});

interface Retained {
  readonly Type: string;
  readonly DeletionPolicy?: string;
}
