import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimsCause } from '../../../lib/core/causes/causes.ts';
import { compareClaims } from '../../../lib/core/claims/compare.ts';
import type { Claims } from '../../../lib/core/evidence/evidence.ts';
import { AUDIENCE, application, comparison, ISSUER, NOW_SECONDS } from '../../support/evidence.ts';
import { RUNS_FACTOR } from '../../support/property-runs.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9:_-]{2,12}$/);

/** An application with expectations of every kind, and the token that meets them. */
const expected = fc
  .record({
    clientId: word,
    audience: fc.uniqueArray(fc.webUrl({ validSchemes: ['https'] }), {
      minLength: 1,
      maxLength: 3,
    }),
    organization: fc.oneof(word, fc.constant(null), fc.constant(undefined)),
    scopes: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
    lifetimeSeconds: fc.integer({ min: 120, max: 1_000_000 }),
    tier: fc.jsonValue({ maxDepth: 2 }),
  })
  .map(({ clientId, audience, organization, scopes, lifetimeSeconds, tier }) => ({
    clientId,
    application: application({
      audience,
      expect: {
        organization,
        scopes,
        surplusScopes: 'fail',
        lifetimeSeconds: { atLeast: lifetimeSeconds - 1, atMost: lifetimeSeconds + 1 },
        claims: { 'properties.tier': { equals: tier } },
      },
    }),
    token: {
      iss: ISSUER,
      aud: audience,
      azp: clientId,
      gty: ['client_credentials'],
      iat: NOW_SECONDS,
      exp: NOW_SECONDS + lifetimeSeconds,
      scope: scopes.join(' '),
      scp: [],
      properties: { tier },
      ...(typeof organization === 'string' ? { org_code: organization } : {}),
    } satisfies Claims,
  }));

type Expected = typeof expected extends fc.Arbitrary<infer T> ? T : never;

interface Mutation {
  readonly cause: ClaimsCause;
  readonly claim: string;
  /** Null if this token cannot be mutated in this way. */
  readonly mutate: (made: Expected) => Claims | null;
}

const MUTATIONS: readonly Mutation[] = [
  {
    cause: 'issuer-mismatch',
    claim: 'iss',
    mutate: ({ token }) => ({ ...token, iss: `${token.iss}/` }),
  },
  {
    cause: 'token-expired',
    claim: 'exp',
    // The whole lifetime is moved, so that it stays as long as it is.
    mutate: ({ token }) => {
      const lifetime = token.exp - token.iat;
      return { ...token, exp: NOW_SECONDS - 60, iat: NOW_SECONDS - 60 - lifetime };
    },
  },
  {
    cause: 'token-not-yet-valid',
    claim: 'nbf',
    mutate: ({ token }) => ({ ...token, nbf: NOW_SECONDS + 61 }),
  },
  {
    cause: 'token-not-yet-valid',
    claim: 'iat',
    mutate: ({ token }) => ({ ...token, iat: token.iat + 61, exp: token.exp + 61 }),
  },
  {
    cause: 'audience-mismatch',
    claim: 'aud',
    mutate: ({ token }) => ({ ...token, aud: token.aud.slice(1) }),
  },
  {
    cause: 'authorized-party-mismatch',
    claim: 'azp',
    mutate: ({ token }) => ({ ...token, azp: `${token.azp}x` }),
  },
  {
    cause: 'grant-type-mismatch',
    claim: 'gty',
    mutate: ({ token }) => ({ ...token, gty: ['password'] }),
  },
  {
    cause: 'organization-missing',
    claim: 'org_code',
    mutate: ({ token }) => ('org_code' in token ? { ...token, org_code: undefined } : null),
  },
  {
    cause: 'organization-mismatch',
    claim: 'org_code',
    mutate: ({ token }) =>
      'org_code' in token ? { ...token, org_code: `${token.org_code}x` } : null,
  },
  {
    cause: 'organization-unexpected',
    claim: 'org_code',
    mutate: ({ token, application: { expect } }) =>
      expect.organization === null ? { ...token, org_code: 'org_1' } : null,
  },
  {
    cause: 'scope-missing',
    claim: 'scope',
    mutate: ({ token }) => ({ ...token, scope: token.scope.split(' ').slice(1).join(' ') }),
  },
  {
    cause: 'scope-surplus',
    claim: 'scope',
    mutate: ({ token }) => ({ ...token, scope: `${token.scope} surplus-of-all` }),
  },
  {
    cause: 'claim-mismatch',
    claim: 'properties.tier',
    mutate: ({ token }) => ({ ...token, properties: { tier: [token.properties.tier] } }),
  },
  {
    cause: 'claim-mismatch',
    claim: 'exp',
    mutate: ({ token }) => ({ ...token, exp: `${token.exp}` }),
  },
  {
    cause: 'lifetime-out-of-range',
    claim: 'exp',
    mutate: ({ token }) => ({ ...token, exp: token.exp + 2 }),
  },
];

function compare(made: Expected, claims: Claims) {
  const { application: app, clientId } = made;
  return compareClaims(comparison({ application: app, clientId, claims }));
}

describe('compareClaims', () => {
  it('finds nothing in a token that is made from the expectation', () => {
    fc.assert(
      fc.property(expected, (made) => {
        expect(compare(made, made.token)).toEqual([]);
      }),
    );
  });

  it.each(MUTATIONS)('finds exactly $cause if only $claim is wrong', (mutation) => {
    fc.assert(
      fc.property(expected, (made) => {
        const mutated = mutation.mutate(made);
        fc.pre(mutated !== null);

        const found = compare(made, mutated).map(({ cause, claim }) => ({ cause, claim }));

        expect(found).toEqual([{ cause: mutation.cause, claim: mutation.claim }]);
      }),
      { numRuns: 50 * RUNS_FACTOR },
    );
  });

  it('is total, and gives findings that are safe and bounded, whatever a token holds', () => {
    const names = [
      'iss',
      'aud',
      'exp',
      'nbf',
      'iat',
      'azp',
      'gty',
      'scope',
      'scp',
      'org_code',
      'x',
    ];
    const hostile = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }));
    const app = application({
      audience: [AUDIENCE],
      expect: {
        organization: 'org_1',
        surplusScopes: 'fail',
        lifetimeSeconds: { atLeast: 1, atMost: 2 },
        claims: { x: 1 },
      },
    });
    fc.assert(
      fc.property(hostile, (claims) => {
        const mismatches = compareClaims(comparison({ application: app, claims }));

        for (const { detail, actual } of mismatches) {
          expect(detail.length).toBeLessThan(2000);
          expect(JSON.parse(JSON.stringify(actual))).toEqual(actual);
        }
      }),
    );
  });
});
