import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareWithFresh,
  type TokenPair,
  type TokenParts,
  tokenRows,
} from '../../../lib/core/paste/compare-tokens.ts';
import { judgeFit } from '../../../lib/core/paste/judge-differences.ts';
import { application, CLIENT_ID, claims, clean, NOW_SECONDS } from '../../support/evidence.ts';
import { parsedConfig } from '../../support/parsed-config.ts';

const HEADER = { algorithm: 'RS256', keyId: 'key-1', type: 'JWT' };

function token(parts: Readonly<Record<string, unknown>> = {}, header = {}): TokenParts {
  const given = { ...claims(), ...parts };
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { header: { ...HEADER, ...header }, claims: Object.fromEntries(entries) };
}

function compared(pasted: TokenParts, fresh: TokenParts, parts: Partial<TokenPair> = {}) {
  return compareWithFresh({
    pasted,
    fresh,
    config: parsedConfig(),
    application: application(),
    clientId: CLIENT_ID,
    nowSeconds: NOW_SECONDS,
    clean,
    ...parts,
  });
}

const causes = (pasted: TokenParts, fresh: TokenParts) =>
  compared(pasted, fresh).differences.map(({ cause }) => cause);

describe('tokenRows', () => {
  it('compares lists of texts as sets, and what always differs apart', () => {
    const rows = tokenRows(
      token({
        aud: ['a', 'b'],
        scope: 'x y',
        permissions: ['p', 'q'],
        jti: '1',
        only: 1,
        n: [1, 2],
      }),
      token({
        aud: ['b', 'a'],
        scope: 'y  x',
        permissions: ['q', 'p'],
        jti: '2',
        own: 1,
        n: [2, 1],
      }),
    );
    const signs = Object.fromEntries(rows.claims.map(({ name, sign }) => [name, sign]));

    expect(signs).toMatchObject({
      aud: 'same',
      scope: 'same',
      permissions: 'same',
      iss: 'same',
      only: 'only-pasted',
      own: 'only-fresh',
      n: 'different',
      'lifetime (exp - iat)': 'same',
    });
    expect(rows.volatile.map(({ name }) => name).sort()).toEqual(['exp', 'iat', 'jti']);
    expect(rows.header.map(({ sign }) => sign)).toEqual(['same', 'same', 'same']);
  });

  it('compares one audience as a text with one in a list', () => {
    const [aud] = tokenRows(token({ aud: 'a' }), token({ aud: ['a'] })).claims.filter(
      ({ name }) => name === 'aud',
    );

    expect(aud?.sign).toBe('same');
  });

  it('tells header values that are not there', () => {
    const without = { algorithm: null, keyId: null, type: null };
    const { header } = tokenRows(token({}, without), token());

    expect(header.map(({ sign }) => sign)).toEqual(['only-fresh', 'only-fresh', 'only-fresh']);
    expect(tokenRows(token({}, without), token({}, without)).header[0]?.sign).toBe('same');
    expect(tokenRows(token(), token({}, without)).header[0]?.sign).toBe('only-pasted');
  });
});

describe('compareWithFresh', () => {
  it('finds no difference between a token and itself, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(
          fc.constantFrom('iss', 'aud', 'azp', 'scope', 'org_code', 'gty'),
          fc.jsonValue(),
        ),
        (odd, known) => {
          const one = token({ ...odd, ...known });

          const { rows } = compared(one, one);

          expect(rows.claims.every(({ sign }) => sign === 'same')).toBe(true);
        },
      ),
    );
  });

  it('is total over any two tokens', () => {
    const any = fc.dictionary(
      fc.oneof(
        fc.string(),
        fc.constantFrom('iss', 'aud', 'azp', 'scope', 'org_code', 'exp', 'iat', 'a/b~c'),
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(any, any, (pasted, fresh) => {
        const { differences } = compared(
          { header: HEADER, claims: pasted },
          { header: HEADER, claims: fresh },
        );

        expect(differences.every(({ meaning }) => meaning.length < 2000)).toBe(true);
      }),
    );
  });

  it('has nothing to say of a claim that only a fresh token has', () => {
    expect(causes(token(), token({ extra: 1 }))).toEqual([]);
  });

  it.each([
    ['audience-mismatch', { aud: ['https://b'] }, {}],
    ['organization-missing', { org_code: 'org_1' }, {}],
    ['organization-mismatch', { org_code: 'org_1' }, { org_code: 'org_2' }],
    ['organization-unexpected', {}, { org_code: 'org_2' }],
    ['scope-missing', { scope: 'read:invoices write:x' }, {}],
    ['scope-surplus', {}, { scope: 'read:invoices write:x' }],
    ['lifetime-out-of-range', { exp: NOW_SECONDS + 60 }, {}],
    ['claim-mismatch', { 'tier.a/b~c': 'gold' }, { 'tier.a/b~c': 'silver' }],
    ['claim-mismatch', { v: '1' }, { v: undefined }],
    ['issuer-mismatch', { iss: 'https://b', org_code: 'x' }, {}],
    ['authorized-party-mismatch', { azp: 'b', scope: '' }, {}],
    ['grant-type-mismatch', {}, { gty: ['authorization_code'] }],
  ] as const)('says %s of %j beside %j, and how to fix it', (cause, pasted, fresh) => {
    const { differences } = compared(token(pasted), token(fresh));

    expect(differences.map((one) => one.cause)).toEqual([cause]);
    expect(differences[0]?.fix.length).toBeGreaterThan(0);
    expect(differences[0]?.meaning).toMatch(/\S/);
  });

  it('does not take a fresh token that names no issuer and no grant for one of another', () => {
    const { differences } = compared(token(), token({ iss: undefined, gty: undefined }));

    expect(differences.map(({ title, meaning }) => [title, meaning])).toEqual([
      [
        'The token names no issuer',
        'the pasted token comes from "https://acme.kinde.com", and a fresh one names no issuer',
      ],
      ['The token does not name its grant', 'a fresh token does not name its grant'],
    ]);
  });

  it('does not ask who a token is for where none of the two says', () => {
    const bare = { azp: undefined, iss: undefined, gty: undefined, exp: undefined };

    expect(causes(token(bare), token({ ...bare, scope: '' }))).not.toContain(
      'authorized-party-mismatch',
    );
  });

  it('names a scope in a fix only where it is configured', () => {
    const configured = application({ scopes: ['read:invoices', 'write:own'] });
    const pasted = token({ scope: 'read:invoices write:own evil:scope' });

    const { differences } = compared(pasted, token(), { application: configured });

    const steps = differences[0]?.fix.join(' ') ?? '';
    expect(steps).toContain('write:own');
    expect(steps).not.toContain('evil');
  });

  it('fixes a token of another application in words that fit, with and without a client id', () => {
    const pasted = token({ azp: 'b' });

    for (const [clientId, words] of [
      [CLIENT_ID, CLIENT_ID],
      [null, 'of its credentials'],
    ] as const) {
      const { differences } = compared(pasted, token(), { clientId });

      expect(differences[0]?.fix[0]).toContain(words);
    }
  });

  it.each([
    [
      { roles: ['a', 'b'] },
      { roles: ['b', 'c'] },
      'beside the pasted token, "/roles" of a fresh one lacks "a" and has "c", which is not expected',
    ],
    [
      { tier: { v: 'gold', of: { a: 1 } } },
      { tier: { v: 'gold', of: { a: 2 } } },
      '"/tier/of/a" is 1 in the pasted token, and 2 in a fresh one',
    ],
    [
      { n: [1, 2] },
      { n: [2, 1] },
      'beside the pasted token, "/n" of a fresh one has the elements in another order',
    ],
  ])('names the element or member in which %j and %j differ', (pasted, fresh, meaning) => {
    const { differences } = compared(token(pasted), token(fresh));

    expect(differences.map((one) => one.meaning)).toEqual([meaning]);
  });

  it('has nothing to say of claims that the provider does not have', () => {
    const config = parsedConfig({ provider: { type: 'oidc' } });
    const bare = { scope: undefined, scp: undefined };
    const pasted = token({ ...bare, gty: ['other'], iat: undefined });

    const { differences } = compared(pasted, token(bare), { config });

    expect(differences.map(({ meaning }) => meaning)).toEqual([
      'beside the pasted token, "/gty" of a fresh one lacks "other" and has "client_credentials", which is not expected',
    ]);
  });

  it('throws for an application without a provider', () => {
    const config = { ...parsedConfig(), providers: {} };

    expect(() => compared(token(), token(), { config })).toThrow(TypeError);
    expect(() =>
      judgeFit({}, { application: application(), config, clientId: null, nowSeconds: 0, clean }),
    ).toThrow(TypeError);
  });
});

describe('judgeFit', () => {
  const fitOf = (parts: Readonly<Record<string, unknown>>, clientId: string | null = CLIENT_ID) =>
    judgeFit(claims(parts), {
      application: application(),
      config: parsedConfig(),
      clientId,
      nowSeconds: NOW_SECONDS,
      clean,
    });

  it('finds nothing in a token as it should be', () => {
    expect(fitOf({})).toEqual({ mismatches: [], fix: null, notCompared: [] });
  });

  it('has no more to say of a token that has run out than to ask for a new one', () => {
    const { mismatches, fix } = fitOf({ iat: NOW_SECONDS - 700, exp: NOW_SECONDS - 100 });

    expect(mismatches.map(({ cause }) => cause)).toEqual(['token-expired']);
    expect(fix?.fix).toEqual([expect.stringMatching(/^Request a new token/)]);
  });

  it('names the fix for what an old token shows besides', () => {
    expect(
      fitOf({ iat: NOW_SECONDS - 700, exp: NOW_SECONDS - 100, aud: [] }).fix?.fix[0],
    ).not.toMatch(/new token/);
  });

  it('does not compare the client where it is not known', () => {
    expect(fitOf({ azp: 'b' }).mismatches).toHaveLength(1);
    expect(fitOf({ azp: 'b' }, null)).toMatchObject({
      mismatches: [],
      notCompared: [expect.stringMatching(/client/)],
    });
  });
});
