import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { buildWatchApp } from '../../lib/constructs/watch-app.ts';
import { runTool } from '../support/outside-tool.ts';
import { fleetConfig } from './fleet-config.ts';
import { synthContext } from './synthesised.ts';

const folder = mkdtempSync(join(tmpdir(), 'm2m-watch-cfn-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('buildWatchApp', () => {
  it('makes a template in which cfn-lint finds no error', () => {
    const config = fleetConfig({
      applications: 2,
      notify: { email: ['oncall@acme.com'] },
      alarms: { email: ['pager@acme.com'] },
    });
    const app = new App({ context: synthContext(), outdir: join(folder, 'out') });
    const stack = buildWatchApp(app, {
      file: { ok: true, value: { config, warnings: [] } },
      baseDirectory: folder,
      isExample: false,
      say: () => {},
    });
    const { templateFullPath } = app.synth().getStackByName(stack?.stackName ?? '');

    const { status, output } = runTool('cfn-lint', [
      '--format=parseable',
      '--non-zero-exit-code=error',
      '--regions=us-east-1',
      '--',
      templateFullPath,
    ]);

    expect(output.split('\n').filter((line) => /:E\d+:/.test(line))).toEqual([]);
    expect(status).toBe(0);
  });
});
