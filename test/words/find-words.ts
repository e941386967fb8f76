import { type Exception, RIDDLE, WORDS, type Word } from './word-list.ts';

/** A word to avoid, where it was found. */
export interface Hit {
  readonly path: string;
  readonly line: number;
  readonly word: string;
  readonly say: string;
}

/** What takes part in a text that runs over several lines, and is no part of its words. */
const BETWEEN_LINES = [
  // Comment markers, quotes and list marks at the start of a line.
  /(?<=^[ \t]*)(?:\/\*\*|\*\/|\/\/+|[*#>|-])(?=[ \t]|$)/gm,
  // The parts of a string that is put together.
  /['"`]\s*\+\s*['"`]/g,
];

/** Identifiers, keys and names of files that consist of several words. */
const NAME = /[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*/g;

/** Finds the words to avoid in one file. Texts of `exceptions` are left out. */
export function findWords(
  path: string,
  content: string,
  exceptions: readonly Exception[] = [],
): readonly Hit[] {
  const text = blank(content, exceptions);
  const hits = [
    ...inTexts(text),
    ...inNames(text),
    ...(RIDDLE.test(content)
      ? [{ at: 0, word: firstLine(content), say: 'what the file is for' }]
      : []),
  ].map(({ at, word, say }) => ({ path, line: lineAt(content, at), word, say }));
  const inPath = inNames(blank(path, exceptions)).map(({ word, say }) => ({
    path,
    line: 0,
    word,
    say,
  }));
  const unique = new Map([...inPath, ...hits].map((hit) => [`${hit.line} ${hit.word}`, hit]));
  return [...unique.values()].toSorted((one, other) => one.line - other.line);
}

interface Found {
  readonly at: number;
  readonly word: string;
  readonly say: string;
}

function inTexts(content: string): readonly Found[] {
  const text = BETWEEN_LINES.reduce((all, marks) => all.replace(marks, spaces), content);
  return WORDS.filter((word) => word.in !== 'names').flatMap(({ find, say }) =>
    Array.from(text.matchAll(everywhere(find)), ({ 0: word, index }) => ({
      at: index,
      word: word.replaceAll(/\s+/g, ' '),
      say,
    })),
  );
}

function inNames(content: string): readonly Found[] {
  const names = Array.from(content.matchAll(NAME), ({ 0: name, index }) => ({ name, at: index }));
  return names.flatMap(({ name, at }) => {
    const parts = wordsOf(name);
    if (parts.length < 2) return [];
    const found = WORDS.find((word) => word.in !== 'texts' && isIn(parts.join(' '), word));
    return found === undefined ? [] : [{ at, word: name, say: found.say }];
  });
}

function isIn(text: string, { find }: Word): boolean {
  return new RegExp(find.source, find.flags).test(text);
}

/** The words of a name: `lastWellAt`, `last-well-at` and `LAST_WELL_AT` are last, well, at. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _-]/);
}

function everywhere({ source, flags }: RegExp): RegExp {
  return new RegExp(source.replaceAll(' ', '\\s+'), `${flags}g`);
}

function blank(text: string, exceptions: readonly Exception[]): string {
  return exceptions.reduce((all, exception) => all.replaceAll(exception.text, spaces), text);
}

/** As many spaces, so that what follows keeps its place; line breaks stay. */
function spaces(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function firstLine(content: string): string {
  return content.slice(0, content.indexOf('\n'));
}

function lineAt(content: string, at: number): number {
  return content.slice(0, at).split('\n').length;
}
