import { Command } from 'commander';
import { FAMILY_NAMES } from '../core/causes/cause-definition.ts';
import { CAUSE_IDS, type CauseId, causeDefinition } from '../core/causes/causes.ts';
import { didYouMean } from '../core/config/nearest-names.ts';
import { type CommandContext, withExamples } from './command.ts';
import { cut } from './commander-problem.ts';
import { EXIT_STATUS, UsageError } from './exit-status.ts';
import { hangText, padText, type View, viewOf } from './terminal-text.ts';

const LABEL_WIDTH = 'Severity  '.length;
const WIDEST_PROSE = 100;

/** `causes [ID]`: the catalogue, or one entry of it. */
export function causesCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('causes')
    .description('list the causes that a check can name, or explain one')
    .argument('[ID]', 'a cause, for example organization-missing')
    .action((id: string | undefined) => {
      io.stdout.write(
        id === undefined ? renderCatalogue(viewOf(io)) : renderCause(known(id), viewOf(io)),
      );
      endWith(EXIT_STATUS.ok);
    });
  return withExamples(command, [
    ['causes', 'all of them, by family'],
    ['causes organization-missing', 'what one means, and how to mend it'],
  ]);
}

function known(given: string): CauseId {
  const id = CAUSE_IDS.find((one) => one === given);
  if (id !== undefined) return id;
  throw new UsageError(
    `unknown cause \`${cut(given)}\`${didYouMean(given, CAUSE_IDS) || '; `m2m-watch causes` lists all'}`,
  );
}

function renderCatalogue({ width, style }: View): string {
  const idWidth = Math.max(...CAUSE_IDS.map((id) => id.length));
  const families = FAMILY_NAMES.map((family) => {
    const ids = CAUSE_IDS.filter((id) => causeDefinition(id).family === family);
    const lines = ids.flatMap((id) =>
      hangText(`  ${padText(id, idWidth)}  `, causeDefinition(id).title, width),
    );
    return [style('bold', family), ...lines].map((line) => `${line}\n`).join('');
  });
  return families.join('\n');
}

function renderCause(id: CauseId, view: View): string {
  const { title, family, severity, guideSection, meaning, fix, help } = causeDefinition(id);
  const width = Math.min(view.width, WIDEST_PROSE);
  const labelled = (label: string, text: string) =>
    hangText(padText(label, LABEL_WIDTH), text, width);
  const lines = [
    view.style('bold', id),
    ...hangText('', title, width),
    '',
    ...hangText('', meaning, width),
    '',
    ...labelled('Family', family),
    ...labelled('Severity', severity),
    ...(guideSection === null
      ? []
      : labelled('Guide', `Troubleshoot M2M token errors, ${guideSection}`)),
    'Fix',
    ...fix.flatMap((step, index) => hangText(`  ${index + 1}. `, step, width)),
    ...labelled('Help', help),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
