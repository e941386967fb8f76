// Decides which texts of a configuration a message may quote: names, and nothing that may be a secret.

import { NOT_SHOWN } from '../text/provider-text.ts';
import { looksLikeSecret } from '../text/secret-shapes.ts';

/** The pattern of names of applications, providers and deployments. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A key, or a value that was meant to be a name. */
const MAX_NAME_LENGTH = 40;
/** Where a secret is kept: a path, or a name with its account and Region. */
const MAX_PLACE_LENGTH = 200;

/** Letters that somebody can pronounce; at the end, a number of a few digits. */
const WORD = /^(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[A-Z]+(?:[a-z]+)?)\d{0,3}$/;
const UNPRONOUNCEABLE = /[b-df-hj-np-tv-xz]{5}/i;

/** Parts of a name that are no words and too short to be anything: more of them may be a secret in pieces. */
const MAX_SHORT_PARTS = 3;

/**
 * A text in backticks if it is short, looks like a name and not like a secret; else `[not shown]`.
 *
 * Whoever mistypes a key needs to read it; whoever pastes a secret in its place must not find it in a log. A word is
 * quoted, even if somebody uses it as a password.
 */
export function quoted(text: string): string {
  return isName(text) ? `\`${text}\`` : NOT_SHOWN;
}

/** The same of a name of an application or a provider. */
export function quotedName(text: string): string {
  const text_ = shownName(text);
  return text_ === text ? `\`${text}\`` : text_;
}

/** A key in a path: as it is if it is a name of one word, in quotes if it has dots; else `[not shown]`. */
export function shownKey(text: string): string {
  if (!isName(text)) return NOT_SHOWN;
  return /^[\w-]+$/.test(text) ? text : `"${text}"`;
}

/** The name of an application or a provider, which every report shows if it is a valid one. */
export function shownName(text: string): string {
  return NAME_PATTERN.test(text) && !looksLikeSecret(text) ? text : shownKey(text);
}

/** Whether a text may be quoted as a key, a name or a value. */
export function isName(text: string): boolean {
  if (text.length > MAX_NAME_LENGTH || !/^(?:[\w.$/~-]+|<<)$/.test(text)) return false;
  return consistsOfWords(text, text.split(/[^A-Za-z0-9]+/));
}

/**
 * Where a secret is kept, as it is if it looks like the name of a variable, a path, an ARN; else `[not shown]`.
 *
 * One part of it may be random: AWS appends six characters to the names of secrets, and folders for a time have them.
 */
export function shownPlace(text: string): string {
  if (text.length > MAX_PLACE_LENGTH || !/^[\w./\\:@ ~+-]+$/.test(text)) return NOT_SHOWN;
  const parts = text.split(/[^A-Za-z0-9]+/);
  const words = parts.filter((part) => part.length > 2 && isWord(part));
  const random = parts.findIndex(
    (part) => part.length > 3 && part.length <= 8 && !isKnownPart(part),
  );
  const rest = words.length < 2 || random === -1 ? parts : parts.toSpliced(random, 1);
  return consistsOfWords(text, rest) ? text : NOT_SHOWN;
}

function consistsOfWords(text: string, parts: readonly string[]): boolean {
  const others = parts.filter((part) => !isKnownPart(part));
  return (
    others.length <= MAX_SHORT_PARTS &&
    others.every((part) => part.length <= 3) &&
    !looksLikeSecret(text)
  );
}

/** Words, the numbers of accounts and of dates. */
function isKnownPart(part: string): boolean {
  return part === '' || isWord(part) || /^(?:\d{1,6}|\d{12})$/.test(part);
}

function isWord(part: string): boolean {
  const humps = part.match(/[A-Z]+/g)?.length ?? 0;
  return WORD.test(part) && !UNPRONOUNCEABLE.test(part) && part.length >= 3 * (humps - 1);
}
