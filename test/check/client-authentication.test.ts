import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createCredentialReader } from '../../lib/adapters/credentials/credential-reader.ts';
import { createFingerprint } from '../../lib/adapters/credentials/fingerprint.ts';
import { systemClock } from '../../lib/adapters/process.ts';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { runDue } from '../../lib/check/run-due.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { Secret } from '../../lib/core/secret.ts';
import { openProviderShares } from '../../lib/wiring/provider-shares.ts';
import {
  type LocalIssuer,
  presented,
  type Refusal,
  type SeenTokenRequest,
  startLocalIssuer,
} from '../support/local-issuer.ts';

const MINUTE_MS = 60_000;
const BARE: Refusal = { status: 401, body: { error: 'invalid_client' } };

type Method = 'client_secret_basic' | 'client_secret_post';
const METHODS = ['client_secret_basic', 'client_secret_post'] as const;

/** What the server registered a client with; it changes during a test. */
interface Registered {
  method: Method;
  secret: string;
  /** How it refuses another method, and how another secret. @default BARE */
  ofMethod?: (used: Method) => Refusal;
  ofSecret?: Refusal;
}

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

/** A server with clients that are registered for one method each. */
async function serverWith(
  clients: Readonly<Record<string, Registered>>,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<LocalIssuer> {
  const refuse = (request: SeenTokenRequest): Refusal | null => {
    const shown = presented(request);
    if (shown === null) return BARE;
    const client = clients[shown.clientId];
    if (client === undefined) return BARE;
    if (client.method !== shown.method) return client.ofMethod?.(shown.method) ?? BARE;
    return client.secret === shown.clientSecret ? null : (client.ofSecret ?? BARE);
  };
  const server = await startLocalIssuer({
    refuse,
    metadata: { token_endpoint_auth_methods_supported: METHODS, ...metadata },
  });
  cleanUps.push(server.close);
  return server;
}

/** How Fosite refuses a client that is registered for another method. */
function fosite(method: string): Refusal {
  const error_description = `Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The OAuth 2.0 Client supports client authentication method '${method}', but method 'client_secret_basic' was requested.`;
  return { status: 401, body: { error: 'invalid_client', error_description } };
}

/** How Authlib refuses every client where the grant takes Basic alone, which is how it comes. */
function authlib(): Refusal {
  const error_description = "The client cannot authenticate with methods: ['client_secret_basic']";
  return { status: 401, body: { error: 'invalid_client', error_description } };
}

interface Watched {
  /** Secrets by client id, as the store has them; a test changes them. */
  readonly stored: Record<string, string>;
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly application?: Readonly<Record<string, unknown>>;
  readonly remembers?: boolean;
  /** How often a refusal is confirmed. @default 1 */
  readonly attempts?: number;
}

/** Runs the schedule at a server, one slot of 15 minutes a call, and keeps the state. */
function watch(
  { issuer }: LocalIssuer,
  { stored, provider, application, remembers = true, attempts = 1 }: Watched,
) {
  const variable = (clientId: string) => clientId.toUpperCase().replaceAll('-', '_');
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    schedule: { tickMinutes: 15 },
    confirmation: { attempts, waitSeconds: 0 },
    providers: { local: { type: 'oidc', issuer, allowInsecureHttp: true, ...provider } },
    applications: Object.fromEntries(
      Object.keys(stored).map((clientId) => [
        clientId,
        {
          provider: 'local',
          clientId,
          credentials: { env: variable(clientId) },
          audience: null,
          everyMinutes: 15,
          ...application,
        },
      ]),
    ),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const config = parsed.value;
  const store = createSqliteStateStore(':memory:');
  const identify = remembers ? createFingerprint(new Secret(randomBytes(32))) : null;
  let slotMs = Math.floor(Date.now() / (15 * MINUTE_MS)) * 15 * MINUTE_MS;
  return async (): Promise<readonly CheckReport[]> => {
    slotMs += 15 * MINUTE_MS;
    const environment = Object.fromEntries(
      Object.entries(stored).map(([clientId, secret]) => [variable(clientId), secret]),
    );
    const credentials = createCredentialReader({ environment, baseDirectory: '/' });
    const { report } = await runDue({
      config,
      store,
      clock: systemClock,
      slotMs,
      identify,
      channels: [],
      openShares: (applications) =>
        openProviderShares(applications, { config, baseDirectory: '/', credentials, signal: null }),
    });
    return report.reports;
  };
}

function methodsOf({ tokenRequests }: LocalIssuer): readonly (string | undefined)[] {
  return tokenRequests.map((request) => presented(request)?.method);
}

describe('the authentication method of a client', () => {
  it.each(METHODS)(
    'is found out for a client of %s in at most two requests, then used',
    async (method) => {
      const server = await serverWith({ 'sync-1': { method, secret: 's1' } });
      const run = watch(server, { stored: { 'sync-1': 's1' } });

      const [first] = await run();
      const sentFirst = server.tokenRequests.length;
      // The rest of a day of checks every 15 minutes.
      for (let checks = 1; checks < 96; checks += 1) await run();

      expect(first).toMatchObject({ status: 'healthy', clientAuthentication: method });
      expect(sentFirst).toBe(method === 'client_secret_basic' ? 1 : 2);
      expect(server.tokenRequests).toHaveLength(sentFirst + 95);
      expect(new Set(methodsOf(server).slice(sentFirst))).toEqual(new Set([method]));
    },
  );

  it('is reported as an information where it is not the usual one, at every check', async () => {
    const server = await serverWith({ 'sync-1': { method: 'client_secret_post', secret: 's1' } });
    const run = watch(server, { stored: { 'sync-1': 's1' } });

    for (const report of [...(await run()), ...(await run())]) {
      expect(report).toMatchObject({
        status: 'healthy',
        diagnosis: null,
        findings: [
          {
            cause: 'client-authentication-unset',
            severity: 'information',
            expected: 'client_secret_post',
            detail: expect.stringContaining('`clientAuthentication: client_secret_post`'),
          },
        ],
      });
    }
  });

  it('is not reported where the usual one is accepted', async () => {
    const server = await serverWith({ 'sync-1': { method: 'client_secret_basic', secret: 's1' } });

    const [report] = await watch(server, { stored: { 'sync-1': 's1' } })();

    expect(report).toMatchObject({ status: 'healthy', findings: [] });
  });

  it('is never tried where it is configured, for the provider or for the application', async () => {
    for (const place of ['provider', 'application'] as const) {
      const server = await serverWith({ 'sync-1': { method: 'client_secret_post', secret: 's1' } });
      const configured = { [place]: { clientAuthentication: 'client_secret_basic' } };

      const [report] = await watch(server, { stored: { 'sync-1': 's1' }, ...configured })();

      expect(new Set(methodsOf(server))).toEqual(new Set(['client_secret_basic']));
      expect(report?.status).toBe('unhealthy');
      expect(report?.diagnosis?.evidence).toContainEqual({
        step: 'token-request',
        saw: 'client authentication: client_secret_basic, as configured',
      });
    }
  });

  it('is doubted in the fix where it alone was used, as configured or as accepted with another secret', async () => {
    const client: Registered = { method: 'client_secret_basic', secret: 's1' };
    const server = await serverWith({ 'sync-1': client });
    const stored = { 'sync-1': 's1' };
    const run = watch(server, { stored });
    await run();
    Object.assign(client, { method: 'client_secret_post', secret: 's2' });
    stored['sync-1'] = 's2';

    const [changed] = await run();
    const [configured] = await watch(server, {
      stored,
      application: { clientAuthentication: 'client_secret_basic' },
    })();

    for (const report of [changed, configured]) {
      expect(report?.diagnosis?.cause).toBe('credentials-rejected');
      expect(report?.diagnosis?.fix.at(-1)).toContain('set `clientAuthentication`');
    }
  });

  it('may differ from application to application of a provider', async () => {
    const server = await serverWith({
      'sync-1': { method: 'client_secret_post', secret: 's1' },
      'sync-2': { method: 'client_secret_basic', secret: 's2' },
    });

    const reports = await watch(server, { stored: { 'sync-1': 's1', 'sync-2': 's2' } })();

    expect(reports.map(({ clientAuthentication }) => clientAuthentication)).toEqual([
      'client_secret_post',
      'client_secret_basic',
    ]);
    expect(reports.every(({ status }) => status === 'healthy')).toBe(true);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['lists one method', { token_endpoint_auth_methods_supported: ['client_secret_basic'] }],
    [
      'lists one that is not for secrets beside it',
      {
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
      },
    ],
  ])('is not tried where the server %s', async (_, metadata) => {
    const server = await serverWith({}, metadata);

    await watch(server, { stored: { 'sync-1': 's1' } })();

    expect(new Set(methodsOf(server))).toEqual(new Set(['client_secret_basic']));
  });

  it.each<[string, object]>([
    [
      'Fosite',
      {
        error: 'invalid_client',
        error_description:
          "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The OAuth 2.0 Client supports client authentication method 'client_secret_post', but method 'client_secret_basic' was requested.",
      },
    ],
    [
      'Authlib',
      {
        error: 'invalid_client',
        error_description:
          "The client cannot authenticate with methods: ['client_secret_basic', 'client_secret_post']",
      },
    ],
    [
      'a server that reads the body alone',
      { error: 'invalid_request', error_description: 'Missing required parameter: client_id' },
    ],
  ])('is found by the words of %s', async (_, body) => {
    const server = await serverWith({
      'sync-1': {
        method: 'client_secret_post',
        secret: 's1',
        ofMethod: () => ({ status: 401, body }),
      },
    });

    const [report] = await watch(server, { stored: { 'sync-1': 's1' } })();

    expect(report).toMatchObject({ status: 'healthy', clientAuthentication: 'client_secret_post' });
  });

  it('is tried again after it was accepted only where the refusal names another', async () => {
    const client: Registered = { method: 'client_secret_basic', secret: 's1' };
    const server = await serverWith({ 'sync-1': client });
    const run = watch(server, { stored: { 'sync-1': 's1' } });
    await run();
    client.method = 'client_secret_post';

    const [bare] = await run();
    const afterBare = methodsOf(server);
    client.ofMethod = () => ({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'client is registered for client_secret_post',
      },
    });
    const [named] = await run();

    expect(bare).toMatchObject({ status: 'unhealthy', diagnosis: { cause: 'secret-rotated' } });
    expect(new Set(afterBare)).toEqual(new Set(['client_secret_basic']));
    expect(named).toMatchObject({ status: 'healthy', clientAuthentication: 'client_secret_post' });
  });

  it('is tried once for credentials that are refused, in place of the confirmation, and again for others', async () => {
    const client: Registered = { method: 'client_secret_post', secret: 'right' };
    const server = await serverWith({ 'sync-1': client });
    const stored = { 'sync-1': 'wrong' };
    const run = watch(server, { stored });

    const [first] = await run();
    const sentFirst = methodsOf(server);
    await run();
    await run();
    const sentSince = methodsOf(server).slice(sentFirst.length);
    stored['sync-1'] = 'right';
    const [last] = await run();

    expect(first).toMatchObject({
      status: 'unhealthy',
      attempts: 2,
      diagnosis: { cause: 'credentials-rejected', confidence: 'possible' },
    });
    expect(first?.diagnosis?.evidence).toContainEqual({
      step: 'token-request',
      saw: 'client authentication: client_secret_basic, as is usual here; then client_secret_post: status 401, error "invalid_client"',
    });
    expect(sentFirst).toEqual(['client_secret_basic', 'client_secret_post']);
    expect(sentSince).toEqual(['client_secret_basic', 'client_secret_basic']);
    expect(last).toMatchObject({ status: 'healthy', clientAuthentication: 'client_secret_post' });
  });

  it.each<[string, Refusal]>([
    ['no answer', { status: 200, hangs: true }],
    ['a 503', { status: 503 }],
    ['a 429', { status: 429, headers: { 'retry-after': '3600' } }],
    [
      'a block page',
      { status: 403, body: '<html><title>Attention Required! | Cloudflare</title></html>' },
    ],
  ])('is still to be tried after %s to the other one', async (_, second) => {
    const client: Registered = {
      method: 'client_secret_basic',
      secret: 'not yet',
      ofMethod: () => second,
    };
    const server = await serverWith({ 'sync-1': client });
    const run = watch(server, { stored: { 'sync-1': 's1' }, provider: { timeoutMs: 2_000 } });
    const [before] = await run();
    Object.assign(client, { method: 'client_secret_post', secret: 's1', ofMethod: undefined });

    const [after] = await run();

    expect(before?.status).toBe('unhealthy');
    expect(after).toMatchObject({ status: 'healthy', clientAuthentication: 'client_secret_post' });
  });

  it.each<[string, Refusal]>([
    ['a bare invalid_request', { status: 400, body: { error: 'invalid_request' } }],
    [
      'a parameter that is missing',
      { status: 422, body: { detail: [{ loc: ['body', 'client_id'], msg: 'field required' }] } },
    ],
    ['an empty 400', { status: 400 }],
    ['an empty 403', { status: 403 }],
    ['a 403 with an empty object', { status: 403, body: {} }],
    ['a code of its own', { status: 401, body: { code: 'E-4711' } }],
  ])('is found out after %s', async (_, refusal) => {
    const server = await serverWith({
      'sync-1': { method: 'client_secret_post', secret: 's1', ofMethod: () => refusal },
    });

    const [report] = await watch(server, { stored: { 'sync-1': 's1' } })();

    expect(report).toMatchObject({ status: 'healthy', clientAuthentication: 'client_secret_post' });
    expect(methodsOf(server)).toEqual(['client_secret_basic', 'client_secret_post']);
  });

  it('does not hide what the right method is refused for', async () => {
    const server = await serverWith({
      'sync-1': {
        method: 'client_secret_post',
        secret: 's1',
        ofSecret: {
          status: 401,
          body: { error: 'invalid_client', error_description: 'Client secret is incorrect' },
        },
      },
    });

    const [report] = await watch(server, { stored: { 'sync-1': 'wrong' } })();

    expect(report).toMatchObject({
      clientAuthentication: 'client_secret_post',
      diagnosis: { cause: 'credentials-rejected', confidence: 'certain' },
    });
  });

  it('is found out at every check where nothing is remembered', async () => {
    const server = await serverWith({ 'sync-1': { method: 'client_secret_post', secret: 's1' } });
    const run = watch(server, { stored: { 'sync-1': 's1' }, remembers: false });

    const [report] = await run();

    expect(report).toMatchObject({ status: 'healthy', clientAuthentication: 'client_secret_post' });
  });

  it.each(['p%ss', 'a+b', 'tilde~', 'ü'])(
    'is suspected where client_secret_basic encodes the secret %j and is refused',
    async (secret) => {
      const server = await serverWith({ 'sync-1': { method: 'client_secret_post', secret } });
      const provider = { clientAuthentication: 'client_secret_basic' };

      const [report] = await watch(server, { stored: { 'sync-1': secret }, provider })();

      expect(report?.diagnosis?.cause).toBe('credentials-rejected');
      expect(report?.diagnosis?.fix.join(' ')).toContain('a secret of letters and digits');
      expect(report?.findings[0]?.detail).toContain('form-encodes (RFC 6749 section 2.3.1)');
      expect(JSON.stringify(report)).not.toContain(JSON.stringify(secret).slice(1, -1));
    },
  );

  it('is suspected of the encoding also where the other method is refused, which is then no way out', async () => {
    const server = await serverWith({
      'sync-1': { method: 'client_secret_basic', secret: 'as it is decoded', ofMethod: authlib },
    });

    const [report] = await watch(server, { stored: { 'sync-1': 'a+b' } })();

    expect(report?.diagnosis?.cause).toBe('credentials-rejected');
    expect(report?.findings[0]?.detail).toContain('form-encodes (RFC 6749 section 2.3.1)');
    const fix = report?.diagnosis?.fix.join(' ');
    expect(fix).toContain('a secret of letters and digits');
    expect(fix).not.toContain('client_secret_post');
  });

  it.each<[string, Refusal, object]>([
    [
      'Fosite of a client with a key',
      fosite('private_key_jwt'),
      {
        confidence: 'certain',
        title: 'The client is registered for private_key_jwt, and not for a secret',
      },
    ],
    [
      'Fosite of a public client',
      fosite('none'),
      {
        confidence: 'certain',
        title: 'The client is registered as a public client, which may not use client credentials',
      },
    ],
    [
      'Keycloak of a client with a signed JWT',
      {
        status: 400,
        body: {
          error: 'unauthorized_client',
          error_description: 'Unexpected error when authenticating client',
        },
      },
      {
        confidence: 'likely',
        title: 'The client is registered for a signed assertion, and not for a secret',
      },
    ],
  ])(
    'is no method with a secret by the words of %s, so that one request is enough',
    async (server, refusal, diagnosis) => {
      const client: Registered = { method: 'client_secret_basic', secret: 's1' };
      const local = await serverWith({ 'sync-1': client });
      const provider = server.startsWith('Keycloak') ? { dialect: 'keycloak' } : {};
      const run = watch(local, { stored: { 'sync-1': 's1' }, provider, attempts: 0 });
      await run();
      client.method = 'client_secret_post';
      client.ofMethod = () => refusal;

      const [afterAccepted] = await run();
      const [unknown] = await watch(local, {
        stored: { 'sync-1': 's1' },
        provider,
        attempts: 0,
        remembers: false,
      })();

      const mismatch = { diagnosis: { cause: 'client-authentication-mismatch', ...diagnosis } };
      expect([afterAccepted, unknown]).toMatchObject([mismatch, mismatch]);
      expect(local.tokenRequests).toHaveLength(3);
    },
  );

  it('may be none of those that were refused, unless the server says that one is right', async () => {
    const refusals = { bare: () => BARE, fosite: () => fosite('client_secret_basic') };
    for (const [server, ofMethod] of Object.entries(refusals)) {
      const local = await serverWith({
        'sync-1': { method: 'client_secret_basic', secret: 's1', ofMethod },
      });

      const [report] = await watch(local, { stored: { 'sync-1': 'wrong' } })();

      expect(report?.diagnosis?.cause).toBe('credentials-rejected');
      expect(report?.diagnosis?.fix.some((step) => step.includes('another method'))).toBe(
        server === 'bare',
      );
    }
  });

  it('is not the other one where Authlib names the one that was used', async () => {
    const server = await serverWith({
      'sync-1': {
        method: 'client_secret_basic',
        secret: 's1',
        ofMethod: authlib,
        ofSecret: authlib(),
      },
    });
    const run = watch(server, { stored: { 'sync-1': 's1' } });
    const [healthy] = await run();
    const [mistyped] = await watch(server, { stored: { 'sync-1': 'wrong' } })();
    const configured = { clientAuthentication: 'client_secret_post' };
    const [other] = await watch(server, { stored: { 'sync-1': 's1' }, provider: configured })();

    expect(healthy?.status).toBe('healthy');
    expect(mistyped?.diagnosis).toMatchObject({
      cause: 'credentials-rejected',
      confidence: 'possible',
    });
    const fix = mistyped?.diagnosis?.fix.join(' ');
    expect(fix).not.toContain('Set `clientAuthentication');
    expect(fix).toContain('check at the provider how sync-1 must authenticate');
    expect(other?.diagnosis).toMatchObject({
      cause: 'client-authentication-mismatch',
      fix: [expect.stringContaining('Set `clientAuthentication: client_secret_basic`')],
    });
  });

  it('is said to be perhaps not decoded also where the other method is accepted', async () => {
    const server = await serverWith({ 'sync-1': { method: 'client_secret_post', secret: 'a+b' } });

    const [report] = await watch(server, { stored: { 'sync-1': 'a+b' } })();

    expect(report).toMatchObject({
      status: 'healthy',
      findings: [{ detail: expect.stringContaining('form-encodes (RFC 6749 section 2.3.1)') }],
    });
  });

  it('is not suspected where the secret needs no encoding', async () => {
    const server = await serverWith({ 'sync-1': { method: 'client_secret_post', secret: 's1' } });
    const provider = { clientAuthentication: 'client_secret_basic' };

    const [report] = await watch(server, { stored: { 'sync-1': 's1' }, provider })();

    expect(JSON.stringify(report?.diagnosis)).not.toContain('form-encodes');
  });
});

describe('a refusal without a word', () => {
  const SILENT: Refusal = { status: 403 };
  const KNOWN: Registered = { method: 'client_secret_basic', secret: 's2' };

  it.each<[string, Refusal]>([
    ['nothing', SILENT],
    ['the name of its status', { status: 403, body: 'Forbidden' }],
    ['an envelope of it', { status: 403, body: { message: 'Forbidden' } }],
    ['an empty object', { status: 403, body: {} }],
  ])(
    'is a rotated secret where the credentials were accepted before and others are served: %s',
    async (_, ofSecret) => {
      const client: Registered = { method: 'client_secret_basic', secret: 's1', ofSecret };
      // The refused one is checked first: who is served after it counts too.
      const server = await serverWith({ 'sync-1': client, 'sync-2': KNOWN });
      const run = watch(server, { stored: { 'sync-1': 's1', 'sync-2': 's2' } });
      await run();
      client.secret = 'rotated';

      const [report] = await run();

      expect(report).toMatchObject({
        status: 'unhealthy',
        diagnosis: {
          cause: 'secret-rotated',
          confidence: 'likely',
          title: expect.stringMatching(/rotated, or the application deleted/),
        },
      });
      expect(report?.diagnosis?.fix.join(' ')).toMatch(/Copy the new secret.*create it again/s);
    },
  );

  it('is of this client where others are served, and no more is known', async () => {
    const client: Registered = { method: 'client_secret_basic', secret: 's1', ofSecret: SILENT };
    const server = await serverWith({ 'sync-1': client, 'sync-2': KNOWN });

    const [report] = await watch(server, { stored: { 'sync-1': 'wrong', 'sync-2': 's2' } })();

    expect(report).toMatchObject({
      status: 'unhealthy',
      diagnosis: { cause: 'credentials-rejected', confidence: 'possible' },
    });
  });

  it('is a block in front of the provider where nobody is served', async () => {
    const refused = { method: 'client_secret_basic', ofSecret: SILENT } as const;
    const clients: Record<string, Registered> = {
      'sync-1': { ...refused, secret: 's1' },
      'sync-2': { ...refused, secret: 's2' },
    };
    const server = await serverWith(clients);
    const run = watch(server, { stored: { 'sync-1': 's1', 'sync-2': 's2' } });
    await run();
    for (const client of Object.values(clients)) client.secret = 'rotated';

    for (const report of await run()) {
      expect(report).toMatchObject({
        status: 'undetermined',
        diagnosis: { cause: 'provider-blocked', confidence: 'possible' },
      });
    }
  });
});
