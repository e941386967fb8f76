// Knows pieces of many secrets without keeping them, and finds those pieces in a text in one pass.

import type { FoldedText } from './fold-text.ts';

/** The length of a piece, in folded characters. */
export const WINDOW = 8;

/** A known piece in a text. */
export interface FoundPiece {
  /** The index of its last folded character. */
  readonly last: number;
  /** What it was added with. */
  readonly mark: number;
}

/** Any odd number with its bits well mixed serves. */
const MULTIPLIER = 0x9e3779b1;
const OTHER_MULTIPLIER = 0x85ebca6b;
const SALT = 0x7feb352d;

/** The multiplier to the power of {@link WINDOW}: it takes out of a hash what leaves the window. */
const LEAVING = Array.from({ length: WINDOW }).reduce<number>(
  (product) => Math.imul(product, MULTIPLIER),
  1,
);

const INITIAL_SLOTS = 2048;

/**
 * A set of pieces of {@link WINDOW} folded characters, each kept as a fingerprint of 64 bits.
 *
 * A look-up costs the same however many are known. The fingerprints have no secret key: they keep texts
 * from being shown, and hide nothing from whoever reads the memory of the process.
 */
export class Fingerprints {
  #first = new Uint32Array(INITIAL_SLOTS);
  #second = new Uint32Array(INITIAL_SLOTS);
  /** 0 where a slot is free. */
  #marks = new Uint8Array(INITIAL_SLOTS);
  #size = 0;

  /** Adds every piece of a folded text, or one in so many, with what `markOf` gives: 1 to 255. */
  add({ units, length }: FoldedText, markOf: (last: number) => number, step = 1): void {
    for (let last = WINDOW - 1; last < length; last += step) {
      this.#put(units, last, markOf(last));
    }
  }

  /** Finds the known pieces of a folded text, in order. */
  find({ units, length }: FoldedText): readonly FoundPiece[] {
    const found: FoundPiece[] = [];
    const [firsts, marks] = [this.#first, this.#marks];
    const mask = marks.length - 1;
    let hash = 0;
    let unbroken = 0;
    for (let last = 0; last < length; last += 1) {
      const unit = units[last] as number;
      hash = (Math.imul(hash, MULTIPLIER) + mixed(unit)) | 0;
      unbroken = unit === 0 ? 0 : unbroken + 1;
      if (last >= WINDOW) {
        hash = (hash - Math.imul(mixed(units[last - WINDOW] as number), LEAVING)) | 0;
      }
      if (unbroken < WINDOW) continue;
      for (let slot = slotOf(hash, mask); marks[slot] !== 0; slot = (slot + 1) & mask) {
        if (firsts[slot] === hash >>> 0 && this.#second[slot] === otherHash(units, last)) {
          found.push({ last, mark: marks[slot] as number });
          break;
        }
      }
    }
    return found;
  }

  #put(units: Uint16Array, last: number, mark: number): void {
    if (this.#size * 2 >= this.#marks.length) this.#grow();
    let hash = 0;
    for (let index = last - WINDOW + 1; index <= last; index += 1) {
      hash = (Math.imul(hash, MULTIPLIER) + mixed(units[index] as number)) | 0;
    }
    this.#insert(hash >>> 0, otherHash(units, last), mark);
  }

  #insert(first: number, second: number, mark: number): void {
    const mask = this.#marks.length - 1;
    let slot = slotOf(first, mask);
    while (this.#marks[slot] !== 0) {
      if (this.#first[slot] === first && this.#second[slot] === second) break;
      slot = (slot + 1) & mask;
    }
    const known = this.#marks[slot] as number;
    if (known === 0) this.#size += 1;
    this.#first[slot] = first;
    this.#second[slot] = second;
    // Where two secrets share a piece, the lower mark counts.
    this.#marks[slot] = known === 0 ? mark : Math.min(known, mark);
  }

  #grow(): void {
    const [first, second, marks] = [this.#first, this.#second, this.#marks];
    this.#first = new Uint32Array(marks.length * 2);
    this.#second = new Uint32Array(marks.length * 2);
    this.#marks = new Uint8Array(marks.length * 2);
    this.#size = 0;
    for (let slot = 0; slot < marks.length; slot += 1) {
      const mark = marks[slot] as number;
      if (mark !== 0) this.#insert(first[slot] as number, second[slot] as number, mark);
    }
  }
}

function mixed(unit: number): number {
  return Math.imul(unit ^ SALT, OTHER_MULTIPLIER);
}

function slotOf(hash: number, mask: number): number {
  return (Math.imul(hash ^ (hash >>> 15), OTHER_MULTIPLIER) >>> 8) & mask;
}

/** Another hash of the piece that ends at an index. */
function otherHash(units: Uint16Array, last: number): number {
  let hash = SALT;
  for (let index = last - WINDOW + 1; index <= last; index += 1) {
    hash = Math.imul(hash ^ (units[index] as number), OTHER_MULTIPLIER);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}
