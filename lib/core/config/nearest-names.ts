// Finds the known names that are nearest to an unknown one, for the configuration and the command line.

/** The names that `given` was probably meant to be, nearest first, at most three. */
export function nearestNames(given: string, known: readonly string[]): readonly string[] {
  const wanted = given.toLowerCase().slice(0, MAX_COMPARED);
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  let steps = MAX_STEPS;
  return known
    .map((name) => ({ name, lower: name.toLowerCase() }))
    .filter(
      ({ lower }) => Math.abs(lower.length - wanted.length) <= allowed || lower.startsWith(wanted),
    )
    .filter(({ lower }) => {
      steps -= wanted.length * lower.length;
      return steps >= 0;
    })
    .map(({ name, lower }) => ({ name, distance: distanceTo(wanted, lower) }))
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

/** `didYouMean` for the first few names; for all others nothing, since each costs a look at all that are known. */
export function firstHints(): typeof didYouMean {
  let left = MAX_HINTS;
  return (given, known) => {
    left -= 1;
    return left < 0 ? '' : didYouMean(given, known);
  };
}

/** More hints than problems are shown help nobody. */
const MAX_HINTS = 20;

/** Enough for a thousand names of usual length; of more, the first are compared. */
const MAX_STEPS = 2_000_000;

/** A name is at most 63 characters; what is longer is near to none. */
const MAX_COMPARED = 100;

/** A name that begins with what was typed is as near as one slip. */
function distanceTo(given: string, known: string): number {
  const distance = editDistance(given, known);
  return given.length >= 3 && known.startsWith(given) ? Math.min(distance, 1) : distance;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => Number(rows[row]?.[column]);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(row, column - 1) + 1,
          at(row - 1, column) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(one.length, other.length);
}
