// Adds an application to a configuration that exists, and changes no other character of it.

import { isDeepStrictEqual } from 'node:util';
import { isAlias, isCollection, isMap, isPair, parseDocument, visit, type YAMLMap } from 'yaml';
import { pathText } from '../core/config/config-problems.ts';
import { PROVIDER_TYPES } from '../core/config/provider-types.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { Result } from '../core/result.ts';
import { readConfigText } from './read-config-file.ts';
import {
  applicationLines,
  type PinnedToken,
  providerLines,
  type StarterApplication,
} from './starter-config.ts';

/** What is added: an application, and its provider if the configuration lacks it. */
export interface Addition {
  readonly application: StarterApplication;
  readonly pinned: PinnedToken;
}

/** A configuration with one application more. */
export interface AddedConfig {
  readonly text: string;
  readonly config: WatchConfig;
}

/**
 * Why nothing can be added to a text that is a valid configuration; null if something can.
 *
 * The reason is a predicate for the file.
 */
export function obstacleToAdding(text: string): string | null {
  const { contents } = parseDocument(text, PARSE_OPTIONS);
  if (!isMap(contents) || contents.flow === true) return IN_BRACES;
  let hasAnchors = false;
  visit(contents, {
    Node: (_, node) => {
      hasAnchors ||= isAlias(node) || (node as { readonly anchor?: string }).anchor !== undefined;
    },
  });
  if (hasAnchors) return `uses anchors (&name) or aliases (*name): ${ADD_IT_YOURSELF}`;
  return mapAt(contents, 'applications') === null ? IN_BRACES : null;
}

const ADD_IT_YOURSELF = 'add the application yourself (docs/configuration.md)';
const IN_BRACES = `has its applications in braces, as JSON has: ${ADD_IT_YOURSELF}`;
const PROVIDERS_IN_BRACES = `has its providers in braces, and none with this issuer: ${ADD_IT_YOURSELF}`;

const PARSE_OPTIONS = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false } as const;

/**
 * Adds an application after the last one, and its provider after the last one if it is new.
 *
 * The text must be a valid configuration without an {@link obstacleToAdding}. The issues are predicates for
 * the file.
 */
export function addApplication(
  text: string,
  { application, pinned }: Addition,
): Result<AddedConfig, string> {
  const before = readConfigText(text, '');
  const { contents } = parseDocument(text, PARSE_OPTIONS);
  const providers = mapAt(contents, 'providers');
  const applications = mapAt(contents, 'applications');
  if (!before.ok || applications === null) return { ok: false, issues: [IN_BRACES] };
  const { config } = before.value;
  const { providerName, clientAuthentication } = application;
  const provider = config.providers[providerName];
  const isNewProvider = provider === undefined;
  if (isNewProvider && providers === null) return { ok: false, issues: [PROVIDERS_IN_BRACES] };
  const isOwn = !isNewProvider && provider.clientAuthentication !== clientAuthentication;
  const insertions = [
    insertionAfter(applications, text, [
      '',
      ...applicationLines(application, pinned, isOwn ? clientAuthentication : null),
      ...everyMinutesLines(application, config.schedule),
    ]),
    ...(isNewProvider && providers !== null
      ? [insertionAfter(providers, text, providerLines(application))]
      : []),
  ].sort((one, other) => other.at - one.at);
  let after = text;
  for (const { at, lines } of insertions) after = after.slice(0, at) + lines + after.slice(at);

  const read = readConfigText(after, '');
  if (!read.ok) {
    const issues = read.issues.map(
      ({ path, message }) =>
        `would not be valid with this application: ${[pathText(path), message].join(' ').trim()}`,
    );
    return { ok: false, issues };
  }
  return isDeepStrictEqual(without(application, read.value.config, isNewProvider), config)
    ? { ok: true, value: { text: after, config: read.value.config } }
    : {
        ok: false,
        issues: [`is written in a way that nothing can be added to: ${ADD_IT_YOURSELF}`],
      };
}

/** What the type checks by default may not fit between the runs of this configuration. */
function everyMinutesLines(
  { type }: StarterApplication,
  { tickMinutes }: WatchConfig['schedule'],
): readonly string[] {
  const { defaultEveryMinutes } = PROVIDER_TYPES[type];
  const fitting = Math.ceil(defaultEveryMinutes / tickMinutes) * tickMinutes;
  return fitting === defaultEveryMinutes
    ? []
    : ['  # A multiple of schedule.tickMinutes.', `  everyMinutes: ${fitting}`];
}

/** A block under a key of the document that has something in it; null if there is none. */
function mapAt(contents: unknown, key: string): YAMLMap | null {
  const block = isMap(contents) ? contents.get(key, true) : undefined;
  return isMap(block) && block.flow !== true && block.items.length > 0 ? block : null;
}

/** The configuration as it would be without the addition. */
function without(
  { name, providerName }: StarterApplication,
  { providers, applications, ...rest }: WatchConfig,
  isNewProvider: boolean,
): WatchConfig {
  const others = Object.entries(providers).filter(
    ([key]) => !isNewProvider || key !== providerName,
  );
  return {
    ...rest,
    providers: Object.fromEntries(others),
    applications: applications.filter((one) => one.name !== name),
  };
}

interface Insertion {
  readonly at: number;
  readonly lines: string;
}

/** Lines after the last entry of a block, indented as the block is. */
function insertionAfter(block: YAMLMap, text: string, lines: readonly string[]): Insertion {
  const [start] = rangeOf(block.items[0]?.key);
  const width = start - lineStart(text, start);
  const at = endOfBlock(block, text, width);
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const indented = lines.map((line) => {
    const [depth = ''] = /^ */.exec(line) ?? [];
    return line === '' ? '' : ' '.repeat(width * (1 + depth.length / 2)) + line.trimStart();
  });
  const end = at === text.length ? lineBreak : '';
  return { at, lines: indented.map((line) => `${lineBreak}${line}`).join('') + end };
}

/** The end of the last line of a block; comments that are indented as its keys belong to it. */
function endOfBlock(block: YAMLMap, text: string, width: number): number {
  const last = endOfValue(block);
  let end = lineEnd(text, text[last - 1] === '\n' ? last - 1 : last);
  for (let next = end; next < text.length; ) {
    const start = text.indexOf('\n', next) + 1;
    if (start === 0) break;
    next = lineEnd(text, start);
    const line = text.slice(start, next).trimEnd();
    if (line === '') continue;
    if (!/^ *#/.test(line) || line.indexOf('#') < width) break;
    end = next;
  }
  return end;
}

/** Where the last value in a node ends, without comments behind it. */
function endOfValue(node: unknown): number {
  const last = isCollection(node) && node.flow !== true ? node.items.at(-1) : undefined;
  if (last !== undefined) return endOfValue(isPair(last) ? last.value : last);
  return rangeOf(node)[1];
}

/** Where a node begins, and where its value ends. */
function rangeOf(node: unknown): readonly [start: number, end: number] {
  const { range } = (node ?? {}) as { readonly range?: readonly number[] };
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Before the line break, whichever it is. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}
