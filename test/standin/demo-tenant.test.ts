import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import { type DemoConfiguration, demoTenant } from '../../lib/standin/demo-tenant.ts';
import type { Standin } from '../../lib/standin/start-standin.ts';
import { claimsOf, get, postForm, type SeenReply, started, tokenOf } from './standin-client.ts';

/** What a client finds if it does what the configuration says. */
const FOUND = {
  'billing-sync': 'healthy',
  'invoice-export': '401 invalid_client',
  'ledger-bridge': '404 undefined',
  'crm-import': '403 invalid_request',
  'shipping-labels': '403 invalid_scope',
  'partner-gateway': 'org_code undefined, call 403',
  'stock-feed': 'scope print:labels',
  'report-mailer': 'lifetime 2592000',
  'hr-sync': 'org_code org_b84d60c17ee, tier silver, call 403',
  'audit-trail': 'call 403',
  'search-indexer': 'call 401',
  'webhook-relay': 'healthy',
} as const;

interface Configured {
  readonly provider: string;
  readonly credentials: { readonly env: Record<'clientId' | 'clientSecret', string> };
  readonly audience: string;
  readonly scopes?: readonly string[];
  readonly expect?: {
    readonly organization?: string | null;
    readonly scopes?: readonly string[];
    readonly lifetimeSeconds?: { readonly atMost: number };
    readonly claims?: Readonly<Record<string, string>>;
  };
  readonly call: { readonly url: string };
}

async function startedDemo() {
  const demo = demoTenant();
  const standin = await started({ tenant: demo.tenant, api: demo.api });
  const configuration = demo.configuration(standin);
  return { standin, configuration, environment: demo.environment };
}

describe('the demo tenant', () => {
  it('has a dozen applications of one provider, with credentials for each', async () => {
    const { standin, configuration, environment } = await startedDemo();

    expect(Object.keys(configuration.applications)).toStrictEqual(Object.keys(FOUND));
    expect(configuration.providers).toStrictEqual({
      acme: { type: 'kinde', issuer: standin.issuer, allowInsecureHttp: true },
    });
    expect(Object.keys(environment)).toHaveLength(24);
    expect(new Set(Object.values(environment)).size).toBe(24);
  });

  it.each(Object.entries(FOUND))('lets %s find: %s', async (name, found) => {
    const { standin, configuration, environment } = await startedDemo();

    const seen = await look(standin, application(configuration, name), environment);

    expect(seen).toBe(found);
  });

  it('gives a configuration that has no problem', async () => {
    const { configuration } = await startedDemo();

    expect(parseConfig(configuration)).toMatchObject({ ok: true });
  });

  it('has two healthy applications, and ten that each fail differently', () => {
    const found = Object.values(FOUND);

    expect(found.filter((each) => each === 'healthy')).toHaveLength(2);
    expect(new Set(found).size).toBe(11);
  });

  it('is made anew at each call', () => {
    const [one, another] = [demoTenant(), demoTenant()];

    expect(one.tenant).not.toBe(another.tenant);
    expect(one.environment).not.toStrictEqual(another.environment);
  });
});

function application(configuration: DemoConfiguration, name: string): Configured {
  return configuration.applications[name] as Configured;
}

async function look(
  standin: Standin,
  configured: Configured,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { env } = configured.credentials;
  const reply = await postForm(standin, {
    grant_type: 'client_credentials',
    client_id: environment[env.clientId] ?? '',
    client_secret: environment[env.clientSecret] ?? '',
    audience: configured.audience,
    scope: configured.scopes?.join(' ') ?? null,
  });
  if (reply.status !== 200) return `${reply.status} ${reply.body['error']}`;
  const call = await get(configured.call.url, tokenOf(reply));
  const found = [
    ...mismatches(reply, configured),
    ...(call.status === 200 ? [] : [`call ${call.status}`]),
  ];
  return found.length === 0 ? 'healthy' : found.join(', ');
}

function mismatches(reply: SeenReply, { expect: wanted = {} }: Configured): readonly string[] {
  const claims = claimsOf(reply);
  const found: string[] = [];
  if (wanted.organization !== undefined && (claims['org_code'] ?? null) !== wanted.organization) {
    found.push(`org_code ${claims['org_code']}`);
  }
  const granted = String(claims['scope']).split(' ');
  if (wanted.scopes?.some((scope) => !granted.includes(scope)) === true) {
    found.push(`scope ${claims['scope']}`);
  }
  const lifetime = Number(claims['exp']) - Number(claims['iat']);
  if (lifetime > (wanted.lifetimeSeconds?.atMost ?? lifetime)) found.push(`lifetime ${lifetime}`);
  const tier = JSON.stringify(claims['application_properties'] ?? {});
  if (wanted.claims !== undefined && tier !== '{"tier":{"v":"gold"}}') {
    found.push(`tier ${tier.slice('{"tier":{"v":"'.length, -'"}}'.length)}`);
  }
  return found;
}
