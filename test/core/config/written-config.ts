/** A value at a path, for `withValue`; `REMOVED` takes the key away. */
export const REMOVED = Symbol('removed');

type Path = readonly (string | number)[];

/** The smallest configuration that parses, as it would stand in a file. */
export function smallConfig() {
  return {
    version: 1,
    providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com' } },
    applications: {
      'billing-sync': {
        provider: 'acme',
        credentials: { env: { clientId: 'M2M_ID', clientSecret: 'M2M_SECRET' } },
        audience: 'https://api.acme.com',
      },
    },
  };
}

/** A configuration with every key of the schema. */
export function fullConfig() {
  return {
    version: 1,
    deployment: 'production',
    schedule: { tickMinutes: 10 },
    confirmation: { attempts: 2, waitSeconds: 20 },
    providers: {
      acme: {
        type: 'kinde',
        issuer: 'https://acme.kinde.com/',
        tokensPerMonth: 2000,
        endpoints: {
          token: 'https://acme.kinde.com/oauth2/token',
          keys: 'https://acme.kinde.com/.well-known/jwks',
        },
        hosts: ['auth.acme.com', 'auth.acme.com:8443'],
        expectIssuer: ['https://login.acme.com/'],
        algorithms: ['RS256', 'ES256'],
        clientAuthentication: 'client_secret_basic',
        timeoutMs: 5000,
        concurrency: 4,
        allowInsecureHttp: true,
        proxy: 'http://proxy.acme.com:3128',
        ca: { file: 'certificates/ca.pem' },
      },
      local: { type: 'oidc', issuer: 'http://127.0.0.1:4000', allowInsecureHttp: true },
    },
    applications: {
      'billing-sync': {
        provider: 'acme',
        credentials: {
          secretsManager: 'm2m/billing-sync',
          key: 'billing',
          fields: { clientId: 'id', clientSecret: 'secret' },
          roleArn: 'arn:aws:iam::111122223333:role/read-m2m',
          region: 'eu-west-1',
        },
        clientId: 'abc',
        audience: ['https://api.acme.com', 'https://other.acme.com'],
        scopes: ['read:invoices', 'write:invoices'],
        resource: ['https://api.acme.com'],
        tokenParameters: { organization: 'org_1234' },
        tokenFormat: 'jwt',
        everyMinutes: 30,
        expect: {
          organization: null,
          scopes: ['read:invoices'],
          surplusScopes: 'warn',
          lifetimeSeconds: { atLeast: 3600, atMost: 86400 },
          claims: { 'application_properties.tier.v': 'gold', '/a.b~1c/d': [1, null] },
        },
        call: {
          url: 'http://localhost:3000/health',
          method: 'POST',
          headers: { Accept: 'application/json' },
          expectStatus: [200, 204],
          timeoutMs: 2000,
          allowInsecureHttp: true,
        },
        owner: 'payments@acme.com',
        runbook: 'https://wiki.acme.com/billing-sync',
      },
      export: {
        provider: 'local',
        credentials: { file: 'secrets/export.json' },
        audience: null,
        everyMinutes: 20,
      },
    },
    thresholds: { open: 2, close: 3 },
    maintenance: [{ applications: ['*'], cron: '0 2 * * SUN', durationMinutes: 60 }],
    notify: {
      email: ['oncall@acme.com'],
      slack: { webhook: { secretsManager: 'm2m/slack' } },
      teams: { webhook: { ssm: '/m2m/teams' } },
      pagerDuty: { routingKey: { env: 'PAGER_DUTY_KEY' } },
      webhook: { url: 'https://hooks.acme.com/m2m', secret: { file: 'secrets/hook' } },
      remindAfterHours: [2],
    },
    alarms: { email: ['pager@acme.com'], topicArn: 'arn:aws:sns:eu-west-1:111122223333:pager' },
    metrics: { perApplicationUpTo: 10 },
    acceptOverBudget: true,
  };
}

/** A copy of plain data with another value at a path; blocks that are missing are made. */
export function withValue(data: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(data) || typeof key === 'number') {
    const items: readonly unknown[] = Array.isArray(data) ? data : [];
    const place = Number(key);
    const length = Math.max(items.length, place + 1);
    return Array.from({ length }, (_, index) =>
      index === place ? withValue(items[index], rest, value) : items[index],
    );
  }
  const block = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (rest.length === 0 && value === REMOVED) {
    return Object.fromEntries(Object.entries(block).filter(([name]) => name !== key));
  }
  return { ...block, [key]: withValue(block[key], rest, value) };
}

/** A text such as `applications.billing-sync.scopes.0` as a path. */
export function pathOf(text: string): Path {
  return text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
