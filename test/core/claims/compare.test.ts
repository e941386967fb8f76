import { describe, expect, it } from 'vitest';
import { compareClaims } from '../../../lib/core/claims/compare.ts';
import {
  AUDIENCE,
  application,
  CLIENT_ID,
  CLIENT_SECRET,
  claims,
  comparison,
  ISSUER,
  NOW_SECONDS,
} from '../../support/evidence.ts';

type Expected = NonNullable<Parameters<typeof application>[0]>['expect'];

function compare(
  parts: Readonly<Record<string, unknown>>,
  { expect: expectation = {}, ...rest }: { expect?: Expected; audience?: string[] } = {},
) {
  return compareClaims(
    comparison({
      claims: claims(parts),
      application: application({ ...rest, expect: expectation }),
    }),
  );
}

describe('compareClaims', () => {
  it('finds nothing in a token that is as expected', () => {
    expect(compare({})).toEqual([]);
  });

  it.for([
    ['iss', 'https://other.kinde.com', 'issuer-mismatch', 'mismatch'],
    ['iss', `${ISSUER}/`, 'issuer-mismatch', 'mismatch'],
    ['iss', undefined, 'issuer-mismatch', 'missing'],
    ['iss', [ISSUER], 'issuer-mismatch', 'invalid'],
    ['exp', NOW_SECONDS - 60, 'token-expired', 'out-of-range'],
    ['exp', `${NOW_SECONDS + 60}`, 'claim-mismatch', 'invalid'],
    ['nbf', NOW_SECONDS + 61, 'token-not-yet-valid', 'out-of-range'],
    ['nbf', null, 'claim-mismatch', 'invalid'],
    ['iat', NOW_SECONDS + 61, 'token-not-yet-valid', 'out-of-range'],
    ['iat', Number.POSITIVE_INFINITY, 'claim-mismatch', 'invalid'],
    ['aud', ['https://other.acme.com'], 'audience-mismatch', 'mismatch'],
    ['aud', `${AUDIENCE}/`, 'audience-mismatch', 'mismatch'],
    ['aud', [], 'audience-mismatch', 'missing'],
    ['aud', '', 'audience-mismatch', 'missing'],
    ['aud', undefined, 'audience-mismatch', 'missing'],
    ['aud', 7, 'audience-mismatch', 'invalid'],
    ['azp', 'another', 'authorized-party-mismatch', 'mismatch'],
    ['azp', 7, 'authorized-party-mismatch', 'invalid'],
    ['gty', ['authorization_code'], 'grant-type-mismatch', 'mismatch'],
    ['gty', 7, 'grant-type-mismatch', 'invalid'],
    ['scope', 'write:invoices', 'scope-missing', 'missing'],
    ['scope', '', 'scope-missing', 'missing'],
    ['scope', { read: true }, 'scope-missing', 'invalid'],
  ] as const)('reports %s of %j as %s (%s)', ([claim, value, cause, reason]) => {
    expect(compare({ [claim]: value })).toEqual([
      expect.objectContaining({ cause, claim, reason, severity: 'error' }),
    ]);
  });

  it.each([
    { iat: NOW_SECONDS - 600, exp: NOW_SECONDS - 59 },
    { nbf: NOW_SECONDS + 60 },
    { iat: NOW_SECONDS + 60 },
    { iat: undefined },
    { aud: AUDIENCE },
    { aud: ['https://other.acme.com', AUDIENCE] },
    { gty: 'client_credentials' },
    { scope: undefined, scp: ['read:invoices'] },
    { scope: 'write:invoices read:invoices' },
    { org_code: 'org_1' },
  ])('finds nothing wrong with %j', (parts) => {
    expect(compare(parts)).toEqual([]);
  });

  it('shows what was expected and what is there, links whole, in values', () => {
    const [mismatch] = compare({ iss: 'https://other.kinde.com' });

    expect(mismatch).toMatchObject({ expected: ISSUER, actual: 'https://other.kinde.com' });
  });

  it('breaks links of the token in sentences, and leaves ours alone', () => {
    const [mismatch] = compare(
      { aud: [AUDIENCE, 'https://other.acme.com'] },
      {
        audience: [AUDIENCE, 'https://third.acme.com'],
      },
    );

    expect(mismatch?.detail).toBe(
      `aud is ["${AUDIENCE}","https://other.acme.com"]; it lacks ["https://third.acme.com"], which was requested`,
    );
  });

  it.each([
    [[ISSUER], 'https://login.acme.com', 'a custom domain'],
    [[ISSUER], 'https://ACME.kinde.com/', 'a slash at the end'],
    [[ISSUER, 'https://login.acme.com'], 'https://x.kinde.com', 'expected ["https://acme'],
  ])('explains the issuer %j against %s', (issuers, iss, words) => {
    const [mismatch] = compareClaims(comparison({ issuers, claims: claims({ iss }) }));

    expect(mismatch?.detail).toContain(words);
  });

  it('accepts every issuer that is allowed', () => {
    const issuers = [ISSUER, 'https://login.acme.com'];

    expect(
      compareClaims(comparison({ issuers, claims: claims({ iss: 'https://login.acme.com' }) })),
    ).toEqual([]);
  });

  it('expects nothing of the audience where none was requested', () => {
    expect(compare({ aud: [] }, { audience: [] })).toEqual([]);
  });

  it.for([
    ['org_1', undefined, 'organization-missing', 'missing'],
    ['org_1', null, 'organization-missing', 'missing'],
    ['org_1', '', 'organization-missing', 'missing'],
    ['org_1', 'org_2', 'organization-mismatch', 'mismatch'],
    ['org_1', ['org_1'], 'organization-mismatch', 'invalid'],
    [null, 'org_1', 'organization-unexpected', 'surplus'],
  ] as const)(
    'reports, with the organisation %j expected, %j as %s',
    ([organization, code, cause, reason]) => {
      expect(compare({ org_code: code }, { expect: { organization } })).toEqual([
        expect.objectContaining({ cause, reason, claim: 'org_code', expected: organization }),
      ]);
    },
  );

  it.each([
    ['org_1', 'org_1'],
    [null, undefined],
    [null, null],
    [null, ''],
  ])('finds nothing wrong with the organisation %j expected and %j there', (organization, code) => {
    expect(compare({ org_code: code }, { expect: { organization } })).toEqual([]);
  });

  it('names all scopes that are missing', () => {
    const scopes = ['read:invoices', 'write:invoices', 'read:users'];

    expect(compare({}, { expect: { scopes } })).toEqual([
      expect.objectContaining({
        cause: 'scope-missing',
        expected: scopes,
        actual: ['read:invoices'],
        scopes: ['write:invoices', 'read:users'],
      }),
    ]);
  });

  it.each([
    ['warn', 'warning'],
    ['fail', 'error'],
  ] as const)('reports surplus scopes with surplusScopes %s as %s', (surplusScopes, severity) => {
    expect(compare({ scope: 'read:invoices admin' }, { expect: { surplusScopes } })).toEqual([
      expect.objectContaining({
        cause: 'scope-surplus',
        severity,
        actual: ['read:invoices', 'admin'],
      }),
    ]);
  });

  it('says nothing of an expected number of scopes with surplusScopes warn', () => {
    expect(compare({}, { expect: { surplusScopes: 'warn' } })).toEqual([]);
  });

  it.each([
    [
      'iss',
      'issuer-mismatch',
      'error',
      'The token names no issuer',
      `the token has no iss; expected "${ISSUER}"`,
    ],
    [
      'aud',
      'audience-mismatch',
      'error',
      'The token has no audience, and lacks the requested one',
      `the token has no aud; ["${AUDIENCE}"] was requested`,
    ],
    [
      'azp',
      'authorized-party-mismatch',
      'warning',
      'The token does not name its client',
      `the token has no azp; expected "${CLIENT_ID}"`,
    ],
    [
      'gty',
      'grant-type-mismatch',
      'warning',
      'The token does not name its grant',
      'the token has no gty; expected "client_credentials"',
    ],
  ])('calls an absent %s absent', (claim, cause, severity, title, detail) => {
    expect(compare({ [claim]: undefined })).toMatchObject([
      { cause, claim, severity, reason: 'missing', actual: null, detail, instead: { title } },
    ]);
  });

  it.each(['iss', 'azp', 'gty'])('calls an empty %s absent too', (claim) => {
    for (const value of ['', null]) {
      const [mismatch] = compare({ [claim]: value });

      expect(mismatch?.instead?.title).toMatch(/^The token (?:names no|does not name)/);
    }
  });

  it('tells a scope that is granted and not in the token from one that is not granted', () => {
    const scopes = ['read:invoices', 'write:invoices', 'read:users'];
    const app = application({ expect: { scopes } });
    const replyScopes = ['read:invoices', 'write:invoices'];
    const [missing, unseen, ...others] = compareClaims(
      comparison({ application: app, replyScopes }),
    );

    expect(others).toEqual([]);
    expect(missing).toMatchObject({ severity: 'error', scopes: ['read:users'] });
    expect(missing).not.toHaveProperty('instead');
    expect(unseen).toMatchObject({
      cause: 'scope-missing',
      severity: 'error',
      scopes: ['write:invoices'],
      actual: ['read:invoices'],
      instead: { title: 'The token lacks a scope that was granted' },
      detail:
        'scope lacks what was granted: the reply grants ["write:invoices"], which the token does not name',
    });
  });

  it('takes the silence of a reply for no grant, whatever was requested', () => {
    const mismatches = compareClaims(
      comparison({
        claims: claims({ scope: undefined, scp: undefined }),
        application: application({ scopes: ['read:invoices'] }),
        replyScopes: null,
      }),
    );

    expect(mismatches).toMatchObject([
      {
        cause: 'scope-missing',
        severity: 'error',
        detail: 'the token has no scope, and the reply does not name ["read:invoices"]',
      },
    ]);
  });

  it('only warns where a token without a claim of scopes was granted them by the reply', () => {
    const mismatches = compareClaims(
      comparison({
        claims: claims({ scope: undefined, scp: undefined }),
        replyScopes: ['read:invoices'],
      }),
    );

    expect(mismatches).toMatchObject([
      {
        cause: 'scope-missing',
        severity: 'warning',
        claim: 'scope',
        actual: null,
        scopes: ['read:invoices'],
        detail:
          'the token has no scope: the reply grants ["read:invoices"], which the token does not name',
      },
    ]);
  });

  it('finds scopes missing where neither the token nor the reply names any', () => {
    const without = claims({ scope: undefined, scp: undefined });
    const entra = application({ scopes: ['api://mine/.default'] });

    for (const asking of [application(), entra]) {
      expect(compareClaims(comparison({ claims: without, application: asking }))).toEqual([
        expect.objectContaining({
          cause: 'scope-missing',
          severity: 'error',
          claim: 'scope',
          actual: [],
        }),
      ]);
    }
  });

  it('compares no claim for which the provider has no name', () => {
    const names = { scopes: [], organization: 'org_id', authorizedParty: [], grantType: null };
    const parts = { azp: 'another', gty: undefined, scope: undefined };

    expect(
      compareClaims(comparison({ names, claims: claims(parts), replyScopes: ['read:invoices'] })),
    ).toEqual([]);
    expect(compareClaims(comparison({ names, claims: claims(parts) }))).toEqual([
      expect.objectContaining({ cause: 'scope-missing', claim: 'scope' }),
    ]);
  });

  it.for([
    [3600, null, 'at least 3600 s', { exp: NOW_SECONDS + 600 }],
    [null, 3600, 'at most 3600 s', {}],
    [3600, 3600, 'at most 3600 s', {}],
  ] as const)(
    'warns of a lifetime that is not between %j and %j',
    ([atLeast, atMost, words, parts]) => {
      const lifetimeSeconds = { atLeast, atMost };

      const mismatches = compare(parts, { expect: { lifetimeSeconds } });

      expect(mismatches).toEqual([
        expect.objectContaining({
          cause: 'lifetime-out-of-range',
          claim: 'exp',
          reason: 'out-of-range',
          severity: 'warning',
          expected: lifetimeSeconds,
          detail: expect.stringContaining(words),
        }),
      ]);
    },
  );

  it.each([
    [{ exp: NOW_SECONDS - 30 }, 'exp is 30 s before iat: the token had expired when it was issued'],
    [{ exp: NOW_SECONDS }, 'exp equals iat: the token had expired when it was issued'],
    [{ exp: 0 }, 'exp is 57 years before iat: the token had expired when it was issued'],
    [
      { exp: -62_135_596_800 },
      'exp is -62135596800, a time before 1970: the token had expired when it was issued',
    ],
    [{ iat: undefined, exp: NOW_SECONDS - 90 }, 'the token expired 90 s before the check'],
    [{ iat: 'now', exp: 1 }, 'the token expired 57 years before the check'],
  ])('finds %j expired', (parts, detail) => {
    const [mismatch] = compare(parts);

    expect(mismatch).toMatchObject({ cause: 'token-expired', severity: 'error', detail });
  });

  it.each([
    [
      { exp: `${NOW_SECONDS + 600}` },
      'error',
      `exp is "${NOW_SECONDS + 600}", a text, which is not a number of seconds since 1970`,
    ],
    [{ exp: null }, 'error', 'exp is null, which is not a number of seconds since 1970'],
    [{ nbf: [1] }, 'error', 'nbf is [1], which is not a number of seconds since 1970'],
    [
      { exp: (NOW_SECONDS + 600) * 1e3 },
      'warning',
      `exp is ${(NOW_SECONDS + 600) * 1e3}, which looks like milliseconds, where seconds since 1970 are wanted`,
    ],
    [
      { iat: NOW_SECONDS * 1e3 },
      'error',
      `iat is ${NOW_SECONDS * 1e3}, which looks like milliseconds, where seconds since 1970 are wanted`,
    ],
    [
      { nbf: NOW_SECONDS * 1e6 },
      'error',
      `nbf is ${NOW_SECONDS * 1e6}, which looks like microseconds, where seconds since 1970 are wanted`,
    ],
    [
      { exp: NOW_SECONDS * 1e9 },
      'warning',
      `exp is ${NOW_SECONDS * 1e9}, which looks like nanoseconds, where seconds since 1970 are wanted`,
    ],
    [{ nbf: -62_135_596_800 }, 'warning', 'nbf is -62135596800, a time before 1970'],
    [{ iat: -1 }, 'warning', 'iat is -1, a time before 1970'],
    [
      { exp: NOW_SECONDS + 600.5 },
      'information',
      `exp is ${NOW_SECONDS + 600.5}, which has a fraction: the standard allows it, and some libraries refuse it`,
    ],
  ])('says what %j is', (parts, severity, detail) => {
    expect(compare(parts)).toEqual([
      expect.objectContaining({ cause: 'claim-mismatch', reason: 'invalid', severity, detail }),
    ]);
  });

  it.each(['nbf', 'iat'])('calls a %s that no clock reaches impossible', (claim) => {
    expect(compare({ [claim]: Number.MAX_SAFE_INTEGER })).toMatchObject([
      {
        cause: 'token-not-yet-valid',
        detail: `${claim} is a time that no clock reaches, which is impossible`,
      },
    ]);
  });

  it.each([Number.MAX_SAFE_INTEGER, 18_446_744_073_709_552_000, 2 ** 63, 1e300])(
    'calls the lifetime of an exp of %d impossible',
    (exp) => {
      expect(
        compare({ exp }, { expect: { lifetimeSeconds: { atLeast: 1, atMost: null } } }),
      ).toEqual([
        expect.objectContaining({
          cause: 'lifetime-out-of-range',
          severity: 'warning',
          instead: { title: 'The token lifetime is impossible' },
          detail: 'exp is a time that no clock reaches: the lifetime of the token is impossible',
        }),
      ]);
    },
  );

  it('says a long lifetime in years', () => {
    const lifetimeSeconds = { atLeast: null, atMost: 3600 };

    expect(compare({ exp: 253_402_300_799 }, { expect: { lifetimeSeconds } })).toMatchObject([
      { detail: 'the token is valid for 7973 years; expected at most 3600 s' },
    ]);
    expect(compare({ exp: 253_402_300_799 })).toEqual([]);
  });

  it.each([
    [59, null, ['the token is valid for 59 s, less than a minute']],
    [60, null, []],
    [30, { atLeast: null, atMost: 86_400 }, ['the token is valid for 30 s, less than a minute']],
    [30, { atLeast: 10, atMost: null }, []],
    [30, { atLeast: null, atMost: 45 }, []],
    [30, { atLeast: 60, atMost: null }, ['the token is valid for 30 s; expected at least 60 s']],
  ])('judges a lifetime of %i s where %j is expected', (seconds, lifetimeSeconds, details) => {
    const mismatches = compare({ exp: NOW_SECONDS + seconds }, { expect: { lifetimeSeconds } });

    expect(mismatches.map(({ detail }) => detail)).toEqual(details);
  });

  it('takes an iat of 1970 for none', () => {
    const app = application({ expect: { lifetimeSeconds: { atLeast: null, atMost: 3600 } } });
    const compareWith = (expiresInSeconds: number) =>
      compareClaims(comparison({ application: app, claims: claims({ iat: 0 }), expiresInSeconds }));

    expect(compareWith(3600)).toEqual([]);
    expect(compareWith(7200)).toMatchObject([{ actual: 7200 }]);
    expect(compareWith(1e20)).toMatchObject([{ claim: null, actual: 1e20 }]);
  });

  it('warns of a token that never expires, whatever is expected', () => {
    expect(compare({ exp: undefined })).toEqual([
      expect.objectContaining({
        cause: 'lifetime-out-of-range',
        reason: 'missing',
        severity: 'warning',
      }),
    ]);
  });

  it('measures the lifetime by the reply where the token has no iat', () => {
    const app = application({ expect: { lifetimeSeconds: { atLeast: 3600, atMost: null } } });
    const compareWith = (expiresInSeconds: number | null) =>
      compareClaims(
        comparison({ application: app, claims: claims({ iat: undefined }), expiresInSeconds }),
      );

    expect(compareWith(3600)).toEqual([]);
    expect(compareWith(60)).toEqual([expect.objectContaining({ reason: 'out-of-range' })]);
    expect(compareWith(null)).toEqual([
      expect.objectContaining({ cause: 'lifetime-out-of-range', claim: 'iat', reason: 'missing' }),
    ]);
  });

  it('does not measure a lifetime by times that are no numbers', () => {
    const lifetimeSeconds = { atLeast: 3600, atMost: null };

    expect(compare({ iat: 'now' }, { expect: { lifetimeSeconds } })).toEqual([
      expect.objectContaining({ cause: 'claim-mismatch', claim: 'iat' }),
    ]);
  });

  it('compares claims by path, by dots and by pointer, deeply', () => {
    const parts = { application_properties: { tier: { v: 'gold' } }, 'a.b': [1, { c: 2 }] };
    const expected = { 'application_properties.tier.v': 'silver', '/a.b': [1, { c: 2 }], x: null };

    expect(compare(parts, { expect: { claims: expected } })).toEqual([
      expect.objectContaining({
        cause: 'claim-mismatch',
        claim: 'application_properties.tier.v',
        expected: 'silver',
        actual: 'gold',
        reason: 'mismatch',
        detail: 'application_properties.tier.v is "gold"; expected "silver"',
      }),
      expect.objectContaining({ claim: 'x', reason: 'missing', actual: null }),
    ]);
  });

  it('reports every mismatch, in the order in which they may lead', () => {
    const mismatches = compare(
      {
        iss: 'https://other.kinde.com',
        iat: NOW_SECONDS - 3630,
        exp: NOW_SECONDS - 3600,
        nbf: 'soon',
        aud: [],
        azp: 'another',
        gty: [],
        org_code: 'org_2',
        scope: 'admin',
        tier: 'silver',
      },
      {
        expect: {
          organization: 'org_1',
          surplusScopes: 'warn',
          lifetimeSeconds: { atLeast: 60, atMost: null },
          claims: { tier: 'gold' },
        },
      },
    );

    expect(mismatches.map(({ cause }) => cause)).toEqual([
      'issuer-mismatch',
      'token-expired',
      'audience-mismatch',
      'authorized-party-mismatch',
      'grant-type-mismatch',
      'organization-mismatch',
      'scope-missing',
      'scope-surplus',
      'claim-mismatch',
      'claim-mismatch',
      'lifetime-out-of-range',
    ]);
  });

  it('shows no secret and no token that the claims hold', () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl';
    const hostile = [`${CLIENT_SECRET}`, jwt, `\u202e${CLIENT_SECRET}\u0007`];

    const text = JSON.stringify(
      compare({ iss: hostile[0], aud: hostile, azp: jwt, gty: hostile, scope: hostile.join(' ') }),
    );

    expect(text).not.toContain(CLIENT_SECRET);
    expect(text).not.toContain(jwt);
    expect(text).not.toContain('\u202e');
  });

  it('does not take an inherited property for a claim', () => {
    const hostile = JSON.parse('{ "__proto__": { "iss": "https://acme.kinde.com" } }');

    const [mismatch] = compareClaims(comparison({ claims: hostile }));

    expect(mismatch).toMatchObject({ cause: 'issuer-mismatch', reason: 'missing' });
  });

  it('compares with the client id that asked', () => {
    expect(compareClaims(comparison({ clientId: 'another' }))).toEqual([
      expect.objectContaining({ expected: 'another', actual: CLIENT_ID }),
    ]);
  });
});
