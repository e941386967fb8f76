import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { oidc } from '../../../lib/core/provider/oidc.ts';
import { createCleaner } from '../../../lib/core/report/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';

interface Fixture {
  readonly source: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly reason: string;
  readonly basis: string;
  readonly named: string | null;
  readonly why: string;
}

const folder = new URL('../../fixtures/replies/', import.meta.url);
const names = readdirSync(folder).filter((name) => !name.startsWith('kinde-'));

function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture;
}

describe("other servers' replies", () => {
  it('are at hand for each server that is known', () => {
    const servers = new Set(names.map((name) => name.split('-')[0]));
    expect([...servers].sort()).toEqual([
      'auth0',
      'cognito',
      'entra',
      'hydra',
      'keycloak',
      'oidc',
      'okta',
      'zitadel',
    ]);
  });

  it.each(names)('%s is read as it says', (name) => {
    const { status, headers, body, reason, basis, named, source, why } = fixture(name);

    const { seen, accessToken } = readTokenReply(
      { kind: 'reply', status, headers, body, bodyProblem: null, durationMs: 1 },
      { provider: oidc, clean: createCleaner([]) },
    );

    expect(seen).toMatchObject({ kind: 'refused', status, reading: { reason, basis, named } });
    expect(accessToken).toBeNull();
    expect(source.length * why.length).toBeGreaterThan(0);
  });
});
