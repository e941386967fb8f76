// What a notice says: the subject line, which must say it all on a locked phone, sentences and notes.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { isAskedOf } from '../plan/provider-service.ts';
import { readBudget } from '../plan/token-budget.ts';
import type { Incident } from '../state/incident.ts';
import type { WatchState } from '../state/watch-state.ts';
import { durationText } from '../text/duration-text.ts';
import type { NoticeDraft } from './draft-notices.ts';

/** What the text of a notice is made from, besides its draft. */
export interface NoticeFacts {
  readonly config: WatchConfig;
  /** After judging. */
  readonly state: WatchState;
  /** The provider with its product, for example `acme (Kinde)`. */
  readonly providerLabel: string;
  /** What the incident is about, for example `billing-sync`, `acme (Kinde)`, `https://api.acme.com`. */
  readonly name: string;
  /** The application whose diagnosis the notice shows; null where it shows none. */
  readonly example: { readonly name: string; readonly diagnosis: Diagnosis } | null;
  /** Since when there has been no data, milliseconds since the epoch. */
  readonly noDataSinceMs: number;
  /** Names of applications of the provider that fail in the same way, each in an incident of its own. */
  readonly similar: readonly string[];
}

/** The subject line, for example `[production] billing-sync: secret rotated at acme (Kinde)`. */
export function writeSubjectLine(draft: NoticeDraft, facts: NoticeFacts): string {
  return `[${facts.config.deployment}] ${facts.name}: ${writeHeadline(draft, facts)}`;
}

function writeHeadline(
  { reason, incident, atMs, changes }: NoticeDraft,
  facts: NoticeFacts,
): string {
  const failure = describeFailure(incident, facts);
  const lasted = durationText((incident.closedAtMs ?? atMs) - incident.sinceMs);
  const now = incident.closedAtMs === null ? failure : 'healthy';
  switch (reason) {
    case 'opened':
      return failure;
    case 'changed':
      return `now ${failure}`;
    case 'recovered':
      return describeRecovery(incident, lasted);
    case 'reminder':
      return `still ${incident.hasNoData ? 'no data' : 'failing'} after ${lasted}, ${failure}`;
    case 'flapping':
      return `flapping, ${changes} changes in an hour, now ${now}`;
    case 'flapping-summary':
      return `still flapping, ${changes} changes since the last notice, now ${now}`;
    case 'no-data':
      return `no data for ${durationText(atMs - facts.noDataSinceMs)}, ${failure}`;
    case 'window-ended':
      return `${failure}, since the maintenance window`;
  }
}

function describeFailure(
  { subject, cause, severity, affected }: Incident,
  facts: NoticeFacts,
): string {
  const warning = severity === 'warning' ? 'warning, ' : '';
  const words = `${warning}${causeDefinition(cause).short}`;
  const { providerLabel, similar } = facts;
  switch (subject.kind) {
    case 'application':
      return isAtProvider(cause) ? `${words} at ${providerLabel}` : words;
    case 'provider':
      return `${words}, ${countApplications(affected.length, similar.length > 0 ? 'more ' : '')}`;
    case 'monitor':
      return `${countApplications(affected.length)} not checked`;
    case 'issuer':
      return `${words} at ${providerLabel}, ${countApplications(affected.length)}`;
    case 'api-origin':
      return `${words}, the credentials work, ${countApplications(affected.length)}`;
  }
}

function describeRecovery({ closing }: Incident, lasted: string): string {
  if (closing === 'removed') return 'removed from the configuration';
  if (closing === 'continued') return 'continues as another incident';
  return `recovered after ${lasted}`;
}

/** Whether the provider is involved: not if the secret store, m2m-watch or the API is the problem. */
function isAtProvider(cause: CauseId): boolean {
  const { family } = causeDefinition(cause);
  return family !== 'monitor' && family !== 'call' && isAskedOf(cause);
}

function countApplications(applications: number, more = ''): string {
  return applications === 1 ? `1 ${more}application` : `${applications} ${more}applications`;
}

/** One or two sentences that say what fails, or that it recovered and how long it failed. */
export function describeIncident(draft: NoticeDraft, facts: NoticeFacts): string {
  const { reason, incident, atMs, previousCause, changes } = draft;
  const { name, example, noDataSinceMs } = facts;
  if (incident.closedAtMs !== null && reason === 'recovered') {
    return describeEnd(incident, name, durationText(incident.closedAtMs - incident.sinceMs));
  }
  const title =
    incident.subject.kind === 'monitor'
      ? describePassedOver(incident)
      : (example?.diagnosis.title ?? causeDefinition(incident.cause).short);
  if (reason === 'flapping' || reason === 'flapping-summary') {
    const period = reason === 'flapping' ? 'within an hour' : 'since the last notice';
    const now = incident.closedAtMs === null ? `failing: ${title}` : 'healthy';
    return `${name} changed ${changes} times ${period}. It is now ${now}.`;
  }
  if (incident.hasNoData) {
    return `There has been no data about ${name} for ${durationText(atMs - noDataSinceMs)}: ${title}.`;
  }
  const isNewCause = previousCause !== null && previousCause !== incident.cause;
  return reason === 'changed' && isNewCause
    ? `${title}. Previous cause: ${causeDefinition(previousCause).short}.`
    : `${title}.`;
}

/** More names than this are counted. */
const MAX_NAMES = 10;

function describePassedOver({ affected }: Incident): string {
  const names = affected.map(({ application }) => application);
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return names.length === 1
    ? `${shown} is not checked, although its provider serves other applications`
    : `${shown} are not checked, although their providers serve other applications`;
}

function describeEnd(
  { closing, cause, severity, hasNoData, subject }: Incident,
  name: string,
  lasted: string,
): string {
  if (subject.kind === 'monitor') {
    const end = closing === 'removed' ? 'are no longer in the configuration' : 'are checked again';
    return `The applications that m2m-watch did not check for ${lasted} ${end}.`;
  }
  if (closing === 'removed') return `${name} is no longer in the configuration.`;
  if (closing === 'continued') return `This incident of ${name} continues as another one.`;
  const was = causeDefinition(cause).short;
  if (hasNoData) return `There is data about ${name} again, after ${lasted} without any: ${was}.`;
  const how = severity === 'warning' && subject.kind !== 'api-origin' ? 'had a warning' : 'failed';
  return `${name} has recovered. It ${how} for ${lasted}: ${was}.`;
}

/** What else is worth knowing, one sentence or two each, the most important first. */
export function writeNotes(draft: NoticeDraft, facts: NoticeFacts): readonly string[] {
  const { reason, incident, atMs, wasFlapping } = draft;
  const { example, similar } = facts;
  const isOpen = incident.closedAtMs === null;
  const isFlapping = reason === 'flapping' || reason === 'flapping-summary';
  const notes = [
    isOpen &&
      incident.subject.kind === 'api-origin' &&
      'The credentials work: the provider accepts them and issues tokens. Only the API is failing.',
    example !== null &&
      incident.affected.length > 1 &&
      `The fix and the evidence are those of ${example.name}.`,
    similar.length > 0 &&
      `Failing in the same way, with earlier notices of their own: ${similar.join(', ')}.`,
    reason === 'window-ended' && 'It began during a maintenance window, when no notices are sent.',
    isFlapping &&
      'Every change is recorded. A summary follows every hour, until nothing has changed for an hour.',
    wasFlapping && 'It was flapping. Nothing has changed for an hour.',
    isOpen && describeBudget(incident.provider, facts, atMs),
  ];
  return notes.filter((note) => note !== false);
}

function describeBudget(provider: string, facts: NoticeFacts, atMs: number): string | false {
  const { minted, tokensPerMonth, left, mayAccelerate } = readBudget(provider, { ...facts, atMs });
  if (mayAccelerate) return false;
  const effect =
    left === 0
      ? 'no more tokens are requested'
      : 'failing applications are no longer checked more often';
  return `${minted} of the ${tokensPerMonth} tokens for this month at ${provider} are used: until the month ends (UTC), ${effect}.`;
}
