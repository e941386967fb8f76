// Takes one layer of escapes off a text: percent, quoted-printable, HTML and JSON, mixed as they come.

import { beginOf, endOf, type View, ViewWriter } from './views.ts';

/** One escape: what it stands for, and how many units of the text it takes. */
interface Escape {
  readonly length: number;
  /** Text, or a byte of one in UTF-8. */
  readonly value: string | number;
}

/** What a zero is read as: it counts for nothing, as in UTF-16. */
const SPACE = 0x20;

const MAY_ESCAPE = /[%=&\\]/;

const ENTITY = /&(?:#0{0,6}(\d{1,7})|#x0{0,6}([0-9a-f]{1,6})|([a-z][a-z0-9]{1,7}));?/iy;

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** ECMA-404 section 9, and what programming languages write beside it. */
const BACKSLASH =
  /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-3][0-7]{2})|([^ux]))/isy;

/** White space and what does not show: it counts for nothing. */
const CONTROL_ESCAPE = /^[abefnrtv0]$/;

/** The text with one layer of escapes less; null where it has none. Linear in the text. */
export function unescapeText(view: View): View | null {
  const { text } = view;
  if (!MAY_ESCAPE.test(text)) return null;
  const writer = new ViewWriter(text.length);
  let hasEscapes = false;
  /** How many bytes beyond ASCII were written last. */
  let bytes = 0;
  for (let at = 0; at < text.length; ) {
    const found = escapeAt(text, at);
    const isByte = typeof found?.value === 'number' && found.value >= 0x80;
    if (!isByte && bytes > 0) writer.endBytes(bytes);
    bytes = isByte ? bytes + 1 : 0;
    if (found === null) {
      writer.add(text.charCodeAt(at), beginOf(view, at), endOf(view, at));
      at += 1;
      continue;
    }
    hasEscapes = true;
    const [from, to] = [beginOf(view, at), endOf(view, at + found.length - 1)];
    if (typeof found.value === 'number') {
      writer.add(found.value || SPACE, from, to);
    } else {
      for (let part = 0; part < found.value.length; part += 1) {
        writer.add(found.value.charCodeAt(part) || SPACE, from, to);
      }
    }
    at += found.length;
  }
  if (bytes > 0) writer.endBytes(bytes);
  return hasEscapes ? writer.view(view.isPacked) : null;
}

function escapeAt(text: string, at: number): Escape | null {
  switch (text.charCodeAt(at)) {
    case 0x25: // %
      return hexByte(text, at);
    case 0x3d: // =, of quoted-printable; a space is the line break after a soft one. RFC 2045 section 6.7
      return text.charCodeAt(at + 1) === 0x20 ? { value: '', length: 2 } : hexByte(text, at);
    case 0x26: // &
      return entity(text, at);
    case 0x5c: // \
      return backslash(text, at);
    default:
      return null;
  }
}

function hexByte(text: string, at: number): Escape | null {
  const [high, low] = [hexDigit(text.charCodeAt(at + 1)), hexDigit(text.charCodeAt(at + 2))];
  return high < 0 || low < 0 ? null : { value: high * 16 + low, length: 3 };
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function entity(text: string, at: number): Escape | null {
  const match = matchAt(ENTITY, text, at);
  if (match === null) return null;
  const [{ length }, decimal, hex, name] = match;
  if (name === undefined) {
    const point = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return { value: characterOf(point), length };
  }
  const known = NAMED_ENTITIES.get(name.toLowerCase());
  if (known !== undefined) return { value: known, length };
  // Any other one is a sign; without its semicolon it may be the name of a parameter.
  return text.charAt(at + length - 1) === ';' ? { value: '', length } : null;
}

function backslash(text: string, at: number): Escape | null {
  const match = matchAt(BACKSLASH, text, at);
  if (match === null) return null;
  const [{ length }, long, unit, hex, octal, other] = match;
  if (hex !== undefined) return { value: Number.parseInt(hex, 16), length };
  if (octal !== undefined) return { value: Number.parseInt(octal, 8), length };
  if (unit !== undefined) {
    return { value: String.fromCharCode(Number.parseInt(unit, 16)), length };
  }
  if (long !== undefined) return { value: characterOf(Number.parseInt(long, 16)), length };
  const escaped = String(other);
  return { value: CONTROL_ESCAPE.test(escaped) ? '' : escaped, length };
}

function characterOf(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
}

/** Matches a sticky pattern at a position. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
