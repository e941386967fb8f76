// Reads a configuration file as plain data and remembers where each key stands in the text.

import {
  type Alias,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import type { ConfigProblem } from '../core/config/config-problems.ts';
import { isName } from '../core/config/quoting.ts';
import type { Result } from '../core/result.ts';
import { NOT_SHOWN } from '../core/text/provider-text.ts';

/** Aliases may repeat a part; beyond this many values they are taken for a bomb. */
const MAX_VALUES = 200_000;
/** The schema itself is 6 deep; claims may hold what they like. */
const MAX_DEPTH = 64;

type Path = ConfigProblem['path'];

/** A place in the text; both count from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A document as plain data, with what plain data cannot say. */
export interface DocumentTree {
  readonly data: unknown;
  /** Paths with nothing behind their colon or dash, which YAML takes for null. */
  readonly emptyAt: readonly Path[];
  /** Keys that stand twice, and the like; the first of them is the one in the data. */
  readonly problems: readonly (ConfigProblem & Place)[];
  /** Where a path stands, or the nearest part of it that does. */
  placeOf(path: Path): Place;
}

/** Reads one YAML 1.2 document (of which JSON is a part); refuses what has two readings. */
export function readDocument(text: string): Result<DocumentTree, ConfigProblem & Place> {
  const lines = new LineCounter();
  // Keys are compared in the walk, since the library compares all pairs of them.
  const [document, second] = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter: lines,
  });
  const refused = (message: string, offset: number) =>
    ({ ok: false, issues: [problemAt([], message, placeAt(lines, offset))] }) as const;
  if (document === undefined || !('contents' in document)) return refused(EMPTY, 0);
  const faults = [...document.errors, ...document.warnings];
  const [fault] = faults.sort((one, other) => one.pos[0] - other.pos[0]);
  if (fault !== undefined) return refused(SYNTAX_PROBLEMS[fault.code], fault.pos[0]);
  if (second !== undefined) return refused(SYNTAX_PROBLEMS.MULTIPLE_DOCS, second.range[0]);
  if (document.contents === null || isEmptyScalar(document.contents)) return refused(EMPTY, 0);
  const walk = new TreeWalk(lines);
  const data = walk.value(document.contents, []);
  if (walk.excess !== null) return { ok: false, issues: [walk.excess] };
  const { emptyAt, problems } = walk;
  return { ok: true, value: { data, emptyAt, problems, placeOf: (path) => walk.placeOf(path) } };
}

/** One walk over the nodes of a document: data, places and problems together. */
class TreeWalk {
  readonly emptyAt: Path[] = [];
  readonly problems: (ConfigProblem & Place)[] = [];
  /** What makes the rest of the walk pointless. */
  excess: (ConfigProblem & Place) | null = null;
  readonly #places = new Map<string, Place>();
  readonly #lines: LineCounter;
  /** The last definition of each anchor so far, which is the one that an alias means. */
  readonly #anchors = new Map<string, unknown>();
  #values = 0;
  #aliasesAround = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  placeOf(path: Path): Place {
    for (let length = path.length; length > 0; length -= 1) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return { line: 1, column: 1 };
  }

  value(node: unknown, path: Path): unknown {
    this.#values += 1;
    if (this.#values > MAX_VALUES) {
      return this.#exceeds('holds too many values: aliases (`*name`) repeat too much', path);
    }
    if (path.length > MAX_DEPTH) return this.#exceeds(SYNTAX_PROBLEMS.RESOURCE_EXHAUSTION, path);
    if (isAlias(node)) return this.#aliased(node, path);
    const { anchor } = (node ?? {}) as { readonly anchor?: string };
    if (anchor !== undefined && this.#aliasesAround === 0) this.#anchors.set(anchor, node);
    if (hasOddTag(node)) return this.#refuse(path, 'has a tag (!!…) that is not known: remove it');
    if (isMap<unknown, unknown>(node)) return this.#block(node.items, path);
    if (isSeq<unknown>(node)) {
      return node.items.map((item, index) => this.#marked([...path, index], item, item));
    }
    const value = isScalar(node) ? node.value : null;
    if (!isScalar(node) || isEmptyScalar(node)) this.emptyAt.push(path);
    return typeof value === 'number' && !Number.isFinite(value)
      ? this.#refuse(path, 'must be a finite number')
      : value;
  }

  #block(pairs: readonly Pair<unknown, unknown>[], path: Path): unknown {
    const block = new Map<string, unknown>();
    for (const pair of pairs) {
      if (!isScalar(pair.key) || isEmptyScalar(pair.key)) {
        const place = this.#placeIn(pair.key);
        this.problems.push(problemAt(path, 'has a key that is no text', place));
        continue;
      }
      const key = textOf(pair.key);
      const here = [...path, key];
      if (block.has(key)) {
        const message = `stands twice (first in line ${this.placeOf(here).line}): keep one`;
        this.problems.push(problemAt(here, message, this.#placeIn(pair.key)));
      } else {
        block.set(key, this.#marked(here, pair.key, pair.value));
      }
    }
    // Also a key `__proto__` is one of its own then.
    return Object.fromEntries(block);
  }

  #aliased({ source }: Alias, path: Path): unknown {
    if (!this.#anchors.has(source)) {
      return this.#refuse(
        path,
        `names ${isName(source) ? `\`*${source}\`` : NOT_SHOWN}, which is defined nowhere above`,
      );
    }
    this.#aliasesAround += 1;
    const value = this.value(this.#anchors.get(source), path);
    this.#aliasesAround -= 1;
    return value;
  }

  /** The value at a path, which stands where its key or its item does. */
  #marked(path: Path, mark: unknown, node: unknown): unknown {
    this.#places.set(JSON.stringify(path), this.#placeIn(mark));
    return this.value(node, path);
  }

  #refuse(path: Path, message: string): null {
    this.problems.push(problemAt(path, message, this.placeOf(path)));
    return null;
  }

  #exceeds(message: string, path: Path): null {
    this.excess ??= problemAt([], message, this.placeOf(path));
    return null;
  }

  #placeIn(node: unknown): Place {
    const { range } = node as { readonly range?: readonly number[] };
    return placeAt(this.#lines, range?.[0] ?? 0);
  }
}

/** A key as text: `12:` and `true:` are names too, as they are written. */
function textOf({ source, value }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? String(value));
}

/** `key:` with nothing behind it, as against `key: null` or `key: ~`. */
function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}

/** Tags of the core schema are plain data; sets, binaries and the like are not. */
function hasOddTag(node: unknown): boolean {
  const { tag } = (node ?? {}) as { readonly tag?: string };
  return tag !== undefined && !/^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(tag);
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** A problem of the document as a whole is a sentence of its own. */
function problemAt(path: Path, message: string, place: Place): ConfigProblem & Place {
  return { path, message, about: path.length === 0 ? 'key' : 'value', ...place };
}

const EMPTY = 'is empty: start from examples/m2m-watch.yaml';
const NOT_YAML = 'is no valid YAML here';

/** What the YAML parser refuses, in words that quote nothing of the file, unlike its own messages. */
const SYNTAX_PROBLEMS = {
  ALIAS_PROPS: `${NOT_YAML}: an alias has neither anchor nor tag`,
  BAD_ALIAS: `${NOT_YAML}: an alias needs a name`,
  BAD_COLLECTION_TYPE: `${NOT_YAML}: the tag does not fit the value`,
  BAD_DIRECTIVE: `${NOT_YAML}: remove the line that begins with %`,
  BAD_DQ_ESCAPE: `${NOT_YAML}: a backslash in double quotes has a meaning of its own; write \\\\ or use single quotes`,
  BAD_INDENT: `${NOT_YAML}: the indentation fits no block above; keys of one block begin in one column`,
  BAD_PROP_ORDER: `${NOT_YAML}: anchors and tags stand after the dash or colon`,
  BAD_SCALAR_START: `${NOT_YAML}: a value that begins with this character needs quotes`,
  BLOCK_AS_IMPLICIT_KEY: `${NOT_YAML}: a value that holds a colon and a space needs quotes, and a block begins on its own line`,
  BLOCK_IN_FLOW: `${NOT_YAML}: inside [ ] and { } no indented block may stand`,
  DUPLICATE_KEY: `${NOT_YAML}: a key stands twice`,
  IMPOSSIBLE: NOT_YAML,
  KEY_OVER_1024_CHARS: `${NOT_YAML}: a key has more than 1024 characters`,
  MISSING_CHAR: `${NOT_YAML}: a closing quote or bracket, a comma, a colon or a space is missing`,
  MULTILINE_IMPLICIT_KEY: `${NOT_YAML}: a key must be on one line; is a colon missing?`,
  MULTIPLE_ANCHORS: `${NOT_YAML}: a value has one anchor at most`,
  MULTIPLE_DOCS: 'a second document begins here: a configuration is one document',
  MULTIPLE_TAGS: `${NOT_YAML}: a value has one tag at most`,
  NON_STRING_KEY: `${NOT_YAML}: a key must be text`,
  RESOURCE_EXHAUSTION: 'holds blocks within blocks too deeply',
  TAB_AS_INDENT: `${NOT_YAML}: a tab cannot indent; use spaces`,
  TAG_RESOLVE_FAILED: `${NOT_YAML}: the tag (!…) is not known; remove it`,
  UNEXPECTED_TOKEN: `${NOT_YAML}: something stands where nothing may; look for a missing quote, comma or colon`,
} satisfies Record<ErrorCode, string>;
