import { describe, expect, it } from 'vitest';
import { renderProblem } from '../../../lib/core/config/config-problems.ts';
import { NOTICE_CHANNELS } from '../../../lib/core/config/notice-channels.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { PROVIDER_TYPE_NAMES } from '../../../lib/core/config/provider-types.ts';
import { fullConfig, pathOf, REMOVED, smallConfig, withValue } from './written-config.ts';

const HASH = 'd4d3c5b74e064badb9625a4aa6241bcc';
const TYPES = PROVIDER_TYPE_NAMES.join(', ');
const NO_PLACE =
  'there is no place for a secret here: name where it is kept, for example { env: { clientId: M2M_ID, clientSecret: M2M_SECRET } }';
const NAME = 'must be a name: lower-case letters, digits and hyphens, at most 63, no hyphen first';
const APP = 'applications.billing-sync';

describe('parseConfig', () => {
  it.each([
    [{ scopes: ['a', 'b'] }, ['a', 'b']],
    [{ scopes: ['a'], expect: { scopes: ['c'] } }, ['c']],
    [{ scopes: ['a'], expect: { scopes: [] } }, []],
    // Entra's way to ask for all that is granted is in no token.
    [{ scopes: ['api://acme/.default', 'a'] }, ['a']],
    [{ scopes: ['a'], expect: { scopes: ['api://acme/.default'] } }, ['api://acme/.default']],
  ])('of an application with %j expects the scopes %j', (parts, scopes) => {
    const written = smallConfig();
    const application = { ...written.applications['billing-sync'], ...parts };

    expect(parseConfig(withValue(written, pathOf(APP), application))).toMatchObject({
      ok: true,
      value: { applications: [{ expect: { scopes } }] },
    });
  });

  it('fills in every default of the smallest configuration', () => {
    const noChannels = Object.fromEntries(
      Object.values(NOTICE_CHANNELS).map(({ key, keys }) => [key, keys === null ? [] : null]),
    );

    const parsed = parseConfig(smallConfig());

    expect(parsed).toEqual({
      ok: true,
      value: {
        version: 1,
        deployment: 'default',
        schedule: { tickMinutes: 5 },
        confirmation: { attempts: 1, waitSeconds: 10 },
        providers: {
          acme: {
            name: 'acme',
            type: 'kinde',
            issuer: 'https://acme.kinde.com',
            tokensPerMonth: null,
            endpoints: { token: null, keys: null },
            hosts: [],
            expectIssuer: [],
            algorithms: ['RS256'],
            dialect: null,
            clientAuthentication: null,
            timeoutMs: 10_000,
            concurrency: 10,
            allowInsecureHttp: false,
            proxy: null,
            ca: null,
          },
        },
        applications: [
          {
            name: 'billing-sync',
            provider: 'acme',
            credentials: {
              env: { clientId: 'M2M_ID', clientSecret: 'M2M_SECRET' },
              fields: { clientId: 'client_id', clientSecret: 'client_secret' },
            },
            clientId: null,
            clientAuthentication: null,
            audience: ['https://api.acme.com'],
            scopes: null,
            resource: [],
            tokenParameters: {},
            tokenFormat: 'jwt',
            everyMinutes: 60,
            expect: { scopes: [], surplusScopes: 'ignore', lifetimeSeconds: null, claims: {} },
            call: null,
            owner: null,
            runbook: null,
          },
        ],
        thresholds: { open: 1, close: 1 },
        maintenance: [],
        notify: {
          ...noChannels,
          remindAfterHours: [4, 24],
        },
        alarms: { email: [], topicArn: null },
        metrics: { perApplicationUpTo: 100 },
        acceptOverBudget: false,
      },
    });
  });

  it('keeps every key that is written', () => {
    const parsed = parseConfig(fullConfig());

    const written = fullConfig();
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        ...written,
        providers: {
          acme: {
            ...written.providers.acme,
            issuer: 'https://acme.kinde.com',
            expectIssuer: ['https://login.acme.com'],
          },
          local: { issuer: 'http://127.0.0.1:4000' },
        },
        applications: [
          { ...written.applications['billing-sync'], name: 'billing-sync' },
          { name: 'export', audience: [], everyMinutes: 20 },
        ],
        notify: {
          ...written.notify,
          slack: {
            webhook: { secretsManager: 'm2m/slack', key: null, roleArn: null, region: null },
          },
        },
      },
    });
  });

  it('gives plain JSON data, in which an absent organisation stays absent', () => {
    const parsed = parseConfig(fullConfig());
    const small = parseConfig(smallConfig());
    if (!parsed.ok || !small.ok) throw new Error('the configurations are valid');

    const copies = [parsed.value, small.value].map((value) => JSON.parse(JSON.stringify(value)));

    expect(copies).toStrictEqual([parsed.value, small.value]);
    expect(copies[0].applications[0].expect.organization).toBeNull();
    expect('organization' in copies[1].applications[0].expect).toBe(false);
  });

  it('expects the scopes that are asked for, where nothing else is written', () => {
    const parsed = parseConfig(withValue(smallConfig(), pathOf(`${APP}.scopes`), ['a', 'b']));

    expect(parsed).toMatchObject({ value: { applications: [{ expect: { scopes: ['a', 'b'] } }] } });
  });

  it.each([
    ['kinde', 60],
    ['oidc', 15],
  ])('checks an application of %s every %i minutes where nothing is written', (type, minutes) => {
    const parsed = parseConfig(withValue(smallConfig(), pathOf('providers.acme.type'), type));

    expect(parsed).toMatchObject({ value: { applications: [{ everyMinutes: minutes }] } });
  });

  it.each([
    ['env: VARIABLE', { env: 'M2M' }],
    ['ssm', { ssm: '/m2m' }],
    ['file', { file: 'm2m.json' }],
    ['secretsManager', { secretsManager: 'm2m', key: null, roleArn: null, region: null }],
  ])('reads credentials from %s with the default fields', (_, source) => {
    const written = Object.fromEntries(
      Object.entries(source).filter(([, value]) => value !== null),
    );

    const parsed = parseConfig(withValue(smallConfig(), pathOf(`${APP}.credentials`), written));

    const fields = { clientId: 'client_id', clientSecret: 'client_secret' };
    expect(parsed).toMatchObject({
      value: { applications: [{ credentials: { ...source, fields } }] },
    });
  });

  it.each([
    ['', null, 'the configuration is null: write a block of keys, or remove the line'],
    ['', undefined, 'the configuration is missing: write a block of keys'],
    ['', [], 'the configuration must be a block of keys, and is a list'],
    ['', 'x', 'the configuration must be a block of keys, and is text'],
    ['version', REMOVED, 'version is missing: write 1, the version of this format'],
    ['version', 2, 'version must be 1, the version of this format'],
    ['providers', REMOVED, 'providers is missing: write a block of keys'],
    ['applications', 3, 'applications must be a block of keys, and is a whole number'],
    ['deployment', 'Prod', `deployment ${NAME}`],
    ['deployment', '', 'deployment is empty: write a value, or remove the line'],
    ['aplications', {}, 'unknown key `aplications`; did you mean `applications`?'],
    ['quite-other', {}, 'unknown key `quite-other`'],
    ['schedule.tickMinutes', 0, 'schedule.tickMinutes must be 1 or more'],
    ['schedule.tickMinutes', 61, 'schedule.tickMinutes must be 60 or less'],
    ['schedule.tickMinutes', 2.5, 'schedule.tickMinutes must be a whole number, and is a number'],
    ['schedule.tickMinutes', '5', 'schedule.tickMinutes must be a number, and is text'],
    [
      'schedule.tickMinutes',
      null,
      'schedule.tickMinutes is null: write a number, or remove the line',
    ],
    ['acceptOverBudget', 'no', 'acceptOverBudget must be true or false, and is text'],
    ['providers.acme.type', 3, `providers.acme.type must be one of ${TYPES}`],
    ['fanOut', 'single', 'unknown key `fanOut`'],

    ['providers.acme', null, 'providers.acme is null: write a block of keys, or remove the line'],
    ['providers.acme.type', REMOVED, `providers.acme.type is missing: write one of ${TYPES}`],
    [
      'providers.acme.type',
      'knide',
      `providers.acme.type must be one of ${TYPES}; did you mean \`kinde\`?`,
    ],
    ['providers.acme.issuer', REMOVED, 'providers.acme.issuer is missing: write text'],
    [
      'providers.acme.issuer',
      '',
      'providers.acme.issuer is empty: write a value, or remove the line',
    ],
    [
      'providers.acme.issuer',
      'acme.kinde.com',
      'providers.acme.issuer must be an absolute URL such as https://example.com',
    ],
    [
      'providers.acme.issuer',
      'https://',
      'providers.acme.issuer must be an absolute URL such as https://example.com',
    ],
    [
      'providers.acme.issuer',
      'https://a b',
      'providers.acme.issuer must be an absolute URL such as https://example.com',
    ],
    [
      'providers.acme.issuer',
      'https://x.com?y',
      'providers.acme.issuer must be without query and fragment: an issuer has neither',
    ],
    [
      'providers.acme.issuer',
      'https://x.com#',
      'providers.acme.issuer must be without query and fragment: an issuer has neither',
    ],
    [
      'providers.acme.issuer',
      'http://x.com',
      'providers.acme.issuer must begin with https: (http is for loopback only)',
    ],
    [
      'providers.acme.issuer',
      'http://127.0.0.1.x.com',
      'providers.acme.issuer must begin with https: (http is for loopback only)',
    ],
    [
      'providers.acme.issuer',
      'http://localhost:1',
      'providers.acme.issuer must begin with https:, or set allowInsecureHttp: true beside it',
    ],
    [
      'providers.acme.issuer',
      'http://[::1]:1',
      'providers.acme.issuer must begin with https:, or set allowInsecureHttp: true beside it',
    ],
    [
      'providers.acme.issuer',
      `https://m2m:${HASH}@x.com`,
      'providers.acme.issuer holds a user name or password: there is no place for a secret in a URL, remove the part before the @',
    ],
    [
      'providers.acme.issuer',
      `https://:${HASH}@x.com`,
      'providers.acme.issuer holds a user name or password: there is no place for a secret in a URL, remove the part before the @',
    ],
    [
      'providers.acme.expectIssuer',
      ['http://x.com'],
      'providers.acme.expectIssuer[0] must begin with https: (http is for loopback only)',
    ],
    [
      'providers.acme.endpoints.keys',
      'http://x.com',
      'providers.acme.endpoints.keys must begin with https: (http is for loopback only)',
    ],
    [
      'providers.acme.endpoints.tokn',
      'https://x.com',
      'providers.acme.endpoints: unknown key `tokn`; did you mean `token`?',
    ],
    [
      'providers.acme.hosts',
      ['https://x.com'],
      'providers.acme.hosts[0] must be a host name alone, such as auth.example.com, with a port where it has one',
    ],
    [
      'providers.acme.hosts',
      ['x.com', 'x.com'],
      'providers.acme.hosts[1] stands twice: remove one',
    ],
    [
      'providers.acme.algorithms',
      [],
      'providers.acme.algorithms is empty: name at least one, or remove the line',
    ],
    [
      'providers.acme.algorithms',
      ['rs256'],
      'providers.acme.algorithms[0] must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    ],
    [
      'providers.acme.algorithms',
      ['HS256'],
      'providers.acme.algorithms[0] must be an algorithm with a public key, never `none` or HMAC: one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    ],
    [
      'providers.acme.algorithms',
      ['None'],
      'providers.acme.algorithms[0] must be an algorithm with a public key, never `none` or HMAC: one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    ],
    [
      'providers.acme.clientSecret',
      HASH,
      `providers.acme: unknown key \`clientSecret\`; ${NO_PLACE}`,
    ],
    ['providers.Acme', {}, `providers: the key \`Acme\` ${NAME}`],

    [
      `${APP}.audience`,
      REMOVED,
      `${APP}.audience is missing: write the API's audience, or null for deliberately none`,
    ],
    [`${APP}.audience`, '', `${APP}.audience is empty: write null for none, or remove the line`],
    [`${APP}.audience`, [], `${APP}.audience is empty: write null for none, or remove the line`],
    [
      `${APP}.audience`,
      {},
      `${APP}.audience must be an audience, a list of audiences, or null for none`,
    ],
    [`${APP}.audience`, ['a', true], `${APP}.audience[1] must be text, and is true or false`],
    [`${APP}.audience`, ['a', {}], `${APP}.audience[1] must be text, and is a block of keys`],
    [`${APP}.audience`, 'a\nb', `${APP}.audience must be one line without control characters`],
    [`${APP}.audiance`, 'a', `${APP}: unknown key \`audiance\`; did you mean \`audience\`?`],
    [
      `${APP}.provider`,
      'acm',
      `${APP}.provider is \`acm\`, which is no provider; did you mean \`acme\`?`,
    ],
    [
      `${APP}.provider`,
      'other',
      `${APP}.provider is \`other\`, which is no provider; there are \`acme\``,
    ],
    [`${APP}.provider`, '', `${APP}.provider is empty: write a value, or remove the line`],
    [
      `${APP}.clientId`,
      'abc',
      `${APP}.clientId stands here and in credentials.env: keep one; with a literal client id write credentials: { env: VARIABLE }`,
    ],
    [`${APP}.credentials`, HASH, `${APP}.credentials is text; ${NO_PLACE}`],
    [`${APP}.credentials`, 3, `${APP}.credentials must be a block of keys, and is a whole number`],
    [
      `${APP}.credentials`,
      {},
      `${APP}.credentials must name one of env, file, secretsManager, ssm, privateKey`,
    ],
    [`${APP}.credentials.file`, 'x', `${APP}.credentials names env and file: keep one of them`],
    [
      `${APP}.credentials.key`,
      'x',
      `${APP}.credentials.key only works with \`secretsManager\`: remove it`,
    ],
    [
      `${APP}.credentials.fields`,
      { clientId: 'id' },
      `${APP}.credentials.fields has no effect if \`env\` names two values: remove it`,
    ],
    [
      `${APP}.credentials.client_secret`,
      HASH,
      `${APP}.credentials: unknown key \`client_secret\`; ${NO_PLACE}`,
    ],
    [`${APP}.credentials.secret`, HASH, `${APP}.credentials: unknown key \`secret\`; ${NO_PLACE}`],
    [
      `${APP}.credentials`,
      { evn: 'X' },
      `${APP}.credentials: unknown key \`evn\`; did you mean \`env\`?`,
    ],
    [
      `${APP}.credentials.env`,
      HASH,
      `${APP}.credentials.env must be the name of an environment variable: capitals, digits and underscores`,
    ],
    [
      `${APP}.credentials.env`,
      5,
      `${APP}.credentials.env must be the name of a variable, or { clientId: VARIABLE, clientSecret: VARIABLE }`,
    ],
    [
      `${APP}.credentials.env.clientSecret`,
      REMOVED,
      `${APP}.credentials.env.clientSecret is missing: write text`,
    ],
    [
      `${APP}.credentials.env.clientsecret`,
      HASH,
      `${APP}.credentials.env: unknown key \`clientsecret\`; did you mean \`clientSecret\`?`,
    ],
    [`${APP}.scopes`, 'read:a', `${APP}.scopes must be a list, and is text`],
    [`${APP}.scopes`, [], `${APP}.scopes is empty: name at least one, or remove the line`],
    [
      `${APP}.scopes`,
      ['a b'],
      `${APP}.scopes[0] must be one scope, without spaces and quotes: write a list, one scope each`,
    ],
    [`${APP}.scopes`, ['a', 'a'], `${APP}.scopes[1] stands twice: remove one`],
    [`${APP}.resource`, ['api'], `${APP}.resource[0] must be an absolute URI without a fragment`],
    [
      `${APP}.tokenParameters`,
      { client_secret: HASH },
      `${APP}.tokenParameters: the key \`client_secret\` may not be set here: m2m-watch sets it itself, and there is no place for a secret here`,
    ],
    [
      `${APP}.everyMinutes`,
      7,
      `${APP}.everyMinutes is 7, which is no multiple of schedule.tickMinutes (5): write 10, for example`,
    ],
    [
      'schedule.tickMinutes',
      7,
      `${APP}.everyMinutes is 60 by default, which is no multiple of schedule.tickMinutes (7): write 63, for example`,
    ],
    [
      `${APP}.expect.organization`,
      '',
      `${APP}.expect.organization is empty: write null for none, or remove the line`,
    ],
    [
      `${APP}.expect.claims`,
      { 'a..b': 1 },
      `${APP}.expect.claims: the key \`a..b\` is no path of a claim: write names with dots between them, or a JSON pointer such as /a~1b/c`,
    ],
    [
      `${APP}.expect.claims`,
      { '/a~2': 1 },
      `${APP}.expect.claims: the key \`/a~2\` is no path of a claim: write names with dots between them, or a JSON pointer such as /a~1b/c`,
    ],
    [
      `${APP}.expect.lifetimeSeconds`,
      { atLeast: 5, atMost: 4 },
      `${APP}.expect.lifetimeSeconds.atLeast is 5, more than atMost (4)`,
    ],
    [
      `${APP}.call`,
      { url: 'ftp://x.com' },
      `${APP}.call.url must be an absolute URL such as https://example.com`,
    ],
    [
      `${APP}.call`,
      { url: 'http://localhost' },
      `${APP}.call.url must begin with https:, or set allowInsecureHttp: true beside it`,
    ],
    [
      `${APP}.call`,
      { url: 'http://x.com', allowInsecureHttp: true },
      `${APP}.call.url must begin with https: (http is for loopback only)`,
    ],
    [
      `${APP}.call`,
      { url: 'https://x.com', headers: { authorization: HASH } },
      `${APP}.call.headers: the key \`authorization\` may not be set here: m2m-watch sets the headers of the connection and the token itself, and there is no place for a secret here`,
    ],
    [
      `${APP}.call`,
      { url: 'https://x.com', headers: { 'a b': 'c' } },
      `${APP}.call.headers: the key [not shown] is no name of a header`,
    ],
    [
      `${APP}.call`,
      { url: 'https://x.com', headers: { a: 'b\r\nc: d' } },
      `${APP}.call.headers.a must be one line without control characters`,
    ],
    [
      `${APP}.call`,
      { url: 'https://x.com', headers: { Abc: '1', abc: '2' } },
      `${APP}.call.headers.abc stands twice: remove one`,
    ],
    [
      `${APP}.call`,
      { url: 'https://x.com', expectStatus: [99] },
      `${APP}.call.expectStatus[0] must be 100 or more`,
    ],
    [
      `${APP}.call`,
      { url: 'https://x.com', expectStatus: [600] },
      `${APP}.call.expectStatus[0] must be 599 or less`,
    ],
    [
      `${APP}.call`,
      { url: 'https://x.com', expectStatus: [200, 200] },
      `${APP}.call.expectStatus[1] stands twice: remove one`,
    ],
    [`${APP}.clientSecret`, HASH, `${APP}: unknown key \`clientSecret\`; ${NO_PLACE}`],
    ['applications.-a', {}, `applications: the key \`-a\` ${NAME}`],

    [
      'providers.acme.dialect',
      'okta',
      'providers.acme.dialect is for `type: oidc` alone: remove it',
    ],
    [
      'maintenance',
      [{ applications: ['billing-snyc'], cron: '* * * * *', durationMinutes: 1 }],
      'maintenance[0].applications[0] is `billing-snyc`, which is no application; did you mean `billing-sync`?',
    ],
    [
      'maintenance',
      [{ applications: [5, 'billing-sync'], cron: '* * * * *', durationMinutes: 1 }],
      "maintenance[0].applications[0] must be the name of an application, or '*'",
    ],
    [
      'maintenance',
      [{ applications: ['*'], cron: '0 2 * *', durationMinutes: 1 }],
      'maintenance[0].cron must have 5 fields (minute, hour, day of the month, month, day of the week), and has 4',
    ],
    [
      'notify.slack',
      { webhook: 'https://hooks.slack.com/x' },
      `notify.slack.webhook is text; ${NO_PLACE}`,
    ],
    [
      'notify.webhook',
      { url: 'http://x.com', secret: { env: 'X' } },
      'notify.webhook.url must begin with https:',
    ],
    [
      'notify.webhook',
      { url: 'x', secret: { env: 'X' } },
      'notify.webhook.url must be an absolute URL such as https://example.com',
    ],
    ['notify.email', ['nobody'], 'notify.email[0] must be an e-mail address'],
    ['alarms.topicArn', 'pager', 'alarms.topicArn must be the ARN of an SNS topic'],
  ])('answers %s = %j with one line: %#', (path, value, line) => {
    const input = withValue(smallConfig(), path === '' ? [] : pathOf(path), value);

    const parsed = parseConfig(input);

    const lines = parsed.ok ? [] : parsed.issues.map(renderProblem);
    expect(lines).toEqual([line]);
    expect(lines.join()).not.toContain(HASH);
  });

  it('lists every problem at once, also those between keys of parts that are invalid', () => {
    const parsed = parseConfig({
      version: 1,
      providers: { acme: { type: 'kinde', issuer: 'http://x.com', timeoutMs: 'long' } },
      applications: {
        a: { provider: 'acmee', credentials: 'x', everyMinutes: 7 },
        b: null,
        c: { provider: 'acme', credentials: { env: 'A', ssm: 'b' }, audience: null, zzz: 1 },
      },
      maintenance: 'never',
    });

    const paths = parsed.ok ? [] : parsed.issues.map(({ path }) => path.join('.')).sort();
    expect(paths).toEqual([
      'applications.a.audience',
      'applications.a.credentials',
      'applications.a.everyMinutes',
      'applications.a.provider',
      'applications.b',
      'applications.c.credentials',
      'applications.c.zzz',
      'maintenance',
      'providers.acme.issuer',
      'providers.acme.timeoutMs',
    ]);
  });

  it('finds an entry that stands twice beside one that is wrong by itself', () => {
    const parsed = parseConfig(withValue(smallConfig(), pathOf(`${APP}.scopes`), ['a', 5, 'a']));

    expect(parsed).toMatchObject({
      issues: [{ path: pathOf(`${APP}.scopes.1`) }, { path: pathOf(`${APP}.scopes.2`) }],
    });
  });

  it('says that there is no provider where none is configured', () => {
    const parsed = parseConfig(withValue(smallConfig(), ['providers'], {}));

    expect(parsed).toMatchObject({
      issues: [{ message: 'is `acme`, which is no provider; there are none' }],
    });
  });

  it.each([
    '',
    'providers',
    'applications',
    'applications.billing-sync.expect.claims',
    'maintenance.0',
  ])('refuses a key `__proto__` in "%s", which would be passed over in silence', (path) => {
    const hidden: unknown = JSON.parse('{ "__proto__": { "type": "kinde" } }');
    const input = path === '' ? hidden : withValue(smallConfig(), pathOf(path), hidden);

    const parsed = parseConfig(input);

    const lines = parsed.ok ? [] : parsed.issues.map(renderProblem);
    expect(lines.filter((line) => line.includes('unknown key `__proto__`'))).toHaveLength(1);
  });

  it.each(['__proto__', 'constructor', 'toString'])('knows no provider named %s', (name) => {
    const parsed = parseConfig(withValue(smallConfig(), pathOf(`${APP}.provider`), name));

    expect(parsed).toMatchObject({ ok: false, issues: [{ path: pathOf(`${APP}.provider`) }] });
  });
});

describe('parseConfig with tokenFormat: opaque', () => {
  it.each([
    ['organization', null],
    ['claims', { tier: 'gold' }],
  ])('refuses expect.%s, which nobody could check', (key, value) => {
    const written = smallConfig();
    const parsed = parseConfig({
      ...written,
      applications: Object.fromEntries(
        Object.entries(written['applications'] as object).map(([name, application]) => [
          name,
          { ...application, tokenFormat: 'opaque', expect: { [key]: value } },
        ]),
      ),
    });

    expect(parsed).toMatchObject({
      ok: false,
      issues: [
        {
          path: ['applications', expect.any(String), 'expect', key],
          message:
            'cannot be checked with tokenFormat: opaque, whose claims are not read: remove it',
        },
      ],
    });
  });
});
