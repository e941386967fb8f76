import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderProblem } from '../../../lib/core/config/config-problems.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { fullConfig, pathOf, withValue } from './written-config.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const host = fc
  .stringMatching(/^[a-z][a-z0-9]{0,10}$/)
  .map((label) => `https://${label}.example.com`);
const variable = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/);
const scope = fc.stringMatching(/^[a-z]{1,8}:[a-z]{1,8}$/);
const scopes = fc.uniqueArray(scope, { minLength: 1, maxLength: 4 });

const credentials = fc.oneof(
  fc.record({ env: fc.record({ clientId: variable, clientSecret: variable }) }),
  fc.record({ env: variable }),
  fc.record({ file: name }),
  fc.record({ ssm: name }, { requiredKeys: ['ssm'] }),
  fc.record({ secretsManager: name, key: name }, { requiredKeys: ['secretsManager'] }),
);

/** A value as it reads back from JSON. */
const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const application = fc.record(
  {
    provider: fc.constant('acme'),
    credentials,
    audience: fc.oneof(fc.constant(null), host, fc.uniqueArray(host, { minLength: 1 })),
    scopes,
    everyMinutes: fc.integer({ min: 1, max: 100 }).map((ticks) => ticks * 5),
    expect: fc.record(
      {
        organization: fc.oneof(fc.constant(null), name),
        scopes,
        surplusScopes: fc.constantFrom('ignore', 'warn', 'fail'),
        // JSON has no negative zero.
        claims: fc.dictionary(name, fc.jsonValue().map(written)),
      },
      { requiredKeys: [] },
    ),
    call: fc.record(
      {
        url: host,
        method: fc.constantFrom('GET', 'HEAD'),
        timeoutMs: fc.integer({ min: 100, max: 9999 }),
      },
      { requiredKeys: ['url'] },
    ),
  },
  { requiredKeys: ['provider', 'credentials', 'audience'] },
);

const configuration = fc.record({
  version: fc.constant(1),
  providers: fc.record({
    acme: fc.record(
      {
        type: fc.constantFrom('kinde', 'oidc'),
        issuer: host,
        concurrency: fc.integer({ min: 1, max: 100 }),
      },
      { requiredKeys: ['type', 'issuer'] },
    ),
  }),
  applications: fc.dictionary(name, application, { maxKeys: 4 }),
});

/** Fields of `fullConfig`, each with values that it may not have. */
const INVALID = {
  version: [0, '1', null],
  deployment: ['A', '', 5],
  'schedule.tickMinutes': [0, 1.5, 'x'],
  'confirmation.attempts': [-1, 6],
  'providers.acme.type': ['made-up', null],
  'providers.acme.issuer': ['x', 'http://x.com', 7],
  'providers.acme.endpoints.token': ['x', null],
  'providers.acme.timeoutMs': [99, '1'],
  'providers.acme.proxy': ['x'],
  'providers.acme.ca.file': ['', 4],
  'applications.billing-sync.provider': ['nobody', 5],
  'applications.billing-sync.credentials': ['x', [], null],
  'applications.billing-sync.credentials.region': ['here'],
  'applications.billing-sync.credentials.roleArn': ['x'],
  'applications.billing-sync.audience': ['', 5],
  'applications.billing-sync.scopes.0': ['a b', 3],
  'applications.billing-sync.everyMinutes': [31, 0],
  'applications.billing-sync.expect.surplusScopes': ['maybe'],
  'applications.billing-sync.expect.lifetimeSeconds.atLeast': [-1, 90_000],
  'applications.billing-sync.call.method': ['CONNECT', 'get'],
  'applications.billing-sync.runbook': ['see wiki'],
  'thresholds.open': [0],
  'maintenance.0.cron': ['daily'],
  'maintenance.0.durationMinutes': [0],
  'notify.pagerDuty.routingKey': ['x'],
  'notify.remindAfterHours.0': [0],
  'metrics.perApplicationUpTo': [-1],
} as const satisfies Record<string, readonly unknown[]>;

describe('parseConfig, for whatever it is given', () => {
  it('never throws, and says in one line each what is wrong', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        const parsed = parseConfig(input);

        const lines = parsed.ok ? [] : parsed.issues.map(renderProblem);
        expect(parsed.ok || lines.length > 0).toBe(true);
        expect(lines.filter((line) => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(line))).toEqual([]);
      }),
    );
  });

  it('never throws where arbitrary data stands in a part of a valid configuration', () => {
    const path = fc.constantFrom(
      ...['providers', 'providers.acme', 'providers.acme.endpoints', 'applications', 'notify'],
      ...['applications.billing-sync', 'applications.billing-sync.credentials', 'maintenance'],
      ...['applications.billing-sync.expect', 'applications.billing-sync.call'],
    );
    fc.assert(
      fc.property(path, fc.jsonValue(), (place, value) => {
        const parsed = parseConfig(withValue(fullConfig(), pathOf(place), value));

        expect(typeof parsed.ok).toBe('boolean');
      }),
    );
  });

  it('parses every valid configuration, and its parsed form survives JSON', () => {
    fc.assert(
      fc.property(configuration, (input) => {
        const parsed = parseConfig(input);

        const issues = parsed.ok ? [] : parsed.issues.map(renderProblem);
        expect(issues).toEqual([]);
        expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
      }),
    );
  });

  it('answers one invalid field with one problem, at its path', () => {
    const invalid = Object.entries(INVALID).flatMap(([path, values]) =>
      values.map((value) => ({ path, value })),
    );
    const problems = invalid.map(({ path, value }) => {
      const parsed = parseConfig(withValue(fullConfig(), pathOf(path), value));
      return {
        path,
        value,
        found: parsed.ok ? [] : parsed.issues.map((issue) => issue.path.join('.')),
      };
    });

    expect(problems).toEqual(invalid.map(({ path, value }) => ({ path, value, found: [path] })));
  });
});
