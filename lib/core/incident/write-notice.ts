// Writes the notice that people read, from its draft and from what the state knows.

import { causeDefinition } from '../causes/causes.ts';
import { CONFIDENCE_MEANINGS } from '../causes/terms.ts';
import { PROVIDER_TYPES } from '../config/provider-types.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Incident } from '../state/incident.ts';
import type { Notice } from '../state/notice.ts';
import type { WatchState } from '../state/watch-state.ts';
import { applicationsOf, type NoticeDraft } from './draft-notices.ts';
import { nextReminderAtMs } from './draft-reminders.ts';
import { describeIncident, type NoticeFacts, writeNotes, writeSubjectLine } from './notice-text.ts';

/** What notices are written from, besides their drafts. */
export interface NoticeContext {
  readonly config: WatchConfig;
  /** After judging. */
  readonly state: WatchState;
}

/** Writes the notice of a draft; the same draft and state give the same notice. */
export function writeNotice(draft: NoticeDraft, context: NoticeContext): Notice {
  const { incident, reason, atMs, noticeId } = draft;
  const { config } = context;
  const { closedAtMs, sinceMs, lastHealthyAtMs } = incident;
  const facts = gatherFacts(incident, context);
  const isMonitors = incident.subject.kind === 'monitor' && closedAtMs === null;
  const diagnosis = isMonitors ? NOT_CHECKED : (facts.example?.diagnosis ?? null);
  const applications = listApplications(incident, context);
  // A flapping subject has a summary each hour instead.
  const isFlapping = reason === 'flapping' || reason === 'flapping-summary';
  const reminderMs = isFlapping ? null : nextReminderAtMs(incident, config.notify);
  return {
    schema: 1,
    id: noticeId,
    incidentId: incident.id,
    deployment: config.deployment,
    reason,
    severity: incident.severity,
    isOpen: closedAtMs === null,
    about: incident.subject,
    subject: writeSubjectLine(draft, facts),
    what: describeIncident(draft, facts),
    createdAt: isoTime(atMs),
    since: isoTime(sinceMs),
    lastHealthyAt: lastHealthyAtMs === null ? null : isoTime(lastHealthyAtMs),
    downForSeconds: closedAtMs === null ? null : Math.round((closedAtMs - sinceMs) / 1000),
    closing: incident.closing,
    cause: diagnosis && {
      id: diagnosis.cause,
      family: diagnosis.family,
      title: diagnosis.title,
      confidence: diagnosis.confidence,
      confidenceMeans: `${diagnosis.confidence}: ${CONFIDENCE_MEANINGS[diagnosis.confidence]}`,
    },
    fix: diagnosis?.fix ?? [],
    evidence: diagnosis?.evidence ?? [],
    mayBeRepeated: false,
    notes: writeNotes(draft, facts),
    applications,
    links: listLinks(diagnosis, applications),
    nextReminderAt: reminderMs === null ? null : isoTime(reminderMs),
  };
}

/** What is known of applications that no check looks at. */
const NOT_CHECKED: Diagnosis = {
  ...causeDefinition('not-checked'),
  cause: 'not-checked',
  confidence: 'certain',
  title: 'Applications are not checked',
  fix: [
    'Look in the log of m2m-watch for runs that failed or ran out of time.',
    'If they run out of time, raise `everyMinutes` of some applications, or `tickMinutes`, in the configuration, so that fewer are due at once.',
  ],
  guideSection: null,
  evidence: [],
};

function gatherFacts(incident: Incident, { config, state }: NoticeContext): NoticeFacts {
  const { subject, provider, affected, sinceMs, closedAtMs } = incident;
  const type = config.providers[provider]?.type;
  const product = type === undefined ? null : PROVIDER_TYPES[type].product;
  const providerLabel = product === null ? provider : `${provider} (${product})`;
  const names = { provider: providerLabel, issuer: `tokens of ${provider}` };
  const noDataSince = affected.map(
    ({ application }) => state.applications[application]?.undeterminedSinceMs ?? sinceMs,
  );
  return {
    config,
    state,
    providerLabel,
    name:
      subject.kind === 'provider' || subject.kind === 'issuer' ? names[subject.kind] : subject.name,
    example:
      closedAtMs === null && subject.kind !== 'monitor' ? chooseExample(incident, state) : null,
    noDataSinceMs: Math.max(sinceMs, ...noDataSince),
    similar: closedAtMs === null ? findSimilarFailures(incident, state) : [],
  };
}

/** The first affected application that has the incident's cause, else the first that has a diagnosis. */
function chooseExample(
  { affected, cause }: Incident,
  { applications }: WatchState,
): NoticeFacts['example'] {
  const diagnosed = affected.flatMap(({ application: name }) => {
    const diagnosis = applications[name]?.lastReport?.diagnosis;
    return diagnosis ? [{ name, diagnosis }] : [];
  });
  return diagnosed.find(({ diagnosis }) => diagnosis.cause === cause) ?? diagnosed[0] ?? null;
}

/** Applications that fail in the same way, in incidents that opened before the provider's. */
function findSimilarFailures(
  { subject, provider, cause }: Incident,
  { incidents }: WatchState,
): readonly string[] {
  if (subject.kind !== 'provider') return [];
  return Object.values(incidents).flatMap((other) => {
    const isOpenAlone = other.subject.kind === 'application' && other.closedAtMs === null;
    const isSimilar = other.provider === provider && other.cause === cause;
    return isOpenAlone && isSimilar ? [other.subject.name] : [];
  });
}

function listApplications(
  incident: Incident,
  { config, state }: NoticeContext,
): Notice['applications'] {
  const names = new Set(applicationsOf(incident));
  const configured = config.applications
    .filter(({ name }) => names.delete(name))
    .map(({ name, owner, runbook }) => {
      return { name, status: state.applications[name]?.status ?? null, owner, runbook };
    });
  const removed = [...names].map((name) => ({ name, status: null, owner: null, runbook: null }));
  return [...configured, ...removed];
}

function listLinks(
  diagnosis: Diagnosis | null,
  applications: Notice['applications'],
): Notice['links'] {
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

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
