/** Rounds of each comparison. */
export const ROUNDS = 5;

/** One speed target: what was measured for it, and whether it was met. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What is expected of the last row. */
  readonly target: string;
  readonly isMet: boolean;
}

/** One line of a section's table. */
interface Row {
  readonly name: string;
  readonly values: readonly number[];
  readonly digits: number;
  readonly unit: string;
}

/** What two things that are compared took, round by round. */
export interface Comparison {
  readonly one: readonly number[];
  readonly other: readonly number[];
}

/** Measures two things in turns, so that whatever else the machine does slows down both. */
export async function measureInTurns(
  measure: { readonly one: () => Promise<number>; readonly other: () => Promise<number> },
  rounds: number = ROUNDS,
): Promise<Comparison> {
  const one: number[] = [];
  const other: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    one.push(await measure.one());
    other.push(await measure.other());
  }
  return { one, other };
}

/** Combines the two values of each round. */
export function perRound(
  { one, other }: Comparison,
  combine: (one: number, other: number) => number,
): readonly number[] {
  return one.map((value, round) => combine(value, Number(other[round])));
}

/** The middle value; the upper one of two. Throws if there are no values. */
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
    '| | median | lowest | highest |',
    '|---|--:|--:|--:|',
    ...rows.map((row) => `| ${cells(row).join(' | ')} |`),
    '',
    `Target: ${target}. ${isMet ? 'Met' : 'Missed'}.`,
    '',
  ].join('\n');
}
