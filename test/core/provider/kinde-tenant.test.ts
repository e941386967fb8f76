import { describe, expect, it } from 'vitest';
import { isKindeDiscovery, isKindeHost } from '../../../lib/core/provider/kinde-tenant.ts';

const reply = (body: string, status = 200) => ({
  kind: 'reply' as const,
  status,
  headers: {},
  body,
  bodyProblem: null,
  durationMs: 1,
});

const document = (profile: unknown) => reply(JSON.stringify({ userinfo_endpoint: profile }));

describe('a tenant of Kinde', () => {
  it.each([
    ['acme.kinde.com', true],
    ['acme.au.kinde.com', true],
    ['kinde.com', false],
    ['acme-kinde.com', false],
    ['acme.kinde.com.evil.example', false],
  ])('is known by its host: %s, %s', (host, isKinde) => {
    expect(isKindeHost(host)).toBe(isKinde);
  });

  it('is known by its discovery document under another domain', () => {
    expect(isKindeDiscovery(document('https://login.acme.com/oauth2/v2/user_profile'))).toBe(true);
  });

  it.each([
    ['another address', document('https://login.acme.com/userinfo')],
    ['no text', document(1)],
    ['no such member', reply('{}')],
    ['no object', reply('[]')],
    ['no JSON', reply('<html>')],
    ['another status', reply('{"userinfo_endpoint":"https://x/oauth2/v2/user_profile"}', 404)],
    [
      'no reply',
      {
        kind: 'transport-failure' as const,
        failure: 'dns' as const,
        code: 'ENOTFOUND',
        detail: 'the name does not resolve',
        durationMs: 1,
      },
    ],
  ])('is not seen in a document with %s', (_, outcome) => {
    expect(isKindeDiscovery(outcome)).toBe(false);
  });
});
