// The problems of a configuration, and each as one line for people.

import { shownKey, shownName } from './quoting.ts';

/** One problem of a configuration. */
export interface ConfigProblem {
  /** Keys and indices from the root to the value, or to the key, that is wrong. */
  readonly path: readonly (string | number)[];
  /** A predicate for the value at `path` (`is missing: …`); for a key a sentence of its own. */
  readonly message: string;
  /** `key`: the last part of `path` is itself what is wrong. */
  readonly about: 'value' | 'key';
}

/** A problem with its place in a file; lines and columns count from 1. */
export interface FileProblem extends ConfigProblem {
  readonly file: string;
  /** Null where the whole file is meant. */
  readonly line: number | null;
  readonly column: number | null;
}

/** A problem of a value. */
export function valueProblem(path: ConfigProblem['path'], message: string): ConfigProblem {
  return { path, message, about: 'value' };
}

/** A problem as one line without a place, for example `applications.a.audience is missing: …`. */
export function renderProblem({ path, message, about }: ConfigProblem): string {
  const subject = pathText(about === 'key' ? path.slice(0, -1) : path);
  if (subject === '') return about === 'key' ? message : `the configuration ${message}`;
  return about === 'key' ? `${subject}: ${message}` : `${subject} ${message}`;
}

/** A problem as one line with its place, for example `m2m-watch.yaml:12:5 applications.a.audience is …`. */
export function renderFileProblem(problem: FileProblem): string {
  const { file, line, column } = problem;
  if (line === null) return `${shown(file, 300)} ${problem.message}`;
  return `${shown(file, 300)}:${line}:${column ?? 1} ${renderProblem(problem)}`;
}

/** More problems than this are counted: nobody fixes them one by one. */
const MAX_PROBLEMS_SHOWN = 50;

/** The lines of problems that are shown: the first ones, and how many more there are. */
export function shownProblems(lines: readonly string[]): readonly string[] {
  const more = lines.length - MAX_PROBLEMS_SHOWN;
  if (more <= 0) return lines;
  return [...lines.slice(0, MAX_PROBLEMS_SHOWN), `and ${more} more, which are not shown`];
}

/** A path as people write it: `applications.billing-sync.scopes[1]`; a key that may be a secret is not shown. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const isOwnName = index === 1 && (path[0] === 'applications' || path[0] === 'providers');
      const text = isOwnName ? shownName(part) : shownKey(part);
      return index === 0 ? text : `.${text}`;
    })
    .join('');
}

/** A text of a configuration for a message: one line, no invisible characters, cut. */
export function shown(text: string, atMost = 60): string {
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD');
  const characters = [...visible];
  return characters.length <= atMost ? visible : `${characters.slice(0, atMost).join('')}…`;
}
