import { ProtectedApi } from './protected-api.ts';
import { Tenant } from './tenant.ts';
import type { ApplicationCredentials, ApplicationSettings } from './tenant-records.ts';

/** Where the demo's tenant and API are served. */
interface DemoOrigins {
  readonly issuer: string;
  readonly apiUrl: string;
}

/** The demo: a tenant after several changes, and its owner's configuration from before them. */
interface DemoTenant {
  readonly tenant: Tenant;
  readonly api: ProtectedApi;
  /** The content of an `m2m-watch.yaml` as plain data, its applications in the order of the table. */
  configuration(origins: DemoOrigins): DemoConfiguration;
  /** The variables that the configuration's credentials are read from. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A configuration in the shape of `m2m-watch.yaml`. */
export interface DemoConfiguration {
  readonly version: 1;
  readonly deployment: string;
  readonly providers: Readonly<Record<string, unknown>>;
  readonly applications: Readonly<Record<string, unknown>>;
}

/** One application: how it was set up, how its owner configured it, and what has changed since. */
interface DemoApplication {
  readonly settings: Omit<ApplicationSettings, 'name'>;
  readonly audience: string;
  readonly scopes?: readonly string[];
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly owner: string;
  readonly callPath: string;
  readonly change?: (tenant: Tenant, clientId: string) => void;
}

const INVOICES = 'https://invoices.acme.com';
const CUSTOMERS = 'https://customers.acme.com';
const WAREHOUSE = 'https://warehouse.acme.com';
const PEOPLE = 'https://people.acme.com';

const APIS = [
  { name: 'Invoices', audience: INVOICES, scopes: ['read:invoices', 'write:invoices'] },
  { name: 'Customers', audience: CUSTOMERS, scopes: ['read:customers', 'write:customers'] },
  { name: 'Warehouse', audience: WAREHOUSE, scopes: ['read:stock', 'print:labels'] },
  { name: 'People', audience: PEOPLE, scopes: ['read:people', 'read:audit'] },
] as const;

const ACME_EUROPE = 'org_3f1c9a52e07';
const ACME_PACIFIC = 'org_b84d60c17ee';
const DAY_SECONDS = 86_400;

const APPLICATIONS: Readonly<Record<string, DemoApplication>> = {
  'billing-sync': {
    settings: {
      apis: { [INVOICES]: ['read:invoices'] },
      organization: ACME_EUROPE,
      properties: { tier: 'gold' },
    },
    audience: INVOICES,
    expect: {
      organization: ACME_EUROPE,
      scopes: ['read:invoices'],
      claims: { 'application_properties.tier.v': 'gold' },
    },
    owner: 'payments@acme.com',
    callPath: '/invoices/health',
  },
  'invoice-export': {
    settings: { apis: { [INVOICES]: ['read:invoices'] } },
    audience: INVOICES,
    expect: { organization: null, scopes: ['read:invoices'] },
    owner: 'payments@acme.com',
    callPath: '/invoices/health',
    change: (tenant, clientId) => {
      tenant.rotateSecret(clientId);
    },
  },
  'ledger-bridge': {
    settings: { apis: { [INVOICES]: ['read:invoices', 'write:invoices'] } },
    audience: INVOICES,
    expect: { scopes: ['write:invoices'] },
    owner: 'payments@acme.com',
    callPath: '/invoices/health',
    change: (tenant, clientId) => tenant.deleteApplication(clientId),
  },
  'crm-import': {
    settings: { apis: { [CUSTOMERS]: ['write:customers'] } },
    audience: CUSTOMERS,
    expect: { scopes: ['write:customers'] },
    owner: 'sales-tools@acme.com',
    callPath: '/customers/health',
    change: (tenant, clientId) => tenant.revokeApi(clientId, CUSTOMERS),
  },
  'shipping-labels': {
    settings: { apis: { [WAREHOUSE]: ['read:stock', 'print:labels'] } },
    audience: WAREHOUSE,
    scopes: ['print:labels'],
    owner: 'logistics@acme.com',
    callPath: '/warehouse/health',
    change: (tenant, clientId) => tenant.removeScope(clientId, WAREHOUSE, 'print:labels'),
  },
  'partner-gateway': {
    settings: { apis: { [CUSTOMERS]: ['read:customers'] }, organization: ACME_PACIFIC },
    audience: CUSTOMERS,
    expect: { organization: ACME_PACIFIC, scopes: ['read:customers'] },
    owner: 'partners@acme.com',
    callPath: `/organizations/${ACME_PACIFIC}/health`,
    change: (tenant, clientId) => tenant.changeApplication(clientId, { organization: null }),
  },
  'stock-feed': {
    settings: { apis: { [WAREHOUSE]: ['read:stock', 'print:labels'] } },
    audience: WAREHOUSE,
    expect: { scopes: ['read:stock'] },
    owner: 'logistics@acme.com',
    callPath: '/warehouse/health',
    change: (tenant, clientId) => tenant.removeScope(clientId, WAREHOUSE, 'read:stock'),
  },
  'report-mailer': {
    settings: { apis: { [INVOICES]: ['read:invoices'] } },
    audience: INVOICES,
    expect: {
      scopes: ['read:invoices'],
      lifetimeSeconds: { atLeast: 3_600, atMost: DAY_SECONDS },
    },
    owner: 'finance@acme.com',
    callPath: '/invoices/health',
    change: (tenant, clientId) =>
      tenant.changeApplication(clientId, { tokenLifetimeSeconds: 30 * DAY_SECONDS }),
  },
  'hr-sync': {
    settings: {
      apis: { [PEOPLE]: ['read:people'] },
      organization: ACME_EUROPE,
      properties: { tier: 'gold' },
    },
    audience: PEOPLE,
    expect: {
      organization: ACME_EUROPE,
      scopes: ['read:people'],
      claims: { 'application_properties.tier.v': 'gold' },
    },
    owner: 'people-ops@acme.com',
    callPath: `/organizations/${ACME_EUROPE}/health`,
    change: (tenant, clientId) => {
      const properties = { tier: 'silver' };
      tenant.changeApplication(clientId, { organization: ACME_PACIFIC, properties });
    },
  },
  'audit-trail': {
    settings: { apis: { [PEOPLE]: ['read:people', 'read:audit'] } },
    audience: PEOPLE,
    expect: { scopes: ['read:people'] },
    owner: 'security@acme.com',
    callPath: '/people/audit/health',
    change: (tenant, clientId) => tenant.removeScope(clientId, PEOPLE, 'read:audit'),
  },
  'search-indexer': {
    settings: { apis: { [CUSTOMERS]: ['read:customers'] } },
    audience: CUSTOMERS,
    expect: { scopes: ['read:customers'] },
    owner: 'search@acme.com',
    callPath: '/customers/health',
    change: (tenant, clientId) => tenant.distortToken(clientId, { signWith: 'unpublished-key' }),
  },
  'webhook-relay': {
    settings: { apis: { [CUSTOMERS]: ['read:customers', 'write:customers'] } },
    audience: CUSTOMERS,
    scopes: ['read:customers'],
    expect: { organization: null, lifetimeSeconds: { atLeast: 3_600, atMost: DAY_SECONDS } },
    owner: 'platform@acme.com',
    callPath: '/customers/health',
  },
};

/**
 * Builds the tenant of a made-up company, acme: twelve applications, two of them healthy.
 *
 * Each of the other ten was changed after it was set up (its secret rotated, its API revoked, it moved
 * to another organisation, …), and the owner's configuration was not updated.
 */
export function demoTenant(): DemoTenant {
  const tenant = new Tenant();
  for (const api of APIS) tenant.addApi(api);
  const environment: Record<string, string> = {};
  for (const [name, { settings, change }] of Object.entries(APPLICATIONS)) {
    const credentials = tenant.addApplication({ ...settings, name });
    const variables = variablesOf(name);
    environment[variables.clientId] = credentials.clientId;
    environment[variables.clientSecret] = credentials.clientSecret;
    change?.(tenant, credentials.clientId);
  }
  return { tenant, api: demoApi(), configuration, environment };
}

function demoApi(): ProtectedApi {
  return new ProtectedApi({
    '/invoices/health': { audience: INVOICES },
    '/customers/health': { audience: CUSTOMERS },
    '/warehouse/health': { audience: WAREHOUSE },
    '/people/audit/health': { audience: PEOPLE, requiredScopes: ['read:audit'] },
    '/organizations/{organization}/health': { organization: 'from-path' },
  });
}

// Plain HTTP is allowed since all of it stays on loopback.
function configuration({ issuer, apiUrl }: DemoOrigins): DemoConfiguration {
  const applications = Object.entries(APPLICATIONS).map(([name, application]) => {
    const { settings: _, change: __, callPath, ...configured } = application;
    const call = { url: `${apiUrl}${callPath}`, allowInsecureHttp: true };
    const credentials = { env: variablesOf(name) };
    return [name, { provider: 'acme', credentials, call, ...configured }];
  });
  return {
    version: 1,
    deployment: 'demo',
    providers: { acme: { type: 'kinde', issuer, allowInsecureHttp: true } },
    applications: Object.fromEntries(applications),
  };
}

/** The names of the variables that an application's credentials are read from. */
function variablesOf(name: string): ApplicationCredentials {
  const prefix = name.toUpperCase().replaceAll('-', '_');
  return { clientId: `${prefix}_CLIENT_ID`, clientSecret: `${prefix}_CLIENT_SECRET` };
}
