import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS, type CauseId, causeDefinition } from '../../../lib/core/causes/causes.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';

const FIXES = kinde.fixes?.ofCause ?? {};

const WITH_STEPS = CAUSE_IDS.filter((cause) => FIXES[cause] !== undefined);

/** Families that Kinde's dashboard or status page has something to do with. */
const KINDE_FAMILIES = ['credential', 'authorization', 'request', 'claims', 'call'];

/** Nothing at Kinde fixes these: they are about the secret store, the clock of a server, or the API itself. */
const NOT_AT_KINDE: readonly CauseId[] = [
  'secret-missing',
  'secret-malformed',
  'client-authentication-unset',
  'client-key-unknown',
  'assertion-audience-refused',
  'assertion-algorithm-refused',
  'client-certificate-expired',
  'client-certificate-expiring',
  'token-not-yet-valid',
  'call-failed',
  'call-unreachable',
  'proof-required',
];

describe('kinde', () => {
  it('falls back to the conventional endpoints of the issuer', () => {
    expect(kinde.fallbackEndpoints?.('https://acme.kinde.com')).toEqual({
      token: 'https://acme.kinde.com/oauth2/token',
      keys: 'https://acme.kinde.com/.well-known/jwks',
    });
  });
});

describe('the fixes of kinde', () => {
  it('have steps for every cause that its dashboard can fix', () => {
    const missing = CAUSE_IDS.filter(
      (cause) =>
        KINDE_FAMILIES.includes(causeDefinition(cause).family) &&
        !NOT_AT_KINDE.includes(cause) &&
        !WITH_STEPS.includes(cause),
    );

    expect(missing, 'give them a row in kinde-fixes.ts, or list them in NOT_AT_KINDE').toEqual([]);
  });

  it('leave to the catalogue what is not fixed at Kinde', () => {
    expect(NOT_AT_KINDE.filter((cause) => WITH_STEPS.includes(cause))).toEqual([]);
  });

  it.each(WITH_STEPS)("lead to Kinde's own pages for %s", (cause) => {
    expect(FIXES[cause]?.[0]).toMatch(
      /^https:\/\/(?:docs\.kinde\.com\/[a-z0-9/-]+\/(?:#[a-z0-9_-]+)?|status\.kinde\.com\/)$/,
    );
  });

  it.each<[CauseId, string]>([
    ['credentials-rejected', '#invalid_client'],
    ['audience-not-authorized', '#unauthorized_client'],
    ['scope-not-allowed', '#invalid_scope'],
    ['request-malformed', '#invalid_request'],
  ])("lead for %s to the guide's section %s", (cause, section) => {
    expect(FIXES[cause]?.[0]).toContain(section);
  });
});

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
    expect(kinde.isHost(host)).toBe(isKinde);
  });

  it('is known by its discovery document under another domain', () => {
    expect(kinde.isDiscovery(document('https://login.acme.com/oauth2/v2/user_profile'))).toBe(true);
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
    expect(kinde.isDiscovery(outcome)).toBe(false);
  });
});

describe("Kinde's words", () => {
  it.each(['provider.ts', 'registry.ts', 'read-refusal.ts'])('do not stand in %s', (file) => {
    const url = new URL(`../../../lib/core/provider/${file}`, import.meta.url);

    expect(readFileSync(url, 'utf8')).not.toMatch(/whitelisted|authorization grant|POST body/i);
  });
});
