import { describe, expect, it } from 'vitest';
import { CAUSE_IDS, causeDefinition } from '../../../lib/core/causes/causes.ts';
import { diagnose } from '../../../lib/core/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../lib/core/diagnosis/diagnosis.ts';
import type { Evidence } from '../../../lib/core/evidence/evidence.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import type { Provider } from '../../../lib/core/provider/provider.ts';
import {
  AUDIENCE,
  answered,
  application,
  CLIENT_ID,
  CLIENT_SECRET,
  calledApplication,
  context,
  endedAtToken,
  endedEarly,
  evidence,
  failure,
  granted,
  ISSUER,
  refused,
  unverified,
  verified,
} from '../../support/evidence.ts';

/** A provider whose every step is only the names that it is filled in with. */
const NAMING: Provider = {
  ...kinde,
  fixes: {
    applicationPage: { global: '', ofOrganization: '' },
    ofCause: Object.fromEntries(
      CAUSE_IDS.map((cause) => [
        cause,
        ['https://help', '{application}', '{client}', '{issuer}', '{api}', '{scopes}', '{call}'],
      ]),
    ),
  },
};

function diagnosed(seen: Evidence, parts: Parameters<typeof context>[0] = {}): Diagnosis {
  const { diagnosis } = diagnose(seen, context(parts));
  if (diagnosis === null) throw new Error('expected a diagnosis');
  return diagnosis;
}

function sawAt(seen: Evidence, step: string): readonly string[] {
  return diagnosed(seen)
    .evidence.filter((line) => line.step === step)
    .map(({ saw }) => saw);
}

describe('the words of a diagnosis', () => {
  it('takes family, guide section, fix and help of the catalogue where the provider has none', () => {
    const provider = { ...kinde, fixes: null };

    const diagnosis = diagnosed(endedAtToken(refused('credentials-rejected')), { provider });

    const { family, guideSection, fix, help, title } = causeDefinition('credentials-rejected');
    expect(diagnosis).toMatchObject({ family, guideSection, fix, help, title });
  });

  it('gives a fix the names of the configuration', () => {
    const expecting = calledApplication({ expect: { organization: 'org_1' } });
    const missing = { kind: 'missing', source: 's', reason: 'not-found' } as const;

    const { fix, help } = diagnosed(evidence({ application: expecting }), { provider: NAMING });
    const { fix: nameless } = diagnosed(endedEarly({ credentials: missing }), { provider: NAMING });

    expect(help).toBe('https://help');
    expect(fix).toEqual([
      'billing-sync',
      `the client id ${CLIENT_ID}`,
      ISSUER,
      `the API ${AUDIENCE}`,
      'the missing scope',
      `the API at ${AUDIENCE}/health`,
    ]);
    expect(nameless).toEqual(expect.arrayContaining(['the client id', 'the API']));
  });

  it.for([
    ['read:invoices', ['read:invoices', 'write:users'], ['read:invoices']],
    ['evil:scope', ['read:invoices', 'write:users'], []],
    ['evil:scope', ['read:invoices'], ['read:invoices']],
    [null, ['write:users'], ['write:users']],
    [null, null, []],
  ] as const)('names, of a refused scope %j and %j requested, %j', ([named, scopes, about]) => {
    const seen = endedAtToken(refused('scope-not-allowed', { named }), {
      application: application({ scopes }),
    });

    const { title, fix } = diagnosed(seen, { provider: NAMING });

    expect(fix).toContain(about.length === 0 ? 'the missing scope' : `the scope ${about}`);
    expect(title).toBe(['A requested scope is refused', ...about].join(': '));
  });

  it.for([
    ['https://b', ['https://b'], 'the API https://b'],
    ['https://evil', ['https://a', 'https://b'], 'the APIs https://a and https://b'],
    [null, ['https://a', 'https://b'], 'the APIs https://a and https://b'],
  ] as const)('names, of a refused audience %j, %j', ([named, about, words]) => {
    const seen = endedAtToken(refused('audience-not-authorized', { named }), {
      application: application({ audience: ['https://a', 'https://b'] }),
    });

    const { title, fix } = diagnosed(seen, { provider: NAMING });

    expect(fix).toContain(words);
    expect(title).toBe(`The application is not authorised for the API: ${about.join(', ')}`);
  });

  it('names the scopes that the API misses only where they are ours', () => {
    const reading = { reason: 'scope-missing', named: 'read:invoices evil:scope' } as const;
    const seen = evidence({ application: calledApplication(), call: answered(403, reading) });

    const { title, fix } = diagnosed(seen, { provider: NAMING });

    expect(fix).toContain('the scope read:invoices');
    expect(title).toBe('The API says that the token lacks a scope: read:invoices');
  });

  it('names the claim that is not as expected', () => {
    const expecting = (path: string) =>
      evidence({ application: application({ expect: { claims: { [path]: 'gold' } } }) });

    expect(diagnosed(expecting('v')).title).toBe('A claim of the token is not as expected: v');
    expect(diagnosed(expecting('tier.v')).title).toBe('The token lacks a claim: tier.v');
  });

  it('names the audience that a token lacks, of several', () => {
    const several = application({ audience: [AUDIENCE, 'https://b'] });

    expect(diagnosed(evidence({ application: several })).title).toBe(
      'The token is not for the requested audience: https://b',
    );
  });

  it('quotes the words of a refusal, cleaned', () => {
    const seen = endedAtToken(
      refused('credentials-rejected', {
        status: 401,
        error: 'invalid_client',
        description: `no \u202e${CLIENT_SECRET}\u0007 here`,
        retryAfterSeconds: 5,
      }),
    );

    const [saw] = sawAt(seen, 'token-request');

    expect(saw).toMatch(/^status 401, error "invalid_client", text "no \S+ here", retry after 5 s/);
    expect(saw).not.toContain(CLIENT_SECRET);
  });

  it('says nothing of words that a refusal does not have', () => {
    const seen = endedAtToken(refused('provider-blocked', { status: 403, error: null }));

    expect(sawAt(seen, 'token-request')).toEqual(['status 403']);
  });

  it('names both readings of a client id that does not exist, and which one is likelier', () => {
    const discovery = { kind: 'fallback', tokenEndpoint: 'x', problem: failure() } as const;

    const [saw] = sawAt(endedAtToken(refused('client-unknown')), 'token-request');
    const [cured] = sawAt(endedAtToken(refused('client-unknown'), { discovery }), 'token-request');
    const [unread] = sawAt(
      endedAtToken(refused('client-unknown'), { credentials: { kind: 'skipped' } }),
      'token-request',
    );

    expect(saw).toContain(`either the client id ${CLIENT_ID} does not exist at ${ISSUER}, or that`);
    expect(cured).toContain('which suggests a wrong domain');
    expect(unread).toContain('either the client id does not exist');
  });

  it('shows how a reply that is not usable begins', () => {
    const malformed = { kind: 'malformed', status: 200, problem: 'not-json' } as const;

    expect(
      sawAt(
        endedAtToken({ ...malformed, excerpt: 'an HTML page (6 characters)' }),
        'token-request',
      ),
    ).toEqual(['status 200, but its body is not JSON; the reply is an HTML page (6 characters)']);
    expect(sawAt(endedAtToken({ ...malformed, excerpt: '' }), 'token-request')).toEqual([
      'status 200, but its body is not JSON',
    ]);
  });

  it.for([
    [{ kind: 'missing', source: 's', reason: 'not-found' }, 's: the secret does not exist'],
    [{ kind: 'malformed', source: 's', problem: 'it is no JSON' }, 's: it is no JSON'],
    [
      { kind: 'unreadable', source: 's', reason: 'variable-missing', detail: 'ID is not set' },
      'ID is not set',
    ],
    [
      { kind: 'unreadable', source: 's', reason: 'access-denied', detail: 'AccessDenied' },
      's: access is denied (AccessDenied)',
    ],
  ] as const)('says of the credentials %j', ([credentials, saw]) => {
    expect(sawAt(endedEarly({ credentials }), 'credentials')).toEqual([saw]);
  });

  it.for([
    [failure(), 'could not be fetched: acme.kinde.com refused the connection'],
    [{ kind: 'status', status: 404, said: '' }, 'returned status 404'],
    [{ kind: 'body', problem: 'not-object', said: '' }, 'its body is not a JSON object'],
    [
      { kind: 'field-invalid', field: 'jwks_uri', detail: 'is absent' },
      'jwks_uri in the discovery document https',
    ],
    [
      { kind: 'issuer-mismatch', expected: [ISSUER], actual: 'evil' },
      `names the issuer "evil"; expected ${ISSUER}`,
    ],
    [{ kind: 'endpoint-not-allowed', field: 'token_endpoint', url: 'evil' }, ' is "evil"'],
  ] as const)('says of discovery that fails with %j: %s', ([problem, words]) => {
    expect(sawAt(endedEarly({ discovery: { kind: 'failed', problem } }), 'discovery')).toEqual([
      expect.stringContaining(words),
    ]);
  });

  it.for([
    [failure(), 'the keys could not be fetched: acme.kinde.com refused the connection'],
    [{ kind: 'status', status: 403 }, 'no credentials were sent'],
    [{ kind: 'status', status: 500 }, 'the request for the keys returned status 500'],
    [{ kind: 'body', problem: 'not-a-key-set', said: '' }, 'its body is not a JSON Web Key Set'],
  ] as const)('says of keys that cannot be fetched, %j: %s', ([problem, words]) => {
    const verification = { ...unverified('keys-unavailable'), kind: 'keys-unavailable', problem };

    expect(sawAt(evidence({ verification } as Partial<Evidence>), 'keys')).toEqual([
      expect.stringContaining(words),
    ]);
  });

  it.for([
    ['algorithm-not-allowed', { algorithm: 'none' }, 'names the algorithm "none"; allowed: RS256'],
    ['algorithm-not-allowed', { algorithm: null }, 'names the algorithm null'],
    ['key-unknown', { keyId: 'key-1' }, 'names the key "key-1"; the provider publishes ["key-2"]'],
    ['key-unknown', { keyId: null }, 'names the key null'],
    ['signature-invalid', {}, 'tried: 1'],
  ] as const)('says of a token that is %s with %j: %s', ([kind, header, words]) => {
    const seen = evidence({ verification: unverified(kind, { header }) });

    expect(sawAt(seen, 'verification')).toEqual([expect.stringContaining(words)]);
  });

  it('shows the challenge and the errors of an API, or how its answer begins', () => {
    const challenge = {
      scheme: 'bearer',
      parameters: { realm: 'x', error: 'invalid_token', error_description: 'nope' },
    };
    const errors = ['SCOPE_MISSING', 'Scope is missing', 'second', 'third'];
    const sawWith = (parts: Parameters<typeof answered>[2]) =>
      sawAt(
        evidence({
          application: calledApplication(),
          call: answered(401, { reason: 'unauthorized' }, parts),
        }),
        'call',
      );

    expect(sawWith({ challenges: [challenge], errors, excerpt: 'body' })).toEqual([
      'status 401, expected 200; challenge bearer error="invalid_token" error_description="nope"; error "SCOPE_MISSING" "Scope is missing" "second"',
    ]);
    expect(sawWith({ excerpt: '<html>' })).toEqual(['status 401, expected 200; "<html>"']);
    expect(sawWith({})).toEqual(['status 401, expected 200']);
  });

  it('shows in short which steps passed', () => {
    const seen = evidence({
      application: calledApplication(),
      credentials: { kind: 'read', clientId: CLIENT_ID, secretVersion: 'v1' },
      verification: verified({ scope: '' }),
      call: answered(200),
    });

    expect(diagnosed(seen).evidence).toEqual([
      { step: 'credentials', saw: 'version v1 of the secret was read' },
      { step: 'token-request', saw: 'status 200, a token valid for 86399 s' },
      { step: 'verification', saw: 'valid signature: "RS256", key "key-1"' },
      { step: 'claims', saw: 'scope lacks ["read:invoices"]; granted: []' },
      { step: 'call', saw: 'status 200, as expected' },
    ]);
  });

  it('leaves out the lifetime that the reply does not tell, and says that no call was made', () => {
    const seen = evidence({
      application: calledApplication(),
      tokenReply: granted({ expiresInSeconds: null, scopes: null }),
      verification: unverified('signature-invalid'),
      call: { kind: 'withheld' },
    });

    expect(sawAt(seen, 'token-request')).toEqual(['status 200, a token']);
    expect(sawAt(seen, 'call')).toEqual([
      'not called: a token is sent to the API only if its signature, issuer, audience and times are right',
    ]);
  });

  it('shows the first few of many lines at one step', () => {
    const seen = evidence({
      verification: verified({ iss: 1, aud: 1, azp: 1, gty: 1, scope: 1, iat: 'x', nbf: 'x' }),
    });

    expect(sawAt(seen, 'claims')).toHaveLength(6);
    expect(sawAt(seen, 'claims').at(-1)).toBe('and 2 more');
  });

  it.each([
    [90, '90 s ahead of'],
    [-90, '90 s behind'],
  ])('says how far our clock is apart: %i s', (clockAheadSeconds, words) => {
    const seen = evidence({ clockAheadSeconds, verification: verified({ iat: 0, exp: 1 }) });

    expect(sawAt(seen, 'claims')).toEqual([expect.stringContaining(words)]);
  });
});
