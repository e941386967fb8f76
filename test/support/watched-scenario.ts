import { randomBytes } from 'node:crypto';
import { createCredentialReader } from '../../lib/adapters/credentials/credential-reader.ts';
import { createFingerprint } from '../../lib/adapters/credentials/fingerprint.ts';
import { systemClock } from '../../lib/adapters/process.ts';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { runDue } from '../../lib/check/run-due.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { Secret } from '../../lib/core/secret.ts';
import { openProviderShares } from '../../lib/wiring/provider-shares.ts';
import { APPLICATION, type Scenario } from './scenario.ts';

/** The result of one scheduled run: the report, and the subject lines of its notices. */
interface WatchedRun {
  readonly report: CheckReport;
  readonly notices: readonly string[];
}

/**
 * Runs the schedule for a scenario's one application, with parts of its configuration replaced, and keeps
 * its state between runs. Each call is one run.
 */
export function watchScenario(scenario: Scenario, parts: object = {}): () => Promise<WatchedRun> {
  const parsed = parseConfig({
    version: 1,
    deployment: 'production',
    confirmation: { attempts: 1, waitSeconds: 0 },
    providers: { acme: scenario.provider() },
    applications: { [APPLICATION]: scenario.application({ everyMinutes: 5, ...parts }) },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const config = parsed.value;
  const store = createSqliteStateStore(':memory:');
  const identify = createFingerprint(new Secret(randomBytes(32)));
  const baseDirectory = scenario.folder;
  const credentials = createCredentialReader({ environment: {}, baseDirectory });
  let slotMs = 0;
  return async () => {
    slotMs += 15 * 60_000;
    const { report, notices } = await runDue({
      config,
      store,
      clock: systemClock,
      slotMs,
      identify,
      channels: ['log'],
      openShares: (applications) =>
        openProviderShares(applications, { config, baseDirectory, credentials, signal: null }),
    });
    const [only] = report.reports;
    if (only === undefined) throw new Error('nothing was due');
    return { report: only, notices: notices.map(({ subject }) => subject) };
  };
}
