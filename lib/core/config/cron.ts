// Beside the configuration schema: whether a cron expression of five fields is one.

/** One of the five fields of a cron expression. */
export interface CronField {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /** Names from `from` on. */
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The five fields in their order. */
export const CRON_FIELDS: readonly CronField[] = [
  { title: 'minute', from: 0, to: 59 },
  { title: 'hour', from: 0, to: 23 },
  { title: 'day of the month', from: 1, to: 31 },
  { title: 'month', from: 1, to: 12, names: MONTHS },
  { title: 'day of the week', from: 0, to: 7, names: DAYS },
];

/**
 * What is wrong with a cron expression, or null.
 *
 * Five fields of `*`, numbers, names, ranges, steps and lists; no seconds, no macros.
 */
export function cronProblem(expression: string): string | null {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== CRON_FIELDS.length) {
    return `must have 5 fields (${CRON_FIELDS.map(({ title }) => title).join(', ')}), and has ${parts.length}`;
  }
  const wrong = CRON_FIELDS.find((field, index) => !isField(parts[index] as string, field));
  if (wrong === undefined) return null;
  const names = wrong.names === undefined ? '' : `, or ${wrong.names.join(', ')}`;
  return `has no valid ${wrong.title}: write *, or numbers from ${wrong.from} to ${wrong.to}${names}, with - , and / between them`;
}

function isField(part: string, field: CronField): boolean {
  return part.split(',').every((item) => {
    const [range = '', step, ...more] = item.split('/');
    const stepIsFine = step === undefined || /^[1-9]\d?$/.test(step);
    return more.length === 0 && stepIsFine && isRange(range, field);
  });
}

function isRange(range: string, field: CronField): boolean {
  if (range === '*') return true;
  const [first, last, ...more] = range.split('-').map((text) => cronNumber(text, field));
  if (more.length > 0 || typeof first !== 'number') return false;
  return last === undefined || (typeof last === 'number' && first <= last);
}

/** The number that a text of a field stands for, names included; null for what is no value of it. */
export function cronNumber(text: string, { from, to, names = [] }: CronField): number | null {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return from + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : null;
}
