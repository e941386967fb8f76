// The end of judging: a draft, with what the state knows, becomes the notice that people read.

import { causeDefinition } from '../causes/causes.ts';
import type { Confidence } from '../causes/terms.ts';
import type { Monitored } from '../config/watched.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Incident } from '../state/incident.ts';
import type { Notice, NoticeApplication, NoticeLink } from '../state/notice.ts';
import type { WatchState } from '../state/watch-state.ts';
import { durationText } from '../text/duration-text.ts';
import { nextReminderAtMs } from './due-reminders.ts';
import type { NoticeDraft } from './notice-draft.ts';
import { noticeNotes } from './notice-notes.ts';
import { type LineWords, subjectLine, subjectName } from './subject-line.ts';

/** What notices are written with, besides the draft. */
export interface NoticeContext {
  readonly config: Monitored;
  /** After judging. */
  readonly state: WatchState;
  /** What people call each provider's product, for example `Kinde`, by provider. */
  readonly providerTitles: Readonly<Record<string, string>>;
  readonly remindAfterHours: readonly number[];
}

const CONFIDENCE_MEANS = {
  certain: 'certain: nothing else explains it',
  likely: 'likely: the best of several explanations',
  possible: 'possible: only a code or a status says so',
} as const satisfies Record<Confidence, string>;

/** Writes the notice of a draft; the same draft and state give the same notice. */
export function writeNotice(draft: NoticeDraft, context: NoticeContext): Notice {
  const { incident, reason, atMs, noticeId } = draft;
  const { deployment } = context.config;
  const isOpen = incident.closedAtMs === null;
  const applications = applicationsOf(incident, context);
  const telling = isOpen ? tellingApplication(incident, context.state) : null;
  const diagnosis = telling?.diagnosis ?? null;
  const alike = failingAlike(incident, context.state);
  // A subject that flaps has a summary each hour instead.
  const isFlapping = reason === 'flapping' || reason === 'flapping-summary';
  const reminderMs = isFlapping ? null : nextReminderAtMs(incident, context.remindAfterHours);
  const words: LineWords = {
    deployment,
    providerLabel: labelOf(incident.provider, context),
    unknownSinceMs: unknownSinceMs(incident, context.state),
    alike,
  };
  return {
    schema: 1,
    id: noticeId,
    incidentId: incident.id,
    deployment,
    reason,
    severity: incident.severity,
    isOpen,
    about: incident.subject,
    subject: subjectLine(draft, words),
    what: whatOf(draft, diagnosis, words),
    createdAt: iso(atMs),
    since: iso(incident.sinceMs),
    lastHealthyAt: incident.lastHealthyAtMs === null ? null : iso(incident.lastHealthyAtMs),
    downForSeconds:
      incident.closedAtMs === null
        ? null
        : Math.round((incident.closedAtMs - incident.sinceMs) / 1000),
    closing: incident.closing,
    cause: diagnosis && {
      id: diagnosis.cause,
      family: diagnosis.family,
      title: diagnosis.title,
      confidence: diagnosis.confidence,
      confidenceMeans: CONFIDENCE_MEANS[diagnosis.confidence],
    },
    fix: diagnosis?.fix ?? [],
    evidence: diagnosis?.evidence ?? [],
    notes: noticeNotes(draft, { ...context, alike, telling: telling?.name ?? null }),
    applications,
    links: linksOf(diagnosis, applications),
    nextReminderAt: reminderMs === null ? null : iso(reminderMs),
  };
}

function whatOf(
  { reason, incident, atMs, previousCause, changes }: NoticeDraft,
  diagnosis: Diagnosis | null,
  { providerLabel, unknownSinceMs }: LineWords,
): string {
  const name = subjectName(incident, providerLabel);
  const { closing, closedAtMs, sinceMs } = incident;
  if (closedAtMs !== null && reason === 'recovered') {
    const downFor = durationText(closedAtMs - sinceMs);
    if (closing === 'removed') return `${name} is no longer in the configuration.`;
    if (closing === 'continued')
      return `This is over for ${name}; another incident goes on with it.`;
    const was = causeDefinition(incident.cause).short;
    if (incident.hasNoData) {
      return `${name} is watched again. Nothing was learned about it for ${downFor}: ${was}.`;
    }
    const how = incident.severity === 'warning' ? 'had a warning' : 'was broken';
    return `${name} is well again. It ${how} for ${downFor}: ${was}.`;
  }
  const title = diagnosis?.title ?? causeDefinition(incident.cause).short;
  if (reason === 'flapping' || reason === 'flapping-summary') {
    const now = closedAtMs === null ? `broken: ${title}` : 'well';
    return `${name} changed ${changes} times. At the moment it is ${now}.`;
  }
  if (incident.hasNoData) {
    return `Nothing has been learned about ${name} for ${durationText(atMs - unknownSinceMs)}: ${title}.`;
  }
  const before =
    reason === 'changed' && previousCause !== null && previousCause !== incident.cause
      ? ` Before: ${causeDefinition(previousCause).short}.`
      : '';
  return `${title}.${before}`;
}

function applicationsOf(
  { affected, everAffected }: Incident,
  { config, state }: NoticeContext,
): readonly NoticeApplication[] {
  const now = affected.map(({ application }) => application);
  const names = new Set(now.length > 0 ? now : everAffected);
  const configured = config.applications.filter(({ name }) => names.delete(name));
  const known = configured.map(({ name, owner, runbook }) => {
    return { name, status: state.applications[name]?.status ?? null, owner, runbook };
  });
  const removed = [...names].map((name) => ({ name, status: null, owner: null, runbook: null }));
  return [...known, ...removed];
}

/** The application whose diagnosis a notice tells: the first affected one that has the incident's cause. */
function tellingApplication(
  { affected, cause }: Incident,
  { applications }: WatchState,
): { readonly name: string; readonly diagnosis: Diagnosis } | null {
  const told = affected.flatMap(({ application: name }) => {
    const diagnosis = applications[name]?.lastReport?.diagnosis;
    return diagnosis ? [{ name, diagnosis }] : [];
  });
  return told.find(({ diagnosis }) => diagnosis.cause === cause) ?? told[0] ?? null;
}

/** Names of applications that fail as those of a provider's incident do, and had their notices before it began. */
function failingAlike(incident: Incident, { incidents }: WatchState): readonly string[] {
  const { subject, provider, cause, closedAtMs } = incident;
  if (subject.kind !== 'provider' || closedAtMs !== null) return [];
  return Object.values(incidents).flatMap((other) =>
    other.subject.kind === 'application' &&
    other.closedAtMs === null &&
    other.provider === provider &&
    other.cause === cause
      ? [other.subject.name]
      : [],
  );
}

function unknownSinceMs({ affected, sinceMs }: Incident, state: WatchState): number {
  const since = affected.map(
    ({ application }) => state.applications[application]?.undeterminedSinceMs ?? sinceMs,
  );
  return Math.max(sinceMs, ...since);
}

function linksOf(
  diagnosis: Diagnosis | null,
  applications: readonly NoticeApplication[],
): readonly NoticeLink[] {
  const help = diagnosis === null ? [] : [{ label: 'About this cause', url: diagnosis.help }];
  const withRunbook = applications.flatMap(({ name, runbook: url }) =>
    url === null ? [] : [{ name, url }],
  );
  const runbooks = [...Map.groupBy(withRunbook, ({ url }) => url)].map(
    ([url, [first, ...more]]) => {
      const others = more.length === 0 ? '' : ` and ${more.length} more`;
      return { label: `Runbook of ${first?.name}${others}`, url };
    },
  );
  return [...help, ...runbooks];
}

function labelOf(provider: string, { providerTitles }: NoticeContext): string {
  const title = providerTitles[provider];
  return title === undefined ? provider : `${provider} (${title})`;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
