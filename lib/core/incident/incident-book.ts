// The fourth step of judging: opens, changes and closes incidents as applications join and leave them.

import type { CheckStatus } from '../causes/terms.ts';
import { hashName } from '../plan/plan-run.ts';
import type {
  Affected,
  Closing,
  Incident,
  IncidentChange,
  IncidentEvent,
  Subject,
} from '../state/incident.ts';
import { isAbout, type WatchState } from '../state/watch-state.ts';

/** The longest part of an incident's id that names its subject. */
const MAX_ID_NAME = 80;

/** How many events an incident carries with it. */
export const RECENT_EVENTS = 20;

/** What an application brings along when it joins an incident. */
export interface Joining extends Affected {
  readonly subject: Subject;
  readonly provider: string;
  readonly sinceMs: number;
  readonly lastHealthyAtMs: number | null;
}

type StatusOf = (application: string) => CheckStatus | null | undefined;

/** The most frequent item. Ties go to `preferred`, else to the first; without items it is `preferred`. */
export function mostFrequent<T>(items: readonly T[], preferred: T): T {
  let leader = preferred;
  let most = 0;
  for (const [item, { length }] of Map.groupBy(items, (each) => each)) {
    if (length > most || (length === most && item === preferred)) {
      leader = item;
      most = length;
    }
  }
  return leader;
}

/** The incidents while a run is judged; mutable, and used by one judging only. */
export class IncidentBook {
  readonly #incidents: Map<string, Incident>;
  readonly #changes: IncidentChange[] = [];
  readonly #deployment: string;
  readonly #nowMs: number;
  #opened: number;

  constructor(
    state: Pick<WatchState, 'incidents' | 'incidentsOpened'>,
    { deployment, nowMs }: { readonly deployment: string; readonly nowMs: number },
  ) {
    this.#incidents = new Map(Object.entries(state.incidents));
    this.#opened = state.incidentsOpened;
    this.#deployment = deployment;
    this.#nowMs = nowMs;
  }

  /** All incidents, including closed ones whose recovery people are still to be notified of. */
  get incidents(): readonly Incident[] {
    return [...this.#incidents.values()];
  }

  /** What happened, in order. */
  get changes(): readonly IncidentChange[] {
    return this.#changes;
  }

  /** How many incidents were ever opened. */
  get opened(): number {
    return this.#opened;
  }

  /** What happened to an incident in this run. */
  eventsOf({ id }: Incident): readonly IncidentEvent[] {
    return this.#changes.flatMap(({ incidentId, event }) => (incidentId === id ? [event] : []));
  }

  /** Takes an application out of an incident; {@link settle} closes it if that was the last. */
  leave(incidentId: string, application: string, why: Closing): void {
    const incident = this.#incidents.get(incidentId);
    if (!incident?.affected.some((each) => each.application === application)) return;
    const affected = incident.affected.filter((each) => each.application !== application);
    this.#record({ ...incident, affected }, { kind: 'left', application, why });
  }

  /** Puts an application into the incident of a subject, opening or reopening it; returns its id. */
  join(joining: Joining): string {
    const { application, cause, hasNoData } = joining;
    const incident = this.#openOrReopen(joining);
    const before = incident.affected.find((each) => each.application === application);
    const member: Affected = { application, cause, hasNoData };
    let joined: Incident = {
      ...incident,
      affected:
        before === undefined
          ? [...incident.affected, member]
          : incident.affected.map((each) => (each === before ? member : each)),
      everAffected: [...new Set([...incident.everAffected, application])],
    };
    this.#incidents.set(joined.id, joined);
    if (before === undefined) {
      joined = { ...joined, sinceMs: Math.min(incident.sinceMs, joining.sinceMs) };
      joined = this.#record(joined, { kind: 'joined', application, cause });
    }
    if (hasNoData && !before?.hasNoData) this.#record(joined, { kind: 'no-data', application });
    return joined.id;
  }

  /** Brings every incident in line with what it affects now, and closes those that affect nothing. */
  settle(statusOf: StatusOf): void {
    for (const incident of this.incidents) {
      if (incident.closedAtMs !== null) continue;
      if (incident.affected.length === 0) this.#close(incident);
      else this.#update(incident, statusOf);
    }
  }

  #openOrReopen({ subject, cause, provider, sinceMs, lastHealthyAtMs }: Joining): Incident {
    const known = this.incidents.find((incident) => isAbout(incident, subject));
    if (known !== undefined && known.closedAtMs === null) return known;
    if (known !== undefined) {
      // Nobody was notified of its recovery, so for people it has not ended.
      const reopened: Incident = { ...known, closedAtMs: null, closing: null, cause };
      return this.#record(reopened, { kind: 'reopened', cause });
    }
    this.#opened += 1;
    const opened: Incident = {
      id: this.#newId(subject),
      subject,
      provider,
      cause,
      severity: 'error',
      hasNoData: false,
      sinceMs,
      lastHealthyAtMs:
        lastHealthyAtMs !== null && lastHealthyAtMs < sinceMs ? lastHealthyAtMs : null,
      openedAtMs: this.#nowMs,
      closedAtMs: null,
      closing: null,
      affected: [],
      everAffected: [],
      recent: [],
      notified: null,
      wasMuted: false,
      remindersSent: 0,
      notices: 0,
    };
    return this.#record(opened, { kind: 'opened', cause });
  }

  #newId({ kind, name }: Subject): string {
    const plain = name.replace(/^https?:\/\//, '').replaceAll(/[^a-zA-Z0-9.-]/g, '-');
    const short =
      plain === name && name.length <= MAX_ID_NAME
        ? name
        : `${plain.slice(0, MAX_ID_NAME)}-${hashName(name).toString(16)}`;
    const time = new Date(this.#nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    return `${this.#deployment}:${kind}:${short}:${time}-${this.#opened}`;
  }

  #update(incident: Incident, statusOf: StatusOf): void {
    const causes = incident.affected.map((each) => each.cause);
    const cause = mostFrequent(causes, incident.cause);
    const updated: Incident = {
      ...incident,
      cause,
      severity: severityOf(incident, statusOf),
      hasNoData: incident.affected.every((each) => each.hasNoData),
    };
    this.#incidents.set(incident.id, updated);
    const isNew = this.eventsOf(incident).some(
      ({ kind }) => kind === 'opened' || kind === 'reopened',
    );
    if (cause !== incident.cause && !isNew) {
      this.#record(updated, { kind: 'cause', from: incident.cause, to: cause });
    }
  }

  #close(incident: Incident): void {
    const left = this.eventsOf(incident).flatMap((each) =>
      each.kind === 'left' ? [each.why] : [],
    );
    const why =
      (['recovered', 'continued'] as const).find((each) => left.includes(each)) ?? 'removed';
    const closed: Incident = { ...incident, closedAtMs: this.#nowMs, closing: why };
    this.#record(closed, { kind: 'closed', why });
  }

  #record(incident: Incident, event: IncidentEvent): Incident {
    const atMs = this.#nowMs;
    const recent = [...incident.recent, { atMs, event }].slice(-RECENT_EVENTS);
    const recorded: Incident = { ...incident, recent };
    this.#incidents.set(incident.id, recorded);
    this.#changes.push({ incidentId: incident.id, atMs, event });
    return recorded;
  }
}

/** A warning where everything that it affects is degraded, as it is while an API is down: the credentials work. */
function severityOf(
  { subject, affected, severity }: Incident,
  statusOf: StatusOf,
): Incident['severity'] {
  if (subject.kind === 'api-origin') return 'warning';
  if (subject.kind === 'monitor') return 'error';
  // What is recovering says nothing of how bad it was.
  const failing = affected.filter(({ application }) => statusOf(application) !== 'healthy');
  if (failing.length === 0) return severity;
  const isWarning = failing.every(({ application }) => statusOf(application) === 'degraded');
  return isWarning ? 'warning' : 'error';
}
