import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  configurationJsonSchema,
  type SchemaNode,
  schemaNodesAt,
} from '../../../lib/core/config/json-schema.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { generator as page } from '../../../tools/generators/configuration-page.ts';
import { generator as schemaFile } from '../../../tools/generators/configuration-schema.ts';
import { isValid } from './validate-json-schema.ts';
import { fullConfig, pathOf, REMOVED, smallConfig, withValue } from './written-config.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The example of section 4 of the design, whole. */
const DESIGN_EXAMPLE = `
version: 1
deployment: production
schedule: { tickMinutes: 5 }
confirmation: { attempts: 1, waitSeconds: 10 }
providers:
  acme:
    type: kinde
    issuer: https://acme.kinde.com
    tokensPerMonth: 2000
applications:
  billing-sync:
    provider: acme
    credentials: { secretsManager: m2m/billing-sync, fields: { clientId: client_id, clientSecret: client_secret } }
    audience: https://api.acme.com
    everyMinutes: 60
    expect:
      organization: org_1234
      scopes: [read:invoices]
      surplusScopes: warn
      lifetimeSeconds: { atLeast: 3600, atMost: 86400 }
      claims: { application_properties.tier.v: gold }
    call: { url: https://api.acme.com/health, method: GET, headers: {}, expectStatus: [200], timeoutMs: 10000 }
    owner: payments@acme.com
    runbook: https://wiki.acme.com/billing-sync
thresholds: { open: 1, close: 1 }
maintenance: [ { applications: ['*'], cron: '0 2 * * SUN', durationMinutes: 60 } ]
notify:
  email: [oncall@acme.com]
  slack: { webhook: { secretsManager: m2m/slack-webhook } }
  remindAfterHours: [4, 24]
alarms: { email: [], topicArn: null }
metrics: { perApplicationUpTo: 100 }
acceptOverBudget: false
`;

describe('the generated files', () => {
  it.each([page, schemaFile])('$path is what its generator makes', async ({ path, generate }) => {
    const committed = await readFile(join(ROOT, path), 'utf8');

    expect(committed === generate(), `${path} is stale: run npm run docs`).toBe(true);
  });

  it('explain every key of the schema', () => {
    const unexplained = keysOf(configurationJsonSchema(), '').filter(
      ({ node }) => (node.description ?? '').length < 10,
    );

    expect(unexplained.map(({ path }) => path)).toEqual([]);
  });

  it('show defaults and examples that the schema itself takes', () => {
    const keys = keysOf(configurationJsonSchema(), '');

    const wrong = keys.filter(({ node: { default: usual, examples = [], ...node } }) =>
      [...examples, ...(usual === undefined ? [] : [usual])].some((value) => !isValid(node, value)),
    );

    expect(keys.filter(({ node }) => node.examples !== undefined).length).toBeGreaterThan(50);
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe('the JSON Schema', () => {
  it.each([
    ['the smallest configuration', smallConfig()],
    ['a configuration with every key', fullConfig()],
    ["the design's example", parse(DESIGN_EXAMPLE)],
  ])('accepts %s, as parsing does', (_, input) => {
    expect(isValid(configurationJsonSchema(), input)).toBe(true);
    expect(parseConfig(input)).toMatchObject({ ok: true });
  });

  it('accepts every file of examples, as parsing does', async () => {
    const names = (await readdir(join(ROOT, 'examples'))).filter((name) =>
      /\.(ya?ml|json)$/.test(name),
    );
    const inputs = await Promise.all(
      names.map(async (name) => parse(await readFile(join(ROOT, 'examples', name), 'utf8'))),
    );

    expect(names).toContain('m2m-watch.yaml');
    expect(inputs.map((input) => isValid(configurationJsonSchema(), input))).toEqual(
      names.map(() => true),
    );
    expect(inputs.map((input) => parseConfig(input).ok)).toEqual(names.map(() => true));
  });

  it.each([
    ['version', 2],
    ['providers', REMOVED],
    ['aplications', {}],
    ['deployment', 'Production'],
    ['providers.Acme', { type: 'kinde', issuer: 'https://acme.kinde.com' }],
    ['providers.acme.type', 'knide'],
    ['providers.acme.issuer', ''],
    ['providers.acme.algorithms', ['HS256']],
    ['providers.acme.timeoutMs', 1],
    ['applications.billing-sync.audience', REMOVED],
    ['applications.billing-sync.audience', ''],
    ['applications.billing-sync.audience', []],
    ['applications.billing-sync.audiance', 'x'],
    ['applications.billing-sync.credentials', 'x'],
    ['applications.billing-sync.credentials', {}],
    ['applications.billing-sync.credentials.file', 'x'],
    ['applications.billing-sync.credentials.clientSecret', 'x'],
    ['applications.billing-sync.scopes', 'read:a'],
    ['applications.billing-sync.everyMinutes', null],
    ['applications.billing-sync.call', { url: 'https://x.com', expectStatus: [99] }],
    ['notify.slack.webhook', 'https://hooks.slack.com/x'],
  ])('refuses %s = %j, as parsing does', (path, value) => {
    const input = withValue(smallConfig(), pathOf(path), value);

    expect(isValid(configurationJsonSchema(), input)).toBe(false);
    expect(parseConfig(input)).toMatchObject({ ok: false });
  });
});

describe('schemaNodesAt', () => {
  it('follows names of choice, lists and values of several shapes', () => {
    expect(schemaNodesAt(['applications', 'any', 'audience']).map(({ type }) => type)).toEqual([
      'string',
      'array',
      'null',
    ]);
    expect(schemaNodesAt(['maintenance', 3, 'cron'])).toMatchObject([{ type: 'string' }]);
  });

  it.each([[['nothing']], [['version', 'x']], [['version', 0]], [['providers', 'a', 'toString']]])(
    'finds nothing at %j',
    (path) => {
      expect(schemaNodesAt(path)).toEqual([]);
    },
  );
});

interface Key {
  readonly path: string;
  readonly node: SchemaNode;
}

function keysOf(node: SchemaNode, path: string): readonly Key[] {
  const named = typeof node.additionalProperties === 'object' ? node.additionalProperties : null;
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
      { path: `${path}.${key}`, node: child },
      ...keysOf(child, `${path}.${key}`),
    ]),
    ...(named === null ? [] : keysOf(named, `${path}.*`)),
    ...(node.items === undefined ? [] : keysOf(node.items, `${path}[]`)),
    ...(node.anyOf ?? []).flatMap((shape) => keysOf(shape, path)),
  ];
}
