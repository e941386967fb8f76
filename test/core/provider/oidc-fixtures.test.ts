import { describe, expect, it } from 'vitest';
import { DIALECT_NAMES } from '../../../lib/core/config/provider-types.ts';
import { providerOf } from '../../../lib/core/provider/registry.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';
import { REPLY_FIXTURE_NAMES, replyFixture } from '../../support/reply-fixtures.ts';

const names = REPLY_FIXTURE_NAMES.filter((name) => !name.startsWith('kinde-'));

/** The dialect that a fixture's name begins with. */
const dialectIn = (name: string) =>
  DIALECT_NAMES.find((dialect) => name.startsWith(`${dialect}-`)) ?? null;

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
      'other',
      'zitadel',
    ]);
  });

  it.each(names)('%s is read as it says', (name) => {
    const { status, headers, body, reason, basis, named, source, why } = replyFixture(name);

    const { seen, accessToken } = readTokenReply(
      { kind: 'reply', status, headers, body, bodyProblem: null, durationMs: 1 },
      { provider: providerOf('oidc', dialectIn(name)), clean: createCleaner([]) },
    );

    expect(seen).toMatchObject({ kind: 'refused', status, reading: { reason, basis, named } });
    expect(accessToken).toBeNull();
    expect([source, why]).not.toContain('');
  });
});
