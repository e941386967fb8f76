import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutgoingNotice, StateSave, StateStore } from '../../../lib/check/ports.ts';
import type { Notice } from '../../../lib/core/state/notice.ts';
import { EMPTY_STATE, KEEP_DAYS } from '../../../lib/core/state/watch-state.ts';
import { at, reportOf, Story } from '../../support/story.ts';

const NOW = at('10:00');
const DAY_MS = 86_400_000;

/** A notice about applications, with an id of its own. */
export function noticeAbout(id: string, ...applications: readonly string[]): Notice {
  const story = new Story({ applications: ['a'] });
  story.run('10:00', { a: 'scope-missing' });
  const [first] = story.lastNotice.applications;
  return {
    ...story.lastNotice,
    id,
    applications: applications.map((name) => ({ ...Object(first), name })),
  };
}

/** A save that changes nothing but what is given. */
export function saveOf(given: Partial<StateSave> = {}): StateSave {
  return {
    loaded: { version: 0, state: EMPTY_STATE },
    state: EMPTY_STATE,
    changes: [],
    outbox: [],
    nowMs: NOW,
    ...given,
  };
}

const to = (channel: string, ...notices: readonly Notice[]): readonly OutgoingNotice[] =>
  notices.map((notice) => ({ channel, notice }));

/** What every state store does; `open` gives an empty one. */
export function describeStateStore(name: string, open: () => Promise<StateStore>): void {
  describe(`a state store: ${name}`, () => {
    let store: StateStore;
    const lease = (nowMs = NOW, limit = 10) => store.lease({ nowMs, leaseMs: 60_000, limit });
    const leasedIds = async (nowMs = NOW, limit = 10) =>
      (await lease(nowMs, limit)).map(({ noticeId }) => noticeId);

    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('starts with the empty state', async () => {
      expect(await store.load()).toEqual({ version: 0, state: EMPTY_STATE });
    });

    it('gives back what was saved, and drops what is no longer part of it', async () => {
      const story = new Story({ applications: ['a', 'b'] });
      story.run('10:00', { a: 'scope-missing', b: 'healthy' });
      expect(await store.save(saveOf({ state: story.state }))).toEqual({
        kind: 'saved',
        version: 1,
      });
      expect(await store.load()).toEqual({ version: 1, state: story.state });

      story.reconfigure(['b']);
      story.run('12:00', { b: 'healthy' });
      await store.save(saveOf({ loaded: await store.load(), state: story.state }));

      expect(await store.load()).toEqual({ version: 2, state: story.state });
    });

    it('writes nothing at all on a conflict of versions', async () => {
      await store.save(saveOf());
      const story = new Story({ applications: ['a'] });
      story.run('10:00', { a: 'scope-missing' });

      const outcome = await store.save(
        saveOf({
          state: story.state,
          changes: story.changes,
          outbox: to('log', noticeAbout('n-1', 'a')),
        }),
      );

      expect(outcome).toEqual({ kind: 'conflict' });
      expect(await store.load()).toEqual({ version: 1, state: EMPTY_STATE });
      expect(await store.waiting()).toEqual([]);
      expect(await store.changesOf(story.lastNotice.incidentId)).toEqual([]);
    });

    it('lets one of two that save at once win', async () => {
      const outcomes = await Promise.all([store.save(saveOf()), store.save(saveOf())]);

      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['conflict', 'saved']);
    });

    it('gives incidents without the applications that they affect', async () => {
      const story = new Story({ applications: ['a', 'b'] });
      story.run('10:00', { a: 'scope-missing', b: 'healthy' });
      await store.save(saveOf({ state: story.state }));

      expect(await store.loadIncidents()).toEqual({
        version: 1,
        state: { ...story.state, applications: {} },
      });
    });

    it('keeps what checks found, application by application, and no version changes', async () => {
      const story = new Story({ applications: ['a', 'b'] });
      await store.save(saveOf({ state: story.state }));
      const saved: string[] = [];
      for (const [time, after] of [
        ['10:00', null],
        ['11:00', '2026-11-23T10:00:00.000Z'],
      ] as const) {
        story.run(time, { a: 'healthy', b: 'healthy' });
        const applications = Object.entries(story.state.applications).map(([name, state]) => ({
          name,
          state,
          after,
        }));
        saved.push(await store.saveChecks({ applications, reports: [], nowMs: NOW }));
      }

      expect(saved).toEqual(['saved', 'saved']);
      const { version, state } = await store.load();
      expect(version).toBe(1);
      expect(state.applications).toEqual(story.state.applications);
    });

    it('keeps a check from hiding another one that was stored since its application was loaded', async () => {
      const story = new Story({ applications: ['a', 'b'] });
      story.run('10:00', { a: 'healthy', b: 'healthy' });
      const { a, b } = story.state.applications;
      if (a === undefined || b === undefined) throw new TypeError('the story has no application');
      const ofA = { name: 'a', state: a, after: null };
      await store.saveChecks({ applications: [ofA], reports: [], nowMs: NOW });
      story.run('11:00', { a: 'scope-missing', b: 'healthy' });
      const { a: late } = story.state.applications;
      if (late === undefined) throw new TypeError('the story has no application');

      const outcome = await store.saveChecks({
        applications: [
          { name: 'a', state: late, after: null },
          { name: 'b', state: b, after: null },
        ],
        reports: [],
        nowMs: NOW,
      });

      expect(outcome).toBe('conflict');
      expect((await store.load()).state.applications).toEqual({ a, b });
      const gone = { name: 'c', state: late, after: '2026-11-23T10:00:00.000Z' };
      expect(await store.saveChecks({ applications: [gone], reports: [], nowMs: NOW })).toBe(
        'conflict',
      );
      expect((await store.load()).state.applications).toEqual({ a, b });
    });

    it('keeps reports for 30 days, oldest first', async () => {
      const report = (name: string, atMs: number) =>
        reportOf({ name, provider: 'acme' }, { outcome: 'scope-missing', atMs });
      const [old, late, early] = [NOW - KEEP_DAYS * DAY_MS - 1, NOW, NOW - DAY_MS];
      const reports = [report('a', old), report('a', late), report('a', early), report('b', late)];

      await store.saveChecks({ applications: [], reports, nowMs: NOW });
      await store.saveChecks({ applications: [], reports: [report('a', late)], nowMs: NOW });

      expect(await store.reportsOf('a', 0)).toEqual([report('a', early), report('a', late)]);
      expect(await store.reportsOf('a', NOW)).toEqual([report('a', late)]);
      await store.save(saveOf({ nowMs: NOW + KEEP_DAYS * DAY_MS }));
      expect(await store.reportsOf('a', 0)).toEqual([report('a', late)]);
    });

    it('keeps every change of an incident in order, for 30 days', async () => {
      const story = new Story({ applications: ['a'] });
      story.run('10:00', { a: 'scope-missing' });
      story.run('10:10', { a: 'client-unknown' });
      const { incidentId } = story.lastNotice;
      story.run('10:20', { a: 'healthy' });

      await store.save(saveOf({ changes: story.changes }));

      expect(await store.changesOf(incidentId)).toEqual(story.changes);
      expect(await store.changesOf('another')).toEqual([]);
      await store.save(
        saveOf({ loaded: await store.load(), nowMs: at('10:15') + KEEP_DAYS * DAY_MS }),
      );
      expect((await store.changesOf(incidentId)).map(({ event }) => event.kind)).toEqual([
        'left',
        'closed',
      ]);
    });

    it('keeps notices that wait, whole and in order', async () => {
      const [one, two] = [noticeAbout('n-1', 'a'), noticeAbout('n-2', 'b')];

      await store.save(saveOf({ outbox: [...to('slack', one), ...to('log', two, one)] }));

      expect(await store.waiting()).toEqual(
        [...to('slack', one), ...to('log', two, one)].map(({ channel, notice }) => ({
          noticeId: notice.id,
          channel,
          notice,
          createdAtMs: NOW,
          attempts: 0,
          notBeforeMs: 0,
          leasedUntilMs: 0,
        })),
      );
    });

    it('takes a notice id once for each channel', async () => {
      const notice = noticeAbout('n-1', 'a');

      await store.save(saveOf({ outbox: to('log', notice, notice) }));
      await store.save(saveOf({ loaded: await store.load(), outbox: to('log', notice) }));

      expect(await store.waiting()).toHaveLength(1);
    });

    it('leases an entry to one only, until the lease runs out', async () => {
      await store.save(saveOf({ outbox: to('log', noticeAbout('n-1', 'a')) }));

      expect(await lease()).toMatchObject([
        { noticeId: 'n-1', attempts: 1, leasedUntilMs: NOW + 60_000 },
      ]);
      expect(await lease(NOW + 59_999)).toEqual([]);
      expect(await lease(NOW + 60_000)).toMatchObject([{ noticeId: 'n-1', attempts: 2 }]);
    });

    it('leases no more than asked for, oldest first', async () => {
      const notices = ['a', 'b', 'c'].map((name) => noticeAbout(`n-${name}`, name));
      await store.save(saveOf({ outbox: to('log', ...notices) }));

      expect(await leasedIds(NOW, 2)).toEqual(['n-a', 'n-b']);
      expect(await leasedIds(NOW, 2)).toEqual(['n-c']);
    });

    it('gives out the next notice of an application only when the one before is cleared', async () => {
      const outbox = to('log', noticeAbout('n-1', 'a'), noticeAbout('n-2', 'a', 'b'));
      const next = to('log', noticeAbout('n-3', 'b'), noticeAbout('n-4', 'c'));
      await store.save(saveOf({ outbox }));
      await store.save(saveOf({ loaded: await store.load(), outbox: next }));

      expect(await leasedIds()).toEqual(['n-1', 'n-4']);
      await store.clear({ noticeId: 'n-1', channel: 'log' });
      expect(await leasedIds()).toEqual(['n-2']);
      await store.clear({ noticeId: 'n-2', channel: 'log' });
      expect(await leasedIds()).toEqual(['n-3']);
    });

    it('keeps channels apart', async () => {
      const [one, two] = [noticeAbout('n-1', 'a'), noticeAbout('n-2', 'a')];
      await store.save(saveOf({ outbox: [...to('slack', one, two), ...to('log', one, two)] }));
      await lease();

      await store.clear({ noticeId: 'n-1', channel: 'log' });

      expect(await lease()).toMatchObject([{ noticeId: 'n-2', channel: 'log' }]);
      expect(await store.waiting()).toHaveLength(3);
    });

    it('gives a postponed entry back at its time, its successors after it', async () => {
      await store.save(
        saveOf({ outbox: to('log', noticeAbout('n-1', 'a'), noticeAbout('n-2', 'a')) }),
      );
      const [entry] = await lease();

      if (entry !== undefined) await store.postpone(entry, NOW + 120_000);

      expect(await lease(NOW + 119_999)).toEqual([]);
      expect(await lease(NOW + 120_000)).toMatchObject([{ noticeId: 'n-1', attempts: 2 }]);
    });

    it('does not let one whose lease ran out postpone what another has leased', async () => {
      await store.save(saveOf({ outbox: to('log', noticeAbout('n-1', 'a')) }));
      const [stale] = await lease();
      await lease(NOW + 60_000);

      if (stale !== undefined) await store.postpone(stale, NOW + 60_001);

      expect(await lease(NOW + 60_002)).toEqual([]);
    });

    it('clears what is there, and is silent about what is not', async () => {
      await store.save(saveOf({ outbox: to('log', noticeAbout('n-1', 'a')) }));

      await store.clear({ noticeId: 'n-1', channel: 'slack' });
      expect(await store.waiting()).toHaveLength(1);
      await store.clear({ noticeId: 'n-1', channel: 'log' });
      await store.clear({ noticeId: 'n-1', channel: 'log' });

      expect(await store.waiting()).toEqual([]);
    });

    it('shares nothing with its callers', async () => {
      const story = new Story({ applications: ['a'] });
      story.run('10:00', { a: 'scope-missing' });
      await store.save(saveOf({ state: story.state }));

      const { state } = await store.load();
      Object.assign(state.applications['a'] ?? {}, { consecutiveFailures: 99 });

      expect((await store.load()).state).toEqual(story.state);
    });
  });
}
