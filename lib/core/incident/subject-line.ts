// Beside the notice: its one line, which has to say it all on a locked telephone.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import { isAskedOf } from '../plan/breaker.ts';
import type { Incident } from '../state/incident.ts';
import { durationText } from '../text/duration-text.ts';
import type { NoticeDraft } from './notice-draft.ts';

/** What an incident is about, for example `billing-sync`, `acme (Kinde)`, `https://api.acme.com`. */
export function subjectName({ subject, provider }: Incident, providerLabel: string): string {
  switch (subject.kind) {
    case 'application':
    case 'api-origin':
      return subject.name;
    case 'provider':
      return providerLabel;
    case 'issuer':
      return `tokens of ${provider}`;
  }
}

/** The subject line of a notice. */
export function subjectLine(draft: NoticeDraft, words: LineWords): string {
  const name = subjectName(draft.incident, words.providerLabel);
  return `[${words.deployment}] ${name}: ${newsOf(draft, words)}`;
}

/** What a subject line is made of besides the draft. */
export interface LineWords {
  readonly deployment: string;
  readonly providerLabel: string;
  /** Since when nothing has been learned, milliseconds since the epoch. */
  readonly unknownSinceMs: number;
  /** Names of applications of the provider that fail alike, each in an incident of its own. */
  readonly alike: readonly string[];
}

function newsOf({ reason, incident, atMs, changes }: NoticeDraft, words: LineWords): string {
  const news = brokenWords(incident, words);
  const lasted = durationText((incident.closedAtMs ?? atMs) - incident.sinceMs);
  const now = incident.closedAtMs === null ? news : 'well';
  switch (reason) {
    case 'opened':
      return news;
    case 'changed':
      return `now ${news}`;
    case 'recovered':
      return recoveredWords(incident, lasted);
    case 'reminder':
      return `still ${news}, for ${lasted}`;
    case 'flapping':
      return `flapping, ${changes} changes in an hour, now ${now}`;
    case 'flapping-summary':
      return `still flapping, ${changes} changes since the last notice, now ${now}`;
    case 'no-data':
      return `not watched for ${durationText(atMs - words.unknownSinceMs)}, ${news}`;
    case 'window-ended':
      return `${news}, since the maintenance window`;
  }
}

function brokenWords(
  { subject, cause, severity, affected }: Incident,
  { providerLabel, alike }: LineWords,
): string {
  const warning = severity === 'warning' ? 'warning, ' : '';
  const words = `${warning}${causeDefinition(cause).short}`;
  switch (subject.kind) {
    case 'application':
      return isAtProvider(cause) ? `${words} at ${providerLabel}` : words;
    case 'provider':
      return `${words}, ${countOf(affected.length, alike.length > 0)}`;
    case 'issuer':
      return `${words} at ${providerLabel}, ${countOf(affected.length)}`;
    case 'api-origin':
      return `${words}, the tokens are good, ${countOf(affected.length)}`;
  }
}

function recoveredWords({ closing }: Incident, lasted: string): string {
  if (closing === 'removed') return 'no longer watched';
  if (closing === 'continued') return 'over, and goes on as another incident';
  return `well again after ${lasted}`;
}

/** Whether the provider has to do with it: not where the store, m2m-watch or the API is at fault. */
function isAtProvider(cause: CauseId): boolean {
  const { family } = causeDefinition(cause);
  return family !== 'monitor' && family !== 'call' && isAskedOf(cause);
}

function countOf(applications: number, isMore = false): string {
  const more = isMore ? 'more ' : '';
  return applications === 1 ? `1 ${more}application` : `${applications} ${more}applications`;
}
