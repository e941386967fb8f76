// Folds a text to what stays of it however a peer writes it: its characters in lower case, with or without punctuation.

/** Stands where a run of characters ends: what is before it has nothing to do with what is after it. */
export const BREAK = '\u0000';

/** What counts: letters and digits, or all that shows but white space. */
export type Fold = 'letters' | 'all';

const KEPT_ASCII: Readonly<Record<Fold, Uint16Array>> = {
  letters: foldedAscii(/[0-9A-Za-z]/),
  all: foldedAscii(/[!-~]/),
};

/** Folded before, so that a text in another script costs no more than one in ASCII. */
const foldedBeyond: Readonly<Record<Fold, Map<number, string>>> = {
  letters: new Map(),
  all: new Map(),
};

const DROPPED: Readonly<Record<Fold, RegExp>> = {
  letters: /[^\p{L}\p{N}]/gu,
  all: /[\s\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu,
};

/** More characters than a text in one script has. */
const MAX_REMEMBERED = 4096;

/** What stays of a text, each unit with the place where its character stands. */
export interface FoldedText {
  /** UTF-16 units; 0 stands for a break. Only the first `length` count. */
  readonly units: Uint16Array;
  /** For each unit, the index of its character in the text. */
  readonly at: Uint32Array;
  readonly length: number;
}

/** Used again for each text: making room for one takes longer than folding it. */
let room = { units: new Uint16Array(4096), at: new Uint32Array(4096) };

/** Of what a character becomes so many units count: the three letters of a ligature, not a whole phrase. */
const MAX_EXPANSION = 3;

/**
 * Folds a text: white space, marks and whatever does not show count for nothing, nor do case, width and
 * the way in which characters are composed; nor does punctuation, where letters and digits alone are kept.
 *
 * A ligature becomes its letters. Unicode Standard Annex 15, NFKD. Linear in the text. The arrays are
 * valid until the next text is folded.
 */
export function foldText(text: string, fold: Fold): FoldedText {
  const ascii = KEPT_ASCII[fold];
  if (room.units.length < text.length * MAX_EXPANSION) {
    const length = text.length * MAX_EXPANSION;
    room = { units: new Uint16Array(length), at: new Uint32Array(length) };
  }
  const { units, at } = room;
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 128) {
      const unit = ascii[code] as number;
      units[length] = unit;
      at[length] = index;
      if (unit !== 0 || code === 0) length += 1;
      continue;
    }
    const point = text.codePointAt(index) as number;
    const folded = foldBeyondAscii(point, fold);
    for (let part = 0; part < folded.length; part += 1) {
      units[length] = folded.charCodeAt(part);
      at[length] = index;
      length += 1;
    }
    if (point > 0xffff) index += 1;
  }
  return { units, at, length };
}

function foldedAscii(kept: RegExp): Uint16Array {
  return Uint16Array.from({ length: 128 }, (_, code) => {
    const character = String.fromCharCode(code);
    return kept.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
  });
}

function foldBeyondAscii(point: number, fold: Fold): string {
  const folded = foldedBeyond[fold];
  const known = folded.get(point);
  if (known !== undefined) return known;
  const found = String.fromCodePoint(point)
    .normalize('NFKD')
    .toLowerCase()
    .replace(DROPPED[fold], '')
    .slice(0, MAX_EXPANSION);
  if (folded.size >= MAX_REMEMBERED) folded.clear();
  folded.set(point, found);
  return found;
}
