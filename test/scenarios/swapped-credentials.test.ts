// Client id and secret swapped: nothing is sent where it is clear, and the secret is shown nowhere.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { REPORT_FORMAT_NAMES } from '../../lib/cli/check/report-formats.ts';
import { runCli } from '../../lib/cli/run-cli.ts';
import { capturedIo, run } from '../cli/captured-io.ts';
import { findLeaks } from '../leaks/find-leaks.ts';
import { type Scenario, startScenario } from '../support/scenario.ts';

/** A provider, what is read as client id and as secret, and how it ends. */
const SWAPS = {
  'at Kinde': {
    provider: {},
    id: 'k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa6UoI0iTyKbVx',
    secret: 'd4d3c5b74e064badb9625a4aa6241bcc',
    cause: 'secret-malformed',
    confidence: 'likely',
  },
  'at Entra ID': {
    provider: { type: 'oidc', dialect: 'entra' },
    id: 'Ab3~Q~dEfGhIjKlMnOpQrStUvWxYz012345',
    secret: '6b0f1c1e-2a5f-4a40-9c39-6a2ad0e6a3c1',
    cause: 'secret-malformed',
    confidence: 'certain',
  },
  'at any server, beside a name': {
    provider: { type: 'oidc' },
    id: 'hJ3kPq9Zt2LwXv7Bn4Rm',
    secret: 'billing-sync',
    cause: null,
    confidence: null,
  },
  'at any server, of two random texts': {
    provider: { type: 'oidc' },
    id: 'k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa6UoI0iTyKbVx',
    secret: 'uXmrJrsUpjf5gd7wGlmbz7MaiCB19d2H',
    cause: null,
    confidence: null,
  },
  'at any server, twice the same': {
    provider: { type: 'oidc' },
    id: 'hJ3kPq9Zt2LwXv7Bn4Rm',
    secret: 'hJ3kPq9Zt2LwXv7Bn4Rm',
    cause: null,
    confidence: null,
  },
} as const;

type Swap = (typeof SWAPS)[keyof typeof SWAPS];

const SWAPPED = Object.entries<Swap>(SWAPS);

/** A configuration whose sources of client id and secret are swapped, and the world of a command. */
async function swappedWorld(scenario: Scenario, { provider, id, secret }: Swap) {
  const credentials = { env: { clientId: 'THE_ID', clientSecret: 'THE_SECRET' } };
  const written = {
    version: 1,
    schedule: { tickMinutes: 1 },
    confirmation: { attempts: 0 },
    providers: { acme: scenario.provider(provider) },
    applications: { 'billing-sync': scenario.application({ credentials, everyMinutes: 1 }) },
  };
  await writeFile(join(scenario.folder, 'm2m-watch.yaml'), stringify(written));
  const timing = JSON.stringify({ tickMs: 50, deliverMs: 50, leaseMs: 1500, firstWaitMs: 50 });
  const environment = { THE_ID: id, THE_SECRET: secret, M2M_WATCH_TEST_TIMING: timing };
  return { cwd: scenario.folder, environment: { ...environment, M2M_WATCH_DEBUG: '1' } };
}

describe.each(SWAPPED)('client id and secret swapped %s', (_, swap) => {
  it('is refused before anything is sent where ids have one shape', async () => {
    const scenario = await startScenario();
    const world = await swappedWorld(scenario, swap);

    const { stdout } = await run(['check', '--format', 'json'], world);

    const [report] = JSON.parse(stdout).reports;
    expect(report.status).toBe('unhealthy');
    expect(scenario.received('token').length === 0).toBe(swap.cause !== null);
    if (swap.cause === null) return;
    expect(report.diagnosis).toMatchObject({
      cause: swap.cause,
      confidence: swap.confidence,
      title: 'The client id and the secret look swapped',
    });
    expect(report.clientId).toBeNull();
  });

  it.each([
    ...REPORT_FORMAT_NAMES.map((format) => ['check', '--format', format]),
    ['check', '--state', 'state.db'],
    ['validate', '--credentials'],
  ])('shows the secret in no output of %s %s %s', async (...argv) => {
    const scenario = await startScenario();
    const world = await swappedWorld(scenario, swap);

    const { stdout, stderr } = await run(argv, world);

    expect(`${stdout}${stderr}`).toContain('billing-sync');
    expect(findLeaks(`${stdout}\n${stderr}`, [swap.id])).toEqual([]);
  });

  it('shows the secret in no line of serve, and in nothing that it stores', async () => {
    const scenario = await startScenario();
    const io = capturedIo(await swappedWorld(scenario, swap));

    const ended = runCli(['serve', '--state', 'state.db'], io);
    await expect.poll(() => io.written.stderr, { timeout: 10_000 }).toContain('ALARM');
    io.interrupt();
    await ended;

    const state = await readFile(join(scenario.folder, 'state.db'), 'latin1');
    expect(state).toContain('billing-sync');
    expect(findLeaks(`${io.written.stdout}${io.written.stderr}`, [swap.id])).toEqual([]);
    expect(state).not.toContain(swap.id.slice(4, 16));
  });
});

it('says in validate --credentials that the two look swapped, and sends nothing', async () => {
  const scenario = await startScenario();
  const world = await swappedWorld(scenario, SWAPS['at Kinde']);

  const { status, stdout } = await run(['validate', '--credentials'], world);

  expect(status).toBe(2);
  expect(stdout.replace(/\s+/g, ' ')).toContain('the client id and the secret look swapped');
  expect(scenario.requests).toEqual([]);
});

it('refuses a literal client id that is the secret, and shows none that may be', async () => {
  const { id, secret } = SWAPS['at Kinde'];
  for (const [literal, cause] of [
    [id, null],
    ['hJ3kPq9Zt2LwXv7Bn4Rm', 'secret-malformed'],
  ] as const) {
    const scenario = await startScenario();
    const world = await swappedWorld(scenario, SWAPS['at Kinde']);
    const written = {
      version: 1,
      providers: { acme: scenario.provider() },
      applications: {
        'billing-sync': scenario.application({ clientId: literal, credentials: { env: 'KEPT' } }),
      },
    };
    await writeFile(join(scenario.folder, 'm2m-watch.yaml'), stringify(written));
    for (const kept of [{ KEPT: secret }, {}]) {
      const { stdout, stderr } = await run(['check', '--format', 'json'], {
        ...world,
        environment: kept,
      });

      expect(findLeaks(`${stdout}${stderr}`, [literal])).toEqual([]);
      const wanted = 'KEPT' in kept ? cause : 'secret-unreadable';
      expect(cause === null ? stderr : stdout).toContain(
        cause === null ? 'clientId looks like a secret' : wanted,
      );
    }
    expect(scenario.requests).toEqual([]);
  }
});
