// Under the claims comparison: makes a claim's value fit to be shown, since a token may hold anything.

import type { Cleaner } from '../text/redact.ts';

/** Leaves a text as it is: for values of the configuration, which are ours. */
export const asIs: Cleaner = (text) => text;

/**
 * A cleaner that leaves alone what equals something of ours.
 *
 * A token that names our own audience is shown with that audience, character by character; any
 * other text in it is the provider's.
 */
export function exceptOurs(clean: Cleaner, ours: readonly string[]): Cleaner {
  return (text) => (ours.includes(text) ? text : clean(text));
}

const MAX_DEPTH = 4;
const MAX_ITEMS = 20;
/** Bounds the whole: a value with more parts ends in `…`. */
const MAX_PARTS = 100;
/** A backstop: the cleaner cuts texts to less. */
const MAX_TEXT_LENGTH = 400;
const CUT = '…';

/**
 * Gives a JSON value that is safe to show: cleaned texts, bounded in depth, width and size.
 *
 * Whatever looks like a JSON Web Token is redacted here too, should the cleaner not know it.
 */
export function showValue(value: unknown, clean: Cleaner): unknown {
  let parts = 0;

  const show = (part: unknown, depth: number): unknown => {
    parts += 1;
    if (parts > MAX_PARTS) return CUT;
    if (typeof part === 'string') return showText(part, clean);
    // JSON knows neither infinity nor a negative zero: what is shown reads back as it is.
    if (typeof part === 'number') return Number.isFinite(part) ? part + 0 : String(part);
    if (typeof part === 'boolean') return part;
    if (typeof part !== 'object' || part === null) return null;
    if (depth === MAX_DEPTH) return CUT;
    return Array.isArray(part) ? showItems(part, depth) : showMembers(part, depth);
  };
  const showItems = (items: readonly unknown[], depth: number): unknown => {
    const shown = items.slice(0, MAX_ITEMS).map((item) => show(item, depth + 1));
    return items.length > MAX_ITEMS ? [...shown, CUT] : shown;
  };
  const showMembers = (members: object, depth: number): unknown => {
    const entries = Object.entries(members);
    const shown = entries
      .slice(0, MAX_ITEMS)
      .map(([name, member]) => [showText(name, clean), show(member, depth + 1)] as const);
    // fromEntries defines own properties, a name of `__proto__` included.
    return Object.fromEntries(entries.length > MAX_ITEMS ? [...shown, [CUT, CUT]] : shown);
  };

  return show(value, 0);
}

/** A value as one line for a sentence: `"text"`, `86400`, `["a","b"]`, or `nothing` where there is none. */
export function quoteValue(value: unknown, clean: Cleaner): string {
  if (value === undefined) return 'nothing';
  const shown = JSON.stringify(showValue(value, clean));
  return cut(shown);
}

function showText(text: string, clean: Cleaner): string {
  const cleaned = clean(text).replaceAll(/eyJ[\w-]{5,}(?:\.[\w-]*)*/g, '[token]');
  return cut(cleaned);
}

/** Cuts on code points, so that no half of a pair is left. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const points = [...text.slice(0, 2 * MAX_TEXT_LENGTH)];
  return `${points.slice(0, MAX_TEXT_LENGTH).join('')}${CUT}`;
}
