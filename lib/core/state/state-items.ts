// Between a store and the state: the state as items of JSON, each with the number of its layout.

import type { Result } from '../result.ts';
import { upgradeItem } from './upgrade-schema-1.ts';
import { EMPTY_STATE, STATE_SCHEMA, type WatchState } from './watch-state.ts';

/** What an item of the state holds. */
export type StateItemKind = 'application' | 'provider' | 'incident' | 'subject' | 'counters';

/** One part of the state, small enough for a row of a table; the key is unique within its kind. */
export interface StateItem {
  readonly kind: StateItemKind;
  readonly key: string;
  readonly schema: number;
  /** Plain JSON. */
  readonly value: unknown;
}

/** Turns the value of an item of the layout before into one of this layout. */
export type ItemUpgrade = (item: StateItem) => unknown;

/** Upgrades by the number of the layout that they start from; each layout has a fixture. */
export const ITEM_UPGRADES: Readonly<Record<number, ItemUpgrade>> = { 1: upgradeItem };

/** The state as items, in a fixed order. */
export function toItems(state: WatchState): readonly StateItem[] {
  const items = (kind: StateItemKind, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([key, value]) => ({ kind, key, schema: STATE_SCHEMA, value }));
  return [
    ...items('application', state.applications),
    ...items('provider', state.providers),
    ...items('incident', state.incidents),
    ...items('subject', state.subjects),
    ...items('counters', { all: { incidentsOpened: state.incidentsOpened } }),
  ];
}

/** The value of an item in this layout; one of the layout before is upgraded, any other is an issue. */
export function currentValue(
  item: StateItem,
  upgrades: Readonly<Record<number, ItemUpgrade>> = ITEM_UPGRADES,
): Result<unknown, string> {
  if (item.schema === STATE_SCHEMA) return { ok: true, value: item.value };
  const upgrade = upgrades[item.schema];
  if (upgrade !== undefined && item.schema === STATE_SCHEMA - 1) {
    return { ok: true, value: upgrade(item) };
  }
  const has = `${item.kind} ${item.key} has layout ${item.schema}`;
  const issue =
    item.schema > STATE_SCHEMA
      ? `${has}, and this version of m2m-watch reads ${STATE_SCHEMA}: use the newer one that wrote it`
      : `${has}, and this version of m2m-watch reads ${STATE_SCHEMA} and the one before: use one in between first`;
  return { ok: false, issues: [issue] };
}

/**
 * Puts the state together from items of a store that nobody but m2m-watch writes; none are the empty state.
 *
 * Layouts are looked at, shapes are not, and nothing but this file is needed: the check function of a
 * deployment carries no parser. A file, which anybody can change, is read by `fromItems` instead.
 */
export function fromOwnItems(items: readonly StateItem[]): Result<WatchState, string> {
  const issues: string[] = [];
  const byKind = (kind: StateItemKind): Readonly<Record<string, never>> =>
    Object.fromEntries(
      items
        .filter((item) => item.kind === kind)
        .map((item) => {
          const current = currentValue(item);
          if (!current.ok) issues.push(...current.issues);
          return [item.key, (current.ok ? current.value : null) as never];
        }),
    );
  const counters: Readonly<Record<string, { readonly incidentsOpened?: number }>> =
    byKind('counters');
  const state: WatchState = {
    ...EMPTY_STATE,
    applications: byKind('application'),
    providers: byKind('provider'),
    incidents: byKind('incident'),
    subjects: byKind('subject'),
    incidentsOpened: counters['all']?.incidentsOpened ?? 0,
  };
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: state };
}
