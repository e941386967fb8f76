import { describe, expect, it } from 'vitest';
import { createTlsCertificate } from '../support/certificates.ts';
import {
  edgePage,
  garbage,
  gzipBomb,
  hostileText,
  invalidJson,
  largeBody,
  notUtf8,
  redirectTo,
  serverError,
} from '../support/fault-replies.ts';
import { APPLICATION, startScenario } from '../support/scenario.ts';
import { SOON_MS } from '../support/time-limits.ts';
import type { TransportFault } from '../support/transport-faults.ts';

/** Short for faults that last until the timeout, long for those that do not: the machine may be busy. */
const timeoutFor = ({ kind }: TransportFault) =>
  kind === 'silence' || kind === 'stall' || kind === 'endless' ? 1_500 : 30_000;

/** What a report may hold of control, bidirectional and other characters that show nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/u;

const FAULTS = {
  '10 MiB': largeBody(10),
  'a gzip bomb of 128 MiB': gzipBomb(128),
  'bytes that are no UTF-8': notUtf8(),
  'random bytes': garbage(),
  'JSON cut in its middle': invalidJson(),
  'a body without end, as fast as it is read': { kind: 'endless', everyMs: 0 },
  'a body without end, byte after byte': { kind: 'endless', everyMs: 10 },
  'a body that stalls': { kind: 'stall' },
  'a body that breaks off': { kind: 'cut-off' },
  'a redirect': redirectTo('http://127.0.0.1:9/'),
  silence: { kind: 'silence' },
  'a reset': { kind: 'reset' },
} as const satisfies Readonly<Record<string, TransportFault>>;

describe.each(['discovery', 'token', 'keys', 'api'] as const)(
  'an answer at the endpoint %s',
  (endpoint) => {
    it.each(Object.entries(FAULTS))('of %s gives a diagnosis in bounded time', async (_, fault) => {
      const scenario = await startScenario();
      scenario.faults.set(endpoint, fault);
      const timeoutMs = timeoutFor(fault);
      const startedAtMs = performance.now();

      const report = await scenario.check({
        provider: { timeoutMs },
        application: { call: scenario.call('/health', { timeoutMs }) },
      });

      expect(performance.now() - startedAtMs).toBeLessThan(SOON_MS);
      expect(report).toMatchObject(EXPECTED[endpoint](fault));
      expect(report.diagnosis?.cause).not.toBe('monitor-fault');
    });
  },
);

/** What each endpoint's fault comes to; of an API a large answer with the right status is enough. */
const EXPECTED = {
  discovery: () => ({ status: 'degraded', diagnosis: { cause: 'discovery-invalid' } }),
  token: () => ({
    status: expect.stringMatching(/^(?:unhealthy|undetermined)$/),
    token: null,
    diagnosis: {
      cause: expect.stringMatching(/^(?:token-reply-malformed|provider-(?:timeout|unreachable))$/),
    },
  }),
  keys: () => ({ status: 'undetermined', diagnosis: { cause: 'keys-unavailable' } }),
  api: ({ kind, ...fault }: TransportFault) => {
    if (kind === 'silence' || kind === 'reset') return { diagnosis: { cause: 'call-unreachable' } };
    const isDripping = 'everyMs' in fault && fault.everyMs > 0;
    if (kind === 'stall' || kind === 'cut-off' || isDripping) {
      return { status: 'degraded', diagnosis: { cause: 'call-failed' } };
    }
    const isRedirect = 'reply' in fault && 'status' in fault.reply && fault.reply.status === 302;
    return isRedirect ? { diagnosis: { cause: 'call-failed' } } : { status: 'healthy' };
  },
} as const;

describe('a hostile text', () => {
  it.each(['token', 'api'] as const)(
    'of the endpoint %s loses what steers screens',
    async (endpoint) => {
      const scenario = await startScenario();
      scenario.faults.set(endpoint, hostileText());

      const report = await scenario.check({ application: { call: scenario.call() } });

      const { diagnosis, findings } = report;
      const texts = [
        ...(diagnosis?.evidence ?? []).map(({ saw }) => saw),
        findings[0]?.detail ?? '',
      ];
      expect(texts.join('')).toContain('red');
      expect(texts.filter((text) => INVISIBLE.test(text))).toEqual([]);
      expect(texts.join('')).not.toMatch(/\[31m/);
    },
  );

  it('in the claims and the key id of a token is shown cleaned', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      signWith: 'unpublished-key',
      header: (header) => ({ ...header, kid: 'a\u001b[2Jb\u202ec' }),
      claims: (claims) => ({
        ...claims,
        org_code: 'org\u0007\u2066_other',
        iss: 'a\u001b]0;b\u0007',
      }),
    });

    const report = await scenario.check({ application: { expect: { organization: 'org_acme' } } });

    expect(report).toBeDiagnosedAs({
      cause: 'signing-key-unknown',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['issuer-mismatch', 'organization-mismatch'],
      evidence: [['verification', '"abc"']],
    });
    const json = JSON.stringify(report);
    expect(json).not.toMatch(/\\u001b|\\u0007/);
    expect(INVISIBLE.test(json)).toBe(false);
  });

  it('of 100,000 characters is cut', async () => {
    const scenario = await startScenario();
    const description = `${'long '.repeat(20_000)}`;
    scenario.faults.set('token', {
      kind: 'reply',
      reply: {
        status: 400,
        headers: {},
        body: JSON.stringify({ error: 'e'.repeat(100_000), error_description: description }),
      },
    });

    const report = await scenario.check();

    expect(JSON.stringify(report).length).toBeLessThan(5_000);
  });

  it('of a thousand claims and scopes makes no large report', async () => {
    const scenario = await startScenario();
    const many = Array.from({ length: 1_000 }, (_, index) => `scope:${index}`);
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, scope: many.join(' '), aud: many, org_code: many }),
    });

    const report = await scenario.check({ application: { expect: { organization: 'org_acme' } } });

    expect(report.diagnosis?.cause).toBe('audience-mismatch');
    expect(JSON.stringify(report).length).toBeLessThan(20_000);
  });
});

describe('what is sent where', () => {
  it('no credentials follow a redirect of the token endpoint', async () => {
    const scenario = await startScenario();
    const elsewhere = await startScenario();
    for (const status of [301, 302, 303, 307, 308] as const) {
      scenario.faults.clear();
      scenario.faults.set('token', redirectTo(`${elsewhere.issuer}/oauth2/token`, status));
      const report = await scenario.check();

      expect(report.diagnosis?.cause).toBe('token-reply-malformed');
    }
    expect(elsewhere.requests).toEqual([]);
  });

  it('nothing goes to a certificate for another host, neither to the provider nor to the API', async () => {
    const tls = await createTlsCertificate('other-host');
    const impostor = await startScenario({ standin: { tls } });
    const scenario = await startScenario();

    const atProvider = await impostor.check();
    const atApi = await scenario.check({
      application: { call: { url: `${impostor.apiUrl}/health` } },
    });

    expect(atProvider.diagnosis?.cause).toBe('provider-tls-invalid');
    expect(atApi.diagnosis?.cause).toBe('call-unreachable');
    expect(impostor.requests).toEqual([]);
  });

  it.each([
    ['an issuer outside loopback', { provider: { issuer: 'http://acme.kinde.com' } }],
    ['an issuer on loopback without leave', { provider: { allowInsecureHttp: false } }],
    [
      'a call outside loopback',
      { application: { call: { url: 'http://api.acme.com/', allowInsecureHttp: true } } },
    ],
  ])('http: is refused before anything is read: %s', async (_, parts) => {
    const scenario = await startScenario();

    await expect(scenario.check(parts)).rejects.toThrow(/must begin with https:/);
    expect(scenario.requests).toEqual([]);
  });

  it('no credentials go to an http: endpoint that discovery names outside loopback', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortDiscovery = (document) => ({
      ...document,
      token_endpoint: 'http://acme.kinde.com/oauth2/token',
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'discovery-invalid',
      confidence: 'certain',
      status: 'undetermined',
    });
    expect(scenario.received('token')).toEqual([]);
  });
});

describe('one failing application', () => {
  it('never stops the others: twelve, each failing differently, are all reported in order', async () => {
    const scenario = await startScenario();
    const faults: Readonly<Record<string, TransportFault | null>> = {
      silent: { kind: 'silence' },
      stalled: { kind: 'stall' },
      endless: { kind: 'endless', everyMs: 0 },
      reset: { kind: 'reset' },
      'hung-up': { kind: 'hang-up' },
      'cut-off': { kind: 'cut-off' },
      bomb: gzipBomb(),
      large: largeBody(10),
      blocked: edgePage(),
      failing: serverError(),
      hostile: hostileText(),
      garbled: notUtf8(),
    };
    const siblings = new Map<string, Awaited<ReturnType<typeof scenario.addSibling>>>();
    for (const [name, fault] of Object.entries(faults)) {
      const sibling = await scenario.addSibling(name);
      siblings.set(name, sibling);
      if (fault !== null) scenario.faults.set('token', fault, { clientId: sibling.clientId });
    }
    const configured = [...siblings].map(([name, sibling]) => [name, sibling.configured()]);
    const startedAtMs = performance.now();

    const { reports, summary } = await scenario.checkAll({
      providers: { acme: scenario.provider({ timeoutMs: 1_000, concurrency: 4 }) },
      applications: {
        ...Object.fromEntries(configured),
        [APPLICATION]: scenario.application(),
      },
    });

    const causes = reports.map(({ application, diagnosis }) => [application, diagnosis?.cause]);
    expect(Object.fromEntries(causes)).toEqual({
      silent: 'provider-timeout',
      stalled: 'provider-timeout',
      endless: 'token-reply-malformed',
      reset: 'provider-unreachable',
      'hung-up': 'provider-unreachable',
      'cut-off': 'provider-unreachable',
      bomb: 'token-reply-malformed',
      large: 'token-reply-malformed',
      blocked: 'provider-blocked',
      failing: 'provider-error',
      hostile: 'credentials-rejected',
      garbled: 'token-reply-malformed',
      [APPLICATION]: undefined,
    });
    expect(reports.map(({ application }) => application)).toEqual([
      ...Object.keys(faults),
      APPLICATION,
    ]);
    expect(summary).toMatchObject({ applications: 13, healthy: 1, unhealthy: 5, undetermined: 7 });
    expect(performance.now() - startedAtMs).toBeLessThan(SOON_MS);
  });

  it('of a provider that hangs does not delay those of another', async () => {
    const scenario = await startScenario();
    const hanging = await startScenario();
    hanging.faults.set('discovery', { kind: 'silence' });
    hanging.faults.set('token', { kind: 'silence' });
    const order: string[] = [];
    const ended = new AbortController();
    const hung = Array.from({ length: 3 }, (_, index) => [
      `hung-${index}`,
      scenario.application({ provider: 'hanging' }),
    ]);

    const { reports } = await scenario.checkAll({
      providers: {
        hanging: hanging.provider({ timeoutMs: 60_000, concurrency: 3 }),
        acme: scenario.provider(),
      },
      applications: { ...Object.fromEntries(hung), [APPLICATION]: scenario.application() },
      // As soon as one has ended, the run ends, and the others are as far as they were.
      signal: ended.signal,
      onReport: ({ application }) => {
        order.push(application);
        ended.abort();
      },
    });

    expect(order[0]).toBe(APPLICATION);
    const healthy = reports.find(({ application }) => application === APPLICATION);
    expect(healthy?.status).toBe('healthy');
    expect(reports.filter(({ status }) => status === 'undetermined')).toHaveLength(3);
  });
});
