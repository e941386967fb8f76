import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { StateNotOursError, StateUnreadableError } from '../../check/monitor-error.ts';
import type {
  CheckedApplication,
  ChecksSave,
  LoadedState,
  SaveOutcome,
  SlotLease,
  StateSave,
  StateStore,
} from '../../check/ports.ts';
import { inParallel } from '../../check/waiting.ts';
import { hashName } from '../../core/plan/plan-run.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { StoredApplication } from '../../core/state/application-state.ts';
import type { IncidentChange } from '../../core/state/incident.ts';
import {
  applicationItem,
  changedItems,
  fromItems,
  leavingOutDamaged,
  parseNeeded,
  type StateItem,
  toItems,
} from '../../core/state/state-items.ts';
import { KEEP_DAYS } from '../../core/state/watch-state.ts';
import { pagesOf } from '../aws/client-setting.ts';
import { createDynamodbOutbox, outboxItems } from './dynamodb-outbox.ts';
import {
  type Action,
  collectDamage,
  type Damage,
  expiry,
  type Item,
  type Key,
  packed,
  putIf,
  putItems,
  queryItems,
  REQUESTS_AT_ONCE,
  sortable,
  type Table,
  transact,
  unpacked,
} from './dynamodb-table.ts';

const DAY_MS = 86_400_000;
const KEEP_MS = KEEP_DAYS * DAY_MS;

const STATE = 'state';
/** A partition takes a thousand writes a second, and a run writes all that it checked at once. */
const APPLICATIONS = ['application#0', 'application#1', 'application#2', 'application#3'];
/** Counts, and applications before their first check: written where a run begins and where it ends. */
const HEAD: Key = { pk: STATE, sk: 'head' };
const COMMIT = 'commit';
/** A transaction takes 100 actions; one of them is the commit. */
const ACTIONS_PER_COMMIT = 99;
const IS_NEW = 'attribute_not_exists(pk)';

/** What opens a table. */
interface TableSetup {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * A state store in one DynamoDB table, for deployments.
 *
 * The state of each application is an item, put by itself while it goes on from the one that is there.
 * All else changes by commits: transactions that each create the item of the next version, which only
 * one can. So there is one line of judgements, and no item that is written once for each application.
 */
export function createDynamodbStateStore({
  client,
  tableName,
  onDamaged = () => {},
}: TableSetup & {
  /** Receives one line for each item that is damaged; it is left out, and set aside. */
  readonly onDamaged?: (what: string) => void;
}): StateStore {
  const table: Table = { client: DynamoDBDocumentClient.from(client), tableName };
  return {
    load: () => load(table, [STATE, ...APPLICATIONS], onDamaged),
    loadIncidents: () => load(table, [STATE], onDamaged),
    saveChecks: (checks) => saveChecks(table, checks),
    save: (save) => commit(table, save),
    reportsOf: async (application, sinceMs) => {
      const { savedAtMs } = await lastCommit(table);
      const from = sortable(Math.max(sinceMs, savedAtMs - KEEP_MS));
      const items = await queryItems(table, `report#${application}`);
      return items.filter(({ sk }) => sk >= from).map((item) => unpacked(item) as CheckReport);
    },
    changesOf: async (incidentId) => {
      const { savedAtMs } = await lastCommit(table);
      const items = await queryItems(table, `incident#${incidentId}`);
      return items
        .flatMap((item) => unpacked(item) as readonly IncidentChange[])
        .filter(({ atMs }) => atMs >= savedAtMs - KEEP_MS);
    },
    ...createDynamodbOutbox(table, onDamaged),
    close: async () => client.destroy(),
  };
}

/**
 * The lease of a slot in the table: the first to ask gets it, and nobody after it.
 *
 * The schedule starts a function at least once. A run that dies keeps its slot: the next tick makes up
 * for it, where a second run of the same slot would mint its tokens twice.
 */
export function createDynamodbSlotLease({
  client,
  tableName,
  owner,
}: TableSetup & {
  /** Tells one run from another: an answer that was lost may have been a yes. */
  readonly owner: string;
}): SlotLease {
  const table: Table = { client: DynamoDBDocumentClient.from(client), tableName };
  return {
    take: (slotMs) => {
      const key = { pk: 'run', sk: sortable(slotMs) };
      // A slot that is over is never run again.
      return putIf(
        table,
        { ...key, owner, ...expiry(slotMs + DAY_MS) },
        {
          ConditionExpression: `${IS_NEW} OR #owner = :owner`,
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': owner },
        },
      );
    },
  };
}

/** Reads the version first: whatever changes after that makes a save of this state a conflict. */
async function load(
  table: Table,
  partitions: readonly string[],
  onDamaged: (what: string) => void,
): Promise<LoadedState> {
  const { version } = await lastCommit(table);
  const found = (await Promise.all(partitions.map((pk) => queryItems(table, pk)))).flat();
  const byKey = new Map(found.map((item) => [`${item.pk} ${item.sk}`, item]));
  const damage = collectDamage(table, onDamaged);
  const parse = leavingOutDamaged(parseNeeded, (item, issue) => {
    const { pk, sk } = keyOf(item);
    damage.note(byKey.get(`${pk} ${sk}`) ?? `${item.kind} ${item.key}`, issue);
  });
  // The head comes first: where an application has an item of its own besides, that is newer.
  const state = fromItems(
    found.flatMap((item) => storedItems(item, damage)),
    parse,
  );
  if (!state.ok) throw new StateNotOursError(`the stored state: ${state.issues.join('; ')}`);
  await damage.setAside();
  return { version, state: state.value };
}

function storedItems(item: Item, damage: Damage): readonly StateItem[] {
  let value: unknown;
  try {
    value = unpacked(item);
  } catch (fault) {
    if (!(fault instanceof StateUnreadableError)) throw fault;
    damage.note(item, 'it cannot be read');
    return [];
  }
  if (item.sk === HEAD.sk) {
    if (Array.isArray(value)) return value as readonly StateItem[];
    damage.note(item, 'it is no list');
    return [];
  }
  const end = item.sk.indexOf('#');
  const kind = item.sk.slice(0, end) as StateItem['kind'];
  return [{ kind, key: item.sk.slice(end + 1), schema: Number(item['schema']), value }];
}

function keyOf({ kind, key }: StateItem): Key {
  const partition = kind === 'application' && APPLICATIONS[hashName(key) % APPLICATIONS.length];
  return { pk: partition || STATE, sk: `${kind}#${key}` };
}

function itemOf(item: StateItem): Item {
  if (item.kind !== 'application') return { ...keyOf(item), ...packed(item.value) };
  const { lastReport } = item.value as StoredApplication;
  return { ...keyOf(item), checkedAt: lastReport?.checkedAt, ...packed(item.value) };
}

function isInHead({ kind, value }: StateItem): boolean {
  if (kind === 'application') return (value as StoredApplication).lastReport === null;
  return kind === 'provider' || kind === 'counters';
}

async function saveChecks(
  table: Table,
  { applications, reports, nowMs }: ChecksSave,
): Promise<SaveOutcome['kind']> {
  const kept = reports.filter(({ checkedAt }) => Date.parse(checkedAt) >= nowMs - KEEP_MS);
  await putItems(table, kept.map(reportItem));
  let outcome: SaveOutcome['kind'] = 'saved';
  await inParallel(applications, REQUESTS_AT_ONCE, async (application) => {
    if (!(await putApplication(table, application))) outcome = 'conflict';
  });
  return outcome;
}

function reportItem(report: CheckReport): Item {
  const atMs = Date.parse(report.checkedAt);
  const key = { pk: `report#${report.application}`, sk: sortable(atMs) };
  return { ...key, ...packed(report), ...expiry(atMs + KEEP_MS) };
}

function putApplication(
  table: Table,
  { name, state: { incidentId: _, ...stored }, after }: CheckedApplication,
): Promise<boolean> {
  const isUnchanged =
    after === null
      ? { ConditionExpression: IS_NEW }
      : {
          ConditionExpression: 'checkedAt = :after',
          ExpressionAttributeValues: { ':after': after },
        };
  return putIf(table, itemOf(applicationItem(name, stored)), isUnchanged);
}

/** Writes one version after the other until all is written; each only if nobody else wrote it. */
async function commit(table: Table, save: StateSave): Promise<SaveOutcome> {
  let { version } = save.loaded;
  for (const actions of commitsOf(actionGroups(table, save))) {
    version += 1;
    const { nowMs } = save;
    const key = { pk: COMMIT, sk: sortable(version) };
    const Item = { ...key, savedAtMs: nowMs, ...expiry(nowMs + 2 * KEEP_MS) };
    const next = { Put: { TableName: table.tableName, Item, ConditionExpression: IS_NEW } };
    if (!(await transact(table, [next, ...actions]))) return { kind: 'conflict' };
  }
  return { kind: 'saved', version };
}

/** What a save writes: incidents, each with its changes and notices, then the rest, and the head last. */
function actionGroups(
  { tableName }: Table,
  { loaded, state, changes, outbox, nowMs }: StateSave,
): readonly (readonly Action[])[] {
  const version = loaded.version + 1;
  const { put, drop } = changedItems(loaded.state, state);
  const ofIncident = new Map<string, Action[]>();
  const others: Action[] = [];
  const add = (incidentId: string | null, action: Action) => {
    const group = incidentId === null ? others : (ofIncident.get(incidentId) ?? []);
    if (incidentId !== null) ofIncident.set(incidentId, group);
    group.push(action);
  };
  const putOf = (item: Item): Action => ({ Put: { TableName: tableName, Item: item } });
  const incidentOf = ({ kind, key }: StateItem) => (kind === 'incident' ? key : null);
  for (const item of put.filter((each) => !isInHead(each))) {
    add(incidentOf(item), putOf(itemOf(item)));
  }
  for (const item of drop.filter((each) => !isInHead(each))) {
    add(incidentOf(item), { Delete: { TableName: tableName, Key: { ...keyOf(item) } } });
  }
  for (const [id, own] of Map.groupBy(changes, ({ incidentId }) => incidentId)) {
    const key = { pk: `incident#${id}`, sk: sortable(version) };
    add(id, putOf({ ...key, ...packed(own), ...expiry(nowMs + KEEP_MS) }));
  }
  for (const [item, { incidentId }] of outboxItems(outbox, { version, nowMs })) {
    add(incidentId, putOf(item));
  }
  const hasNewHead = [...put, ...drop].some(isInHead);
  const head = hasNewHead ? [putOf({ ...HEAD, ...packed(toItems(state).filter(isInHead)) })] : [];
  return [...ofIncident.values(), ...others.map((action) => [action]), head];
}

/** Fills commits with groups, each as a whole as long as one commit can hold it. There is one commit at least. */
function commitsOf(groups: readonly (readonly Action[])[]): readonly (readonly Action[])[] {
  let last: Action[] = [];
  const commits = [last];
  for (const group of groups) {
    for (const part of pagesOf(group, ACTIONS_PER_COMMIT)) {
      if (last.length + part.length > ACTIONS_PER_COMMIT) {
        last = [];
        commits.push(last);
      }
      last.push(...part);
    }
  }
  return commits;
}

/** The number and time of the last commit; 0 where there is none. */
async function lastCommit({ client, tableName }: Table) {
  const { Items: items } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': COMMIT },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const last = items?.[0];
  return { version: Number(last?.['sk'] ?? 0), savedAtMs: Number(last?.['savedAtMs'] ?? 0) };
}
