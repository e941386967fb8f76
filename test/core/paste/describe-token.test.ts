import { describe, expect, it } from 'vitest';
import {
  describeClaim,
  describeClaims,
  tokenOddities,
} from '../../../lib/core/paste/pasted-token.ts';
import { createClaimCleaner } from '../../../lib/core/text/redact.ts';
import { NOW_SECONDS } from '../../support/evidence.ts';

const context = { clean: createClaimCleaner([]), nowSeconds: NOW_SECONDS };

describe('describeClaim', () => {
  it.each([
    ['exp', NOW_SECONDS + 86_399, /^\d+ {2}2026-11-\d\d .* UTC, expires in 23 h 59 min$/],
    ['exp', NOW_SECONDS - 90, /UTC, expired 1 min ago$/],
    ['exp', NOW_SECONDS, /UTC, expired 0 s ago$/],
    ['iat', NOW_SECONDS - 3600, /UTC, 1 h ago$/],
    ['nbf', NOW_SECONDS + 300, /UTC, in 5 min$/],
    ['auth_time', 0, /1970-01-01 00:00:00 UTC/],
    ['exp', NOW_SECONDS * 1000, /milliseconds, where seconds are wanted/],
    ['exp', -1e30, /no date$/],
    ['exp', Number.MAX_SAFE_INTEGER, /no date: no clock reaches it$/],
    ['nbf', Number.POSITIVE_INFINITY, /no date: no clock reaches it$/],
    ['iat', NOW_SECONDS * 1e6, /microseconds, where seconds are wanted/],
    ['exp', 'soon', /^"soon"$/],
    ['scope', ' a  b\nc', /^a b c$/],
    ['scope', ' ', /^" "$|^""$/],
    ['scope', ['a', 'b'], /^\["a","b"\]$/],
    ['aud', null, /^null$/],
    ['email', 'somebody@acme.com', /^"somebody@acme\.com"$/],
    ['iss', 'https://acme.kinde.com', /^"https:\/\/acme\.kinde\.com"$/],
    ['note', 'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln', /^"\[redacted\]"$/],
  ])('shows %s %j in words', (name, value, words) => {
    expect(describeClaim(name, value, context)).toMatch(words);
  });

  it('bounds the scopes that it shows', () => {
    const scope = Array.from({ length: 600 }, (_, index) => `s${index}`).join(' ');

    expect(describeClaim('scope', scope, context)).toMatch(/s499 and 100 more$/);
  });
});

describe('describeClaims', () => {
  it('begins with what people look for, and keeps the order of the rest', () => {
    const lines = describeClaims({ z: 1, exp: 2, a: 3, iss: 4, __proto__x: 5 }, context);

    expect(lines.map(([name]) => name)).toEqual(['iss', 'exp', 'z', 'a', '__proto__x']);
  });

  it('bounds the number of claims', () => {
    const claims = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`c${index}`, 1]));

    expect(describeClaims(claims, context).at(-1)).toEqual(['…', 'and 30 more']);
  });
});

describe('tokenOddities', () => {
  it('finds none in a token as it should be', () => {
    expect(tokenOddities({ aud: 'a', iat: NOW_SECONDS, exp: NOW_SECONDS + 1 }, context)).toEqual(
      [],
    );
  });

  it('finds what is odd whatever the token is for', () => {
    const odd = tokenOddities({ aud: [], nbf: NOW_SECONDS + 61, iat: 'x', at_hash: 'y' }, context);

    expect(odd).toEqual([
      expect.stringMatching(/no exp/),
      expect.stringMatching(/^iat is "x"/),
      expect.stringMatching(/begins in the future/),
      expect.stringMatching(/aud is empty/),
      expect.stringMatching(/ID token/),
    ]);
  });
});
