// Finds the known names that are nearest to an unknown one, for the configuration and the command line.

/** The names that `given` was probably meant to be, nearest first, at most three. */
export function nearestNames(given: string, known: readonly string[]): readonly string[] {
  const wanted = given.toLowerCase().slice(0, MAX_COMPARED);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return known
    .map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed && distance < wanted.length)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** `; did you mean …?` for an unknown name, or nothing where no known name is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const quoted = nearestNames(given, known).map((name) => `\`${name}\``);
  return quoted.length === 0 ? '' : `; did you mean ${quoted.join(' or ')}?`;
}

/** A name is at most 63 characters; what is longer is near to none. */
const MAX_COMPARED = 100;

/** A name that begins with what was typed is as near as one slip. */
function distanceTo(given: string, known: string): number {
  const distance = editDistance(given, known);
  return given.length >= 3 && known.startsWith(given) ? Math.min(distance, 1) : distance;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(current, column - 1) + 1,
          at(last, column) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

/** Indices stay inside the rows by construction. */
function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
