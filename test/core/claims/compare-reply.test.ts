import { describe, expect, it } from 'vitest';
import { compareReply } from '../../../lib/core/claims/compare.ts';
import { application, comparison } from '../../support/evidence.ts';

function compared(
  parts: Parameters<typeof comparison>[0],
  asked: Parameters<typeof application>[0] = {},
) {
  return compareReply(comparison({ claims: {}, application: application(asked), ...parts }));
}

const LIFETIME = { atLeast: 60, atMost: 3600 };

describe('compareReply', () => {
  it('names the scopes that the reply lacks', () => {
    expect(compared({ replyScopes: ['other'] })).toMatchObject([
      { cause: 'scope-missing', claim: 'scope', scopes: ['read:invoices'] },
    ]);
  });

  it('finds nothing where the reply names what is expected', () => {
    expect(compared({ replyScopes: ['read:invoices'] })).toEqual([]);
  });

  it.each([null, []])('takes what was requested for granted where the reply names %j', (named) => {
    const asked = { scopes: ['write:invoices'] };

    expect(compared({ replyScopes: named }, asked)).toMatchObject([{ cause: 'scope-missing' }]);
    expect(compared({ replyScopes: named }, { scopes: ['read:invoices'] })).toEqual([]);
  });

  it('says nothing of scopes where neither the request nor the reply does', () => {
    expect(compared({ replyScopes: null })).toEqual([]);
  });

  it.each([
    [59, 'according to expires_in, the token is valid for 59 s; expected at least 60 s'],
    [3601, 'according to expires_in, the token is valid for 3601 s; expected at most 3600 s'],
    [null, "the reply has no expires_in, so the token's lifetime is unknown"],
    [1e20, 'expires_in of the reply is more than any clock counts: the lifetime is impossible'],
  ])('warns of a lifetime of %j', (expiresInSeconds, detail) => {
    const asked = { scopes: ['read:invoices'], expect: { lifetimeSeconds: LIFETIME } };

    expect(compared({ expiresInSeconds }, asked)).toMatchObject([
      { cause: 'lifetime-out-of-range', severity: 'warning', detail },
    ]);
  });

  it.each([0, 59])(
    'warns of less than a minute where none is expected: %i s',
    (expiresInSeconds) => {
      expect(compared({ expiresInSeconds }, { scopes: ['read:invoices'] })).toMatchObject([
        {
          cause: 'lifetime-out-of-range',
          detail: `according to expires_in, the token is valid for ${expiresInSeconds} s, less than a minute`,
        },
      ]);
    },
  );

  it.each([
    [LIFETIME, 60],
    [{ atLeast: 1, atMost: null }, 1],
    [{ atLeast: null, atMost: null }, 60],
    [null, 60],
  ])('accepts a lifetime within %j', (lifetimeSeconds, expiresInSeconds) => {
    expect(
      compared({ expiresInSeconds }, { scopes: ['read:invoices'], expect: { lifetimeSeconds } }),
    ).toEqual([]);
  });
});
