// `serve` and `check --state` over the same history name the same cause with the same confidence.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCredentialReader } from '../../lib/adapters/credentials/credential-reader.ts';
import { createFingerprint, fingerprintKey } from '../../lib/adapters/credentials/fingerprint.ts';
import { systemClock } from '../../lib/adapters/process.ts';
import { runDue } from '../../lib/check/run-due.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import { DIALECT_NAMES, type DialectName } from '../../lib/core/config/provider-types.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { openProviderShares } from '../../lib/wiring/provider-shares.ts';
import { STATE_STORES } from '../../lib/wiring/state-stores.ts';
import { run } from '../cli/captured-io.ts';
import { presented, type Refusal, startLocalIssuer } from '../support/local-issuer.ts';

const json = (status: number, error: string, error_description?: string): Refusal => ({
  status,
  body: { error, error_description },
});

/** How servers refuse, in the words that many share. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  'a bare invalid_client': json(401, 'invalid_client'),
  'invalid_client with 400': json(400, 'invalid_client'),
  'a wrong secret': json(401, 'invalid_client', 'Invalid client secret'),
  'either of both': json(401, 'invalid_client', 'Invalid client or Invalid client credentials'),
  'an unknown client': json(401, 'invalid_client', 'Client not found'),
  'a deleted client': json(401, 'invalid_client', 'The client has been deleted'),
  'a disabled client': json(401, 'invalid_client', 'Client is disabled'),
  'an expired secret': json(401, 'invalid_client', 'The client secret has expired'),
  'another method': json(
    401,
    'invalid_client',
    "The client supports 'client_secret_post', but 'client_secret_basic' was requested",
  ),
  unauthorized_client: json(400, 'unauthorized_client'),
  'invalid_grant with 400': json(400, 'invalid_grant'),
  'invalid_request with 400': json(400, 'invalid_request'),
  invalid_scope: json(400, 'invalid_scope'),
  access_denied: json(403, 'access_denied'),
  'an empty 401': { status: 401 },
  'an empty 403': { status: 403 },
  'an empty 400': { status: 400 },
  'an empty 404': { status: 404 },
  'words alone': { status: 401, body: 'Bad client credentials' },
};

/** Those that servers read differently. */
const IN_EVERY_DIALECT = new Set([
  'a bare invalid_client',
  'either of both',
  'an unknown client',
  'unauthorized_client',
  'an empty 401',
  'an empty 403',
]);

/** What the provider accepted before it refuses. */
const HISTORIES = {
  'the very credentials': { id: 'client', secret: 'planted-1' },
  'another secret of the client': { id: 'client', secret: 'planted-0' },
  'another client': { id: 'former', secret: 'planted-0' },
  nothing: null,
} as const;

interface Row {
  readonly dialect: DialectName | null;
  readonly refusal: Refusal;
  readonly before: keyof typeof HISTORIES;
  /** Whether another application of the provider is served all the time. */
  readonly hasServedNeighbour: boolean;
}

const FIXTURES = new URL('../fixtures/cases/', import.meta.url);

function recordedRows(): readonly (readonly [string, Row])[] {
  const lines = readdirSync(FIXTURES)
    .filter((name) => name.startsWith('recorded-'))
    .flatMap((name) => readFileSync(new URL(name, FIXTURES), 'utf8').trim().split('\n'));
  return lines.flatMap((line): readonly (readonly [string, Row])[] => {
    const { id, server, refusal } = JSON.parse(line);
    // A provider that does not serve is left alone by a schedule, and by no check.
    if (refusal === undefined || refusal.status >= 429) return [];
    const dialect = DIALECT_NAMES.find((name) => name === server) ?? null;
    const { status, body } = refusal;
    return [
      [
        id,
        {
          dialect,
          refusal: { status, body },
          before: 'the very credentials',
          hasServedNeighbour: true,
        },
      ],
    ];
  });
}

function tableRows(): readonly (readonly [string, Row])[] {
  return Object.entries(REFUSALS).flatMap(([reply, refusal]) => [
    ...(IN_EVERY_DIALECT.has(reply) ? DIALECT_NAMES : []).map((dialect) => {
      const row: Row = {
        dialect,
        refusal,
        before: 'the very credentials',
        hasServedNeighbour: true,
      };
      return [`${reply} at ${dialect}`, row] as const;
    }),
    ...(Object.keys(HISTORIES) as (keyof typeof HISTORIES)[]).flatMap((before) =>
      [true, false].map((hasServedNeighbour) => {
        const row: Row = { dialect: null, refusal, before, hasServedNeighbour };
        const beside = hasServedNeighbour ? 'beside another that is served' : 'alone';
        return [`${reply}, ${before} accepted before, ${beside}`, row] as const;
      }),
    ),
  ]);
}

/** Runs both over the same history, and gives cause and confidence by row, as each names them. */
async function diagnoseBoth(rows: readonly (readonly [string, Row])[]) {
  let isRefusing = false;
  const server = await startLocalIssuer({
    claims: null,
    metadata: {
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    },
    refuse: (request) => {
      const [, row = 'none'] = presented(request)?.clientId.split('-') ?? [];
      return isRefusing ? (rows[Number(row)]?.[1].refusal ?? null) : null;
    },
  });
  onTestFinished(() => server.close());
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-both-'));
  onTestFinished(() => rm(folder, { recursive: true }));

  const { issuer } = server;
  const configured = (index: number, name: string) => ({
    provider: `p-${index}`,
    credentials: { env: { clientId: `${name}_ID`, clientSecret: `${name}_SECRET` } },
    audience: null,
    tokenFormat: 'opaque',
    everyMinutes: 15,
  });
  const written = {
    version: 1,
    schedule: { tickMinutes: 15 },
    confirmation: { attempts: 1, waitSeconds: 0 },
    providers: Object.fromEntries(
      rows.map(([, { dialect }], index) => [
        `p-${index}`,
        {
          type: 'oidc',
          issuer,
          allowInsecureHttp: true,
          timeoutMs: 60_000,
          ...(dialect === null ? {} : { dialect }),
        },
      ]),
    ),
    applications: Object.fromEntries(
      rows.flatMap(([, { hasServedNeighbour }], index) => [
        [`row-${index}`, configured(index, `ROW_${index}`)],
        ...(hasServedNeighbour ? [[`beside-${index}`, configured(index, 'BESIDE')] as const] : []),
      ]),
    ),
  };
  await writeFile(join(folder, 'm2m-watch.yaml'), JSON.stringify(written));

  /** The variables at a time; without what was accepted before, the secret does not exist yet. */
  const variables = (isBefore: boolean): Readonly<Record<string, string>> => ({
    BESIDE_ID: 'neighbour',
    BESIDE_SECRET: 'planted-neighbour',
    ...Object.fromEntries(
      rows.flatMap(([, { before }], index) => {
        const used = isBefore ? HISTORIES[before] : HISTORIES['the very credentials'];
        if (used === null) return [];
        return [
          [`ROW_${index}_ID`, `${used.id}-${index}`],
          [`ROW_${index}_SECRET`, used.secret],
        ];
      }),
    ),
  });
  const inServe = async (): Promise<readonly CheckReport[]> => {
    const parsed = parseConfig(written);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));
    const config = parsed.value;
    const path = join(folder, 'serve.sqlite');
    const file = {
      store: await STATE_STORES.sqlite.open({ path }),
      identify: createFingerprint(fingerprintKey(`${path}.key`)),
    };
    const environment = variables(!isRefusing);
    const credentials = createCredentialReader({ environment, baseDirectory: folder });
    const { report } = await runDue({
      ...file,
      config,
      clock: systemClock,
      slotMs: isRefusing ? 96 * 3_600_000 : 0,
      channels: ['log'],
      // Every application in every slot.
      plan: ({ slotMs }) => ({
        slotMs,
        due: config.applications.map(({ name }) => name),
        trials: [],
        notTried: [],
        reservation: { month: '1970-01', tokens: {} },
      }),
      openShares: (applications) =>
        openProviderShares(applications, {
          config,
          baseDirectory: folder,
          credentials,
          signal: null,
        }),
    });
    await file.store.close();
    return report.reports;
  };
  const inCheck = async (): Promise<readonly CheckReport[]> => {
    const environment = variables(!isRefusing);
    const argv = ['check', '--state', 'check.sqlite', '--format', 'json'];
    const { stdout, stderr } = await run(argv, { cwd: folder, environment });
    expect(stderr).toBe('');
    return JSON.parse(stdout).reports;
  };
  const diagnosed = (reports: readonly CheckReport[]) =>
    Object.fromEntries(
      rows.map(([title], index) => {
        const report = reports.find(({ application }) => application === `row-${index}`);
        const { cause, confidence } = report?.diagnosis ?? {};
        return [title, `${cause}, ${confidence}, ${report?.status}`];
      }),
    );

  await inServe();
  await inCheck();
  isRefusing = true;
  return { serve: diagnosed(await inServe()), check: diagnosed(await inCheck()) };
}

describe('serve and check --state', () => {
  it('name the same cause, as confidently, for every row of a table of refusals', async () => {
    const rows = [...tableRows(), ...recordedRows()];

    const { serve, check } = await diagnoseBoth(rows);

    expect(Object.keys(serve).length).toBeGreaterThan(300);
    expect(check).toEqual(serve);
    expect(new Set(Object.values(serve)).size).toBeGreaterThan(15);
    expect(check).toMatchObject({
      'a bare invalid_client at keycloak': 'secret-rotated, likely, unhealthy',
      'a bare invalid_client, nothing accepted before, alone':
        'credentials-rejected, possible, unhealthy',
      'an unknown client at okta': expect.stringMatching(/^client-deleted, /),
      'an empty 403, the very credentials accepted before, beside another that is served':
        'secret-rotated, likely, unhealthy',
      'an empty 403, the very credentials accepted before, alone': expect.stringMatching(
        /^provider-blocked, .*, undetermined$/,
      ),
      'r-keycloak-expired-secret': 'secret-rotated, likely, unhealthy',
    });
  }, 120_000);
});
