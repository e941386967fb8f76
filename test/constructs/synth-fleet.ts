/**
 * Synthesises an app, as a CDK process does, and prints the seconds of CPU time that it took.
 *
 * The functions are not bundled, which takes the same time for any configuration:
 * `node synth-fleet.ts APPLICATIONS FOLDER`.
 */
import { App } from 'aws-cdk-lib';
import { buildWatchApp } from '../../lib/constructs/watch-app.ts';
import { fleetConfig } from './fleet-config.ts';
import { synthContext } from './synthesised.ts';

const [, , applications = '1', outdir = ''] = process.argv;
const config = fleetConfig({ applications: Number(applications) });
const app = new App({ context: synthContext(), outdir, autoSynth: false });
buildWatchApp(app, {
  file: { ok: true, value: { config, warnings: [] } },
  baseDirectory: '.',
  isExample: false,
  say: () => {},
});
app.synth();
const { user, system } = process.cpuUsage();
process.stdout.write(`${(user + system) / 1e6}`);
