import { describe, expect, it } from 'vitest';
import { IncidentBook, type Joining } from '../../../lib/core/incident/incident-book.ts';
import { RECENT_EVENTS } from '../../../lib/core/state/watch-state.ts';

const joining: Joining = {
  subject: { kind: 'application', name: 'a' },
  application: 'a',
  cause: 'scope-missing',
  hasNoData: false,
  provider: 'acme',
  sinceMs: 1000,
  lastHealthyAtMs: 500,
};

const book = (start: Partial<ConstructorParameters<typeof IncidentBook>[0]> = {}) =>
  new IncidentBook({
    incidents: {},
    incidentsOpened: 0,
    deployment: 'test',
    nowMs: 2000,
    ...start,
  });

describe('IncidentBook', () => {
  it('lets an application leave only what it is in', () => {
    const empty = book();
    const id = empty.join(joining);

    empty.leave('unknown', { application: 'a', why: 'recovered' });
    empty.leave(id, { application: 'b', why: 'recovered' });

    expect(empty.incidents.map(({ affected }) => affected.length)).toEqual([1]);
    expect(empty.changes.some(({ event }) => event.kind === 'left')).toBe(false);
  });

  it('remembers when all was well last, if that was before', () => {
    const well = book();
    well.join(joining);
    const never = book();
    never.join({ ...joining, lastHealthyAtMs: null });
    const since = book();
    since.join({ ...joining, lastHealthyAtMs: 1000 });

    expect([well, never, since].map(({ incidents }) => incidents[0]?.lastHealthyAtMs)).toEqual([
      500,
      null,
      null,
    ]);
  });

  it('keeps ids within 200 characters of a plain alphabet, and tells long names apart', () => {
    const origin = `https://${'x'.repeat(300)}.acme.com:8443`;
    const names = [origin, `${origin}1`, 'https://api.acme.com', 'b'.repeat(90)];

    const opened = book({ deployment: 'd'.repeat(63) });
    const ids = names.map((name) =>
      opened.join({ ...joining, subject: { kind: 'api-origin', name } }),
    );

    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9.:-]{1,200}$/);
  });

  it('carries only the last events with an incident', () => {
    const incident = book();
    const id = incident.join(joining);
    for (let round = 0; round < RECENT_EVENTS; round += 1) {
      incident.join({ ...joining, application: `b-${round}` });
    }

    expect(incident.incidents.find((each) => each.id === id)?.recent).toHaveLength(RECENT_EVENTS);
    expect(incident.changes).toHaveLength(RECENT_EVENTS + 2);
  });

  it('closes as well where one left well, as continued where the rest went elsewhere', () => {
    const mixed = book();
    const id = mixed.join(joining);
    mixed.join({ ...joining, application: 'b' });

    mixed.leave(id, { application: 'a', why: 'continued' });
    mixed.leave(id, { application: 'b', why: 'removed' });
    mixed.settle(() => 'healthy');

    expect(mixed.incidents[0]).toMatchObject({ closing: 'continued', closedAtMs: 2000 });
  });
});
