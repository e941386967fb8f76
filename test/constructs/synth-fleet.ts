import { App } from 'aws-cdk-lib';
import { buildWatchApp } from '../../lib/constructs/watch-app.ts';
import { fleetConfig } from './fleet-config.ts';
import { synthContext } from './synthesised.ts';

// A process of its own, as CDK starts one for a synth: bundles the functions, and takes a number of applications.
const [, , applications = '1', outdir = ''] = process.argv;
const { 'aws:cdk:bundling-stacks': _, ...context } = synthContext();
const config = fleetConfig({ applications: Number(applications) });
const app = new App({ context, outdir, autoSynth: false });
buildWatchApp(app, {
  file: { ok: true, value: { config, warnings: [] } },
  baseDirectory: '.',
  isExample: false,
  say: () => {},
});
app.synth();
