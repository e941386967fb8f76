// After the checks of a run: what their reports change in incidents, and what people are told of it.

import type { Monitored, Thresholds } from '../config/watched.ts';
import { afterCheck, NEW_BREAKER, serviceOf } from '../plan/breaker.ts';
import {
  monthOf,
  settleTokens,
  type TokenReservation,
  tokensCharged,
} from '../plan/token-budget.ts';
import type { ApplicationState, ProviderState } from '../state/application-state.ts';
import type { IncidentChange } from '../state/incident.ts';
import {
  type CheckRecord,
  newApplicationState,
  subjectKey,
  type WatchState,
} from '../state/watch-state.ts';
import { chooseIncidents, type Place } from './choose-incidents.ts';
import { draftNotices } from './draft-notices.ts';
import { foldAlike } from './fold-alike.ts';
import { IncidentBook } from './incident-book.ts';
import type { MaintenanceWindow } from './maintenance-window.ts';
import { checkedAtMs, isNewerReport, noteOthersServed, noteReport } from './note-report.ts';
import type { NoticeDraft } from './notice-draft.ts';
import { isFailedByProvider, isServedToOthers, lastServedAtMs, type Scene } from './scene.ts';

/** What is judged, and by what. */
export interface RunToJudge {
  readonly config: Monitored;
  readonly thresholds: Thresholds;
  readonly state: WatchState;
  /** In the order in which the checks ended; those not tried included. */
  readonly records: readonly CheckRecord[];
  /** When the tick of the run was due. */
  readonly slotMs: number;
  readonly nowMs: number;
  /** The maintenance windows around `nowMs`. */
  readonly windows: readonly MaintenanceWindow[];
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

/**
 * Judges a run; pure, so that after a conflict of versions it is simply done again on the newer state.
 *
 * A record whose check did not begin after the last one judged is history only: it changes nothing
 * but the count of tokens. Judge every tick, with no records too: time alone makes an application
 * have no data, ends a maintenance window and closes the incidents of what is no longer configured.
 */
export function judgeRun(run: RunToJudge): JudgedRun {
  const { config, thresholds, state, nowMs } = run;
  const { applications: states, fresh } = notedStates(run);
  const names = new Set([...fresh].map(({ report }) => report.application));
  const { incidents: before } = state;
  const scene: Scene = { config, thresholds, nowMs, states, fresh: names, incidents: before };
  const places = foldAlike(chooseIncidents(scene), scene);

  const book = new IncidentBook({ ...state, deployment: config.deployment, nowMs });
  const placed = moveApplications({ places, scene, book, before: state });
  book.settle((application) => placed[application]?.status);

  const { incidents, subjects, drafts } = draftNotices({
    incidents: book.incidents,
    subjects: state.subjects,
    changes: book.changes,
    windows: run.windows,
    nowMs,
  });
  return {
    state: {
      ...state,
      applications: placed,
      providers: providerStates(run, fresh),
      incidents: Object.fromEntries(incidents.map((incident) => [incident.id, incident])),
      subjects,
      incidentsOpened: book.opened,
    },
    changes: book.changes,
    drafts,
  };
}

/** What is remembered of every configured application after the run's reports. */
function notedStates({ config, state, records, slotMs, nowMs }: RunToJudge) {
  const states = new Map<string, ApplicationState>(
    config.applications.map(({ name, provider }) => [
      name,
      state.applications[name] ?? newApplicationState(provider, slotMs),
    ]),
  );
  const fresh = new Set<CheckRecord>();
  for (const record of records.toSorted((a, b) => checkedAtMs(a.report) - checkedAtMs(b.report))) {
    const before = states.get(record.report.application);
    if (before === undefined || !isNewerReport(before, { record, nowMs })) continue;
    states.set(record.report.application, noteReport(before, { record, slotMs }));
    fresh.add(record);
  }
  const served = lastServedAtMs(Object.fromEntries(states));
  for (const name of new Set([...fresh].map(({ report }) => report.application))) {
    const noted = states.get(name);
    if (noted?.lastNotTried !== null || !isFailedByProvider(noted)) continue;
    if (isServedToOthers(noted, served)) states.set(name, noteOthersServed(noted));
  }
  return { applications: Object.fromEntries(states), fresh };
}

/** Moves every application to its place; those that are no longer configured leave. */
function moveApplications({
  places,
  scene,
  book,
  before,
}: {
  readonly places: ReadonlyMap<string, Place>;
  readonly scene: Scene;
  readonly book: IncidentBook;
  readonly before: WatchState;
}): Readonly<Record<string, ApplicationState>> {
  for (const [application, { incidentId }] of Object.entries(before.applications)) {
    if (scene.states[application] !== undefined || incidentId === null) continue;
    book.leave(incidentId, { application, why: 'removed' });
  }
  const moved = Object.entries(scene.states).map(([application, state]) => {
    const place = places.get(application);
    if (place === undefined || place.kind === 'unchanged') return [application, state] as const;
    const current = scene.incidents[state.incidentId ?? ''];
    const isSame =
      current !== undefined &&
      place.kind === 'affected' &&
      subjectKey(current.subject) === subjectKey(place.subject);
    if (current !== undefined && !isSame) {
      book.leave(current.id, {
        application,
        why: place.kind === 'none' ? 'recovered' : 'continued',
      });
    }
    if (place.kind === 'none') return [application, { ...state, incidentId: null }] as const;
    const incidentId = book.join({
      ...place,
      application,
      provider: state.provider,
      sinceMs: sinceMs(state, {
        isMoving: current !== undefined,
        hasNoData: place.hasNoData,
        nowMs: scene.nowMs,
      }),
      lastHealthyAtMs: state.lastSuccessAtMs,
    });
    return [application, { ...state, incidentId }] as const;
  });
  return Object.fromEntries(moved);
}

/** Since when it has been so: from one incident to another, only since the last check. */
function sinceMs(
  { lastReport, notHealthySinceMs, undeterminedSinceMs }: ApplicationState,
  { isMoving, hasNoData, nowMs }: Since,
): number {
  if (isMoving && !hasNoData && lastReport !== null) return checkedAtMs(lastReport);
  return (hasNoData ? undeterminedSinceMs : notHealthySinceMs) ?? nowMs;
}

interface Since {
  readonly isMoving: boolean;
  readonly hasNoData: boolean;
  readonly nowMs: number;
}

function providerStates(
  { config, state, records, nowMs, reservation }: RunToJudge,
  fresh: ReadonlySet<CheckRecord>,
): Readonly<Record<string, ProviderState>> {
  const month = monthOf(nowMs);
  // What is not configured for a while keeps its count, so that it cannot be overdrawn by an edit.
  const gone = Object.entries(state.providers).filter(
    ([provider, { tokens }]) => config.providers[provider] === undefined && tokens.month >= month,
  );
  return Object.fromEntries([
    ...gone,
    ...Object.keys(config.providers).map((provider) => {
      const before = state.providers[provider];
      const own = records.filter(({ report }) => report.provider === provider);
      const charged = own.reduce((sum, record) => sum + tokensCharged(record), 0);
      const settlement = { provider, reservation, charged, atMs: nowMs };
      return [
        provider,
        {
          tokens: settleTokens(before?.tokens, settlement),
          breaker: own
            .filter((record) => fresh.has(record))
            .reduce(
              (b, record) => afterCheck(b, serviceOf(record)),
              before?.breaker ?? NEW_BREAKER,
            ),
        },
      ] as const;
    }),
  ]);
}
