import { describe, expect, it } from 'vitest';
import { Story } from '../../support/story.ts';

describe('reminders', () => {
  it('come after 4 hours, after 24 and then every 24', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    expect(story.lastNotice.nextReminderAt).toBe('2026-11-23T14:00:00.000Z');

    expect(story.remind('13:59')).toEqual([]);
    expect(story.remind('14:00')).toEqual([
      'reminder: [test] a: still failing after 4 h, scope missing at acme (Kinde)',
    ]);
    expect(story.lastNotice.nextReminderAt).toBe('2026-11-24T10:00:00.000Z');
    expect(story.remind('14:05')).toEqual([]);
    expect(story.remind('+1 10:00')).toHaveLength(1);
    expect(story.lastNotice.nextReminderAt).toBe('2026-11-25T10:00:00.000Z');
    expect(story.remind('+2 09:59')).toEqual([]);
    expect(story.remind('+2 10:00')).toHaveLength(1);
  });

  it('are one after a long pause of the monitor, however many were due', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });

    expect(story.remind('+5 12:00')).toHaveLength(1);
    expect(story.remind('+5 12:05')).toEqual([]);
    expect(story.lastNotice.nextReminderAt).toBe('2026-11-29T10:00:00.000Z');
  });

  it('have numbers of their own, so that none is taken for another', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    story.remind('14:00');
    story.remind('+1 10:00');

    expect(new Set(story.notices.map(({ id }) => id)).size).toBe(3);
  });

  it('say that there is still no data', () => {
    const story = new Story({ applications: [{ name: 'a', everyMinutes: 15 }] });
    story.run('10:00', { a: 'secret-unreadable' });
    story.run('10:30', { a: 'secret-unreadable' });

    expect(story.remind('14:30')).toEqual([
      'reminder: [test] a: still no data after 4 h 30 min, secret unreadable',
    ]);
  });

  it('do not come for warnings, nor where none are configured', () => {
    const warned = new Story({ applications: ['a'] });
    warned.run('10:00', { a: 'scope-surplus' });
    const silent = new Story({ applications: ['a'], remindAfterHours: [] });
    silent.run('10:00', { a: 'scope-missing' });

    expect(warned.remind('+3 10:00')).toEqual([]);
    expect(silent.remind('+3 10:00')).toEqual([]);
    expect(silent.lastNotice.nextReminderAt).toBeNull();
  });

  it('wait for the end of a maintenance window', () => {
    const story = new Story({
      applications: ['a'],
      windows: [{ applications: ['a'], from: '13:00', until: '15:00' }],
    });
    story.run('10:00', { a: 'scope-missing' });

    expect(story.remind('14:00')).toEqual([]);
    expect(story.remind('15:00')).toHaveLength(1);
  });

  it('do not swallow a change that people are still to be notified of', () => {
    const story = new Story({
      applications: ['a'],
      windows: [{ applications: ['a'], from: '11:00', until: '15:00' }],
    });
    story.run('10:00', { a: 'scope-missing' });
    story.run('12:00', { a: 'client-unknown' });

    story.remind('15:00');

    expect(story.run('15:00')).toEqual(['changed: [test] a: now client unknown at acme (Kinde)']);
  });

  it('are not due for an incident that is over', () => {
    const story = new Story({
      applications: ['a'],
      windows: [{ applications: ['a'], from: '11:00', until: '12:00' }],
    });
    story.run('10:00', { a: 'scope-missing' });
    story.run('11:30', { a: 'healthy' });

    expect(story.remind('14:00')).toEqual([]);
  });
});
