import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { REPORT_FORMAT_NAMES } from '../../lib/cli/check/report-formats.ts';
import { CAUSE_IDS } from '../../lib/core/causes/causes.ts';
import { jsonReply, textReply } from '../../lib/standin/http-messages.ts';
import { Tenant } from '../../lib/standin/tenant.ts';
import { run } from '../cli/captured-io.ts';
import { replyWith } from '../support/fault-replies.ts';
import { RUNS_FACTOR } from '../support/property-runs.ts';
import { type Scenario, startScenario } from '../support/scenario.ts';
import { ECHO_ENCODINGS } from './echo-encodings.ts';
import { findLeaks } from './find-leaks.ts';

/** Long enough to be distinguished from other text, with every character that an encoding changes. */
const secretValue = fc
  .string({
    unit: fc.constantFrom(...'abcXYZ0189+&=%/~é "\'<>\\:;,.-_$€'),
    minLength: 20,
    maxLength: 60,
  })
  .filter((secret) => secret.replace(/\s/g, '').length >= 18);

const SPECIAL_SECRET = 'pl4nted+b&=%/~é"x<y>\\z:0123456789';

type Encode = (secret: string) => string;
type Plant = (planted: {
  readonly scenario: Scenario;
  readonly clientId: string;
  readonly echo: () => string;
}) => unknown;

/** Where a peer may put what it was sent; each is an application of its own. What a plant gives changes its configuration. */
const PLACES: Readonly<Record<string, Plant>> = {
  'error-description': ({ scenario, clientId, echo }) =>
    atToken(scenario, clientId, () =>
      jsonReply(401, { error: 'invalid_client', error_description: `Refused: ${echo()}` }),
    ),
  'error-code': ({ scenario, clientId, echo }) =>
    atToken(scenario, clientId, () => jsonReply(400, { error: echo(), error_description: echo() })),
  'not-found-text': ({ scenario, clientId, echo }) =>
    atToken(scenario, clientId, () => textReply(404, `404 Not Found ${echo()}`)),
  'malformed-reply': ({ scenario, clientId, echo }) =>
    atToken(scenario, clientId, () => textReply(200, `you sent ${echo()}`)),
  'odd-fields': ({ scenario, clientId, echo }) =>
    atToken(scenario, clientId, () =>
      jsonReply(200, { note: echo(), nested: [echo()], [echo()]: 1 }),
    ),
  'scope-refused': ({ scenario, clientId, echo }) => {
    atToken(scenario, clientId, () =>
      jsonReply(400, {
        error: 'invalid_scope',
        error_description: `The OAuth 2.0 Client is not allowed to request scope '${echo()}'.`,
      }),
    );
    return { scopes: ['read:invoices'] };
  },
  claims: ({ scenario, clientId, echo }) => {
    scenario.tenant.distortToken(clientId, {
      claims: (claims) => ({
        ...claims,
        iss: echo(),
        aud: [echo()],
        azp: echo(),
        org_code: echo(),
        // A scope ends at a space, so one with spaces would be several, none of them the secret.
        ...(/\s/.test(echo()) ? {} : { scope: echo() }),
        exp: echo(),
        tier: { [echo()]: echo() },
      }),
    });
    return { expect: { organization: 'org_acme', claims: { tier: 'gold' } } };
  },
  'key-id': ({ scenario, clientId, echo }) =>
    scenario.tenant.distortToken(clientId, {
      signWith: 'unpublished-key',
      header: (header) => ({ ...header, kid: echo(), typ: echo() }),
    }),
  algorithm: ({ scenario, clientId, echo }) =>
    scenario.tenant.distortToken(clientId, { header: (header) => ({ ...header, alg: echo() }) }),
  'api-body': ({ scenario, clientId, echo }) => {
    scenario.faults.set('api', atApi(403, echo), { clientId });
    return { call: scenario.call() };
  },
  'api-text': ({ scenario, clientId, echo }) => {
    const text = replyWith(({ headers }) => textReply(500, `${headers.authorization} ${echo()}`));
    scenario.faults.set('api', text, { clientId });
    return { call: scenario.call() };
  },
  'api-expected': ({ scenario, clientId, echo }) => {
    scenario.faults.set('api', atApi(200, echo), { clientId });
    return { call: scenario.call() };
  },
};

/** An API that gives back the token it was sent, and the secret, in its body and in its challenge. */
function atApi(status: number, echo: () => string) {
  return replyWith(({ headers }) => {
    const sent = `${headers.authorization} ${echo()}`;
    const challenge = `Bearer error="invalid_token", error_description="${headerText(sent)}"`;
    const errors = [{ code: sent, message: `You sent ${sent}` }];
    return jsonReply(status, { errors }, { 'www-authenticate': challenge });
  });
}

/** Within quotes, and with what headers cannot hold percent-encoded. RFC 9110 section 5.5. */
function headerText(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}

function atToken(
  scenario: Scenario,
  clientId: string,
  reply: Parameters<typeof replyWith>[0],
): void {
  scenario.faults.set('token', replyWith(reply), { clientId });
}

interface PlantedWorld {
  readonly scenario: Scenario;
  readonly environment: Readonly<Record<string, string>>;
  /** Every token that the tenant issued so far. */
  readonly tokens: readonly string[];
}

/** A folder with a configuration whose applications share one secret, each echoed at another place. */
async function plantedWorld(secret: string, encode: Encode): Promise<PlantedWorld> {
  const scenario = await startScenario({ settings: { secret } });
  const tokens: string[] = [];
  const applications: Record<string, unknown> = {};
  const environment: Record<string, string> = { HR_SECRET: secret };
  for (const [name, plant] of Object.entries(PLACES)) {
    const sibling = await scenario.addSibling(name, { secret });
    const { clientId } = sibling;
    const change = plant({ scenario, clientId, echo: () => encode(secret) });
    const { distortion } = scenario.tenant.application(clientId) ?? {};
    scenario.tenant.distortToken(clientId, {
      ...distortion,
      accessToken: (token) => {
        tokens.push(token);
        return token;
      },
    });
    applications[name] = sibling.configured(typeof change === 'object' ? { ...change } : {});
  }
  applications['hr-sync'] = scenario.application({
    credentials: { env: 'HR_SECRET' },
    clientId: scenario.clientId,
    audience: 'https://unknown.acme.com',
  });
  await writeConfiguration(scenario, applications);
  return { scenario, environment, tokens };
}

async function writeConfiguration(
  scenario: Scenario,
  applications: Readonly<Record<string, unknown>>,
): Promise<void> {
  const providers = { acme: scenario.provider() };
  const written = { version: 1, deployment: 'leaks', providers, applications };
  await writeFile(join(scenario.folder, 'm2m-watch.yaml'), stringify(written));
}

/** What a command line says, on both outputs. */
async function said(
  argv: readonly string[],
  { scenario, environment }: Pick<PlantedWorld, 'scenario' | 'environment'>,
): Promise<string> {
  const { stdout, stderr } = await run(argv, { cwd: scenario.folder, environment });
  return `${stdout}\n${stderr}`;
}

/** Every command line that reads credentials or asks a provider, and what it says in any case. */
const COMMANDS = [
  ...REPORT_FORMAT_NAMES.map(
    (format) => [['check', '--format', format], 'error-description'] as const,
  ),
  [['validate', '--credentials'], 'the credentials of 13 of 13 applications can be read'],
  [['validate'], 'is valid: 13 applications'],
] as const;

/** Of a token the signature matters: without it the rest proves nothing. */
function expectNoLeak(
  output: string,
  planted: { readonly secrets: readonly string[]; readonly tokens?: readonly string[] },
): void {
  const signatures = (planted.tokens ?? []).map((token) => token.split('.')[2] ?? '');
  expect(findLeaks(output, [...planted.secrets, ...signatures])).toEqual([]);
  expect(output).not.toMatch(/eyJ[\w-]{8}/);
}

describe('a planted secret', () => {
  it.each(Object.entries(ECHO_ENCODINGS))(
    'that peers give back %s is in no output of check',
    async (_, encode) => {
      const world = await plantedWorld(SPECIAL_SECRET, encode);

      const output = await said(['check', '--format', 'json'], world);

      expectNoLeak(output, { secrets: [SPECIAL_SECRET], tokens: world.tokens });
      // What is not the report follows it, on the other output.
      const report: unknown = JSON.parse(output.slice(0, output.indexOf('\n}\n') + 2));
      expect(report).toMatchObject({
        summary: { applications: Object.keys(PLACES).length + 1, healthy: 1 },
      });
      expect(world.tokens.length).toBeGreaterThan(4);
      expect(output).toContain('[redacted]');
    },
  );

  it.each(COMMANDS.map(([argv, says]) => [argv.join(' '), { argv, says }] as const))(
    'is in no output of %s, whatever it is, also with M2M_WATCH_DEBUG=1',
    async (_, { argv, says }) => {
      const encodings = fc.constantFrom(...Object.values(ECHO_ENCODINGS));
      await fc.assert(
        fc.asyncProperty(secretValue, encodings, async (secret, encode) => {
          const world = await plantedWorld(secret, encode);
          const environment = { ...world.environment, M2M_WATCH_DEBUG: '1' };

          const output = await said(argv, { ...world, environment });

          expect(output).toContain(says);
          expectNoLeak(output, { secrets: [secret], tokens: world.tokens });
        }),
        { numRuns: (argv[0] === 'check' ? 15 : 3) * RUNS_FACTOR },
      );
    },
  );

  it.each(['issuer', 'token_endpoint', 'jwks_uri'])(
    'that a discovery document holds in its %s is in no output of check',
    async (field) => {
      const { scenario, ...world } = await plantedWorld(SPECIAL_SECRET, String);
      const url = `https://evil.example/${'x'.repeat(240)}/${encodeURIComponent(SPECIAL_SECRET)}`;
      scenario.tenant.distortDiscovery = (document) => ({ ...document, [field]: url });

      const output = await said(['check'], { ...world, scenario });

      expect(output).toContain('discovery-invalid');
      expectNoLeak(output, { secrets: [SPECIAL_SECRET] });
    },
  );
});

describe('a secret in the wrong place', () => {
  const secret = 'Pl4nted0secret1in2the3wrong4place';

  it.each([
    ['as credentials', { credentials: secret }],
    [
      'as the name of a variable',
      { credentials: { env: { clientId: 'ID', clientSecret: secret } } },
    ],
    ['as a key of its own', { clientSecret: secret }],
    ['in a header', { call: { url: 'https://a.example', headers: { Authorization: secret } } }],
    ['in a parameter', { tokenParameters: { client_secret: secret } }],
    ['in an address', { call: { url: `https://a:${secret}@a.example/` } }],
  ])('of the configuration is refused and not quoted: %s', async (_, change) => {
    const world = await plantedWorld(secret, String);
    await writeConfiguration(world.scenario, { 'hr-sync': world.scenario.application(change) });

    for (const argv of [['validate'], ['check']]) {
      const output = await said(argv, world);

      expect(output).toContain('hr-sync');
      expectNoLeak(output, { secrets: [secret] });
    }
    expect(world.scenario.requests).toEqual([]);
  });

  it.each([
    ['no JSON', (content: string) => `${content}}`],
    ['fields of other names', (content: string) => content.replace('client_secret', 'key')],
    ['a list', (content: string) => `[${content}]`],
    ['the secret alone', () => secret],
  ])('of a file of credentials is not quoted: %s', async (_, change) => {
    const world = await plantedWorld(secret, String);
    const content = JSON.stringify({ client_id: 'a', client_secret: secret });
    await world.scenario.write('hr-sync.json', change(content));
    const credentials = { file: 'hr-sync.json' };
    await writeConfiguration(world.scenario, {
      'hr-sync': world.scenario.application({ credentials }),
    });

    for (const argv of [['validate', '--credentials'], ['check'], ['check', '--format', 'json']]) {
      const output = await said(argv, world);

      expect(output).toContain('hr-sync.json');
      expectNoLeak(output, { secrets: [secret] });
    }
  });
});

describe('commands that have credentials of their own, or none', () => {
  it('demo --once shows no secret and no token of its stand-in', async () => {
    const issued: string[] = [];
    const addApplication = vi.spyOn(Tenant.prototype, 'addApplication');

    const { stdout, stderr } = await run(['demo', '--once'], {
      environment: { M2M_WATCH_DEBUG: '1' },
    });

    for (const { type, value } of addApplication.mock.results) {
      if (type === 'return') issued.push(value.clientSecret);
    }
    expect(issued).toHaveLength(12);
    const output = `${stdout}\n${stderr}`;
    expectNoLeak(output, { secrets: issued });
  });

  it.each([['causes'], ...CAUSE_IDS.slice(0, 3).map((id) => ['causes', id]), ['--help']])(
    '%s %s takes nothing from the environment',
    async (...argv) => {
      const environment = { M2M_CLIENT_SECRET: SPECIAL_SECRET, M2M_WATCH_DEBUG: '1' };

      const { stdout, stderr } = await run(argv, { environment });

      expectNoLeak(`${stdout}\n${stderr}`, { secrets: [SPECIAL_SECRET] });
    },
  );
});
