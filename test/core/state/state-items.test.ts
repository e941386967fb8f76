import { describe, expect, it } from 'vitest';
import { fromOwnItems, toItems } from '../../../lib/core/state/state-items.ts';
import { fromItems } from '../../../lib/core/state/stored-state.ts';
import { TABLE_ATTRIBUTES } from '../../../lib/core/state/table-layout.ts';
import { EMPTY_STATE, STATE_SCHEMA } from '../../../lib/core/state/watch-state.ts';
import { Story } from '../../support/story.ts';

const story = new Story({ applications: ['a', 'b'] });
story.run('10:00', { a: 'scope-missing', b: 'healthy' });

describe('fromOwnItems', () => {
  it('puts together what toItems took apart, as the parser of foreign items does', () => {
    const items = toItems(story.state);

    expect(fromOwnItems(items)).toEqual({ ok: true, value: story.state });
    expect(fromOwnItems(items)).toEqual(fromItems(items));
  });

  it('reads no items as the state of a deployment that never ran', () => {
    expect(fromOwnItems([])).toEqual({ ok: true, value: EMPTY_STATE });
  });

  it('refuses a layout that is newer, and names every such item', () => {
    const items = toItems(story.state).map((item) => ({ ...item, schema: STATE_SCHEMA + 1 }));

    const outcome = fromOwnItems(items);

    expect(outcome.ok).toBe(false);
    expect(outcome.ok ? [] : outcome.issues).toHaveLength(items.length);
    expect(outcome.ok ? '' : outcome.issues[0]).toContain('use the newer one that wrote it');
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
