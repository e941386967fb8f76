import { describe, expect, it } from 'vitest';
import { all, names, Story } from '../../support/story.ts';

describe('an application without data', () => {
  it('is named when its secret cannot be read for half an hour', () => {
    const story = new Story({ applications: [{ name: 'billing-sync', everyMinutes: 15 }] });
    story.run('10:00', { 'billing-sync': 'secret-unreadable' });

    expect(story.run('10:25', { 'billing-sync': 'secret-unreadable' })).toEqual([]);
    expect(story.run('10:30', { 'billing-sync': 'secret-unreadable' })).toEqual([
      'no-data: [test] billing-sync: no data for 30 min, secret unreadable',
    ]);
    expect(story.lastNotice.what).toBe(
      'There has been no data about billing-sync for 30 min: m2m-watch cannot read the secret.',
    );
    expect(story.run('10:35', { 'billing-sync': 'secret-unreadable' })).toEqual([]);
    expect(story.run('10:40', { 'billing-sync': 'healthy' })).toEqual([
      'recovered: [test] billing-sync: recovered after 40 min',
    ]);
    expect(story.lastNotice.what).toBe(
      'There is data about billing-sync again, after 40 min without any: secret unreadable.',
    );
  });

  it('is counted from now where the clock was ahead when it began', () => {
    const story = new Story({ applications: [{ name: 'a', everyMinutes: 15 }] });
    story.run('+900 10:00', { a: 'secret-unreadable' });
    story.run('10:00', { a: 'secret-unreadable' });

    expect(story.run('10:30', { a: 'secret-unreadable' })).toHaveLength(1);
  });

  it('has twice its interval where that is longer, also in runs that do not check it', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'monitor-fault' });

    expect(story.run('11:55')).toEqual([]);
    expect(story.run('12:00')).toEqual([
      'no-data: [test] a: no data for 2 h, internal error of m2m-watch',
    ]);
  });

  it('changes the incident that it is in, and changes it back', () => {
    const story = new Story({ applications: [{ name: 'a', everyMinutes: 5 }] });
    story.run('10:00', { a: 'scope-missing' });
    story.run('10:05', { a: 'secret-unreadable' });

    expect(story.run('10:35', { a: 'secret-unreadable' })).toEqual([
      'no-data: [test] a: no data for 30 min, secret unreadable',
    ]);
    expect(story.run('12:00', { a: 'scope-missing' })).toEqual([
      'changed: [test] a: now scope missing at acme (Kinde)',
    ]);
    expect(story.changes.filter(({ event }) => event.kind === 'opened')).toHaveLength(1);
  });

  it('has a notice when it turns out to fail with the cause that was only suspected', () => {
    const story = new Story({ applications: [{ name: 'a', everyMinutes: 10 }, 'b'] });
    const fails = { a: 'provider-error', b: 'healthy' } as const;
    story.run('10:00', fails);
    expect(story.run('10:30', { b: 'healthy' })).toHaveLength(1);
    story.run('10:35', fails);

    expect(story.run('10:40', fails)).toEqual([
      'changed: [test] a: now provider error at acme (Kinde)',
    ]);
  });

  it('shares an incident with others without data alike, and keeps it', () => {
    const story = new Story({ applications: names(4) });
    story.run('10:00', all(4, { notTried: 'token-budget' }));

    expect(story.run('12:00', all(4, { notTried: 'token-budget' }))).toEqual([
      'no-data: [test] acme (Kinde): no data for 2 h, not checked, 4 applications',
    ]);
    expect(story.run('12:05', all(4, { notTried: 'token-budget' }))).toEqual([]);
  });

  it('is not said to have no data while its provider’s incident says why', () => {
    const story = new Story({ applications: names(2) });
    story.run('10:00', all(2, 'provider-unreachable'));

    expect(story.run('13:00', all(2, 'provider-unreachable'))).toEqual([]);
    expect(story.run('13:05')).toEqual([]);
  });

  it('leaves its provider’s incident when it has no data for a reason of its own', () => {
    const story = new Story({ applications: names(2) });
    story.run('10:00', all(2, 'provider-unreachable'));

    const notices = story.run('12:00', {
      'a-1': 'secret-unreadable',
      'a-2': 'provider-unreachable',
    });

    expect(notices).toEqual(['no-data: [test] a-1: no data for 2 h, secret unreadable']);
  });

  it('has no data when its provider fails it too seldom for a cause of its own', () => {
    const story = new Story({ applications: [{ name: 'a', everyMinutes: 10 }, 'b'] });
    story.run('10:00', { a: 'provider-error', b: 'healthy' });

    expect(story.run('10:30', { b: 'healthy' })).toEqual([
      'no-data: [test] a: no data for 30 min, provider error at acme (Kinde)',
    ]);
  });

  it('stays in the provider’s incident while untried, when no failure there is recent', () => {
    const story = new Story({ applications: names(2) });
    story.run('10:00', all(2, 'provider-unreachable'));

    expect(story.run('12:30', all(2, { notTried: 'provider-down' }))).toEqual([]);
    expect(Object.keys(story.state.incidents)).toHaveLength(1);
  });
});
