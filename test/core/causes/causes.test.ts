import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAMILY_NAMES } from '../../../lib/core/causes/cause-definition.ts';
import { CAUSE_IDS, causeDefinition } from '../../../lib/core/causes/causes.ts';

const CORE = new URL('../../../lib/core/', import.meta.url).pathname;

/** Where causes are chosen: the rules, the comparison of claims, and faults that evidence names. */
const RULES = ['diagnosis/rules/*.ts', 'claims/*.ts', 'evidence/*.ts']
  .flatMap((pattern) => globSync(`${CORE}${pattern}`))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

const causes = CAUSE_IDS.map((id) => ({ id, ...causeDefinition(id) }));

describe('the catalogue of causes', () => {
  it('keeps its public ids', () => {
    expect(CAUSE_IDS).toMatchSnapshot();
  });

  it('lists the causes family by family, and every family has some', () => {
    const families = causes.map(({ family }) => family);

    expect([...new Set(families)]).toEqual(FAMILY_NAMES);
    expect(families).toEqual(
      families.toSorted((a, b) => FAMILY_NAMES.indexOf(a) - FAMILY_NAMES.indexOf(b)),
    );
  });

  it.each(causes)('says of $id what it is, how to fix it and where to read on', (cause) => {
    expect(cause.id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(cause.title).toMatch(/^\S.{5,98}[^.]$/);
    expect(cause.meaning).toMatch(/\.$/);
    expect(cause.fix.length).toBeGreaterThanOrEqual(1);
    expect(cause.fix.length).toBeLessThanOrEqual(3);
    for (const step of cause.fix) expect(step).toMatch(/^[A-Z].*\.$/);
    expect(URL.parse(cause.help)?.protocol).toBe('https:');
  });

  it.each(CAUSE_IDS)('has a rule that gives %s', (id) => {
    expect(
      RULES.includes(`'${id}'`),
      `no rule gives ${id}: write one in lib/core/diagnosis/rules, or remove the cause`,
    ).toBe(true);
  });

  it.each(causes)('speaks of no provider by name in $id', ({ title, meaning, fix, help }) => {
    expect([title, meaning, ...fix, help].join(' ')).not.toMatch(/kinde|auth0|okta|cognito/i);
  });

  it('warns, and no more, of what does not break an application', () => {
    const warnings = causes.filter(({ severity }) => severity === 'warning').map(({ id }) => id);

    expect(warnings.toSorted()).toEqual([
      'call-unreachable',
      'client-certificate-expiring',
      'lifetime-out-of-range',
      'scope-surplus',
    ]);
  });
});
