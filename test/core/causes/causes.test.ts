import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../lib/core/causes/cause-definition.ts';
import {
  CAUSE_IDS,
  CAUSES_WITHOUT_RULE_YET,
  causeDefinition,
} from '../../../lib/core/causes/causes.ts';

const causes = CAUSE_IDS.map((id) => ({ id, ...causeDefinition(id) }));

describe('the catalogue of causes', () => {
  it('keeps its public ids', () => {
    expect(CAUSE_IDS).toMatchSnapshot();
  });

  it('lists the causes family by family, and every family has some', () => {
    const families = causes.map(({ family }) => family);

    expect([...new Set(families)]).toEqual(FAMILIES);
    expect(families).toEqual(
      families.toSorted((a, b) => FAMILIES.indexOf(a) - FAMILIES.indexOf(b)),
    );
  });

  it.each(causes)('says of $id what it is, what mends it and where to read on', (cause) => {
    expect(cause.id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(cause.title).toMatch(/^\S.{5,98}[^.]$/);
    expect(cause.meaning).toMatch(/\.$/);
    expect(cause.fix.length).toBeGreaterThanOrEqual(1);
    expect(cause.fix.length).toBeLessThanOrEqual(3);
    for (const step of cause.fix) expect(step).toMatch(/^[A-Z].*\.$/);
    expect(URL.parse(cause.help)?.protocol).toBe('https:');
  });

  it.each(causes)('speaks of no provider by name in $id', ({ title, meaning, fix, help }) => {
    expect([title, meaning, ...fix, help].join(' ')).not.toMatch(/kinde|auth0|okta|cognito/i);
  });

  it('warns, and no more, of what does not break an application', () => {
    const warnings = causes.filter(({ severity }) => severity === 'warning').map(({ id }) => id);

    expect(warnings.toSorted()).toEqual([
      'call-unreachable',
      'lifetime-out-of-range',
      'previous-secret-accepted',
      'rotation-stuck',
      'scope-surplus',
      'secret-too-old',
    ]);
  });

  it('says which causes no rule finds yet, each of them once', () => {
    expect(new Set(CAUSES_WITHOUT_RULE_YET).size).toBe(CAUSES_WITHOUT_RULE_YET.length);
  });
});
