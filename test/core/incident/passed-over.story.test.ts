import { describe, expect, it } from 'vitest';
import { all, names, Story } from '../../support/story.ts';

const EVERY_15 = (name: string) => ({ name, everyMinutes: 15 });

/** Runs every 15 minutes in which these are healthy and nobody else is checked; the notices of all of them. */
function runs(story: Story, times: readonly string[], checked: readonly string[]) {
  const healthy = Object.fromEntries(checked.map((name) => [name, 'healthy' as const]));
  return times.flatMap((time) => story.run(time, healthy));
}

describe('applications that are not checked although their provider serves others', () => {
  it('have one notice, with their names, and one when they are checked again', () => {
    const story = new Story({ applications: ['a', 'b', 'c'].map(EVERY_15) });
    runs(story, ['10:00'], ['a', 'b', 'c']);

    expect(runs(story, ['10:15', '10:30'], ['a'])).toEqual([]);
    expect(runs(story, ['10:45'], ['a'])).toEqual([
      'opened: [test] m2m-watch: 2 applications not checked',
    ]);
    expect(story.lastNotice).toMatchObject({
      about: { kind: 'monitor', name: 'm2m-watch' },
      what: 'b, c are not checked, although their providers serve other applications.',
      severity: 'error',
      since: '2026-11-23T10:00:00.000Z',
      cause: { id: 'not-checked', family: 'monitor', confidence: 'certain' },
      evidence: [],
    });
    expect(story.lastNotice.applications.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(runs(story, ['11:00', '11:15'], ['a'])).toEqual([]);
    expect(runs(story, ['11:30'], ['a', 'b'])).toEqual([]);
    expect(runs(story, ['11:45'], ['a', 'b', 'c'])).toEqual([
      'recovered: [test] m2m-watch: recovered after 1 h 45 min',
    ]);
    expect(story.lastNotice.what).toBe(
      'The applications that m2m-watch did not check for 1 h 45 min are checked again.',
    );
    expect(runs(story, ['12:00'], ['a', 'b', 'c'])).toEqual([]);
  });

  it('have a notice where they were never checked', () => {
    const story = new Story({ applications: ['a', 'b'].map(EVERY_15) });

    const notices = runs(story, ['10:00', '10:15', '10:30', '10:45'], ['a']);

    expect(notices).toEqual(['opened: [test] m2m-watch: 1 application not checked']);
    expect(story.lastNotice.what).toBe(
      'b is not checked, although its provider serves other applications.',
    );
    expect(story.lastNotice.lastHealthyAt).toBeNull();
  });

  it('are named up to the tenth, and the rest is counted', () => {
    const story = new Story({ applications: ['z', ...names(13)].map(EVERY_15) });
    story.run('10:00', { z: 'healthy', ...all(13, 'healthy') });

    runs(story, ['10:15', '10:30', '10:45'], ['z']);

    expect(story.lastNotice.what).toContain('a-9, a-10 and 3 more are not checked');
    expect(story.lastNotice.applications).toHaveLength(13);
  });

  it('keep the incidents of their own', () => {
    const story = new Story({ applications: ['a', 'b'].map(EVERY_15) });
    story.run('10:00', { a: 'healthy', b: 'secret-rotated' });

    const notices = runs(story, ['10:15', '10:30', '10:45'], ['a']);

    expect(notices).toHaveLength(1);
    expect(story.run('11:00', { a: 'healthy', b: 'healthy' })).toEqual([
      'recovered: [test] b: recovered after 1 h',
      'recovered: [test] m2m-watch: recovered after 1 h',
    ]);
  });

  it('are reminded of as of any failure', () => {
    const story = new Story({ applications: ['a', 'b'].map(EVERY_15), remindAfterHours: [4] });
    runs(story, ['10:00', '10:15', '10:30', '10:45'], ['a']);

    expect(story.remind('14:45')).toEqual([
      'reminder: [test] m2m-watch: still failing after 4 h 45 min, 1 application not checked',
    ]);
  });

  it('end it where they are no longer configured', () => {
    const story = new Story({ applications: ['a', 'b'].map(EVERY_15) });
    runs(story, ['10:00', '10:15', '10:30', '10:45'], ['a']);
    story.reconfigure([EVERY_15('a')]);

    expect(runs(story, ['11:00'], ['a'])).toEqual([
      'recovered: [test] m2m-watch: removed from the configuration',
    ]);
    expect(story.lastNotice.what).toBe(
      'The applications that m2m-watch did not check for 1 h are no longer in the configuration.',
    );
  });
});

describe('no notice of m2m-watch is due', () => {
  it('where m2m-watch was stopped and all are late, until others were served again', () => {
    const story = new Story({ applications: ['a', 'b'].map(EVERY_15) });
    runs(story, ['10:00'], ['a', 'b']);

    expect(runs(story, ['20:00'], ['a'])).toEqual([]);
    expect(runs(story, ['20:05'], ['b'])).toEqual([]);
  });

  it('where the provider serves nobody', () => {
    const story = new Story({ applications: ['a', 'b', 'c', 'd'].map(EVERY_15) });
    runs(story, ['10:00'], ['a', 'b', 'c', 'd']);
    const down = { a: 'provider-error', b: 'provider-error', c: 'provider-error' } as const;

    const notices = ['10:15', '10:30', '10:45', '11:00'].flatMap((time) => story.run(time, down));

    expect(notices.filter((notice) => notice.includes('m2m-watch'))).toEqual([]);
  });

  it('where the last check learned nothing: that is a notice about missing data', () => {
    const story = new Story({ applications: ['a', 'b'].map(EVERY_15) });
    story.run('10:00', { a: 'healthy', b: 'secret-unreadable' });

    const notices = runs(story, ['10:15', '10:30', '10:45'], ['a']);

    expect(notices).toEqual(['no-data: [test] b: no data for 30 min, secret unreadable']);
  });
});
