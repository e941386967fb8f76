// Beside the configuration: whether a cron expression, found valid before, names a minute.

import { CRON_FIELDS, type CronField, cronNumber } from './cron.ts';

/** Whether a moment (milliseconds since the epoch) lies in a minute that the expression names, in UTC. */
export type CronMatch = (atMs: number) => boolean;

/**
 * Reads a valid expression of five fields once, for asking about many minutes.
 *
 * As in POSIX crontab: where both the day of the month and the day of the week are restricted, either
 * of them is enough. Seven is Sunday, as is zero; `5/15` begins at 5 and goes on to the end.
 */
export function cronMatch(expression: string): CronMatch {
  const parts = expression.trim().split(/\s+/) as [string, string, string, string, string];
  const [minutes, hours, days, months, weekdays] = CRON_FIELDS.map((field, index) =>
    valuesOf(parts[index] as string, field),
  ) as [Values, Values, Values, Values, Values];
  const isEitherDay = !parts[2].startsWith('*') && !parts[4].startsWith('*');
  return (atMs) => {
    const at = new Date(atMs);
    const isDay = days.has(at.getUTCDate());
    const isWeekday = weekdays.has(at.getUTCDay());
    return (
      minutes.has(at.getUTCMinutes()) &&
      hours.has(at.getUTCHours()) &&
      months.has(at.getUTCMonth() + 1) &&
      (isEitherDay ? isDay || isWeekday : isDay && isWeekday)
    );
  };
}

type Values = ReadonlySet<number>;

function valuesOf(part: string, field: CronField): Values {
  const values = part.split(',').flatMap((item) => {
    const [range, step] = item.split('/') as [string, string?];
    const [first, last] = boundsOf(range, { field, hasStep: step !== undefined });
    const width = Number(step ?? 1);
    const count = Math.floor((last - first) / width) + 1;
    return Array.from({ length: count }, (_, index) => first + index * width);
  });
  // Only the last field goes to 7, which is Sunday as 0 is.
  return new Set(field.to === 7 ? values.map((value) => value % 7) : values);
}

/** The texts are numbers or names of the field: the expression was found valid before. */
function boundsOf(
  range: string,
  { field, hasStep }: { readonly field: CronField; readonly hasStep: boolean },
): readonly [number, number] {
  if (range === '*') return [field.from, field.to];
  const [first, last] = range.split('-').map((text) => cronNumber(text, field)) as [
    number,
    number?,
  ];
  return [first, last ?? (hasStep ? field.to : first)];
}
