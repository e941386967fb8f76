// Judges the reports of a run: what they change in incidents, and which notices are due.

import type { WatchConfig } from '../config/watch-config.ts';
import { serviceAfter, speakingFor, UNKNOWN_SERVICE } from '../plan/provider-service.ts';
import { passedOverSinceMs } from '../plan/stale-applications.ts';
import {
  monthOf,
  settleTokens,
  type TokenReservation,
  tokensCharged,
} from '../plan/token-budget.ts';
import type { ApplicationState, ProviderState } from '../state/application-state.ts';
import type { Incident, IncidentChange, Subject } from '../state/incident.ts';
import { type CheckRecord, isAbout, type WatchState } from '../state/watch-state.ts';
import { MINUTE_MS } from '../text/duration-text.ts';
import { chooseIncidents, type Moment, type Place } from './choose-incidents.ts';
import { draftNotices, type NoticeDraft } from './draft-notices.ts';
import { groupSimilarFailures } from './group-similar-failures.ts';
import { IncidentBook } from './incident-book.ts';
import { checkedAtMs, rememberReports } from './remember-reports.ts';

/** What is judged, and by what; times are milliseconds since the epoch. */
export interface RunToJudge {
  readonly config: WatchConfig;
  readonly state: WatchState;
  /** In the order in which the checks ended; those not tried included. */
  readonly records: readonly CheckRecord[];
  /** The number of the run, which what it remembers of its applications has; null where it has no records. */
  readonly run: number | null;
  /** When the tick of the run was due. */
  readonly slotMs: number;
  readonly nowMs: number;
  /** What the plan reserved, where it was saved before the run; null where it was not. */
  readonly reservation: TokenReservation | null;
}

/** What a run changed. */
export interface JudgedRun {
  readonly state: WatchState;
  /** Every event of every incident, in order; for the store. */
  readonly changes: readonly IncidentChange[];
  readonly drafts: readonly NoticeDraft[];
}

/** No run takes longer: a function has 15 minutes, and a state file one process. */
const LONGEST_RUN_MS = 20 * MINUTE_MS;

/**
 * Judges a run; pure, so that after a conflict of versions it is simply done again on the newer state.
 *
 * A record whose check did not begin after the last one remembered is history only: it changes nothing
 * but the count of tokens. What a run stored that died before it was judged is judged now. Judge every
 * tick, with no records too: time alone leaves an application without data, ends a maintenance window
 * and closes the incidents of what is no longer configured.
 */
export function judgeRun(run: RunToJudge): JudgedRun {
  const { config, state, nowMs } = run;
  const states = rememberReports(run);
  const fresh = unjudgedApplications(states, run);
  const providers = settleProviders(run, states);
  const moment: Moment = { config, nowMs, states, fresh, providers, incidents: state.incidents };
  const places = groupSimilarFailures(chooseIncidents(moment), moment);

  const book = new IncidentBook(state, { deployment: config.deployment, nowMs });
  leaveRemoved(book, state, moment);
  const placed = moveApplications(book, places, moment);
  followPassedOver(book, { run, states: placed, providers });
  book.settle((application) => placed[application]?.status);

  const { changes, opened: incidentsOpened } = book;
  const { incidents, subjects, drafts } = draftNotices(book, state.subjects, { config, nowMs });
  const after = { incidents, subjects, incidentsOpened, openRuns: runsStillOpen(run) };
  return { state: { ...state, ...after, applications: placed, providers }, changes, drafts };
}

/** The applications that this run checked, and those of runs that were not judged. */
function unjudgedApplications(
  states: Readonly<Record<string, ApplicationState>>,
  { run, state: { openRuns } }: RunToJudge,
): ReadonlySet<string> {
  const unjudged = Object.entries(states).filter(
    ([, { checkedInRun }]) =>
      checkedInRun !== null && (checkedInRun === run || openRuns[checkedInRun] !== undefined),
  );
  return new Set(unjudged.map(([name]) => name));
}

/** Neither this run nor those that must have died: what they stored is judged now. */
function runsStillOpen({ run, state: { openRuns }, nowMs }: RunToJudge): WatchState['openRuns'] {
  const open = Object.entries(openRuns).filter(
    ([number, beganMs]) => Number(number) !== run && Math.abs(nowMs - beganMs) < LONGEST_RUN_MS,
  );
  return Object.fromEntries(open);
}

/** Applications that are no longer configured leave their incidents. */
function leaveRemoved(book: IncidentBook, before: WatchState, { states }: Moment): void {
  for (const [application, { incidentId }] of Object.entries(before.applications)) {
    if (states[application] !== undefined || incidentId === null) continue;
    book.leave(incidentId, application, 'removed');
  }
}

/** What m2m-watch itself has an incident about. */
const MONITOR: Subject = { kind: 'monitor', name: 'm2m-watch' };

/**
 * Keeps the incident of m2m-watch itself: the applications that it does not check although it could.
 *
 * They stay in incidents of their own as well, which say what was last known of them.
 */
function followPassedOver(
  book: IncidentBook,
  {
    run: { config, state: before, slotMs },
    states,
    providers,
  }: { readonly run: RunToJudge } & Pick<Moment, 'states' | 'providers'>,
): void {
  const view = { config, state: { applications: states, providers }, slotMs };
  const passedOver = new Map(
    config.applications.flatMap((application) => {
      const sinceMs = passedOverSinceMs(application, { ...view, before: before.providers });
      return sinceMs === null ? [] : [[application.name, sinceMs] as const];
    }),
  );
  for (const { id, subject, affected } of book.incidents) {
    if (subject.kind !== MONITOR.kind) continue;
    for (const { application } of affected) {
      if (passedOver.has(application)) continue;
      book.leave(id, application, states[application] ? 'recovered' : 'removed');
    }
  }
  for (const [application, { provider, lastSuccessAtMs }] of Object.entries(states)) {
    const sinceMs = passedOver.get(application);
    if (sinceMs === undefined) continue;
    const reason = { cause: 'not-checked', hasNoData: false, subject: MONITOR } as const;
    book.join({ ...reason, application, provider, sinceMs, lastHealthyAtMs: lastSuccessAtMs });
  }
}

/** Moves every application to its place, and returns what is remembered of it there. */
function moveApplications(
  book: IncidentBook,
  places: ReadonlyMap<string, Place>,
  moment: Moment,
): Readonly<Record<string, ApplicationState>> {
  const moved = Object.entries(moment.states).map(([application, state]) => {
    const place = places.get(application);
    if (place === undefined || place.kind === 'unchanged') return [application, state] as const;
    const current = moment.incidents[state.incidentId ?? ''];
    if (place.kind === 'none') {
      if (current !== undefined) book.leave(current.id, application, 'recovered');
      return [application, { ...state, incidentId: null }] as const;
    }
    if (current !== undefined && !isAbout(current, place.subject)) {
      book.leave(current.id, application, 'continued');
    }
    const { provider, lastSuccessAtMs: lastHealthyAtMs } = state;
    const sinceMs = failingSinceMs(state, place.hasNoData, current) ?? moment.nowMs;
    const joining = { ...place, application, provider, sinceMs, lastHealthyAtMs };
    return [application, { ...state, incidentId: book.join(joining) }] as const;
  });
  return Object.fromEntries(moved);
}

/** Since when it fails; where it comes from another incident, only since the last check. */
function failingSinceMs(
  { lastReport, notHealthySinceMs, undeterminedSinceMs }: ApplicationState,
  hasNoData: boolean,
  current: Incident | undefined,
): number | null {
  if (hasNoData) return undeterminedSinceMs;
  const isMoving = current !== undefined && lastReport !== null;
  return isMoving ? checkedAtMs(lastReport) : notHealthySinceMs;
}

function settleProviders(
  { config, state, records, run, slotMs, nowMs, reservation }: RunToJudge,
  remembered: Readonly<Record<string, ApplicationState>>,
): Readonly<Record<string, ProviderState>> {
  const month = monthOf(nowMs);
  // A provider that is removed keeps its count for the month, so that an edit cannot overdraw it.
  const removed = Object.entries(state.providers).filter(
    ([provider, { tokens }]) => config.providers[provider] === undefined && tokens.month >= month,
  );
  const configured = Object.keys(config.providers).map((provider) => {
    const { tokens, service = UNKNOWN_SERVICE } = state.providers[provider] ?? {};
    const own = records.filter(({ report }) => report.provider === provider);
    const charged = own.reduce((sum, record) => sum + tokensCharged(record), 0);
    const atProvider = {
      records: own.filter(({ report }) => remembered[report.application]?.checkedInRun === run),
      slotMs,
      tickMinutes: config.schedule.tickMinutes,
      speaking: speakingFor(provider, { config, states: remembered }),
    };
    return [
      provider,
      {
        tokens: settleTokens(tokens, { provider, reservation, charged, atMs: nowMs }),
        service: own.length === 0 ? service : serviceAfter(service, atProvider),
      },
    ] as const;
  });
  return Object.fromEntries([...removed, ...configured]);
}
