// The end of judging: an announcement, with what the state knows, becomes the notice that people read.

import type { Confidence, Diagnosis } from '../diagnosis/diagnosis.ts';
import { budgetAt, mintedIn } from '../plan/token-budget.ts';
import type { Watched } from '../plan/watched.ts';
import type { WatchState } from '../state/watch-state.ts';
import type { Announcement } from './announcement.ts';
import { nextReminderAtMs } from './due-reminders.ts';
import { durationText } from './duration-text.ts';
import type { Incident } from './incident.ts';
import type { Notice, NoticeApplication, NoticeLink } from './notice.ts';
import { causeWords, type LineWords, subjectLine, subjectName } from './subject-line.ts';

/** What notices are written with, besides the announcement. */
export interface NoticeContext {
  readonly config: Watched;
  /** After judging. */
  readonly state: WatchState;
  /** What people call each provider's product, for example `Kinde`, by provider. */
  readonly providerTitles: Readonly<Record<string, string>>;
  readonly remindAfterHours: readonly number[];
}

const HOW_SURE = {
  certain: 'certain: nothing else explains it',
  likely: 'likely: the best of several explanations',
  possible: 'possible: only a code or a status says so',
} as const satisfies Record<Confidence, string>;

/** Writes the notice of an announcement; the same announcement and state give the same notice. */
export function writeNotice(announcement: Announcement, context: NoticeContext): Notice {
  const { incident, reason, atMs, noticeId } = announcement;
  const { deployment } = context.config;
  const isOpen = incident.closedAtMs === null;
  const applications = applicationsOf(incident, context);
  const diagnosis = isOpen ? diagnosisOf(incident, context.state) : null;
  const reminderMs = nextReminderAtMs(incident, context.remindAfterHours);
  const words: LineWords = {
    deployment,
    providerLabel: labelOf(incident.provider, context),
    unknownSinceMs: unknownSinceMs(incident, context.state),
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
    subject: subjectLine(announcement, words),
    what: whatOf(announcement, diagnosis, words),
    createdAt: iso(atMs),
    since: iso(incident.sinceMs),
    lastWellAt: incident.lastWellAtMs === null ? null : iso(incident.lastWellAtMs),
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
      howSure: HOW_SURE[diagnosis.confidence],
    },
    fix: diagnosis?.fix ?? [],
    evidence: diagnosis?.evidence ?? [],
    notes: notesOf(announcement, context),
    applications,
    links: linksOf(diagnosis, applications),
    nextReminderAt: reminderMs === null ? null : iso(reminderMs),
  };
}

function whatOf(
  { reason, incident, atMs, previousCause, changes }: Announcement,
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
    return `${name} is well again. It was not for ${downFor}.`;
  }
  const title = diagnosis?.title ?? causeWords(incident.cause);
  if (reason === 'flapping' || reason === 'flapping-summary') {
    const now = closedAtMs === null ? `broken: ${title}` : 'well';
    return `${name} changed ${changes} times. At the moment it is ${now}.`;
  }
  if (incident.isUnwatched) {
    return `Nothing has been learned about ${name} for ${durationText(atMs - unknownSinceMs)}: ${title}.`;
  }
  const before =
    reason === 'changed' && previousCause !== null && previousCause !== incident.cause
      ? ` Before: ${causeWords(previousCause)}.`
      : '';
  return `${title}.${before}`;
}

function notesOf(
  { reason, incident, atMs }: Announcement,
  { config, state }: NoticeContext,
): readonly string[] {
  const notes: string[] = [];
  const isOpen = incident.closedAtMs === null;
  if (isOpen && incident.subject.kind === 'api-origin') {
    notes.push('The tokens are good: each was issued, verified and as expected.');
  }
  if (reason === 'window-ended') {
    notes.push('It began in a maintenance window, in which nothing is announced.');
  }
  if (reason === 'flapping') {
    notes.push('Every change is recorded. A summary follows each hour until it is steady for one.');
  }
  const { provider } = incident;
  const tokensPerMonth = config.providers[provider]?.tokensPerMonth ?? null;
  const tokens = state.providers[provider]?.tokens;
  const { left, mayAccelerate } = budgetAt(tokens, { tokensPerMonth, atMs });
  if (isOpen && tokensPerMonth !== null && !mayAccelerate) {
    const used = `${mintedIn(tokens, atMs)} of the ${tokensPerMonth} tokens of this month at ${provider} are used`;
    const effect =
      left === 0 ? 'no token is asked for' : 'no application is looked at sooner than everyMinutes';
    notes.push(`${used}: ${effect} until the month (UTC) is over.`);
  }
  return notes;
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

/** The diagnosis of the first affected application that has the incident's cause. */
function diagnosisOf({ affected, cause }: Incident, state: WatchState): Diagnosis | null {
  const diagnoses = affected.flatMap(
    ({ application }) => state.applications[application]?.lastReport?.diagnosis ?? [],
  );
  return diagnoses.find((diagnosis) => diagnosis.cause === cause) ?? diagnoses[0] ?? null;
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
  const runbooks = applications.flatMap(({ name, runbook }) =>
    runbook === null ? [] : [{ label: `Runbook of ${name}`, url: runbook }],
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
