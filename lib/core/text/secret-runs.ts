// Judges the pieces of secrets that were found in a text: which of them are no coincidence.

import { type FoundPiece, WINDOW } from './fingerprints.ts';

/** What stands between two parts of a secret belongs to it, too: a character or two were changed. */
const MAX_CHANGED = 2;

/** The same for a token, of which samples are known. */
const MAX_BETWEEN_SAMPLES = 32;

/** The bits of a mark: how many characters in a row are needed, ... */
const NEEDED = 0x3f;
/** ... whether more of the secret stands around a piece, ... */
const IS_PART = 0x40;
/** ... and whether it also stands in a name of the configuration, so that it counts in a longer run alone. */
const IN_A_NAME = 0x80;

/** What is known of each piece of a secret. */
export interface PieceMark {
  /** So many characters in a row are no coincidence; at most 63. */
  readonly needed: number;
  readonly isPart: boolean;
  readonly isInName: boolean;
}

/** A mark as fingerprints keep it. */
export function packMark({ needed, isPart, isInName }: PieceMark): number {
  return needed | (isPart ? IS_PART : 0) | (isInName ? IN_A_NAME : 0);
}

/** Folded characters in a row that may be a part of a secret, both ends included. */
interface Run {
  readonly first: number;
  readonly last: number;
  /** How many it must be, to be no coincidence. */
  readonly needed: number;
  /** All of it also stands in names. */
  readonly isOnlyName: boolean;
  /** More of the secret stands around it. */
  readonly isPart: boolean;
}

/** Puts pieces together that overlap, then what nearly does, and keeps what is no coincidence. */
export function runsOf(pieces: readonly FoundPiece[]): readonly Run[] {
  const single = pieces.map(({ last, mark }) => ({
    first: last - WINDOW + 1,
    last,
    needed: mark & NEEDED,
    isOnlyName: (mark & IN_A_NAME) !== 0,
    isPart: (mark & IS_PART) !== 0,
  }));
  const overlapping = joined(single, (before, run) => run.first <= before.last);
  const close = joined(overlapping, (before, run) => {
    const between = run.first - before.last - 1;
    // Two whole secrets may stand side by side.
    if (between === 0 && !run.isPart) return !(isEnough(before) && isEnough(run));
    return between <= (run.isPart ? MAX_BETWEEN_SAMPLES : MAX_CHANGED);
  });
  return close.filter((run) => !run.isOnlyName && isEnough(run));
}

function isEnough({ first, last, needed }: Run): boolean {
  return last - first + 1 >= needed;
}

/** The same runs, each joined with the one before it where a test says so. */
function joined(
  runs: readonly Run[],
  isJoined: (before: Run, run: Run) => boolean,
): readonly Run[] {
  const result: Run[] = [];
  for (const run of runs) {
    const before = result.at(-1);
    if (before === undefined || !isJoined(before, run)) {
      result.push(run);
    } else {
      result[result.length - 1] = {
        first: before.first,
        last: run.last,
        needed: Math.min(before.needed, run.needed),
        isOnlyName: before.isOnlyName && run.isOnlyName,
        isPart: before.isPart || run.isPart,
      };
    }
  }
  return result;
}
