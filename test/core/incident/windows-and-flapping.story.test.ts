import { describe, expect, it } from 'vitest';
import { Story } from '../../support/story.ts';

const window = { applications: ['*'], from: '02:00', until: '03:00' };

describe('a maintenance window', () => {
  it('mutes what begins in it until its end', () => {
    const story = new Story({ applications: ['a'], windows: [window] });

    expect(story.run('02:10', { a: 'scope-missing' })).toEqual([]);
    expect(story.remind('02:55')).toEqual([]);
    expect(story.run('02:55')).toEqual([]);
    expect(story.run('03:00')).toEqual([
      'window-ended: [test] a: scope missing at acme (Kinde), since the maintenance window',
    ]);
    expect(story.lastNotice.notes).toEqual([
      'It began during a maintenance window, when no notices are sent.',
    ]);
  });

  it('sends nothing at all about what begins and ends in it', () => {
    const story = new Story({ applications: ['a'], windows: [window] });

    story.run('02:10', { a: 'scope-missing' });
    story.run('02:20', { a: 'healthy' });

    expect(story.run('03:00')).toEqual([]);
    expect(story.notices).toEqual([]);
    expect(story.changes.map(({ event }) => event.kind)).toEqual([
      'opened',
      'joined',
      'left',
      'closed',
    ]);
  });

  it('sends nothing about what began in it and is healthy at the next check', () => {
    const story = new Story({ applications: ['a'], windows: [window] });
    story.run('02:10', { a: 'scope-missing' });

    expect(story.run('03:10', { a: 'healthy' })).toEqual([]);
    expect(story.state.incidents).toEqual({});
  });

  it('sends the recovery of an older incident afterwards', () => {
    const story = new Story({ applications: ['a'], windows: [window] });
    story.run('01:00', { a: 'scope-missing' });

    expect(story.run('02:10', { a: 'healthy' })).toEqual([]);
    expect(story.run('03:00')).toEqual(['recovered: [test] a: recovered after 1 h 10 min']);
  });

  it('goes on with an older incident that ends and begins again in it', () => {
    const story = new Story({ applications: ['a'], windows: [window] });
    story.run('01:00', { a: 'scope-missing' });
    story.run('02:10', { a: 'healthy' });
    story.run('02:20', { a: 'client-unknown' });

    expect(story.run('03:00')).toEqual(['changed: [test] a: now client unknown at acme (Kinde)']);
    expect(Object.keys(story.state.incidents)).toHaveLength(1);
  });

  it('does not mute applications that it does not cover', () => {
    const story = new Story({
      applications: ['a', 'b'],
      windows: [{ ...window, applications: ['b'] }],
    });

    expect(story.run('02:10', { a: 'scope-missing', b: 'client-unknown' })).toEqual([
      'opened: [test] a: scope missing at acme (Kinde)',
    ]);
  });

  it('does not mute an incident of several when one of them is not covered', () => {
    const story = new Story({
      applications: ['a', 'b'],
      windows: [{ ...window, applications: ['b'] }],
    });

    expect(story.run('02:10', { a: 'provider-timeout', b: 'provider-timeout' })).toHaveLength(1);
  });
});

describe('flapping', () => {
  const flapping = () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    story.run('10:10', { a: 'healthy' });
    return story;
  };

  it('has a notice after three changes in an hour, and then every hour', () => {
    const story = flapping();

    expect(story.run('10:20', { a: 'scope-missing' })).toEqual([
      'flapping: [test] a: flapping, 3 changes in an hour, now scope missing at acme (Kinde)',
    ]);
    expect(story.lastNotice.what).toBe(
      'a changed 3 times within an hour. It is now failing: The token lacks a scope.',
    );
    // Reminders wait while it flaps.
    expect(story.lastNotice.nextReminderAt).toBeNull();
    expect(story.run('10:30', { a: 'healthy' })).toEqual([]);
    expect(story.run('10:40', { a: 'scope-missing' })).toEqual([]);
    expect(story.run('11:10', { a: 'healthy' })).toEqual([]);
    expect(story.run('11:20')).toEqual([
      'flapping-summary: [test] a: still flapping, 3 changes since the last notice, now healthy',
    ]);
    expect(story.lastNotice.what).toBe(
      'a changed 3 times since the last notice. It is now healthy.',
    );
    expect(story.lastNotice.notes).toEqual([
      'Every change is recorded. A summary follows every hour, until nothing has changed for an hour.',
    ]);
  });

  it('ends with a recovery when it has been healthy for an hour', () => {
    const story = flapping();
    story.run('10:20', { a: 'scope-missing' });
    story.run('10:30', { a: 'healthy' });

    expect(story.run('11:20')).toHaveLength(1);
    expect(story.run('11:30')).toEqual(['recovered: [test] a: recovered after 10 min']);
    expect(story.lastNotice.notes).toEqual(['It was flapping. Nothing has changed for an hour.']);
    expect(story.state.incidents).toEqual({});
    expect(story.state.subjects).toEqual({});
  });

  it('ends with the cause when it has failed in the same way for an hour', () => {
    const story = flapping();
    story.run('10:20', { a: 'scope-missing' });

    expect(story.remind('15:00')).toEqual([]);
    expect(story.run('11:20')).toEqual(['changed: [test] a: now scope missing at acme (Kinde)']);
    expect(story.lastNotice.notes).toEqual(['It was flapping. Nothing has changed for an hour.']);
    expect(story.run('11:25')).toEqual([]);
  });

  it('begins with causes that keep changing, too', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    story.run('10:10', { a: 'client-unknown' });

    expect(story.run('10:20', { a: 'scope-missing' })).toEqual([
      'flapping: [test] a: flapping, 3 changes in an hour, now scope missing at acme (Kinde)',
    ]);
  });

  it('never begins with a recovery', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    story.run('10:10', { a: 'client-unknown' });

    expect(story.run('10:20', { a: 'healthy' })).toEqual([
      'recovered: [test] a: recovered after 20 min',
    ]);
  });

  it('does not begin at the end of a window with what happened in it', () => {
    const story = new Story({ applications: ['a'], windows: [window] });
    story.run('02:30', { a: 'scope-missing' });
    story.run('02:40', { a: 'client-unknown' });
    story.run('02:50', { a: 'scope-missing' });

    expect(story.run('03:00')).toEqual([expect.stringMatching(/^window-ended: .*scope missing/)]);
  });

  it('drops nothing from the timeline', () => {
    const story = flapping();
    for (const minute of [20, 30, 40, 50]) {
      story.run(`10:${minute}`, { a: minute % 20 === 0 ? 'scope-missing' : 'healthy' });
    }

    const kinds = story.changes
      .map(({ event }) => event.kind)
      .filter((kind) => !/left|joined/.test(kind));
    expect(kinds).toEqual(['opened', 'closed', 'opened', 'closed', 'reopened', 'closed']);
  });

  it('goes on by the time of day after the clock was ahead', () => {
    const story = new Story({ applications: ['a'] });
    story.run('+900 10:00', { a: 'scope-missing' });
    story.run('+900 10:10', { a: 'healthy' });
    story.run('+900 10:20', { a: 'scope-missing' });

    story.run('11:00', { a: 'healthy' });

    expect(story.run('12:05')).toEqual(['recovered: [test] a: recovered after 0 s']);
    expect(story.state.subjects).toEqual({});
  });

  it('is over for an application that is no longer configured', () => {
    const story = flapping();
    story.run('10:20', { a: 'scope-missing' });
    story.reconfigure(['b']);

    expect(story.run('10:25')).toEqual(['recovered: [test] a: removed from the configuration']);
    expect(story.state.subjects['application:a']?.flapping).toBeNull();
  });
});
