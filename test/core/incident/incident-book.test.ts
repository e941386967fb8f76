import { describe, expect, it } from 'vitest';
import {
  IncidentBook,
  type Joining,
  mostFrequent,
  RECENT_EVENTS,
} from '../../../lib/core/incident/incident-book.ts';

const joining: Joining = {
  subject: { kind: 'application', name: 'a' },
  application: 'a',
  cause: 'scope-missing',
  hasNoData: false,
  provider: 'acme',
  sinceMs: 1000,
  lastHealthyAtMs: 500,
};

const book = (deployment = 'test') =>
  new IncidentBook({ incidents: {}, incidentsOpened: 0 }, { deployment, nowMs: 2000 });

describe('IncidentBook', () => {
  it('lets an application leave only what it is in', () => {
    const empty = book();
    const id = empty.join(joining);

    empty.leave('unknown', 'a', 'recovered');
    empty.leave(id, 'b', 'recovered');

    expect(empty.incidents.map(({ affected }) => affected.length)).toEqual([1]);
    expect(empty.changes.some(({ event }) => event.kind === 'left')).toBe(false);
  });

  it('remembers when the application was last healthy, if that was before', () => {
    const healthy = book();
    healthy.join(joining);
    const never = book();
    never.join({ ...joining, lastHealthyAtMs: null });
    const since = book();
    since.join({ ...joining, lastHealthyAtMs: 1000 });

    expect([healthy, never, since].map(({ incidents }) => incidents[0]?.lastHealthyAtMs)).toEqual([
      500,
      null,
      null,
    ]);
  });

  it('keeps ids within 200 characters of a plain alphabet, and tells long names apart', () => {
    const origin = `https://${'x'.repeat(300)}.acme.com:8443`;
    const names = [origin, `${origin}1`, 'https://api.acme.com', 'b'.repeat(90)];

    const opened = book('d'.repeat(63));
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

  it('closes as continued where one application went elsewhere and the rest was removed', () => {
    const mixed = book();
    const id = mixed.join(joining);
    mixed.join({ ...joining, application: 'b' });

    mixed.leave(id, 'a', 'continued');
    mixed.leave(id, 'b', 'removed');
    mixed.settle(() => 'healthy');

    expect(mixed.incidents[0]).toMatchObject({ closing: 'continued', closedAtMs: 2000 });
  });
});

describe('mostFrequent', () => {
  it.each([
    { items: ['a', 'b', 'b'], preferred: 'a', leader: 'b' },
    { items: ['a', 'b'], preferred: 'b', leader: 'b' },
    { items: ['a', 'b'], preferred: 'c', leader: 'a' },
    { items: [], preferred: 'c', leader: 'c' },
  ])('chooses $leader of $items, preferring $preferred', ({ items, preferred, leader }) => {
    expect(mostFrequent<string>(items, preferred)).toBe(leader);
  });
});
