// Servers that refuse a secret which has expired as they refuse a wrong one: expiry is among the readings there.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import { type Refusal, startLocalIssuer } from '../support/local-issuer.ts';

/** Checks twice with a state: the provider grants, and then refuses. The last report, and one without the state. */
async function refusedAfterGrant(dialect: string | null, refusal: Refusal) {
  let isRefusing = false;
  const refuse = () => (isRefusing ? refusal : null);
  const server = await startLocalIssuer({ claims: null, refuse });
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-expiry-'));
  onTestFinished(() => server.close());
  onTestFinished(() => rm(folder, { recursive: true }));
  const parsed = parseConfig({
    version: 1,
    providers: {
      local: {
        type: 'oidc',
        issuer: server.issuer,
        allowInsecureHttp: true,
        ...(dialect === null ? {} : { dialect }),
      },
    },
    applications: {
      one: {
        provider: 'local',
        clientId: 'id',
        credentials: { env: 'SECRET' },
        audience: null,
        tokenFormat: 'opaque',
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const check = async (path: string | null): Promise<CheckReport> => {
    const { reports } = await checkNow({
      config: parsed.value,
      baseDirectory: folder,
      environment: { SECRET: 'planted-secret' },
      state: path === null ? null : { path, onProblem: (line) => expect.fail(line) },
    });
    const [report] = reports;
    if (report === undefined) throw new Error('nothing was checked');
    return report;
  };
  await check(join(folder, 'state.sqlite'));
  isRefusing = true;
  return { remembered: await check(join(folder, 'state.sqlite')), forgotten: await check(null) };
}

const json = (status: number, error: string, error_description?: string): Refusal => ({
  status,
  body: { error, error_description },
});
const KEYCLOAK = json(401, 'unauthorized_client', 'Invalid client or Invalid client credentials');
const BARE = json(401, 'invalid_client');
const EXPIRED = /may have expired: this server refuses it in the same words/;

describe('a refused secret that may have expired', () => {
  it.each([
    ['keycloak', KEYCLOAK],
    ['spring', BARE],
    ['duende', json(400, 'invalid_client')],
  ])('is said to at %s, with what was accepted before and without', async (dialect, refusal) => {
    const { remembered, forgotten } = await refusedAfterGrant(dialect, refusal);

    expect(remembered.diagnosis).toMatchObject({
      cause: 'secret-rotated',
      confidence: 'likely',
      title:
        'The secret was rotated or has expired, or the application was deleted, at the provider',
    });
    expect(forgotten.diagnosis?.cause).toBe('credentials-rejected');
    for (const { diagnosis, findings } of [remembered, forgotten]) {
      expect(findings[0]?.detail).toMatch(EXPIRED);
      expect(diagnosis?.fix.join('\n')).toContain('If the secret of one has expired');
    }
  });

  it.each([
    ['a server that says so', 'oidc-provider', BARE],
    ['a server whose secrets do not expire', 'auth0', BARE],
    ['a server that nobody recognises', null, BARE],
    ['words about the secret', 'keycloak', json(401, 'invalid_client', 'Invalid client secret')],
    ['another cause', 'keycloak', json(400, 'invalid_scope')],
  ])('is not for %s', async (_, dialect, refusal) => {
    const { remembered, forgotten } = await refusedAfterGrant(dialect, refusal);

    expect(JSON.stringify([remembered, forgotten])).not.toMatch(/expired/);
  });
});
