// Maintenance windows: which cron expressions are valid, and which applications a window mutes.

import { Cron } from 'croner';
import { MINUTE_MS } from '../text/duration-text.ts';
import type { WatchConfig } from './watch-config.ts';

/** The five fields of a cron expression, with the values that each takes. */
const FIELDS = [
  { title: 'minute', values: '0 to 59' },
  { title: 'hour', values: '0 to 23' },
  { title: 'day of the month', values: '1 to 31' },
  { title: 'month', values: '1 to 12 or JAN to DEC' },
  { title: 'day of the week', values: '0 to 7 or SUN to SAT' },
] as const;

/** What is wrong with a cron expression of five fields, or null. */
export function cronProblem(expression: string): string | null {
  const fields = fieldsOf(expression);
  if (fields.length !== FIELDS.length) {
    const titles = FIELDS.map(({ title }) => title).join(', ');
    return `must have 5 fields (${titles}), and has ${fields.length}`;
  }
  // Checked one by one, so that the message can name the field that is wrong.
  const wrong = FIELDS.find((_, index) => {
    const alone = FIELDS.map((_, other) => (other === index ? fields[index] : '*')).join(' ');
    return !succeeds(() => readCron(alone, 'UTC'));
  });
  if (wrong === undefined) return null;
  return `has no valid ${wrong.title}: write * or ${wrong.values}, with - , and / between them`;
}

/** Whether a text names a time zone of the IANA database, for example `Europe/Berlin`. */
export function isTimeZone(text: string): boolean {
  return succeeds(() => new Intl.DateTimeFormat('en', { timeZone: text }));
}

/** Says of each application whether a maintenance window mutes its notices at a moment. */
export function mutedAt(
  maintenance: WatchConfig['maintenance'],
  atMs: number,
): (application: string) => boolean {
  const open = maintenance.filter(({ cron, timeZone, durationMinutes }) => {
    const sinceMs = atMs - durationMinutes * MINUTE_MS;
    const start = readCron(cron, timeZone).nextRun(new Date(sinceMs));
    return start !== null && start.getTime() <= atMs;
  });
  const names = new Set(open.flatMap(({ applications }) => applications));
  return (application) => names.has('*') || names.has(application);
}

/**
 * Reads a valid expression; the result answers questions about times and starts nothing.
 *
 * As in POSIX crontab: if both the day of the month and the day of the week are restricted, either one
 * is enough, unless one of them begins with a star.
 */
export function readCron(expression: string, timeZone: string): Cron {
  const [minute, hour, day = '', month, weekday = ''] = fieldsOf(expression);
  // Sunday is 7 as well as 0, so `6/1` is Saturday and Sunday.
  const weekdays = weekday.replaceAll(/(^|,)(\w+)\/(?=\d)/g, '$1$2-7/');
  return new Cron([minute, hour, day, month, weekdays].join(' '), {
    mode: '5-part',
    timezone: timeZone,
    domAndDow: day.startsWith('*') || weekday.startsWith('*'),
    sloppyRanges: true,
  });
}

function fieldsOf(expression: string): readonly string[] {
  return expression.trim().split(/\s+/);
}

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
