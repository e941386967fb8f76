import { describe, expect, it } from 'vitest';
import type { TokenReplySeen } from '../../../lib/core/evidence/evidence.ts';
import type { RefusalReading } from '../../../lib/core/evidence/readings.ts';
import {
  chooseMethod,
  isAnswer,
  isSecondDecisive,
  type MethodQuestion,
  methodAfter,
  type SettledMethod,
} from '../../../lib/core/provider/client-authentication.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { oidc, oidcOf } from '../../../lib/core/provider/oidc.ts';
import { granted, refused as refusedFor } from '../../support/evidence.ts';

const DAY_MS = 86_400_000;
const BOTH = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];
const IDENTITY = { fingerprint: 'f1', clientFingerprint: 'c1' };

const SETTLED: SettledMethod = {
  ...IDENTITY,
  method: 'client_secret_post',
  isAccepted: true,
  atMs: 0,
};

type Reading = Partial<RefusalReading> & Pick<RefusalReading, 'reason'>;

function refused({ reason, ...more }: Reading): TokenReplySeen {
  const seen = refusedFor(reason);
  return seen.kind === 'refused' ? { ...seen, reading: { ...seen.reading, ...more } } : seen;
}

/** A refusal that says nothing but its status. */
const EMPTY = { kind: 'refused', error: null, description: null, retryAfterSeconds: null } as const;

function choose(parts: Partial<MethodQuestion> = {}) {
  return chooseMethod({
    configured: null,
    listed: BOTH,
    provider: oidc,
    settled: null,
    identity: IDENTITY,
    nowMs: 0,
    ...parts,
  });
}

describe('chooseMethod', () => {
  it.each<[string, Partial<MethodQuestion>, string, string | null]>([
    ['takes Basic first at any server', {}, 'client_secret_basic', 'client_secret_post'],
    [
      'keeps to the one that is listed',
      { listed: ['client_secret_post'] },
      'client_secret_post',
      null,
    ],
    [
      'reads a list in any case',
      { listed: ['Client_Secret_Post', ' CLIENT_SECRET_BASIC'] },
      'client_secret_basic',
      'client_secret_post',
    ],
    [
      'takes Basic first where nothing is listed',
      { listed: [] },
      'client_secret_basic',
      'client_secret_post',
    ],
    [
      'falls back to the usual one where none for secrets is listed',
      { listed: ['private_key_jwt'] },
      'client_secret_basic',
      null,
    ],
    [
      'takes the body first at Auth0',
      { provider: oidcOf('auth0') },
      'client_secret_post',
      'client_secret_basic',
    ],
    [
      'takes the body first at Auth0 where nothing is listed',
      { provider: oidcOf('auth0'), listed: [] },
      'client_secret_post',
      'client_secret_basic',
    ],
    [
      'takes the body alone at Kinde without discovery',
      { provider: kinde, listed: [] },
      'client_secret_post',
      null,
    ],
    [
      'takes the body at Kinde',
      { provider: kinde, listed: ['client_secret_post'] },
      'client_secret_post',
      null,
    ],
    ['does what is configured', { configured: 'client_secret_post' }, 'client_secret_post', null],
    [
      'does what is configured, whatever was accepted',
      { configured: 'client_secret_basic', settled: SETTLED },
      'client_secret_basic',
      null,
    ],
    [
      'takes what was accepted',
      { settled: SETTLED, nowMs: 400 * DAY_MS },
      'client_secret_post',
      null,
    ],
    [
      'takes what was accepted from this client with another secret',
      { settled: { ...SETTLED, fingerprint: 'f2' } },
      'client_secret_post',
      null,
    ],
    [
      'asks anew for another client',
      { settled: { ...SETTLED, fingerprint: 'f2', clientFingerprint: 'c2' } },
      'client_secret_basic',
      'client_secret_post',
    ],
    [
      'asks anew where the one that was accepted is no longer listed',
      { settled: SETTLED, listed: ['client_secret_basic'] },
      'client_secret_basic',
      null,
    ],
    [
      'takes what was accepted where credentials cannot be compared',
      { settled: SETTLED, identity: null },
      'client_secret_post',
      null,
    ],
    [
      'tries no other for a day after both were refused',
      { settled: { ...SETTLED, isAccepted: false }, nowMs: DAY_MS - 1 },
      'client_secret_post',
      null,
    ],
    [
      'tries both again after a day',
      { settled: { ...SETTLED, isAccepted: false }, nowMs: DAY_MS },
      'client_secret_basic',
      'client_secret_post',
    ],
    [
      'tries both for another secret than the refused',
      { settled: { ...SETTLED, isAccepted: false, fingerprint: 'f2' } },
      'client_secret_basic',
      'client_secret_post',
    ],
  ])('%s', (_, parts, method, other) => {
    expect(choose(parts)).toMatchObject({ method, other });
  });

  it.each([
    ['configured', { configured: 'client_secret_basic' }],
    ['accepted-before', { settled: SETTLED }],
    ['tried', { settled: { ...SETTLED, isAccepted: false } }],
    ['usual', { settled: { ...SETTLED, method: 'client_secret_basic', isAccepted: false } }],
    ['usual', {}],
  ] as const)('says why: %s', (chosen, parts) => {
    expect(choose(parts).chosen).toBe(chosen);
  });
});

describe('methodAfter', () => {
  const usual = choose();

  it.each<[string, Reading, string | null]>([
    [
      'a bare refusal of the client',
      { reason: 'credentials-rejected', basis: 'error-code' },
      'client_secret_post',
    ],
    [
      'an unknown client in a documented reply',
      { reason: 'client-unknown', basis: 'documented-reply' },
      'client_secret_post',
    ],
    [
      'another method that is wanted',
      { reason: 'client-authentication-mismatch' },
      'client_secret_post',
    ],
    [
      'a code that says nothing',
      { reason: 'request-malformed', basis: 'error-code' },
      'client_secret_post',
    ],
    ['words about the request', { reason: 'request-malformed', basis: 'explicit-words' }, null],
    ['words about the secret', { reason: 'credentials-rejected', basis: 'explicit-words' }, null],
    ['words about an unknown client', { reason: 'client-unknown', basis: 'explicit-words' }, null],
    ['no token endpoint', { reason: 'client-unknown', basis: 'status' }, null],
    ['a refused audience', { reason: 'audience-not-authorized', basis: 'error-code' }, null],
    ['a limit', { reason: 'provider-rate-limited', basis: 'documented-reply' }, null],
    ...(['private_key_jwt', 'none', 'other'] as const).map((method): [string, Reading, null] => [
      `words that the method is ${method}`,
      { reason: 'client-authentication-mismatch', basis: 'explicit-words', method },
      null,
    ]),
    [
      'what is said of a client with a signed assertion alone',
      {
        reason: 'client-authentication-mismatch',
        basis: 'documented-reply',
        method: 'assertion',
      },
      null,
    ],
    [
      'a list of what the server takes, with the used one',
      {
        reason: 'client-authentication-mismatch',
        basis: 'documented-reply',
        method: 'client_secret_basic',
      },
      'client_secret_post',
    ],
  ])('after %s', (_, reading, expected) => {
    expect(methodAfter(usual, refused(reading))).toBe(expected);
  });

  it.each([
    [403, 'client_secret_post'],
    [404, null],
  ])('after an empty %i is %s', (status, expected) => {
    const reading = { reason: 'provider-blocked', basis: 'status', named: null } as const;

    expect(methodAfter(usual, { ...EMPTY, status, reading })).toBe(expected);
  });

  it('is none after a token', () => {
    expect(methodAfter(usual, granted())).toBeNull();
  });

  it('is the named one, whatever was accepted before, unless one is configured', () => {
    const named = refused({
      reason: 'client-authentication-mismatch',
      basis: 'explicit-words',
      method: 'client_secret_basic',
    });

    expect(methodAfter(choose({ settled: SETTLED }), named)).toBe('client_secret_basic');
    expect(methodAfter(choose({ configured: 'client_secret_post' }), named)).toBeNull();
  });
});

describe('isSecondDecisive', () => {
  const bare = refused({ reason: 'credentials-rejected', basis: 'error-code' });
  const mismatch = refused({ reason: 'client-authentication-mismatch' });
  const explicit = refused({ reason: 'credentials-rejected', basis: 'explicit-words' });
  const scope = refused({ reason: 'scope-not-allowed' });
  const limited = refused({ reason: 'provider-rate-limited' });
  const malformed = refused({ reason: 'request-malformed', basis: 'error-code' });

  it.each([
    ['a token', bare, granted(), true],
    ['the same refusal', bare, bare, false],
    ['a refusal of the method after one of the client', bare, mismatch, false],
    ['a refusal of the client after one of the method', mismatch, bare, true],
    ['words about the secret after a bare refusal', bare, explicit, true],
    ['what is said of a known client alone', bare, scope, true],
    ['a refusal of the client after one of the request', malformed, bare, true],
    ['a refusal of the request after one of the client', bare, malformed, false],
    ['a limit', bare, limited, false],
  ])('after a first refusal: %s', (_, first, second, expected) => {
    expect(isSecondDecisive(first, second)).toBe(expected);
  });

  it('is not so for no answer', () => {
    expect(isSecondDecisive(bare, { kind: 'skipped' })).toBe(false);
  });
});

describe('isAnswer', () => {
  it.each<[string, TokenReplySeen, boolean]>([
    ['a token', granted(), true],
    ['a refusal', refused({ reason: 'credentials-rejected' }), true],
    [
      'an empty 403, as Glewlwyd refuses',
      {
        ...EMPTY,
        status: 403,
        reading: { reason: 'provider-blocked', basis: 'status', named: null },
      },
      true,
    ],
    [
      'an empty 503',
      {
        ...EMPTY,
        status: 503,
        reading: { reason: 'provider-error', basis: 'status', named: null },
      },
      false,
    ],
    ['a limit', refused({ reason: 'provider-rate-limited' }), false],
    ['a block page', refused({ reason: 'provider-blocked', basis: 'explicit-words' }), false],
    [
      'a reply without a token',
      { kind: 'malformed', status: 200, problem: 'not-json', excerpt: '' },
      true,
    ],
    [
      'a request that was not sent',
      { kind: 'not-sent', reason: 'provider-paused', retryAfterSeconds: 60 },
      false,
    ],
    ['nothing', { kind: 'skipped' }, false],
  ])('%s', (_, reply, expected) => {
    expect(isAnswer(reply)).toBe(expected);
  });
});
