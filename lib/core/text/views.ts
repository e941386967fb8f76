// A text as something reads it, each character with the part of the original text that it stands for.

/** No longer a text is looked at, in UTF-16 units. */
export const MAX_VIEW_LENGTH = 4096;

/** A text with its origin. */
export interface View {
  readonly text: string;
  /** For each UTF-16 unit, where in the original text it begins and ends; null: it is the original. */
  readonly origin: { readonly from: Uint32Array; readonly to: Uint32Array } | null;
  /** Decoded from digits that share bits with their neighbours, such as base64. */
  readonly isPacked: boolean;
}

/** Where in the original text a unit of a view begins. */
export function beginOf({ origin }: View, index: number): number {
  return origin === null ? index : (origin.from[index] as number);
}

/** Where in the original text a unit of a view ends, a pair of surrogates as a whole. */
export function endOf({ text, origin }: View, index: number): number {
  if (origin !== null) return origin.to[index] as number;
  return index + ((text.charCodeAt(index) & 0xfc00) === 0xd800 ? 2 : 1);
}

const UTF_16 = new TextDecoder('utf-16le');
const UTF_8 = new TextDecoder();

/** Stands for bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/** Writes a view of at most `capacity` units; places are those in the original text. */
export class ViewWriter {
  readonly #units: Uint16Array;
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#units = new Uint16Array(capacity);
    this.#from = new Uint32Array(capacity);
    this.#to = new Uint32Array(capacity);
  }

  /** Adds a UTF-16 unit. */
  add(unit: number, from: number, to: number): void {
    this.#units[this.#length] = unit;
    this.#from[this.#length] = from;
    this.#to[this.#length] = to;
    this.#length += 1;
  }

  /** Replaces the last units, which are bytes, by what they are in UTF-8; where they are not, they are Latin-1. */
  endBytes(count: number): void {
    const start = this.#length - count;
    const text = UTF_8.decode(Uint8Array.from(this.#units.subarray(start, this.#length)));
    if (text.includes(REPLACEMENT)) return;
    const from = this.#from[start] as number;
    const to = this.#to[this.#length - 1] as number;
    this.#length = start;
    for (let part = 0; part < text.length; part += 1) this.add(text.charCodeAt(part), from, to);
  }

  view(isPacked: boolean): View {
    const length = this.#length;
    const text = UTF_16.decode(this.#units.subarray(0, length));
    const origin = { from: this.#from.subarray(0, length), to: this.#to.subarray(0, length) };
    return { text, origin, isPacked };
  }
}
