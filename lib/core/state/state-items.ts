// The state as items of JSON, each with the number of its layout: what a store keeps, and what it reads.

import type { Result } from '../result.ts';
import type { StoredApplication } from './application-state.ts';
import type { Incident } from './incident.ts';
import { upgradeItem } from './upgrade-schema-1.ts';
import { EMPTY_STATE, STATE_SCHEMA, type WatchState } from './watch-state.ts';

/** The key attributes of a table (both text), and the one that holds its time to live (epoch seconds). */
export const TABLE_ATTRIBUTES = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
} as const;

/** What an item of the state can hold. */
export const STATE_ITEM_KINDS = [
  'application',
  'provider',
  'incident',
  'subject',
  'counters',
] as const;

/** What an item of the state holds. */
export type StateItemKind = (typeof STATE_ITEM_KINDS)[number];

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
  const { incidentsOpened, openRuns } = state;
  const items = (kind: StateItemKind, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([key, value]) => ({ kind, key, schema: STATE_SCHEMA, value }));
  return [
    ...Object.entries(state.applications).map(([name, { incidentId: _, ...stored }]) =>
      applicationItem(name, stored),
    ),
    ...items('provider', state.providers),
    ...items('incident', state.incidents),
    ...items('subject', state.subjects),
    ...items('counters', { all: { incidentsOpened, openRuns } }),
  ];
}

/** The item of one application; its incident is not part of it. */
export function applicationItem(name: string, value: StoredApplication): StateItem {
  return { kind: 'application', key: name, schema: STATE_SCHEMA, value };
}

/** The items that a change of the state writes, and those that it removes. */
export function changedItems(
  before: WatchState,
  after: WatchState,
): { readonly put: readonly StateItem[]; readonly drop: readonly StateItem[] } {
  const gone = new Map(toItems(before).map((item) => [`${item.kind} ${item.key}`, item]));
  const put = toItems(after).filter((item) => {
    const name = `${item.kind} ${item.key}`;
    const old = gone.get(name);
    gone.delete(name);
    return old === undefined || JSON.stringify(old.value) !== JSON.stringify(item.value);
  });
  return { put, drop: [...gone.values()] };
}

/** The value of an item in this layout; one of the layout before is upgraded, any other is an issue. */
function currentValue(
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

/** Looks at the shape of an item's value, and gives it as it is to be used; null leaves the item out. */
export type ParseItem = (item: StateItem) => Result<unknown, string> | null;

/**
 * A parser that leaves out what another one refuses, and tells why: one damaged item costs that item.
 *
 * An application is then new, an incident unknown, and what was counted is counted from now on.
 */
export function leavingOutDamaged(
  parse: ParseItem,
  onDamaged: (item: StateItem, issue: string) => void,
): ParseItem {
  return (item) => {
    const parsed = parse(item);
    if (parsed === null || parsed.ok) return parsed;
    onDamaged(item, parsed.issues.join('; '));
    return null;
  };
}

/** Of each kind of item a few fields that nothing can go without. */
const NEEDED_FIELDS: Readonly<Record<StateItemKind, readonly string[]>> = {
  application: ['provider', 'consecutiveFailures'],
  provider: ['tokens'],
  incident: ['id', 'subject', 'affected', 'everAffected', 'recent'],
  subject: ['changesAtMs'],
  counters: ['incidentsOpened'],
};

/**
 * Looks for the fields that nothing can go without, and no further.
 *
 * For a table that nobody but m2m-watch writes: the check function of a deployment carries no parser.
 */
export const parseNeeded: ParseItem = ({ kind, key, value }) => {
  const has = new Set(typeof value === 'object' && value !== null ? Object.keys(value) : []);
  const missing = NEEDED_FIELDS[kind].filter((field) => !has.has(field));
  if (missing.length === 0) return { ok: true, value };
  return { ok: false, issues: [`${kind} ${key} has no ${missing.join(', ')}`] };
};

/**
 * Puts the state together from the items of a store; no items are the empty state.
 *
 * Shapes are looked at where `parse` does it.
 */
export function fromItems(
  items: readonly StateItem[],
  parse: ParseItem = ({ value }) => ({ ok: true, value }),
  upgrades: Readonly<Record<number, ItemUpgrade>> = ITEM_UPGRADES,
): Result<WatchState, string> {
  const issues: string[] = [];
  const values: Record<StateItemKind, Record<string, never>> = {
    application: {},
    provider: {},
    incident: {},
    subject: {},
    counters: {},
  };
  for (const item of items) {
    const current = currentValue(item, upgrades);
    const parsed = current.ok ? parse({ ...item, value: current.value }) : current;
    if (parsed === null) continue;
    if (parsed.ok) values[item.kind][item.key] = parsed.value as never;
    else issues.push(...parsed.issues);
  }
  if (issues.length > 0) return { ok: false, issues };
  const { application, provider, incident, subject, counters } = values;
  const { incidents, incidentOf } = eachInOneIncident(incident);
  return {
    ok: true,
    value: {
      ...EMPTY_STATE,
      applications: Object.fromEntries(
        Object.entries<StoredApplication>(application).map(([name, stored]) => [
          name,
          { ...stored, incidentId: incidentOf.get(name) ?? null },
        ]),
      ),
      providers: provider,
      incidents,
      subjects: subject,
      ...Object(counters['all']),
    },
  };
}

/**
 * Which incident affects each application.
 *
 * Where a process died in the middle of a judgement, one that moved may be in both: the later one has it.
 */
function eachInOneIncident(stored: Readonly<Record<string, Incident>>) {
  const incidentOf = new Map<string, string>();
  const all = Object.values(stored).toSorted((one, other) => one.openedAtMs - other.openedAtMs);
  for (const { id, affected } of all) {
    for (const { application } of affected) incidentOf.set(application, id);
  }
  const incidents = Object.fromEntries(
    Object.entries(stored).map(([id, incident]) => {
      const affected = incident.affected.filter((each) => incidentOf.get(each.application) === id);
      return [id, { ...incident, affected }];
    }),
  );
  return { incidents, incidentOf };
}
