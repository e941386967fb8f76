import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createFingerprint } from '../../lib/adapters/credentials/fingerprint.ts';
import { systemClock } from '../../lib/adapters/process.ts';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import type { Clock, CredentialReader } from '../../lib/check/ports.ts';
import { runDue } from '../../lib/check/run-due.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import { Secret } from '../../lib/core/secret.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import { openProviderShares } from '../../lib/wiring/provider-shares.ts';
import { BAD_NEIGHBOURS, startUnevenIssuer } from '../support/bad-neighbours.ts';
import type { LocalIssuer, Refusal } from '../support/local-issuer.ts';

const NAMES = Array.from({ length: 30 }, (_, index) => `app-${index + 1}`);
const TICK_MS = 5 * 60_000;

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

/** Thirty applications at one provider, the bad ones first, last or anywhere in the file. */
async function fleetWith(bad: ReadonlySet<string>, refusal: Refusal) {
  const server: LocalIssuer = await startUnevenIssuer(bad, refusal);
  cleanUps.push(server.close);
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    confirmation: { attempts: 1, waitSeconds: 0 },
    providers: {
      local: { type: 'oidc', issuer: server.issuer, allowInsecureHttp: true, timeoutMs: 1_000 },
    },
    applications: Object.fromEntries(
      NAMES.map((name) => [
        name,
        {
          provider: 'local',
          clientId: name,
          credentials: { env: 'SECRET' },
          audience: 'https://api.acme.com',
          everyMinutes: 5,
        },
      ]),
    ),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const config = parsed.value;
  const credentials: CredentialReader = {
    read: async ({ name }) => ({
      kind: 'read',
      credentials: { clientId: name, clientSecret: new Secret('secret-of-all') },
      secretVersion: null,
    }),
  };
  const store = createSqliteStateStore(':memory:');
  const identify = createFingerprint(new Secret(randomBytes(32)));
  let slotMs = Math.floor(Date.now() / TICK_MS) * TICK_MS;
  const tick = async (clock: Clock = systemClock) => {
    slotMs += TICK_MS;
    return runDue({
      config,
      store,
      clock,
      slotMs,
      identify,
      channels: ['log'],
      openShares: async (applications) => {
        const opened = await openProviderShares(applications, {
          config,
          baseDirectory: '/',
          credentials,
          signal: null,
        });
        return {
          ...opened,
          shares: opened.shares.map((share) => ({ ...share, tools: { ...share.tools, clock } })),
        };
      },
    });
  };
  return { server, config, credentials, tick };
}

const DRILLS = Object.entries(BAD_NEIGHBOURS).flatMap(([title, drill]) => [
  [`the first ${title}`, NAMES.slice(0, drill.applications), drill.refusal] as const,
  [`the last ${title}`, NAMES.slice(-drill.applications), drill.refusal] as const,
]);

describe('thirty applications of one provider', () => {
  it.each(DRILLS)('are checked by `check`, each healthy one: %s', async (_, names, refusal) => {
    const { config, credentials } = await fleetWith(new Set(names), refusal);

    const { summary, reports } = await checkNow({
      config,
      credentials,
      baseDirectory: '/',
      environment: {},
    });

    expect(summary).toMatchObject({ healthy: 30 - names.length, undetermined: names.length });
    expect(reports.map(({ diagnosis }) => diagnosis?.cause)).not.toContain('not-checked');
  });

  it.each(DRILLS)(
    'are checked on schedule, each healthy one in every run: %s',
    async (_, names, refusal) => {
      const bad = new Set<string>();
      const { tick } = await fleetWith(bad, refusal);
      await tick();
      for (const name of names) bad.add(name);
      const notices: string[] = [];

      for (let ticks = 0; ticks < 6; ticks += 1) {
        const { report, notices: written } = await tick();
        notices.push(...written.map(({ subject }) => subject));
        const healthy = report.reports.filter(({ status }) => status === 'healthy');
        expect(healthy.map(({ application }) => application)).toEqual(
          NAMES.filter((name) => !bad.has(name)),
        );
      }

      expect(notices.filter((notice) => / 30 applications/.test(notice))).toEqual([]);
    },
  );

  it('have a notice of a secret that broke among them while others fail', async () => {
    const bad = new Set(NAMES.slice(0, 3));
    const { tick, credentials } = await fleetWith(bad, { status: 500 });
    await tick();
    await tick();
    const read = credentials.read;
    credentials.read = async (application) =>
      application.name === 'app-20'
        ? { kind: 'missing', source: 'file x', reason: 'not-found' }
        : read(application);

    const { notices } = await tick();

    expect(notices.map(({ subject }) => subject)).toContainEqual(
      expect.stringContaining('app-20: secret missing'),
    );
  });

  it('are left out, with the cause of those that were tried, where the provider serves nobody for half of the time', async () => {
    const { tick } = await fleetWith(new Set(NAMES), { status: 503 });
    // Each look at the clock is 20 seconds later than the last one.
    let elapsedMs = 0;
    const hurried: Clock = { ...systemClock, monotonicMs: () => (elapsedMs += 20_000) };

    const { report, records } = await tick(hurried);
    const left = records.filter(({ notTried }) => notTried === 'provider-down');

    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(28);
    for (const { status, diagnosis } of report.reports) {
      expect([status, diagnosis?.cause]).toEqual(['undetermined', 'provider-error']);
    }
  });

  it('are tried one a tick while the provider is out, every one in its turn, and all again once it serves', async () => {
    const bad = new Set(NAMES);
    const { tick } = await fleetWith(bad, { status: 503 });
    await tick();
    const tried: string[] = [];
    for (let ticks = 0; ticks < 30; ticks += 1) {
      const { records } = await tick();
      tried.push(
        ...records.flatMap(({ notTried, report }) => (notTried === null ? report.application : [])),
      );
    }
    bad.clear();
    await tick();

    const { report } = await tick();

    expect(tried).toHaveLength(30);
    expect(new Set(tried).size).toBe(30);
    expect(report.summary).toMatchObject({ healthy: 30 });
  });
});
