import { describe, expect, it } from 'vitest';
import {
  ALARM_IDS,
  alarmCount,
  alarmDefinition,
  COMPOSITE_CHILDREN_MAX,
  compositeGroups,
} from '../../../lib/core/metrics/alarms.ts';

describe('ALARMS', () => {
  it.each(ALARM_IDS)('%s says what it means and what to do', (id) => {
    const { title, meaning, steps } = alarmDefinition(id);

    expect(title).not.toMatch(/\.$/);
    expect(meaning).toMatch(/\.$/);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter((step) => !step.endsWith('.') && !step.endsWith('}.'))).toEqual([]);
  });
});

describe('alarmCount', () => {
  it('counts one for each application and provider, and the rest once', () => {
    const alone = alarmCount({ applicationsWithMetric: 0, providers: 0 });

    expect(alarmCount({ applicationsWithMetric: 7, providers: 3 })).toBe(alone + 10);
    expect(alone).toBe(ALARM_IDS.length - 2);
  });
});

describe('compositeGroups', () => {
  it.each([0, 1, COMPOSITE_CHILDREN_MAX, COMPOSITE_CHILDREN_MAX + 1, 250])(
    'keeps all of %i children in groups that fit',
    (count) => {
      const children = Array.from({ length: count }, (_, index) => index);

      const groups = compositeGroups(children);

      expect(groups.flat()).toEqual(children);
      expect(groups.every(({ length }) => length > 0 && length <= COMPOSITE_CHILDREN_MAX)).toBe(
        true,
      );
    },
  );
});
