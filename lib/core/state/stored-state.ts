// Items of the state that come from a file, which anybody can change: parsed before they are used.

import * as z from 'zod';
import { applicationStateSchema, providerStateSchema } from './application-state.ts';
import { incidentSchema, subjectHistorySchema } from './incident.ts';
import type { ParseItem, StateItemKind } from './state-items.ts';

const whole = z.number().int();

/** The schema of every kind of item. */
const ITEM_SCHEMAS: Readonly<Record<StateItemKind, z.ZodType>> = {
  application: applicationStateSchema,
  provider: providerStateSchema,
  incident: incidentSchema,
  subject: subjectHistorySchema,
  counters: z.object({ incidentsOpened: whole, openRuns: z.record(z.string(), whole) }),
};

/** Parses the value of an item; the issue is one line that names the place, without its content. */
export const parseItem: ParseItem = ({ kind, key, value }) => {
  const outcome = ITEM_SCHEMAS[kind].safeParse(value);
  if (outcome.success) return { ok: true, value: outcome.data };
  const paths = outcome.error.issues.map(({ path }) => path.join('.') || 'the whole');
  const wrong = [...new Set(paths)].join(', ');
  return { ok: false, issues: [`${kind} ${key} is not as m2m-watch writes it, at ${wrong}`] };
};
