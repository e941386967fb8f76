import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromItems, type StateItem } from '../../../lib/core/state/state-items.ts';
import {
  upgradeChange,
  upgradeItem,
  upgradeNotice,
} from '../../../lib/core/state/upgrade-schema-1.ts';

const readFixture = (schema: number): readonly StateItem[] =>
  JSON.parse(
    readFileSync(
      new URL(`../../fixtures/state/items-schema-${schema}.json`, import.meta.url),
      'utf8',
    ),
  );

describe('state of layout 1', () => {
  it('is the same state as the one that was committed in layout 2', () => {
    expect(fromItems(readFixture(1))).toEqual(fromItems(readFixture(2)));
  });
});

describe('an item that is no object', () => {
  it('is left, for its schema to refuse', () => {
    expect(upgradeItem({ kind: 'counters', key: 'all', schema: 1, value: null })).toBeNull();
  });
});

describe('a notice that was stored before', () => {
  const stored = {
    id: 'test:a.1',
    reason: 'unwatched',
    lastWellAt: null,
    closing: 'well',
    cause: { id: 'secret-unreadable', howSure: 'certain: nothing else explains it' },
  };
  const upgraded = {
    id: 'test:a.1',
    reason: 'no-data',
    lastHealthyAt: null,
    closing: 'recovered',
    cause: { id: 'secret-unreadable', confidenceMeans: 'certain: nothing else explains it' },
  };

  it('has the names and words of today', () => {
    expect(upgradeNotice(stored)).toEqual(upgraded);
  });

  it('keeps a reason and an end whose words are the same, and a cause that it does not have', () => {
    const other = { ...stored, reason: 'opened', closing: 'removed', cause: null };

    expect(upgradeNotice(other)).toMatchObject({
      reason: 'opened',
      closing: 'removed',
      cause: null,
    });
  });

  it.each([
    ['one of today', upgraded],
    ['what is no notice', 'text'],
  ])('leaves %s', (_, notice) => {
    expect(upgradeNotice(notice)).toBe(notice);
  });
});

describe('an event that was stored before', () => {
  it.each([
    [
      { kind: 'unwatched', application: 'a' },
      { kind: 'no-data', application: 'a' },
    ],
    [
      { kind: 'closed', why: 'well' },
      { kind: 'closed', why: 'recovered' },
    ],
    [
      { kind: 'left', application: 'well', why: 'removed' },
      { kind: 'left', application: 'well', why: 'removed' },
    ],
  ])('%o becomes %o, which stays as it is', (event, expected) => {
    const change = { incidentId: 'test:a', atMs: 1, event };

    const upgraded = upgradeChange(change);

    expect(upgraded).toEqual({ ...change, event: expected });
    expect(upgradeChange(upgraded)).toEqual(upgraded);
  });
});
