import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../lib/core/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../lib/core/diagnosis/diagnosis.ts';
import type { Evidence } from '../../../lib/core/evidence/evidence.ts';
import { oidc } from '../../../lib/core/provider/oidc.ts';
import {
  AUDIENCE,
  answered,
  application,
  calledApplication,
  context,
  endedAtToken,
  endedEarly,
  evidence,
  failure,
  granted,
  ISSUER,
  NOW_SECONDS,
  providerConfig,
  refused,
  unverified,
  verified,
} from '../../support/evidence.ts';

const called = calledApplication();

/** What most tables compare: status, cause and confidence. */
function judged(seen: Evidence) {
  const { status, diagnosis } = diagnose(seen, context());
  return [status, diagnosis?.cause ?? null, diagnosis?.confidence ?? null];
}

function diagnosisOf(seen: Evidence, parts: Parameters<typeof context>[0] = {}): Diagnosis {
  const { diagnosis } = diagnose(seen, context(parts));
  if (diagnosis === null) throw new Error('expected a diagnosis');
  return diagnosis;
}

function causesOf(seen: Evidence): readonly string[] {
  return diagnose(seen, context()).findings.map(({ cause }) => cause);
}

describe('diagnose, of an opaque token', () => {
  it('leads with a scope that the reply lacks, and says that the token was not inspected', () => {
    const seen = evidence({
      verification: { kind: 'opaque' },
      tokenReply: granted({ scopes: ['other'] }),
    });

    const { diagnosis } = diagnose(seen, context());

    expect(diagnosis).toMatchObject({
      cause: 'scope-missing',
      confidence: 'certain',
      evidence: [
        { step: 'token-request', saw: 'scope lacks ["read:invoices"]; granted: ["other"]' },
        { step: 'verification', saw: 'not inspected: the token is opaque' },
      ],
    });
  });
});

describe('diagnose', () => {
  it.each([
    ['a token that is as expected', evidence()],
    ['an opaque token', evidence({ verification: { kind: 'opaque' } })],
    ['an expected answer of the API', evidence({ application: called, call: answered(200) })],
    ['a clock that is apart while the token is in its time', evidence({ clockAheadSeconds: 90 })],
    ['no date of the provider', evidence({ clockAheadSeconds: null })],
  ])('finds an application with %s healthy', (_, seen) => {
    expect(diagnose(seen, context())).toEqual({
      status: 'healthy',
      diagnosis: null,
      findings: [],
    });
  });

  it.for([
    ['credentials-rejected', 'unhealthy'],
    ['secret-expired', 'unhealthy'],
    ['client-unknown', 'unhealthy'],
    ['client-authentication-mismatch', 'unhealthy'],
    ['audience-not-authorized', 'unhealthy'],
    ['audience-unknown', 'unhealthy'],
    ['grant-not-allowed', 'unhealthy'],
    ['grant-type-unsupported', 'unhealthy'],
    ['scope-not-allowed', 'unhealthy'],
    ['request-malformed', 'unhealthy'],
    ['token-quota-exceeded', 'unhealthy'],
    ['refusal-unrecognized', 'unhealthy'],
    ['provider-rate-limited', 'undetermined'],
    ['provider-blocked', 'undetermined'],
    ['provider-error', 'undetermined'],
  ] as const)('diagnoses a refusal read as %s, %s', ([reason, status]) => {
    expect(judged(endedAtToken(refused(reason)))).toEqual([status, reason, 'likely']);
  });

  it.each([
    ['explicit-words', 'certain'],
    ['documented-reply', 'likely'],
    ['error-code', 'possible'],
    ['status', 'possible'],
  ] as const)('takes a refusal read by %s for %s', (basis, confidence) => {
    const seen = endedAtToken(refused('credentials-rejected', { basis }));

    expect(diagnosisOf(seen).confidence).toBe(confidence);
  });

  it.for([
    ['audience-missing', 'explicit-words', [], 'audience-missing', 'certain'],
    ['audience-missing', 'explicit-words', [AUDIENCE], 'request-malformed', 'likely'],
    ['audience-missing', 'error-code', [AUDIENCE], 'request-malformed', 'possible'],
    ['request-malformed', 'documented-reply', [], 'audience-missing', 'likely'],
    ['request-malformed', 'error-code', [], 'audience-missing', 'possible'],
    ['request-malformed', 'explicit-words', [], 'request-malformed', 'certain'],
    ['request-malformed', 'documented-reply', [AUDIENCE], 'request-malformed', 'likely'],
  ] as const)('diagnoses %s by %s with the audience %j sent as %s', (row) => {
    const [reason, basis, audience, cause, confidence] = row;
    const seen = endedAtToken(refused(reason, { basis }), {
      application: application({ audience }),
    });

    expect(judged(seen)).toEqual(['unhealthy', cause, confidence]);
  });

  it.each([
    ['provider-blocked', 'credentials-rejected'],
    ['grant-not-allowed', 'grant-not-allowed'],
  ] as const)(
    'takes a 403 without a word, read as %s, for %s where others are served',
    (reason, cause) => {
      const silent = refused(reason, { status: 403, error: null, basis: 'status' });

      expect(judged(endedAtToken(silent, { servesOthers: true }))).toEqual([
        'unhealthy',
        cause,
        'possible',
      ]);
    },
  );

  it('takes no bare refusal for a missing audience where many servers have none', () => {
    const seen = endedAtToken(refused('request-malformed', { basis: 'error-code' }), {
      application: application({ audience: [] }),
    });

    expect(diagnosisOf(seen, { provider: oidc })).toMatchObject({
      cause: 'request-malformed',
      confidence: 'possible',
    });
  });

  it.for([
    ['dns', 'provider-unreachable', 'certain'],
    ['refused', 'provider-unreachable', 'certain'],
    ['reset', 'provider-unreachable', 'certain'],
    ['unreachable', 'provider-unreachable', 'certain'],
    ['not-http', 'provider-unreachable', 'certain'],
    ['other', 'provider-unreachable', 'likely'],
    ['timeout', 'provider-timeout', 'certain'],
    ['tls', 'provider-tls-invalid', 'certain'],
  ] as const)('diagnoses the transport failure %s as %s', ([kind, cause, confidence]) => {
    const atToken = endedAtToken(failure({ failure: kind }));
    const atDiscovery = endedEarly({
      discovery: { kind: 'failed', problem: failure({ failure: kind }) },
    });

    expect(judged(atToken)).toEqual(['undetermined', cause, confidence]);
    expect(judged(atDiscovery)).toEqual(['undetermined', cause, confidence]);
  });

  it.for([
    ['not-json', 'token-reply-malformed', 'unhealthy'],
    ['access-token-missing', 'token-reply-malformed', 'unhealthy'],
    ['token-type-not-bearer', 'token-reply-malformed', 'unhealthy'],
    ['too-large', 'token-reply-malformed', 'unhealthy'],
    ['timed-out', 'provider-timeout', 'undetermined'],
    ['cut-off', 'provider-unreachable', 'undetermined'],
  ] as const)('diagnoses a token reply that is %s as %s', ([problem, cause, status]) => {
    const seen = endedAtToken({ kind: 'malformed', status: 200, problem, excerpt: '' });

    expect(judged(seen)).toEqual([status, cause, 'certain']);
  });

  it('leaves a request that was not sent undetermined', () => {
    const seen = endedAtToken({
      kind: 'not-sent',
      reason: 'provider-paused',
      retryAfterSeconds: 90,
    });

    expect(judged(seen)).toEqual(['undetermined', 'provider-rate-limited', 'certain']);
  });

  it.each([
    [{ kind: 'missing', source: 's', reason: 'not-found' }, 'unhealthy', 'secret-missing'],
    [{ kind: 'malformed', source: 's', problem: 'p' }, 'unhealthy', 'secret-malformed'],
    [
      { kind: 'unreadable', source: 's', reason: 'access-denied', detail: 'd' },
      'undetermined',
      'secret-unreadable',
    ],
  ] as const)('diagnoses credentials that are %j', (credentials, status, cause) => {
    expect(judged(endedEarly({ credentials }))).toEqual([status, cause, 'certain']);
  });

  it.for([
    [{ kind: 'status', status: 404, said: '' }, 'discovery-invalid'],
    [{ kind: 'status', status: 429, said: '' }, 'provider-rate-limited'],
    [{ kind: 'status', status: 503, said: '' }, 'provider-error'],
    [{ kind: 'body', problem: 'not-json', said: '' }, 'discovery-invalid'],
    [{ kind: 'body', problem: 'timed-out', said: '' }, 'provider-timeout'],
    [{ kind: 'body', problem: 'cut-off', said: '' }, 'provider-unreachable'],
    [{ kind: 'field-invalid', field: 'token_endpoint', detail: 'absent' }, 'discovery-invalid'],
    [{ kind: 'issuer-mismatch', expected: [ISSUER], actual: 'x' }, 'discovery-invalid'],
    [{ kind: 'endpoint-not-allowed', field: 'jwks_uri', url: 'x' }, 'discovery-invalid'],
  ] as const)('diagnoses discovery that fails with %j as %s', ([problem, cause]) => {
    const seen = endedEarly({ discovery: { kind: 'failed', problem } });

    expect(judged(seen)).toEqual(['undetermined', cause, 'certain']);
  });

  it('is degraded where the usual endpoints cured a failed discovery', () => {
    const discovery = {
      kind: 'fallback',
      tokenEndpoint: 'x',
      problem: { kind: 'status', status: 404, said: '' },
    } as const;

    expect(judged(evidence({ discovery }))).toEqual(['degraded', 'discovery-invalid', 'certain']);
    expect(judged(endedAtToken(refused('client-unknown'), { discovery }))).toEqual([
      'unhealthy',
      'client-unknown',
      'likely',
    ]);
  });

  it.for([
    [{ kind: 'malformed', problem: 'two parts' }, 'unhealthy', 'token-malformed'],
    [unverified('algorithm-not-allowed'), 'unhealthy', 'algorithm-not-allowed'],
    [unverified('key-unknown'), 'unhealthy', 'signing-key-unknown'],
    [unverified('signature-invalid'), 'unhealthy', 'signature-invalid'],
    [unverified('keys-unavailable'), 'undetermined', 'keys-unavailable'],
  ] as const)('diagnoses the verification %j', ([verification, status, cause]) => {
    const seen = evidence({ verification, application: called, call: { kind: 'withheld' } });

    expect(judged(seen)).toEqual([status, cause, 'certain']);
  });

  it.for([
    [{ iss: 'https://other.kinde.com' }, 'unhealthy', 'issuer-mismatch'],
    [{ exp: NOW_SECONDS - 60 }, 'unhealthy', 'token-expired'],
    [{ nbf: NOW_SECONDS + 61 }, 'unhealthy', 'token-not-yet-valid'],
    [{ aud: [] }, 'unhealthy', 'audience-mismatch'],
    [{ azp: 'another' }, 'unhealthy', 'authorized-party-mismatch'],
    [{ gty: [] }, 'unhealthy', 'grant-type-mismatch'],
    [{ scope: '' }, 'unhealthy', 'scope-missing'],
    [{ exp: undefined }, 'degraded', 'lifetime-out-of-range'],
  ] as const)('diagnoses a verified token with %j', ([claims, status, cause]) => {
    expect(judged(evidence({ verification: verified(claims) }))).toEqual([
      status,
      cause,
      'certain',
    ]);
  });

  it.each([61, -61])('doubts our clock, %i s apart, before the times of a token', (ahead) => {
    const verification = verified({ iat: NOW_SECONDS - 660, exp: NOW_SECONDS - 60 });
    const seen = evidence({ clockAheadSeconds: ahead, verification });

    expect(judged(seen)).toEqual(['undetermined', 'monitor-fault', 'likely']);
    expect(causesOf(seen)).toEqual(['monitor-fault']);
    expect(judged(evidence({ clockAheadSeconds: null, verification }))[1]).toBe('token-expired');
  });

  it.each([
    ['expired two seconds ago', 0, -2, 'token-expired'],
    ['expired two seconds ago by its own clock', 30, -32, 'token-expired'],
    ['ends now, to the second', 0, 0, null],
    ['ends now by its own clock', 30, -30, null],
    ['ends soon by its own clock', 30, -20, null],
    ['expired within a minute, and no clock is known', null, -59, null],
    ['expired a minute ago, and no clock is known', null, -60, 'token-expired'],
  ])('subtracts how far clocks are apart from the time of a token that %s', (...row) => {
    const [, clockAheadSeconds, ends, cause] = row;
    const verification = verified({ iat: NOW_SECONDS - 660, exp: NOW_SECONDS + ends });

    expect(judged(evidence({ clockAheadSeconds, verification }))[1]).toBe(cause);
  });

  it('goes by the moment at which the reply came', () => {
    const verification = verified({ iat: NOW_SECONDS - 660, exp: NOW_SECONDS + 3 });
    const receivedAtMs = (NOW_SECONDS + 5) * 1000;

    expect(judged(evidence({ receivedAtMs, verification }))[1]).toBe('token-expired');
  });

  it('does not doubt our clock before a token that had expired when it was issued', () => {
    const verification = verified({ exp: NOW_SECONDS - 30 });

    expect(judged(evidence({ clockAheadSeconds: 3600, verification }))).toEqual([
      'unhealthy',
      'token-expired',
      'certain',
    ]);
  });

  it.each([
    ['an opaque one', { kind: 'opaque' }],
    ['a signed one', verified()],
  ] as const)(
    'does not say how long %s lives where the reply says the impossible',
    (_, verification) => {
      const expiresInSeconds = 18_446_744_073_709_552_000;
      const { diagnosis, findings } = diagnose(
        evidence({
          tokenReply: granted({ expiresInSeconds, scopes: ['read:invoices'] }),
          verification,
        }),
        context(),
      );

      expect(findings.map(({ cause, severity }) => [cause, severity])).toEqual([
        ['lifetime-out-of-range', 'warning'],
      ]);
      expect(diagnosis?.title).toBe('The token lifetime is impossible');
      expect(JSON.stringify(diagnosis)).not.toMatch(/\d{6}/);
    },
  );

  it('still diagnoses what no clock explains while our clock is apart', () => {
    const verification = verified({
      iat: NOW_SECONDS - 660,
      exp: NOW_SECONDS - 60,
      azp: 'another',
    });
    const seen = evidence({ clockAheadSeconds: 3600, verification });

    expect(judged(seen)).toEqual(['unhealthy', 'authorized-party-mismatch', 'certain']);
    expect(causesOf(seen)).toEqual(['authorized-party-mismatch', 'monitor-fault']);
  });

  it.for([
    [401, 'token-missing', 'explicit-words', 'call-token-missing', 'likely'],
    [401, 'token-expired', 'explicit-words', 'call-token-expired', 'likely'],
    [401, 'header-malformed', 'error-code', 'call-header-malformed', 'possible'],
    [401, 'unauthorized', 'error-code', 'call-unauthorized', 'possible'],
    [403, 'organization-mismatch', 'explicit-words', 'call-organization-mismatch', 'certain'],
    [403, 'scope-missing', 'explicit-words', 'call-scope-missing', 'certain'],
    [403, 'forbidden', 'status', 'call-forbidden', 'possible'],
    [404, 'failed', 'status', 'call-failed', 'possible'],
    [401, 'audience-missing', 'explicit-words', 'call-unauthorized', 'likely'],
    [403, 'audience-missing', 'explicit-words', 'call-forbidden', 'likely'],
  ] as const)('diagnoses a call answered %i and read as %s by %s', (row) => {
    const [status, reason, basis, cause, confidence] = row;
    const seen = evidence({ application: called, call: answered(status, { reason, basis }) });

    expect(judged(seen)).toEqual(['unhealthy', cause, confidence]);
  });

  it.for([
    [answered(503, { reason: 'server-error' }), 'call-failed', 'possible'],
    [answered(429, { reason: 'rate-limited' }), 'call-failed', 'possible'],
    [failure({ failure: 'timeout' }), 'call-unreachable', 'certain'],
  ] as const)('is degraded by the call %j', ([call, cause, confidence]) => {
    const seen = evidence({ application: called, call });

    expect(judged(seen)).toEqual(['degraded', cause, confidence]);
  });

  it.for([
    ['forbidden', 'status', [], 'audience-missing', 'likely'],
    ['unauthorized', 'error-code', undefined, 'audience-missing', 'likely'],
    ['audience-missing', 'explicit-words', '', 'audience-missing', 'certain'],
    ['audience-missing', 'explicit-words', 'https://x', 'call-forbidden', 'likely'],
    ['forbidden', 'status', ['https://x'], 'call-forbidden', 'possible'],
    ['unauthorized', 'explicit-words', [], 'call-unauthorized', 'certain'],
    ['scope-missing', 'explicit-words', [], 'call-scope-missing', 'certain'],
  ] as const)('takes a call read as %s by %s with aud %j for %s', (row) => {
    const [reason, basis, aud, cause, confidence] = row;
    const seen = evidence({
      application: calledApplication({ audience: [] }),
      verification: verified({ aud }),
      call: answered(403, { reason, basis }),
    });

    expect(judged(seen)).toEqual(['unhealthy', cause, confidence]);
  });

  it('leaves an attempt undetermined that an internal error ended, whatever it saw', () => {
    const fault = { kind: 'not-checked', detail: 'the run was ended' } as const;
    const seen = endedAtToken(failure(), { fault });

    expect(judged(seen)).toEqual(['undetermined', 'not-checked', 'certain']);
    expect(causesOf(seen)).toEqual(['not-checked']);
    expect(judged(evidence({ fault: { kind: 'monitor-fault', detail: 'TypeError' } }))).toEqual([
      'undetermined',
      'monitor-fault',
      'certain',
    ]);
  });

  it.for([
    ['credentials', endedEarly({ credentials: { kind: 'skipped' } })],
    ['discovery', endedEarly({ discovery: { kind: 'used', tokenEndpoint: 'x' } })],
    ['token-request', endedAtToken(granted())],
    ['verification', evidence({ application: called })],
    ['call', evidence({ application: called, call: { kind: 'withheld' } })],
  ] as const)('never takes an attempt that ends in silence after %s for health', ([step, seen]) => {
    expect(judged(seen)).toEqual(['undetermined', 'monitor-fault', 'certain']);
    expect(diagnosisOf(seen).evidence.at(-1)?.step).toBe(step);
  });

  it('reports every finding, with the first by order leading', () => {
    const seen = evidence({
      application: calledApplication({ expect: { organization: 'org_1', surplusScopes: 'warn' } }),
      verification: verified({ org_code: 'org_2', scope: 'admin' }),
      call: answered(403, { reason: 'scope-missing', basis: 'explicit-words' }),
    });

    expect(judged(seen)).toEqual(['unhealthy', 'organization-mismatch', 'certain']);
    expect(causesOf(seen)).toEqual([
      'organization-mismatch',
      'scope-missing',
      'scope-surplus',
      'call-scope-missing',
    ]);
  });

  it('lets warnings lead only alone', () => {
    const seen = evidence({
      application: calledApplication({ expect: { surplusScopes: 'warn' } }),
      verification: verified({ scope: 'read:invoices admin' }),
      call: answered(403, { reason: 'forbidden' }),
    });

    expect(judged(seen)).toEqual(['unhealthy', 'call-forbidden', 'possible']);
    expect(judged({ ...seen, call: answered(200) })).toEqual([
      'degraded',
      'scope-surplus',
      'certain',
    ]);
  });

  it('never lets the claims of an unverified token lead, and says that it is not verified', () => {
    const verification = unverified('key-unknown', { claims: { iss: 'https://evil.example' } });

    const { diagnosis, findings } = diagnose(evidence({ verification }), context());

    expect(diagnosis?.cause).toBe('signing-key-unknown');
    expect(findings[1]).toMatchObject({
      cause: 'issuer-mismatch',
      detail: expect.stringContaining('(the token is not verified)'),
    });
  });

  it('accepts the issuers that the configuration allows besides its own', () => {
    const verification = verified({ iss: 'https://login.acme.com' });
    const config = providerConfig({ expectIssuer: ['https://login.acme.com'] });

    expect(diagnose(evidence({ verification }), context({ config })).status).toBe('healthy');
  });

  it('compares no claims where the credentials of the attempt are not known', () => {
    const seen = evidence({
      credentials: { kind: 'skipped' },
      verification: verified({ iss: 'x' }),
    });

    expect(causesOf(seen)).toEqual(['monitor-fault']);
  });

  it('gives findings of the public shape alone', () => {
    const { findings } = diagnose(evidence({ verification: verified({ scope: '' }) }), context());

    expect(findings).toEqual([
      {
        cause: 'scope-missing',
        severity: 'error',
        claim: 'scope',
        expected: ['read:invoices'],
        actual: [],
        detail: 'scope lacks ["read:invoices"]; granted: []',
      },
    ]);
  });

  it('never takes a token that no reply granted for health', () => {
    const seen = evidence({ tokenReply: { kind: 'skipped' }, verification: verified() });

    expect(judged(seen)).toEqual(['undetermined', 'monitor-fault', 'certain']);
  });
});
