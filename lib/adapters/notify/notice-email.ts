import type { Notice } from '../../core/state/notice.ts';
import { noticeParts } from './notice-parts.ts';

/** SNS takes fewer than 100 characters in a subject, printable ASCII without line breaks. */
const SUBJECT_CHARACTERS = 99;
/** SNS takes 256 KB in a message: lists and texts of these sizes stay below 200 KB, however they are encoded. */
const BOUNDS = { entries: 30, characters: 500 } as const;

/**
 * The subject of a notice as SNS takes it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function emailSubject({ subject }: Pick<Notice, 'subject'>): string {
  const plain = subject
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]+/g, '?')
    .trim();
  const cut =
    plain.length > SUBJECT_CHARACTERS ? `${plain.slice(0, SUBJECT_CHARACTERS - 3)}...` : plain;
  return cut === '' ? 'm2m-watch' : cut;
}

/** A notice as plain text, in the order in which people ask. */
export function emailBody(notice: Notice): string {
  const parts = noticeParts(notice, BOUNDS);
  const blocks: readonly (readonly string[])[] = [
    [parts.subject],
    [parts.what],
    parts.facts.map(([name, value]) => `${name}: ${value}`),
    titled(
      'To mend it:',
      parts.fix.map((step, index) => `${index + 1}. ${step}`),
    ),
    titled('What was seen:', parts.evidence.map(listed)),
    parts.notes,
    titled('Applications:', parts.applications.map(listed)),
    parts.links.map(({ label, url }) => `${label}: ${url}`),
    [`Deployment ${notice.deployment}, incident ${notice.incidentId}, notice ${notice.id}`],
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function listed(line: string): string {
  return `- ${line}`;
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}
