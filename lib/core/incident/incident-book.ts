// The fourth step of judging: opens, changes and closes incidents as applications join and leave them.

import type { CheckStatus } from '../causes/terms.ts';
import { nameHash } from '../plan/name-hash.ts';
import type {
  Affected,
  Closing,
  Incident,
  IncidentChange,
  IncidentEvent,
  Subject,
} from '../state/incident.ts';
import { subjectKey, withEvent } from '../state/watch-state.ts';
import { mostFrequent } from './most-frequent.ts';

/** What an application brings along when it joins an incident. */
export interface Joining extends Affected {
  readonly subject: Subject;
  readonly provider: string;
  readonly sinceMs: number;
  readonly lastHealthyAtMs: number | null;
}

/** The longest part of an incident's id that names its subject. */
const MAX_ID_NAME = 80;

/** The incidents while a run is judged; mutable, and used by one judging only. */
export class IncidentBook {
  readonly #incidents: Map<string, Incident>;
  readonly #changes: IncidentChange[] = [];
  readonly #deployment: string;
  readonly #nowMs: number;
  #opened: number;

  constructor(start: {
    readonly incidents: Readonly<Record<string, Incident>>;
    readonly incidentsOpened: number;
    readonly deployment: string;
    readonly nowMs: number;
  }) {
    this.#incidents = new Map(Object.entries(start.incidents));
    this.#opened = start.incidentsOpened;
    this.#deployment = start.deployment;
    this.#nowMs = start.nowMs;
  }

  /** All incidents, closed ones whose recovery is still to be notified included. */
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

  /** Takes an application out of an incident; {@link settle} closes it if that was the last. */
  leave(
    incidentId: string,
    { application, why }: { readonly application: string; readonly why: Closing },
  ) {
    const incident = this.#incidents.get(incidentId);
    if (!incident?.affected.some((each) => each.application === application)) return;
    const affected = incident.affected.filter((each) => each.application !== application);
    this.#record({ ...incident, affected }, { kind: 'left', application, why });
  }

  /** Puts an application into the incident of a subject, opening or reopening it; gives its id. */
  join(joining: Joining): string {
    const { application, cause, hasNoData } = joining;
    const incident = this.#openOrReopen(joining);
    const before = incident.affected.find((each) => each.application === application);
    const member: Affected = { application, cause, hasNoData };
    const affected =
      before === undefined
        ? [...incident.affected, member]
        : incident.affected.map((each) => (each === before ? member : each));
    let joined: Incident = {
      ...incident,
      affected,
      everAffected: [...new Set([...incident.everAffected, application])],
      sinceMs:
        before === undefined ? Math.min(incident.sinceMs, joining.sinceMs) : incident.sinceMs,
    };
    this.#incidents.set(joined.id, joined);
    if (before === undefined) joined = this.#record(joined, { kind: 'joined', application, cause });
    if (hasNoData && !before?.hasNoData) this.#record(joined, { kind: 'no-data', application });
    return joined.id;
  }

  /** Brings every incident in line with what it affects now, and closes those that affect nothing. */
  settle(statusOf: (application: string) => CheckStatus | null | undefined): void {
    for (const { id } of this.incidents) {
      const incident = this.#incidents.get(id);
      if (incident === undefined || incident.closedAtMs !== null) continue;
      if (incident.affected.length === 0) this.#close(incident);
      else this.#follow(incident, statusOf);
    }
  }

  #openOrReopen({ subject, cause, provider, sinceMs, lastHealthyAtMs }: Joining): Incident {
    const key = subjectKey(subject);
    const known = this.incidents.find((incident) => subjectKey(incident.subject) === key);
    if (known !== undefined && known.closedAtMs === null) return known;
    if (known !== undefined) {
      // Nobody was notified of its recovery, so for people it has not ended.
      const reopened: Incident = { ...known, closedAtMs: null, closing: null, cause };
      return this.#record(reopened, { kind: 'reopened', cause });
    }
    this.#opened += 1;
    const opened: Incident = {
      id: incidentId({
        deployment: this.#deployment,
        subject,
        atMs: this.#nowMs,
        number: this.#opened,
      }),
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

  #follow(
    incident: Incident,
    statusOf: (application: string) => CheckStatus | null | undefined,
  ): void {
    const causes = incident.affected.map(({ cause }) => cause);
    const cause = mostFrequent(causes, incident.cause);
    const isWarning =
      incident.subject.kind !== 'api-origin' &&
      incident.affected.every(({ application }) => statusOf(application) === 'degraded');
    const followed: Incident = {
      ...incident,
      cause,
      severity: isWarning ? 'warning' : 'error',
      hasNoData: incident.affected.every(({ hasNoData }) => hasNoData),
    };
    this.#incidents.set(incident.id, followed);
    if (cause !== incident.cause && !this.#openedNow(incident.id)) {
      this.#record(followed, { kind: 'cause', from: incident.cause, to: cause });
    }
  }

  #close(incident: Incident): void {
    const reasons = this.#changes.flatMap(({ incidentId, event }) =>
      incidentId === incident.id && event.kind === 'left' ? [event.why] : [],
    );
    const why =
      (['recovered', 'continued'] as const).find((each) => reasons.includes(each)) ?? 'removed';
    const closed: Incident = { ...incident, closedAtMs: this.#nowMs, closing: why };
    this.#record(closed, { kind: 'closed', why });
  }

  #openedNow(id: string): boolean {
    return this.#changes.some(
      ({ incidentId, event }) =>
        incidentId === id && (event.kind === 'opened' || event.kind === 'reopened'),
    );
  }

  #record(incident: Incident, event: IncidentEvent): Incident {
    const recorded = withEvent(incident, this.#nowMs, event);
    this.#incidents.set(incident.id, recorded);
    this.#changes.push({ incidentId: incident.id, atMs: this.#nowMs, event });
    return recorded;
  }
}

function incidentId(parts: {
  readonly deployment: string;
  readonly subject: Subject;
  readonly atMs: number;
  readonly number: number;
}): string {
  const { kind, name } = parts.subject;
  const plain = name.replace(/^https?:\/\//, '').replaceAll(/[^a-zA-Z0-9.-]/g, '-');
  const short =
    plain === name && name.length <= MAX_ID_NAME
      ? name
      : `${plain.slice(0, MAX_ID_NAME)}-${nameHash(name).toString(16)}`;
  const time = new Date(parts.atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${parts.deployment}:${kind}:${short}:${time}-${parts.number}`;
}
