// Finds what a text holds in base64, base32, hexadecimal, binary digits and lists of bytes, wherever it begins.

import { DECIMAL, LOWER, type Signs, signsOf, UPPER } from './digit-signs.ts';
import { beginOf, endOf, MAX_VIEW_LENGTH, type View, ViewWriter } from './views.ts';

/** Shorter readable pieces come out of digits by chance, in bytes. */
const MIN_READABLE = 8;

const SPACE = 0x20;

/** Of no text in UTF-8. */
const UNREADABLE_BYTE = 0xff;

/** Digits that hold the same number of bits each. RFC 4648 sections 4 to 8. */
interface Digits {
  readonly bits: number;
  /** A byte may begin after so many digits; then the same alignments come round again. */
  readonly phases: number;
  /** The value of each ASCII character; -1 where it is no digit. */
  readonly values: Int8Array;
  /** Whether a text may hold {@link MIN_READABLE} bytes in them. */
  readonly mayHold: (signs: Signs) => boolean;
}

const DIGITS: readonly Digits[] = [
  {
    bits: 6,
    phases: 4,
    values: valuesOf([`${UPPER}${LOWER}${DECIMAL}+/`, `${UPPER}${LOWER}${DECIMAL}-_`]),
    mayHold: ({ mixed }) => mixed > 1,
  },
  {
    bits: 5,
    phases: 8,
    values: valuesOf([`${UPPER}234567`, `${LOWER}234567`]),
    mayHold: ({ oneCase }) => oneCase >= 13,
  },
  {
    bits: 4,
    phases: 2,
    values: valuesOf([`${DECIMAL}ABCDEF`, `${DECIMAL}abcdef`]),
    // The first half of each readable byte is a decimal digit.
    mayHold: ({ decimals }) => decimals >= MIN_READABLE - 1,
  },
  {
    bits: 1,
    phases: 8,
    values: valuesOf(['01']),
    mayHold: ({ digits }) => digits >= 8 * MIN_READABLE,
  },
];

function valuesOf(alphabets: readonly string[]): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (const alphabet of alphabets) {
    for (let value = 0; value < alphabet.length; value += 1) {
      values[alphabet.charCodeAt(value)] = value;
    }
  }
  return values;
}

/**
 * The readable pieces that a text holds in any kind of digits; linear in the text.
 *
 * Bytes beyond ASCII are readable only where something beyond ASCII is looked for: without them hardly
 * anything readable comes out by chance.
 */
export function decodeText(view: View, isBeyondAscii: boolean): readonly View[] {
  const signs = signsOf(view.text);
  const readable = isBeyondAscii ? READABLE_BEYOND_ASCII : READABLE_ASCII;
  const packed = DIGITS.filter(({ mayHold }) => mayHold(signs)).flatMap((kind) => {
    const digits = digitsOf(view.text, kind);
    return Array.from({ length: kind.phases }, (_, phase) =>
      unpack(view, { kind, digits, phase, readable }),
    );
  });
  const listed = signs.numbers >= MIN_READABLE ? listedBytes(view, readable) : [];
  return [...packed, ...listed].filter((piece) => piece !== null);
}

/** The digits of a text with their places; whatever stands between them is a way to group them. */
interface DigitStream {
  readonly values: Uint8Array;
  readonly at: Uint32Array;
  readonly length: number;
}

/** Used again for each text: making room for one takes longer than looking at it. */
const room = {
  values: new Uint8Array(MAX_VIEW_LENGTH),
  at: new Uint32Array(MAX_VIEW_LENGTH),
};

const CODE_OF_X = 0x78;

function digitsOf(text: string, { values: valueOfCode, bits }: Digits): DigitStream {
  const { values, at } = room;
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const value = code < 128 ? (valueOfCode[code] as number) : -1;
    if (value >= 0) {
      values[length] = value;
      at[length] = index;
      length += 1;
    } else if (bits === 4 && (code | 0x20) === CODE_OF_X && length > 0) {
      // The 0 of `0x` is no digit.
      if (values[length - 1] === 0 && at[length - 1] === index - 1) length -= 1;
    }
  }
  return { values, at, length };
}

interface Packed {
  readonly kind: Digits;
  readonly digits: DigitStream;
  readonly phase: number;
  /** For each byte {@link UNREADABLE}, {@link READABLE} or {@link NEUTRAL}. */
  readonly readable: Uint8Array;
}

/** The readable bytes that digits hold from one phase on; null where there are none. */
function unpack(view: View, packed: Packed): View | null {
  const { bits } = packed.kind;
  const { values, at, length } = packed.digits;
  const { phase, readable } = packed;
  const runs: ByteRun[] = [];
  let kept = 0;
  let keptBits = 0;
  let count = 0;
  let start = 0;
  let neutral = 0;
  for (let index = phase; index < length; index += 1) {
    kept = ((kept << bits) | (values[index] as number)) & 0xffff;
    keptBits += bits;
    if (keptBits < 8) continue;
    keptBits -= 8;
    const kind = readable[(kept >> keptBits) & 0xff];
    if (kind === UNREADABLE) {
      if (count - start - neutral >= MIN_READABLE) runs.push({ start, end: count });
      start = count + 1;
      neutral = 0;
    } else if (kind === NEUTRAL) neutral += 1;
    count += 1;
  }
  if (count - start - neutral >= MIN_READABLE) runs.push({ start, end: count });
  return viewOf(view, runs, {
    byteAt: (byte) => byteAt(packed, byte),
    firstOf: (byte) => at[phase + Math.floor((byte * 8) / bits)] as number,
    lastOf: (byte) => at[phase + Math.floor((byte * 8 + 7) / bits)] as number,
  });
}

function byteAt({ kind: { bits }, digits, phase }: Packed, byte: number): number {
  const last = Math.floor((byte * 8 + 7) / bits);
  let held = 0;
  for (let index = Math.floor((byte * 8) / bits); index <= last; index += 1) {
    held = (held << bits) | (digits.values[phase + index] as number);
  }
  return (held >> ((last + 1) * bits - (byte + 1) * 8)) & 0xff;
}

/** A list of bytes as decimal or octal numbers, also where each has its index before it. */
function listedBytes(view: View, readable: Uint8Array): readonly (View | null)[] {
  const numbers = Array.from(view.text.matchAll(/\d+/g), ({ 0: written, index }) => ({
    written,
    first: index,
    last: index + written.length - 1,
  }));
  const everySecond = [0, 1].map((phase) => numbers.filter((_, index) => index % 2 === phase));
  return [numbers, ...everySecond].flatMap((list) =>
    [10, 8].map((base) => {
      const bytes = list.map(({ written }) => numberOf(written, base));
      return viewOf(view, readableRuns(bytes, readable), {
        byteAt: (byte) => bytes[byte] as number,
        firstOf: (byte) => Number(list[byte]?.first),
        lastOf: (byte) => Number(list[byte]?.last),
      });
    }),
  );
}

/** The byte that a number stands for; 1, which is not readable, where it stands for none. */
function numberOf(written: string, base: number): number {
  const byte = written.length > 4 ? Number.NaN : Number.parseInt(written, base);
  return byte <= 0xff ? byte : 1;
}

/** Bytes that are all readable; the end is not included. */
interface ByteRun {
  readonly start: number;
  readonly end: number;
}

const [UNREADABLE, READABLE, NEUTRAL] = [0, 1, 2];

/** Printable ASCII and white space; 0 is half of each character in UTF-16, and says nothing. */
const READABLE_ASCII = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0) return NEUTRAL;
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d) ? READABLE : UNREADABLE;
});

const READABLE_BEYOND_ASCII = READABLE_ASCII.map((kind, byte) => (byte < 0x80 ? kind : READABLE));

function readableRuns(bytes: readonly number[], readable: Uint8Array): readonly ByteRun[] {
  const runs: ByteRun[] = [];
  let start = 0;
  for (const [index, byte] of [...bytes, 1].entries()) {
    if (readable[byte] !== UNREADABLE) continue;
    if (index - start >= MIN_READABLE) runs.push({ start, end: index });
    start = index + 1;
  }
  return runs;
}

/** How bytes are read, and the first and last unit of the view that each stands for. */
interface Bytes {
  readonly byteAt: (byte: number) => number;
  readonly firstOf: (byte: number) => number;
  readonly lastOf: (byte: number) => number;
}

function viewOf(
  view: View,
  found: readonly ByteRun[],
  { byteAt: valueAt, firstOf, lastOf }: Bytes,
): View | null {
  const runs = found.flatMap((run) => partsInUtf8(run, valueAt));
  if (runs.length === 0) return null;
  const writer = new ViewWriter(runs.reduce((sum, { start, end }) => sum + end - start + 1, 0));
  for (const { start, end } of runs) {
    let beyondAscii = 0;
    for (let byte = start; byte < end; byte += 1) {
      // Zeros become spaces, which count for nothing.
      const value = valueAt(byte) || SPACE;
      if (value < 0x80 && beyondAscii > 0) writer.endBytes(beyondAscii);
      beyondAscii = value < 0x80 ? 0 : beyondAscii + 1;
      writer.add(value, beginOf(view, firstOf(byte)), endOf(view, lastOf(byte)));
    }
    if (beyondAscii > 0) writer.endBytes(beyondAscii);
    // What follows belongs to another run.
    writer.add(0, beginOf(view, firstOf(start)), endOf(view, lastOf(start)));
  }
  return writer.view(true);
}

/** The parts of a run that are a text in UTF-8, or in the Latin-1 half of UTF-16. RFC 3629 section 3. */
function partsInUtf8(
  { start, end }: ByteRun,
  valueAt: (byte: number) => number,
): readonly ByteRun[] {
  const parts: ByteRun[] = [];
  let from = start;
  let following = 0;
  for (let byte = start; byte <= end; byte += 1) {
    const value = byte < end ? valueAt(byte) : UNREADABLE_BYTE;
    const isContinuation = value >= 0x80 && value < 0xc0;
    if (following > 0 && isContinuation) following -= 1;
    else if (value >= 0xc2 && value < 0xf5 && following === 0) following = followersOf(value);
    else if (value === 0 || (value < 0x80 && following === 0)) following = 0;
    else if (byte > start && byte < end && valueAt(byte - 1) === 0) following = 0;
    else {
      if (byte - from >= MIN_READABLE) parts.push({ start: from, end: byte });
      from = byte + 1;
      following = 0;
    }
  }
  return parts;
}

function followersOf(lead: number): number {
  return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}
