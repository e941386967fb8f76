import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { StateUnreadableError } from '../../check/monitor-error.ts';
import type { OutboxEntry, OutboxKey, OutgoingNotice, StateStore } from '../../check/ports.ts';
import type { Notice } from '../../core/state/notice.ts';
import {
  collectDamage,
  type Damage,
  type Item,
  isWritten,
  type Key,
  packed,
  queryItems,
  sortable,
  type Table,
  unpacked,
} from './dynamodb-table.ts';
import { freeEntries } from './free-entries.ts';

const OUTBOX = 'outbox';

/** The attributes of an entry besides its notice. */
interface EntryAttributes extends Omit<OutboxEntry, 'notice'> {
  /** Where it stands among all that wait. */
  readonly position: string;
}

/** The items of notices that one save puts into the outbox; one that is there twice is one. */
export function outboxItems(
  outbox: readonly OutgoingNotice[],
  { version, nowMs }: { readonly version: number; readonly nowMs: number },
): ReadonlyMap<Item, Notice> {
  const items = outbox.map(({ notice, channel }, index): [string, [Item, Notice]] => {
    const attributes: EntryAttributes = {
      noticeId: notice.id,
      channel,
      createdAtMs: nowMs,
      attempts: 0,
      notBeforeMs: 0,
      leasedUntilMs: 0,
      position: `${sortable(version)}#${sortable(index)}`,
    };
    const key = keyOf(attributes);
    return [key.sk, [{ ...key, ...attributes, ...packed(notice) }, notice]];
  });
  return new Map(new Map(items).values());
}

/** The part of a state store that delivery uses. */
export function createDynamodbOutbox(
  table: Table,
  onDamaged: (what: string) => void,
): Pick<StateStore, 'lease' | 'clear' | 'postpone' | 'waiting'> {
  return {
    lease: async ({ nowMs, leaseMs, limit }) => {
      const leased: OutboxEntry[] = [];
      for (const entry of freeEntries(await entriesOf(table, onDamaged), nowMs)) {
        if (leased.length >= limit) break;
        const taken = { attempts: entry.attempts + 1, leasedUntilMs: nowMs + leaseMs };
        const { attempts } = entry;
        if (await updateIfLeased(table, entry, { set: taken, attempts })) {
          leased.push({ ...entry, ...taken });
        }
      }
      return leased;
    },
    clear: async (key) => {
      const { client, tableName } = table;
      await client.send(new DeleteCommand({ TableName: tableName, Key: { ...keyOf(key) } }));
    },
    postpone: async (entry, notBeforeMs) => {
      await updateIfLeased(table, entry, { set: { leasedUntilMs: 0, notBeforeMs } });
    },
    waiting: () => entriesOf(table, onDamaged),
  };
}

/** The outbox is small: what cannot be delivered is the exception, and failures alike share a notice. */
async function entriesOf(
  table: Table,
  onDamaged: (what: string) => void,
): Promise<readonly OutboxEntry[]> {
  const items = await queryItems(table, OUTBOX);
  const damage = collectDamage(table, onDamaged);
  const entries = items.flatMap((item) => entryOf(item, damage));
  await damage.setAside();
  return entries
    .toSorted((one, other) => (one.position < other.position ? -1 : 1))
    .map(({ noticeId, channel, notice, createdAtMs, attempts, notBeforeMs, leasedUntilMs }) => ({
      noticeId,
      channel,
      notice,
      createdAtMs,
      attempts,
      notBeforeMs,
      leasedUntilMs,
    }));
}

function entryOf(
  item: Item,
  damage: Damage,
): readonly (EntryAttributes & Pick<OutboxEntry, 'notice'>)[] {
  try {
    const notice = unpacked(item) as Partial<Notice> | null;
    const isWhole =
      typeof notice?.id === 'string' &&
      typeof notice.subject === 'string' &&
      Array.isArray(notice.applications) &&
      ENTRY_NUMBERS.every((name) => typeof item[name] === 'number') &&
      ENTRY_TEXTS.every((name) => typeof item[name] === 'string');
    if (isWhole) {
      return [{ ...(item as unknown as EntryAttributes), notice: notice as Notice }];
    }
    damage.note(item, 'it lacks what every notice has');
  } catch (fault) {
    if (!(fault instanceof StateUnreadableError)) throw fault;
    damage.note(item, 'it cannot be read');
  }
  return [];
}

const ENTRY_TEXTS = ['noticeId', 'channel', 'position'] as const;
const ENTRY_NUMBERS = ['createdAtMs', 'attempts', 'notBeforeMs', 'leasedUntilMs'] as const;

function keyOf({ noticeId, channel }: OutboxKey): Key {
  return { pk: OUTBOX, sk: `${noticeId}#${channel}` };
}

/** Changes an entry whose lease is still the one that was seen; false: somebody else took it, or cleared it. */
function updateIfLeased(
  { client, tableName }: Table,
  entry: OutboxKey & Pick<OutboxEntry, 'leasedUntilMs'>,
  { set, attempts }: { readonly set: Readonly<Record<string, number>>; readonly attempts?: number },
): Promise<boolean> {
  const names = Object.keys(set);
  return isWritten(
    client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { ...keyOf(entry) },
        UpdateExpression: `SET ${names.map((name) => `${name} = :new_${name}`).join(', ')}`,
        ConditionExpression: `leasedUntilMs = :leased${attempts === undefined ? '' : ' AND attempts = :attempts'}`,
        ExpressionAttributeValues: {
          ':leased': entry.leasedUntilMs,
          ...(attempts === undefined ? {} : { ':attempts': attempts }),
          ...Object.fromEntries(names.map((name) => [`:new_${name}`, set[name]])),
        },
      }),
    ),
  );
}
