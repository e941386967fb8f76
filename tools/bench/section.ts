/** Runs of each thing that is compared. */
export const ROUNDS = 5;

/** One target: what was measured for it, and whether it was met. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What is wanted of the last row. */
  readonly target: string;
  readonly isMet: boolean;
}

/** One line of a section's table. */
export interface Row {
  readonly name: string;
  readonly values: readonly number[];
  readonly digits: number;
  readonly unit: string;
}

/** The middle value; the upper one of two. Throws for none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('no values to take the median of');
  return middle;
}

/** The table of a section in Markdown. */
export function renderSection({ title, rows, target, isMet }: Section): string {
  const cells = ({ name, values, digits, unit }: Row) =>
    [name, median(values), Math.min(...values), Math.max(...values)].map((value) =>
      typeof value === 'number' ? `${value.toFixed(digits)}${unit}` : value,
    );
  return [
    `## ${title}`,
    '',
    '| | median | least | most |',
    '|---|--:|--:|--:|',
    ...rows.map((row) => `| ${cells(row).join(' | ')} |`),
    '',
    `Wanted: ${target}. ${isMet ? 'Met' : 'Missed'}.`,
    '',
  ].join('\n');
}
