import { describe, expect, it } from 'vitest';
import type { KeySource } from '../../../lib/core/config/secret-places.ts';
import { diagnose } from '../../../lib/core/diagnosis/diagnose.ts';
import type { AssertionSeen, Evidence } from '../../../lib/core/evidence/evidence.ts';
import type { RefusalBasis, RefusalReason } from '../../../lib/core/evidence/readings.ts';
import { providerOf } from '../../../lib/core/provider/registry.ts';
import {
  application,
  clean,
  evidence,
  NOW_SECONDS,
  providerConfig,
  refused,
} from '../../support/evidence.ts';

const DAY_MS = 86_400_000;

const SIGNED: AssertionSeen = {
  algorithm: 'ES256',
  keyId: 'key-1',
  audience: 'https://acme.kinde.com/oauth2/token',
  isAudienceConfigured: false,
  listedAlgorithms: [],
  certificate: null,
};

const KEY: KeySource = {
  privateKey: { file: 'key.pem' },
  certificate: null,
  keyId: null,
  algorithm: null,
  assertionAudience: null,
};

function judged(parts: Partial<Evidence>, assertion: Partial<AssertionSeen> | null = {}) {
  const method = assertion === null ? 'client_secret_basic' : 'private_key_jwt';
  return diagnose(
    evidence({
      application: application({ credentials: KEY }),
      clientAuthentication: {
        method,
        chosen: 'configured',
        usual: method,
        isEncoded: false,
        other: null,
        assertion: assertion && { ...SIGNED, ...assertion },
      },
      ...parts,
    }),
    { provider: providerOf('oidc'), config: providerConfig(), clean },
  );
}

function refusedAs(reason: RefusalReason, basis: RefusalBasis) {
  return { tokenReply: refused(reason, { basis }) };
}

const expiresIn = (days: number) => ({
  certificate: { notBeforeMs: 0, notAfterMs: NOW_SECONDS * 1000 + days * DAY_MS },
});

describe('a refusal of an assertion', () => {
  it.each<[RefusalReason, RefusalBasis, Partial<AssertionSeen>, number | null, string, string]>([
    ['client-key-unknown', 'explicit-words', {}, 0, 'client-key-unknown', 'certain'],
    // What the server cannot verify may also be what it takes for expired.
    ['client-key-unknown', 'documented-reply', {}, 90, 'assertion-times-refused', 'likely'],
    ['client-key-unknown', 'documented-reply', {}, -90, 'assertion-times-refused', 'likely'],
    ['client-key-unknown', 'documented-reply', {}, 10, 'client-key-unknown', 'likely'],
    ['client-key-unknown', 'explicit-words', {}, 90, 'client-key-unknown', 'certain'],
    [
      'client-key-unknown',
      'explicit-words',
      expiresIn(-1),
      0,
      'client-certificate-expired',
      'certain',
    ],
    [
      'client-key-unknown',
      'explicit-words',
      expiresIn(-1),
      null,
      'client-certificate-expired',
      'certain',
    ],
    // By our own clock, which is a week ahead, it would have expired.
    [
      'client-key-unknown',
      'explicit-words',
      expiresIn(-1),
      7 * 86_400,
      'client-key-unknown',
      'certain',
    ],
    ['assertion-times-refused', 'explicit-words', {}, 0, 'assertion-times-refused', 'likely'],
    ['assertion-times-refused', 'explicit-words', {}, 5, 'assertion-times-refused', 'certain'],
    ['assertion-times-refused', 'explicit-words', {}, null, 'assertion-times-refused', 'certain'],
    ['credentials-rejected', 'error-code', {}, 0, 'credentials-rejected', 'possible'],
    ['credentials-rejected', 'error-code', {}, 90, 'assertion-times-refused', 'likely'],
    [
      'credentials-rejected',
      'error-code',
      expiresIn(-1),
      0,
      'client-certificate-expired',
      'likely',
    ],
    [
      'credentials-rejected',
      'error-code',
      { listedAlgorithms: ['RS256'] },
      0,
      'assertion-algorithm-refused',
      'likely',
    ],
    [
      'credentials-rejected',
      'error-code',
      { listedAlgorithms: ['ES256'] },
      0,
      'credentials-rejected',
      'possible',
    ],
    ['credentials-rejected', 'explicit-words', expiresIn(-1), 0, 'credentials-rejected', 'certain'],
    ['scope-not-allowed', 'error-code', expiresIn(-1), 90, 'scope-not-allowed', 'possible'],
  ])(
    'as %s by %s, with %j and a clock %j s ahead, is %s, %s',
    (reason, basis, assertion, ahead, cause, confidence) => {
      const { diagnosis } = judged(
        { ...refusedAs(reason, basis), clockAheadSeconds: ahead },
        assertion,
      );

      expect(diagnosis).toMatchObject({ cause, confidence });
    },
  );

  it.each([
    [40, 'the clock of m2m-watch is 40 s ahead of the provider'],
    [-40, 'the clock of m2m-watch is 40 s behind the provider'],
  ])('says that the clock is %i s ahead', (ahead, words) => {
    const { findings } = judged({
      ...refusedAs('assertion-times-refused', 'explicit-words'),
      clockAheadSeconds: ahead,
    });

    expect(findings[0]?.detail).toContain(words);
  });

  it('is one of the method where a secret was sent, and none is where nothing is known', () => {
    const parts = refusedAs('client-key-unknown', 'explicit-words');

    expect(judged(parts, null).diagnosis?.cause).toBe('client-authentication-mismatch');
    expect(judged({ ...parts, clientAuthentication: null }).diagnosis?.cause).toBe(
      'client-key-unknown',
    );
  });
});

describe('stored keys', () => {
  const source = 'file key.pem';

  it.each<[Evidence['credentials'], string, RegExp]>([
    [
      { kind: 'missing', source, reason: 'not-found' },
      'secret-missing',
      /private key does not exist/,
    ],
    [
      { kind: 'malformed', source, problem: 'is empty' },
      'secret-malformed',
      /private key or certificate/,
    ],
    [
      { kind: 'unreadable', source, reason: 'file-unreadable', detail: 'x' },
      'secret-unreadable',
      /cannot read the private key/,
    ],
  ])('that are %j are named as keys', (credentials, cause, title) => {
    const { diagnosis } = judged({ credentials, tokenReply: { kind: 'skipped' } });

    expect(diagnosis).toMatchObject({ cause, title: expect.stringMatching(title) });
  });
});
