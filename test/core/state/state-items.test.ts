import { describe, expect, it } from 'vitest';
import {
  changedItems,
  fromItems,
  leavingOutDamaged,
  parseNeeded,
  type StateItem,
  TABLE_ATTRIBUTES,
  toItems,
} from '../../../lib/core/state/state-items.ts';
import { parseItem } from '../../../lib/core/state/stored-state.ts';
import { EMPTY_STATE, STATE_SCHEMA } from '../../../lib/core/state/watch-state.ts';
import { Story } from '../../support/story.ts';

const story = new Story({ applications: ['a', 'b'] });
story.run('10:00', { a: 'scope-missing', b: 'healthy' });

describe('fromItems', () => {
  it('puts together what toItems took apart, as the parser of foreign items does', () => {
    const items = toItems(story.state);

    expect(fromItems(items)).toEqual({ ok: true, value: story.state });
    expect(fromItems(items, parseItem)).toEqual(fromItems(items));
  });

  it('reads no items as the state of a deployment that never ran', () => {
    expect(fromItems([])).toEqual({ ok: true, value: EMPTY_STATE });
  });

  it('refuses a layout that is newer, and names every such item', () => {
    const items = toItems(story.state).map((item) => ({ ...item, schema: STATE_SCHEMA + 1 }));

    const outcome = fromItems(items);

    expect(outcome.ok).toBe(false);
    expect(outcome.ok ? [] : outcome.issues).toHaveLength(items.length);
    expect(outcome.ok ? '' : outcome.issues[0]).toContain('use the newer one that wrote it');
  });
});

describe('leavingOutDamaged', () => {
  it.each([
    ['the parser of foreign items', parseItem],
    ['the look at needed fields', parseNeeded],
  ])('costs one item by %s, and tells which', (_, parse) => {
    const items = toItems(story.state).map((item) =>
      item.key === 'a' || item.kind === 'counters' ? { ...item, value: null } : item,
    );
    const lines: string[] = [];

    const outcome = fromItems(
      items,
      leavingOutDamaged(parse, ({ kind, key }) => lines.push(`${kind} ${key}`)),
    );

    expect(lines).toEqual(['application a', 'counters all']);
    expect(outcome).toMatchObject({ ok: true, value: { incidentsOpened: 0 } });
    expect(outcome.ok && Object.keys(outcome.value.applications)).toEqual(['b']);
  });

  it('passes on what another parser leaves out', () => {
    expect(
      leavingOutDamaged(
        () => null,
        () => {},
      )(Object(toItems(story.state)[0])),
    ).toBe(null);
  });

  it('leaves whole items as they are', () => {
    const items = toItems(story.state);

    expect(
      fromItems(
        items,
        leavingOutDamaged(parseNeeded, () => {}),
      ),
    ).toEqual(fromItems(items));
  });

  it.each([
    ['application', 'application a has no provider, consecutiveFailures'],
    ['incident', 'incident a has no id, subject, affected, everAffected, recent'],
  ] as const)('names what an item of the kind %s lacks', (kind, issue) => {
    const item = { kind, key: 'a', schema: STATE_SCHEMA, value: {} };

    expect(parseNeeded(item)).toEqual({ ok: false, issues: [issue] });
  });
});

describe('changedItems', () => {
  it('are those that are new or other, and those that are gone', () => {
    const later = new Story({ applications: ['b', 'c'] });
    later.state = story.state;
    later.run('11:00', { b: 'healthy', c: 'healthy' });

    const { put, drop } = changedItems(story.state, later.state);

    const named = (items: readonly StateItem[]) => items.map(({ kind, key }) => `${kind} ${key}`);
    expect(named(put)).toEqual([
      'application b',
      'application c',
      'provider acme',
      'subject application:a',
    ]);
    expect(named(drop)).toEqual([
      'application a',
      expect.stringMatching(/^incident test:application:a/),
    ]);
    expect(changedItems(later.state, structuredClone(later.state))).toEqual({ put: [], drop: [] });
  });
});

describe('TABLE_ATTRIBUTES', () => {
  it('names the attributes that existing tables have', () => {
    expect(TABLE_ATTRIBUTES).toEqual({
      partitionKey: 'pk',
      sortKey: 'sk',
      timeToLive: 'expiresAt',
    });
  });
});
