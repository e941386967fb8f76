// Decodes a text character by character, so that a secret is found in mixed encodings.

import { isInvisible } from './provider-text.ts';

/** One way to read the text at a position: a character, and where the text goes on after it. */
export interface Step {
  /** Folded to lower case; white space is a space; empty for a character that shows nothing. */
  readonly character: string;
  readonly next: number;
}

/** How often a percent sign or an ampersand may have been encoded again: `%252541`, `&amp;amp;#65;`. */
const DEPTHS = [0, 1, 2, 3] as const;

/** `%41` at each depth. */
const PERCENT = DEPTHS.map((depth) => new RegExp(`%(?:25){${depth}}([0-9a-f]{2})`, 'iy'));

/** `&#65;`, `&#x41;` and `&lt;` at each depth. */
const ENTITY = DEPTHS.map(
  (depth) =>
    new RegExp(
      `&(?:amp;){${depth}}(?:#0{0,6}(\\d{1,7})|#x0{0,6}([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));?`,
      'iy',
    ),
);

/** `\u0041` and `\x41` after any number of backslashes, a pair of surrogates taken as one. */
const UNICODE_ESCAPE =
  /\\+(?:u(d[89ab][0-9a-f]{2})\\+u(d[c-f][0-9a-f]{2})|u([0-9a-f]{4})|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})/iy;

/** `\"`, `\n` and the like, after any number of backslashes. */
const SHORT_ESCAPE = /\\+([^\\ux])/uy;

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

const UTF_8 = new TextDecoder();

/** Every reading of the text at a position; the literal one is first. */
export function stepsAt(text: string, at: number): readonly Step[] {
  const literal = String.fromCodePoint(Number(text.codePointAt(at)));
  const plain = step(literal, at + literal.length);
  switch (literal) {
    case '%':
      return [plain, ...percentSteps(text, at)];
    case '&':
      return [plain, ...entitySteps(text, at)];
    case '\\':
      return [plain, ...escapeSteps(text, at)];
    case '+':
      return [plain, step(' ', at + 1)];
    default:
      return [plain];
  }
}

function step(character: string, next: number): Step {
  if (isInvisible(character)) return { character: '', next };
  return { character: /\s/u.test(character) ? ' ' : character.toLowerCase(), next };
}

function percentSteps(text: string, at: number): readonly Step[] {
  return PERCENT.flatMap((pattern) => {
    const first = percentByte(text, at, pattern);
    if (first === null) return [];
    // As a byte of Latin-1, and as the start of a UTF-8 sequence of as many bytes as it says.
    const steps = [step(String.fromCharCode(first.byte), first.next)];
    // A plus sign that was form-encoded as a space before.
    if (first.byte === 0x2b) steps.push(step(' ', first.next));
    const length = first.byte >= 0xf0 ? 4 : first.byte >= 0xe0 ? 3 : first.byte >= 0xc0 ? 2 : 1;
    const bytes = [first.byte];
    let next = first.next;
    while (bytes.length < length) {
      const following = percentByte(text, next, pattern);
      if (following === null) return steps;
      bytes.push(following.byte);
      next = following.next;
    }
    return [...steps, step(UTF_8.decode(Uint8Array.from(bytes)), next)];
  });
}

function percentByte(text: string, at: number, pattern: RegExp) {
  const match = matchAt(pattern, text, at);
  return match === null
    ? null
    : { byte: Number.parseInt(String(match[1]), 16), next: pattern.lastIndex };
}

function entitySteps(text: string, at: number): readonly Step[] {
  return ENTITY.flatMap((pattern) => {
    const match = matchAt(pattern, text, at);
    if (match === null) return [];
    const [, decimal, hex, name] = match;
    const character =
      name !== undefined
        ? String(NAMED_ENTITIES[name.toLowerCase()])
        : characterOf(decimal !== undefined ? Number(decimal) : Number.parseInt(String(hex), 16));
    return [step(character, pattern.lastIndex)];
  });
}

/** Matches a sticky pattern at a position; its `lastIndex` is then the end of the match. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function escapeSteps(text: string, at: number): readonly Step[] {
  const steps: Step[] = [];
  // An escaped backslash: two stand for one, four for one that was escaped twice.
  for (const length of [2, 4]) {
    if (text.startsWith('\\'.repeat(length), at))
      steps.push({ character: '\\', next: at + length });
  }
  const unicode = matchAt(UNICODE_ESCAPE, text, at);
  if (unicode !== null) {
    const [, high, low, ...single] = unicode;
    const character =
      high !== undefined
        ? String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(String(low), 16))
        : characterOf(Number.parseInt(String(single.find((hex) => hex !== undefined)), 16));
    return [...steps, step(character, UNICODE_ESCAPE.lastIndex)];
  }
  const short = matchAt(SHORT_ESCAPE, text, at);
  if (short === null) return steps;
  const escaped = String(short[1]);
  steps.push(step(escaped, SHORT_ESCAPE.lastIndex));
  return 'bfnrtv0'.includes(escaped) ? [...steps, step(' ', SHORT_ESCAPE.lastIndex)] : steps;
}

function characterOf(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '';
}
