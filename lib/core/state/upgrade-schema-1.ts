// Upgrades what layout 1 of the state stored, whose fields and words had other names.

import type { StateItem } from './state-items.ts';

type Values = Readonly<Record<string, unknown>>;

/** The names in layout 2 of fields of layout 1, in whichever kind of item they occur. */
const RENAMED: Readonly<Record<string, string>> = {
  watchedSinceMs: 'configuredSinceMs',
  brokenInRow: 'consecutiveFailures',
  failuresInRow: 'consecutiveFailures',
  wellInRow: 'consecutiveHealthy',
  troubleSinceMs: 'notHealthySinceMs',
  isUnwatched: 'hasNoData',
  lastWellAtMs: 'lastHealthyAtMs',
  announced: 'notified',
  wasHeldBack: 'wasMuted',
  toldAtMs: 'notifiedAtMs',
  changesSinceTold: 'changesSinceNotice',
};

/** What items have in layout 2 and did not have before. */
const ADDED: Partial<Readonly<Record<StateItem['kind'], Values>>> = {
  application: { checkedInRun: null },
  counters: { openRuns: {} },
};

/** The value of an item of layout 1 in layout 2; a report in it is left as it is. */
export function upgradeItem({ kind, value }: StateItem): unknown {
  const upgraded = renamed(value);
  if (!isObject(upgraded)) return upgraded;
  // In layout 2 an incident alone says whom it affects, and a provider's service is judged otherwise.
  const { incidentId: _, breaker: _breaker, ...rest } = upgraded;
  return { ...rest, ...ADDED[kind] };
}

/** An event of an incident, stored before layout 2 or after it. */
export function upgradeChange(change: unknown): unknown {
  return renamed(change);
}

/** A notice, stored before layout 2 or after it. */
export function upgradeNotice(notice: unknown): unknown {
  if (!isObject(notice) || !('lastWellAt' in notice)) return notice;
  const { lastWellAt, reason, closing, cause, ...rest } = notice;
  return {
    ...rest,
    reason: reason === 'unwatched' ? 'no-data' : reason,
    lastHealthyAt: lastWellAt,
    closing: closing === 'well' ? 'recovered' : closing,
    cause: upgradeCause(cause),
  };
}

function upgradeCause(cause: unknown): unknown {
  if (!isObject(cause)) return cause;
  const { howSure, ...rest } = cause;
  return { ...rest, confidenceMeans: howSure };
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (name === 'lastReport') return [name, field];
      return [RENAMED[name] ?? name, renamedWord(name, field) ?? renamed(field)];
    }),
  );
}

function renamedWord(name: string, word: unknown): string | null {
  if (name === 'kind' && word === 'unwatched') return 'no-data';
  if ((name === 'closing' || name === 'why') && word === 'well') return 'recovered';
  return null;
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
