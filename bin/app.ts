// The CDK app: `npx cdk synth -c config=FILE`. Without `config` it takes m2m-watch.yaml in this folder, or
// else the example.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { readConfigFile } from '../lib/config-file/read-config-file.ts';
import { buildWatchApp } from '../lib/constructs/watch-app.ts';

const DEFAULT_FILE = 'm2m-watch.yaml';
const EXAMPLE = join(dirname(fileURLToPath(import.meta.url)), '..', 'examples', DEFAULT_FILE);

const app = new App({ autoSynth: false });
const named: unknown = app.node.tryGetContext('config');
const isExample = typeof named !== 'string' && !existsSync(DEFAULT_FILE);
const path = isExample ? EXAMPLE : typeof named === 'string' ? named : DEFAULT_FILE;

const stack = buildWatchApp(app, {
  file: await readConfigFile(path),
  baseDirectory: dirname(resolve(path)),
  isExample,
  say: (line) => process.stderr.write(`${line}\n`),
});
if (stack === undefined) process.exitCode = 1;
else app.synth();
