// Between a store and the state: items that come from outside, parsed before they are the state.

import * as z from 'zod';
import type { Result } from '../result.ts';
import {
  currentValue,
  ITEM_UPGRADES,
  type ItemUpgrade,
  type StateItem,
  type StateItemKind,
} from './state-items.ts';
import { storedIncidentSchema, storedSubjectSchema } from './stored-incident.ts';
import { storedReportSchema } from './stored-report.ts';
import {
  type ApplicationState,
  EMPTY_STATE,
  type ProviderState,
  type WatchState,
} from './watch-state.ts';

export { ITEM_UPGRADES, type ItemUpgrade, type StateItem, toItems } from './state-items.ts';

const time = z.number().int();

const applicationSchema: z.ZodType<ApplicationState> = z.object({
  provider: z.string(),
  configuredSinceMs: time,
  lastSlotMs: time.nullable(),
  lastTriedSlotMs: time.nullable(),
  lastReport: storedReportSchema.nullable(),
  lastNotTried: z.enum(['provider-down', 'token-budget']).nullable(),
  lastTokensMinted: time,
  status: z.enum(['healthy', 'degraded', 'unhealthy', 'undetermined']).nullable(),
  lastSuccessAtMs: time.nullable(),
  acceptedCredentials: z
    .object({
      secretVersion: z.string().nullable(),
      fingerprint: z.string(),
      clientFingerprint: z.string(),
    })
    .nullable(),
  incidentId: z.string().nullable(),
  consecutiveFailures: time,
  consecutiveHealthy: time,
  notHealthySinceMs: time.nullable(),
  undeterminedSinceMs: time.nullable(),
  providerFailures: z.object({ count: time, sinceMs: time, whileOthersServed: time }).nullable(),
});

const providerSchema: z.ZodType<ProviderState> = z.object({
  tokens: z.object({ month: z.string(), minted: time }),
  breaker: z.object({ consecutiveFailures: time }),
});

const countersSchema = z.object({ incidentsOpened: time });

/** Puts the state together again; no items are the empty state. Each issue is one line, without content. */
export function fromItems(
  items: readonly StateItem[],
  upgrades: Readonly<Record<number, ItemUpgrade>> = ITEM_UPGRADES,
): Result<WatchState, string> {
  const issues: string[] = [];
  const parsed = <T>(kind: StateItemKind, schema: z.ZodType<T>): Readonly<Record<string, T>> =>
    Object.fromEntries(
      items
        .filter((item) => item.kind === kind)
        .flatMap((item) => {
          const outcome = parseItem(item, { schema, upgrades });
          if (!outcome.ok) issues.push(...outcome.issues);
          return outcome.ok ? [[item.key, outcome.value] as const] : [];
        }),
    );
  const applications = parsed('application', applicationSchema);
  const providers = parsed('provider', providerSchema);
  const incidents = parsed('incident', storedIncidentSchema);
  const subjects = parsed('subject', storedSubjectSchema);
  const counters = parsed('counters', countersSchema);
  if (issues.length > 0) return { ok: false, issues };
  return {
    ok: true,
    value: {
      ...EMPTY_STATE,
      applications,
      providers,
      incidents,
      subjects,
      incidentsOpened: counters['all']?.incidentsOpened ?? 0,
    },
  };
}

function parseItem<T>(
  item: StateItem,
  how: { readonly schema: z.ZodType<T>; readonly upgrades: Readonly<Record<number, ItemUpgrade>> },
): Result<T, string> {
  const current = currentValue(item, how.upgrades);
  if (!current.ok) return current;
  const outcome = how.schema.safeParse(current.value);
  if (outcome.success) return { ok: true, value: outcome.data };
  const paths = outcome.error.issues.map(({ path }) => path.join('.') || 'the whole');
  const wrong = [...new Set(paths)].join(', ');
  const name = `${item.kind} ${item.key}`;
  return { ok: false, issues: [`${name} is not as m2m-watch writes it, at ${wrong}`] };
}
