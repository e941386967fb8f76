import { StateUnreadableError } from '../../check/monitor-error.ts';
import type { OutboxEntry, OutboxKey, StateStore } from '../../check/ports.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { IncidentChange } from '../../core/state/incident.ts';
import { fromItems, type StateItem, toItems } from '../../core/state/state-items.ts';
import { KEEP_DAYS } from '../../core/state/watch-state.ts';

const KEEP_MS = KEEP_DAYS * 86_400_000;

/** A state store that lives as long as the process: for tests and single runs. */
export function createMemoryStateStore(): StateStore {
  let version = 0;
  let items: readonly StateItem[] = [];
  let reports: readonly CheckReport[] = [];
  let changes: readonly IncidentChange[] = [];
  let outbox: readonly OutboxEntry[] = [];

  const replace = (key: OutboxKey, change: (entry: OutboxEntry) => OutboxEntry) => {
    outbox = outbox.map((entry) => (isSame(entry, key) ? change(entry) : entry));
  };

  return {
    load: async () => {
      const state = fromItems(structuredClone(items));
      if (!state.ok) throw new StateUnreadableError(state.issues.join('; '));
      return { version, state: state.value };
    },
    save: async (save) => {
      if (save.expectedVersion !== version) return { kind: 'conflict', version };
      const keepFromMs = save.nowMs - KEEP_MS;
      const added = save.outbox.filter(
        ({ notice, channel }, index) =>
          !outbox.some((entry) => isSame(entry, { noticeId: notice.id, channel })) &&
          index ===
            save.outbox.findIndex((e) => e.notice.id === notice.id && e.channel === channel),
      );
      version += 1;
      items = structuredClone(toItems(save.state));
      reports = [...reports.filter((old) => !save.reports.some(isSameCheck(old))), ...save.reports]
        .filter(({ checkedAt }) => Date.parse(checkedAt) >= keepFromMs)
        .toSorted((a, b) => Date.parse(a.checkedAt) - Date.parse(b.checkedAt));
      changes = [...changes, ...save.changes].filter(({ atMs }) => atMs >= keepFromMs);
      outbox = [
        ...outbox,
        ...added.map(({ notice, channel }) => ({
          noticeId: notice.id,
          channel,
          notice: structuredClone(notice),
          createdAtMs: save.nowMs,
          attempts: 0,
          notBeforeMs: 0,
          leasedUntilMs: 0,
        })),
      ];
      return { kind: 'saved', version };
    },
    reportsOf: async (application, sinceMs) =>
      structuredClone(
        reports.filter(
          (report) => report.application === application && Date.parse(report.checkedAt) >= sinceMs,
        ),
      ),
    changesOf: async (incidentId) =>
      structuredClone(changes.filter((change) => change.incidentId === incidentId)),
    lease: async ({ nowMs, leaseMs, limit }) => {
      const free = outbox.filter(
        (entry, index) =>
          entry.leasedUntilMs <= nowMs &&
          entry.notBeforeMs <= nowMs &&
          !outbox.slice(0, index).some((earlier) => goesFirst(earlier, entry)),
      );
      const leased = free.slice(0, limit).map((entry) => ({
        ...entry,
        attempts: entry.attempts + 1,
        leasedUntilMs: nowMs + leaseMs,
      }));
      for (const entry of leased) replace(entry, () => entry);
      return structuredClone(leased);
    },
    clear: async (key) => {
      outbox = outbox.filter((entry) => !isSame(entry, key));
    },
    postpone: async ({ leasedUntilMs, ...key }, notBeforeMs) => {
      replace(key, (entry) =>
        entry.leasedUntilMs === leasedUntilMs ? { ...entry, notBeforeMs, leasedUntilMs: 0 } : entry,
      );
    },
    waiting: async () => structuredClone(outbox),
    close: async () => {},
  };
}

function isSame(entry: OutboxKey, key: OutboxKey): boolean {
  return entry.noticeId === key.noticeId && entry.channel === key.channel;
}

function isSameCheck(old: CheckReport): (report: CheckReport) => boolean {
  return ({ application, checkedAt }) =>
    application === old.application && checkedAt === old.checkedAt;
}

function goesFirst(earlier: OutboxEntry, entry: OutboxEntry): boolean {
  if (earlier.channel !== entry.channel) return false;
  const names = new Set(earlier.notice.applications.map(({ name }) => name));
  return entry.notice.applications.some(({ name }) => names.has(name));
}
