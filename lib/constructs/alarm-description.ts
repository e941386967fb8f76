import { type AlarmId, alarmDefinition } from '../core/metrics/alarms.ts';

/** CloudWatch takes 1,024 characters. */
const DESCRIPTION_MAX_LENGTH = 1024;

/** What an alarm is about, where it is one of several: its name, and whom and what the configuration names. */
export interface AlarmSubject {
  readonly name: string;
  readonly owner?: string | null;
  readonly runbook?: string | null;
}

/** The text that stands in an alarm and in its mails: what it means, what to do, where to look. */
export function alarmDescription(
  id: AlarmId,
  { deployment, subject }: { readonly deployment: string; readonly subject?: AlarmSubject },
): string {
  const { title, meaning, steps } = alarmDefinition(id);
  const of = subject === undefined ? '' : ` ${subject.name}:`;
  const lines = [
    `[${deployment}]${of} ${title}.`,
    meaning,
    `What to do: ${steps.map((step, index) => `${index + 1}. ${step}`).join(' ')}`,
    ...(subject?.owner ? [`Owner: ${subject.owner}.`] : []),
    ...(subject?.runbook ? [`Runbook of the application: ${subject.runbook}`] : []),
    `Where to look: the dashboard of the stack, and ${id} in docs/runbook.md of m2m-watch.`,
  ];
  const text = lines.join('\n');
  return text.length <= DESCRIPTION_MAX_LENGTH
    ? text
    : `${text.slice(0, DESCRIPTION_MAX_LENGTH - 1)}…`;
}
