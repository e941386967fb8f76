import type { Notice } from '../../core/state/notice.ts';
import { durationText } from '../../core/text/duration-text.ts';
import { visibleText } from '../../core/text/provider-text.ts';

/** A notice in parts that every channel shows, in the order in which people ask; plain text. */
export interface NoticeParts {
  readonly subject: string;
  readonly what: string;
  /** Names and values, for example `Since` and a time. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** In order, one to three. */
  readonly fix: readonly string[];
  readonly evidence: readonly string[];
  readonly notes: readonly string[];
  readonly applications: readonly string[];
  readonly links: Notice['links'];
}

/** How much of a notice is shown. */
export interface NoticeBounds {
  /** Most entries of each list; the rest is counted in a last entry. */
  readonly entries: number;
  /** Most characters of each text. */
  readonly characters: number;
}

/** Longer addresses are left out: half of one leads nowhere, and a few would fill a message. */
const MAX_URL_CHARACTERS = 1000;
const MAX_LABEL_CHARACTERS = 100;

/**
 * Divides a notice into what a channel shows, within bounds.
 *
 * Each text is one line without characters that do not show; what means something to a channel alone is escaped
 * there.
 */
export function noticeParts(notice: Notice, bounds: NoticeBounds): NoticeParts {
  const { cause } = notice;
  const owner = onlyOwner(notice);
  const text = (value: string) => cutText(visibleText(value), bounds.characters);
  const list = (values: readonly string[]) => cutList(values.map(text), bounds.entries);
  const known = ([name, value]: readonly [string, string | null]) =>
    value === null ? [] : [[name, text(value)] as const];
  return {
    subject: text(notice.subject),
    what: text(notice.what),
    facts: [
      ...whenFacts(notice),
      ['Cause', cause && `${cause.title} (${cause.id})`] as const,
      ['Confidence', cause?.confidenceMeans ?? null] as const,
      ['Owner', owner] as const,
      ['Next reminder', notice.nextReminderAt && timeWords(notice.nextReminderAt)] as const,
    ].flatMap(known),
    fix: list(notice.fix),
    evidence: list(notice.evidence.map(({ step, saw }) => `${step}: ${saw}`)),
    notes: list(notice.notes),
    applications: list(notice.applications.map((each) => applicationLine(each, owner))),
    links: notice.links
      .filter(({ url }) => url.length <= MAX_URL_CHARACTERS)
      .slice(0, bounds.entries)
      .map(({ label, url }) => ({ label: cutText(visibleText(label), MAX_LABEL_CHARACTERS), url })),
  };
}

/** The lists of a notice with their titles, in the order in which people ask; without the empty ones. */
export function titledLists(
  { fix, evidence, notes, applications }: NoticeParts,
  { afterNumber, bullet }: { readonly afterNumber: '.' | ')'; readonly bullet: string },
): readonly (readonly [title: string, lines: readonly string[]])[] {
  const listed = (lines: readonly string[]) => lines.map((line) => `${bullet}${line}`);
  const lists = [
    ['How to fix it', fix.map((step, index) => `${index + 1}${afterNumber} ${step}`)],
    ['Evidence', listed(evidence)],
    [NOTE, notes],
    ['Applications', listed(applications)],
  ] as const;
  return lists.filter(([, lines]) => lines.length > 0);
}

/** The title of the list that an e-mail shows without one. */
export const NOTE = 'Note';

/** Cuts a text to a number of characters (UTF-16 units), never through one of them. */
export function cutText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const cut = text.slice(0, Math.max(0, characters - 1)).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}…`;
}

function cutList(values: readonly string[], entries: number): readonly string[] {
  const more = values.length - entries;
  return more > 0 ? [...values.slice(0, entries), `and ${more} more`] : values;
}

/** Whose all of it is; null where nobody is named, or several are. */
function onlyOwner({ applications }: Notice): string | null {
  const owners = new Set(applications.map(({ owner }) => owner));
  const [owner = null] = owners;
  return owners.size === 1 ? owner : null;
}

function applicationLine(
  { name, status, owner }: Notice['applications'][number],
  onlyOne: string | null,
): string {
  const own = owner === null || owner === onlyOne ? null : `owner ${owner}`;
  return [name, status, own].filter((part) => part !== null).join(', ');
}

function whenFacts({
  since,
  lastHealthyAt,
  downForSeconds,
}: Notice): readonly (readonly [string, string | null])[] {
  if (downForSeconds === null) {
    return [
      ['Since', timeWords(since)],
      ['Last healthy', lastHealthyAt && timeWords(lastHealthyAt)],
    ];
  }
  const downForMs = downForSeconds * 1000;
  const end = new Date(Date.parse(since) + downForMs).toISOString();
  return [['Lasted', `${timeWords(since)} to ${timeWords(end)}, ${durationText(downForMs)}`]];
}

/** `2026-11-23 18:00 UTC` for an ISO time. */
function timeWords(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
