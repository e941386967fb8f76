import type { Command } from 'commander';
import { FAMILY_NAMES, fillIn } from '../core/causes/cause-definition.ts';
import { CAUSE_IDS, type CauseId, causeDefinition } from '../core/causes/causes.ts';
import { didYouMean } from '../core/config/nearest-names.ts';
import { type CommandContext, EXIT_STATUS, newCommand, quote, UsageError } from './command.ts';
import {
  hangText,
  joinLines,
  labelledLines,
  proseWidth,
  type View,
  viewOf,
} from './terminal-text.ts';

/** `causes [ID]`: the list of causes, or one of them. */
export function causesCommand({ io, endWith }: CommandContext): Command {
  return newCommand('causes', {
    description: 'list the causes that a check can name, or explain one',
    examples: [
      ['causes', 'all of them, by family'],
      ['causes organization-missing', 'what one means, and how to fix it'],
    ],
  })
    .argument('[ID]', 'a cause, for example organization-missing')
    .action((id: string | undefined) => {
      const view = viewOf(io);
      const lines = id === undefined ? catalogueLines(view) : causeLines(knownCause(id), view);
      io.stdout.write(joinLines(lines));
      endWith(EXIT_STATUS.ok);
    });
}

function knownCause(given: string): CauseId {
  const id = CAUSE_IDS.find((one) => one === given);
  if (id !== undefined) return id;
  const hint = didYouMean(given, CAUSE_IDS) || '; `m2m-watch causes` lists all of them';
  throw new UsageError(`unknown cause ${quote(given)}${hint}`);
}

function catalogueLines({ width, style }: View): readonly string[] {
  const rows = CAUSE_IDS.map((id) => ({ id, ...causeDefinition(id) }));
  return FAMILY_NAMES.flatMap((family, index) => {
    const ofFamily = rows.filter((row) => row.family === family);
    return [
      ...(index === 0 ? [] : ['']),
      style('bold', family),
      ...labelledLines(
        ofFamily.map(({ id, title }) => [id, title]),
        width,
      ),
    ];
  });
}

function causeLines(id: CauseId, view: View): readonly string[] {
  const { title, family, severity, guideSection, meaning, fix, help } = causeDefinition(id);
  const width = proseWidth(view);
  const guide = guideSection === null ? [] : [`Troubleshoot M2M token errors, ${guideSection}`];
  return [
    view.style('bold', id),
    ...hangText('', title, width),
    '',
    ...hangText('', meaning, width),
    '',
    ...labelledLines(
      [
        ['Family', family],
        ['Severity', severity],
        ...guide.map((text) => ['Guide', text] as const),
      ],
      width,
      '',
    ),
    'Fix',
    ...fix.flatMap((step, index) => hangText(`  ${index + 1}. `, fillIn(step), width)),
    ...hangText('Help      ', help, width),
  ];
}
