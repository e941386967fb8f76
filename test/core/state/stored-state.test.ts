import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  fromItems,
  ITEM_UPGRADES,
  type StateItem,
  toItems,
} from '../../../lib/core/state/state-items.ts';
import { parseItem } from '../../../lib/core/state/stored-state.ts';
import { EMPTY_STATE, STATE_SCHEMA, type WatchState } from '../../../lib/core/state/watch-state.ts';
import { Story } from '../../support/story.ts';

const fixture = (schema: number) =>
  new URL(`../../fixtures/state/items-schema-${schema}.json`, import.meta.url);

const readFixture = (schema: number): readonly StateItem[] =>
  JSON.parse(readFileSync(fixture(schema), 'utf8'));

const value = (items: readonly StateItem[]): WatchState => {
  const state = fromItems(items, parseItem);
  if (!state.ok) throw new Error(state.issues.join('; '));
  return state.value;
};

/** The items with the value of the first application replaced in one field. */
const damaged = (field: string, replacement: unknown) =>
  readFixture(STATE_SCHEMA).map((item, index) =>
    index === 0 ? { ...item, value: { ...Object(item.value), [field]: replacement } } : item,
  );

describe('the stored state', () => {
  it.each([STATE_SCHEMA - 1, STATE_SCHEMA])(
    'is read in layout %d, as it was committed',
    (schema) => {
      const state = value(readFixture(schema));

      expect(Object.keys(state.applications)).toEqual([
        'billing-sync',
        'orders',
        'reports',
        'search',
        'mail',
      ]);
      expect(Object.values(state.incidents).map(({ cause }) => cause)).toEqual([
        'call-unreachable',
        'secret-rotated',
        'provider-timeout',
        'not-checked',
      ]);
      expect(state.subjects['application:billing-sync']?.flapping).not.toBeNull();
      expect(state.providers['acme']?.tokens).toEqual({ month: '2026-11', minted: 6 });
      expect(state.incidentsOpened).toBe(5);
    },
  );

  it('has a fixture and an upgrade for every layout that is read', () => {
    expect(existsSync(fixture(STATE_SCHEMA))).toBe(true);
    expect(existsSync(fixture(STATE_SCHEMA + 1))).toBe(false);
    expect(Object.keys(ITEM_UPGRADES)).toEqual([String(STATE_SCHEMA - 1)]);
  });

  it('goes on from a committed state as from its own', () => {
    const story = new Story({
      applications: ['billing-sync', 'orders', 'reports', 'search', 'mail'],
    });
    story.state = value(readFixture(STATE_SCHEMA));

    expect(story.run('10:40', { orders: 'healthy' })).toEqual([
      'recovered: [test] acme (Kinde): recovered after 10 min',
    ]);
  });

  it('is the same after being stored', () => {
    const story = new Story({ applications: ['a', 'b'] });
    story.run('10:00', { a: 'scope-missing', b: 'healthy' });

    const stored = JSON.parse(JSON.stringify(toItems(story.state)));

    expect(value(stored)).toEqual(story.state);
    expect(value([])).toEqual(EMPTY_STATE);
  });

  it('gives an application to the later one of two incidents, where a judgement was cut short', () => {
    const story = new Story({ applications: ['a', 'b'] });
    story.run('10:00', { a: 'scope-missing', b: 'scope-missing' });
    const [one, other] = Object.values(story.state.incidents);
    if (one === undefined || other === undefined) throw new Error('there is an incident too few');
    const later = {
      ...other,
      openedAtMs: one.openedAtMs + 1,
      affected: [...other.affected, ...one.affected],
    };

    const state = value(
      toItems({ ...story.state, incidents: { [later.id]: later, [one.id]: one } }),
    );

    expect(state.applications['a']?.incidentId).toBe(later.id);
    expect(state.incidents[one.id]?.affected).toEqual([]);
    expect(state.incidents[later.id]).toEqual(later);
  });

  it('takes what JSON leaves out of a finding as null', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    const [application] = toItems(story.state);
    const report = story.state.applications['a']?.lastReport;
    const finding = {
      cause: 'claim-mismatch',
      severity: 'error',
      claim: 'tier',
      detail: 'not there',
    };
    const item = {
      ...Object(application),
      value: { ...story.state.applications['a'], lastReport: { ...report, findings: [finding] } },
    };

    const read = value([item]).applications['a']?.lastReport?.findings;

    expect(read).toEqual([{ ...finding, expected: null, actual: null }]);
  });

  it.each([
    ['a field of another type', 'consecutiveFailures', 'three', 'consecutiveFailures'],
    ['a report of another shape', 'lastReport', { application: 'a' }, 'lastReport.provider'],
    ['a status that there is not', 'status', 'ill', 'status'],
  ])('names the place of %s, without its content', (_, field, replacement, path) => {
    const state = fromItems(damaged(field, replacement), parseItem);

    expect(state.ok ? [] : state.issues).toEqual([
      expect.stringMatching(/^application billing-sync is not as m2m-watch writes it, at /),
    ]);
    expect(state.ok ? '' : state.issues[0]).toContain(path);
    expect(JSON.stringify(state)).not.toContain('three');
  });

  it('says so where an item is no object at all, and lists every damaged item', () => {
    const state = fromItems(
      readFixture(STATE_SCHEMA).map((item) => ({ ...item, value: 1 })),
      parseItem,
    );

    expect(state.ok ? [] : state.issues).toContain(
      'application mail is not as m2m-watch writes it, at the whole',
    );
    expect(state.ok ? 0 : state.issues.length).toBe(readFixture(STATE_SCHEMA).length);
  });

  it('upgrades items of the layout before, and refuses all others', () => {
    const items = readFixture(STATE_SCHEMA).map((item) => ({ ...item, schema: STATE_SCHEMA - 1 }));
    const upgrades = { [STATE_SCHEMA - 1]: (item: StateItem) => item.value };

    expect(fromItems(items, parseItem, upgrades)).toEqual(fromItems(readFixture(STATE_SCHEMA)));
    const newer = items.map((item) => ({ ...item, schema: STATE_SCHEMA + 1 }));
    const refused = fromItems(newer, parseItem, {
      ...upgrades,
      [STATE_SCHEMA + 1]: (item) => item.value,
    });
    expect(refused.ok ? '' : refused.issues[0]).toBe(
      'application billing-sync has layout 3, and this version of m2m-watch reads 2: use the newer one that wrote it',
    );
    const older = items.map((item) => ({ ...item, schema: STATE_SCHEMA - 2 }));
    const tooOld = fromItems(older, parseItem, upgrades);
    expect(tooOld.ok ? '' : tooOld.issues[0]).toBe(
      'application billing-sync has layout 0, and this version of m2m-watch reads 2 and the one before: use one in between first',
    );
  });
});
