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
import { shown } from '../core/config/config-problems.ts';
import type { Result } from '../core/result.ts';

/** Aliases may repeat a part; beyond this many values they are taken for a bomb. */
const MAX_VALUES = 200_000;
/** The schema itself is 6 deep; claims may hold what they like. */
const MAX_DEPTH = 64;

type Path = readonly (string | number)[];

/** A place in the text; both count from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A problem of the document itself, before any meaning. */
export interface TreeProblem extends Place {
  readonly path: Path;
  readonly message: string;
}

/** A document as plain data, with what plain data cannot say. */
export interface DocumentTree {
  readonly data: unknown;
  /** Paths with nothing behind their colon or dash, which YAML takes for null. */
  readonly emptyAt: readonly Path[];
  /** Keys that cannot be keys of plain data. */
  readonly hiddenKeys: readonly Path[];
  /** Keys that stand twice, and the like; the first of them is the one in the data. */
  readonly problems: readonly TreeProblem[];
  /** Where a path stands, or the nearest part of it that does. */
  placeOf(path: Path): Place;
}

const TOO_DEEP = 'holds blocks within blocks too deeply';
const TOO_MANY = 'holds too many values: aliases (`*name`) repeat too much';

/** Reads one YAML 1.2 document (of which JSON is a part); refuses what has two readings. */
export function readDocument(text: string): Result<DocumentTree, TreeProblem> {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter: lines,
  });
  const [document, second] = documents;
  if (document === undefined || !('contents' in document)) {
    return refused('is empty: start from examples/m2m-watch.yaml', placeAt(lines, 0));
  }
  const faults = [...document.errors, ...document.warnings];
  const [fault] = faults.sort((one, other) => one.pos[0] - other.pos[0]);
  if (fault !== undefined)
    return refused(SYNTAX_PROBLEMS[fault.code], placeAt(lines, fault.pos[0]));
  if (second !== undefined) {
    const place = placeAt(lines, second.range[0]);
    return refused('a second document begins here: a configuration is one document', place);
  }
  if (document.contents === null || isEmptyScalar(document.contents)) {
    return refused('is empty: start from examples/m2m-watch.yaml', placeAt(lines, 0));
  }
  const walk = new TreeWalk(lines);
  const data = walk.value(document.contents, []);
  return walk.excess === null
    ? { ok: true, value: { ...walk.found(), data } }
    : { ok: false, issues: [walk.excess] };
}

/** One walk over the nodes of a document: data, places and problems together. */
class TreeWalk {
  /** What makes the rest of the walk pointless. */
  excess: TreeProblem | null = null;
  readonly #problems: TreeProblem[] = [];
  readonly #emptyAt: Path[] = [];
  readonly #hiddenKeys: Path[] = [];
  readonly #places = new Map<string, Place>();
  readonly #lines: LineCounter;
  /** The last definition of each anchor so far, which is the one that an alias means. */
  readonly #anchors = new Map<string, unknown>();
  #values = 0;
  #aliasesAround = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  found(): Omit<DocumentTree, 'data'> {
    const places = this.#places;
    return {
      emptyAt: this.#emptyAt,
      hiddenKeys: this.#hiddenKeys,
      problems: this.#problems,
      placeOf: (path) => {
        for (let length = path.length; length > 0; length -= 1) {
          const place = places.get(JSON.stringify(path.slice(0, length)));
          if (place !== undefined) return place;
        }
        return { line: 1, column: 1 };
      },
    };
  }

  value(node: unknown, path: Path): unknown {
    this.#values += 1;
    if (this.#values > MAX_VALUES) return this.#exceeds(TOO_MANY, path);
    if (path.length > MAX_DEPTH) return this.#exceeds(TOO_DEEP, path);
    if (isAlias(node)) return this.#aliased(node, path);
    const { anchor } = (node ?? {}) as { readonly anchor?: string };
    if (anchor !== undefined && this.#aliasesAround === 0) this.#anchors.set(anchor, node);
    if (hasOddTag(node)) return this.#refuse(path, 'has a tag (!!…) that is not known: remove it');
    if (isMap<unknown, unknown>(node)) return this.#block(node.items, path);
    if (isSeq<unknown>(node)) {
      return node.items.map((item, index) => {
        const here = [...path, index];
        this.#mark(here, item);
        return this.value(item, here);
      });
    }
    const scalar = isScalar(node) ? node : null;
    if (scalar === null || isEmptyScalar(scalar)) this.#emptyAt.push(path);
    const value = scalar?.value ?? null;
    return typeof value === 'number' && !Number.isFinite(value)
      ? this.#refuse(path, 'must be a finite number')
      : value;
  }

  #block(pairs: readonly Pair<unknown, unknown>[], path: Path): Readonly<Record<string, unknown>> {
    const block: Record<string, unknown> = {};
    for (const pair of pairs) {
      const key = this.#keyOf(pair.key, path);
      if (key === null) continue;
      const here = [...path, key];
      const before = this.#places.get(JSON.stringify(here));
      if (Object.hasOwn(block, key)) {
        const again = this.#placeOf(pair.key);
        const first = before === undefined ? '' : ` (first in line ${before.line})`;
        const message = `stands twice${first}: keep one`;
        this.#problems.push({ ...again, path: here, message });
        continue;
      }
      this.#mark(here, pair.key);
      if (key === '__proto__') this.#hiddenKeys.push(here);
      else block[key] = this.value(pair.value, here);
    }
    return block;
  }

  #aliased({ source }: Alias, path: Path): unknown {
    if (!this.#anchors.has(source)) {
      return this.#refuse(path, `names \`*${shown(source)}\`, which is defined nowhere above`);
    }
    this.#aliasesAround += 1;
    const value = this.value(this.#anchors.get(source), path);
    this.#aliasesAround -= 1;
    return value;
  }

  /** A key as text: `12:` and `true:` are names too, as they are written. */
  #keyOf(key: unknown, path: Path): string | null {
    if (isScalar(key) && !isEmptyScalar(key)) return textOf(key);
    const place = this.#placeOf(key);
    this.#problems.push({ ...place, path, message: 'has a key that is no text' });
    return null;
  }

  #refuse(path: Path, message: string): null {
    this.#problems.push({ ...this.found().placeOf(path), path, message });
    return null;
  }

  #exceeds(message: string, path: Path): null {
    this.excess ??= { ...this.found().placeOf(path), path: [], message };
    return null;
  }

  #mark(path: Path, node: unknown): void {
    const id = JSON.stringify(path);
    if (!this.#places.has(id)) this.#places.set(id, this.#placeOf(node));
  }

  #placeOf(node: unknown): Place {
    const { range } = node as { readonly range?: readonly number[] };
    return placeAt(this.#lines, range?.[0] ?? 0);
  }
}

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

function refused(message: string, place: Place): Result<DocumentTree, TreeProblem> {
  return { ok: false, issues: [{ ...place, path: [], message }] };
}

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
