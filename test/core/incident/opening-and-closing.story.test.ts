import { describe, expect, it } from 'vitest';
import { at, recordOf, Story } from '../../support/story.ts';

describe('an incident, from failing to recovered', () => {
  it('has a notice when it opens, when its cause changes and when it closes, and not in between', () => {
    const story = new Story({ applications: ['billing-sync'] });

    expect(story.run('10:00', { 'billing-sync': 'healthy' })).toEqual([]);
    expect(story.run('11:00', { 'billing-sync': 'secret-rotated' })).toEqual([
      'opened: [test] billing-sync: secret rotated at acme (Kinde)',
    ]);
    expect(story.run('11:05', { 'billing-sync': 'secret-rotated' })).toEqual([]);
    expect(story.run('11:10', { 'billing-sync': 'client-deleted' })).toEqual([
      'changed: [test] billing-sync: now client deleted at acme (Kinde)',
    ]);
    expect(story.run('11:23', { 'billing-sync': 'healthy' })).toEqual([
      'recovered: [test] billing-sync: recovered after 23 min',
    ]);
    expect(story.run('12:23', { 'billing-sync': 'healthy' })).toEqual([]);
  });

  it('sends no recovery at the first run of a new deployment', () => {
    const story = new Story({ applications: ['billing-sync'] });

    expect(story.run('10:00', { 'billing-sync': 'healthy' })).toEqual([]);
    expect(story.state.incidents).toEqual({});
  });

  it('waits for as many consecutive checks as the thresholds say, both ways', () => {
    const story = new Story({ applications: ['a'], thresholds: { open: 3, close: 2 } });

    expect(story.run('10:00', { a: 'scope-missing' })).toEqual([]);
    expect(story.run('10:05', { a: 'scope-missing' })).toEqual([]);
    expect(story.run('10:10', { a: 'healthy' })).toEqual([]);
    expect(story.run('10:15', { a: 'scope-missing' })).toEqual([]);
    expect(story.run('10:20', { a: 'scope-missing' })).toEqual([]);
    expect(story.run('10:25', { a: 'scope-missing' })).toEqual([
      'opened: [test] a: scope missing at acme (Kinde)',
    ]);
    expect(story.run('10:30', { a: 'healthy' })).toEqual([]);
    expect(story.run('10:35', { a: 'scope-missing' })).toEqual([]);
    expect(story.run('10:40', { a: 'healthy' })).toEqual([]);
    expect(story.run('10:45', { a: 'healthy' })).toEqual([
      'recovered: [test] a: recovered after 30 min',
    ]);
  });

  it('neither counts nor forgets checks at which nothing was learned', () => {
    const story = new Story({ applications: ['a', 'b'], thresholds: { open: 2, close: 2 } });

    story.run('10:00', { a: 'scope-missing' });
    story.run('10:05', { a: 'secret-unreadable' });

    expect(story.run('10:10', { a: 'scope-missing' })).toEqual([
      'opened: [test] a: scope missing at acme (Kinde)',
    ]);
    expect(story.run('10:15', { a: 'secret-unreadable' })).toEqual([]);
  });

  it('stays a warning while what it affects is recovering', () => {
    const story = new Story({ applications: ['a'], thresholds: { open: 1, close: 2 } });
    story.run('10:00', { a: 'scope-surplus' });

    story.run('11:00', { a: 'healthy' });

    expect(Object.values(story.state.incidents)).toMatchObject([{ severity: 'warning' }]);
    expect(story.remind('15:00')).toEqual([]);
  });

  it('opens as a warning where only warnings stand', () => {
    const story = new Story({ applications: ['a'] });

    expect(story.run('10:00', { a: 'scope-surplus' })).toEqual([
      'opened: [test] a: warning, scope surplus at acme (Kinde)',
    ]);
    expect(story.lastNotice.severity).toBe('warning');
    expect(story.run('11:00', { a: 'scope-missing' })).toEqual([
      'changed: [test] a: now scope missing at acme (Kinde)',
    ]);
    expect(story.lastNotice.severity).toBe('error');
  });

  it('closes with the application that is removed from the configuration', () => {
    const story = new Story({ applications: ['a', 'b', 'c'] });
    story.run('10:00', { a: 'scope-missing', b: 'healthy' });

    story.reconfigure(['b']);

    expect(story.run('10:05')).toEqual(['recovered: [test] a: removed from the configuration']);
    expect(story.lastNotice).toMatchObject({ closing: 'removed', isOpen: false });
    expect(story.lastNotice.applications).toEqual([
      { name: 'a', status: null, owner: null, runbook: null },
    ]);
    expect(Object.keys(story.state.applications)).toEqual(['b']);
    expect(story.run('10:10')).toEqual([]);
  });

  it('takes a report that began before the last one as history only', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:10', { a: 'healthy' });
    const late = recordOf(
      { name: 'a', provider: 'acme' },
      { outcome: 'scope-missing', atMs: at('10:05') },
    );

    expect(story.judge('10:15', [late])).toEqual([]);
    expect(story.state.applications['a']?.status).toBe('healthy');
  });

  it('takes the reports of one application in the order of their checks', () => {
    const story = new Story({ applications: ['a'] });
    const application = { name: 'a', provider: 'acme' };
    const early = recordOf(application, { outcome: 'healthy', atMs: at('10:05') });
    const late = recordOf(application, { outcome: 'scope-missing', atMs: at('10:10') });

    story.judge('10:15', [late, early]);

    expect(story.lastNotice.lastHealthyAt).toBe('2026-11-23T10:05:00.000Z');
  });

  it('follows an application to its new name as one that is gone and one that is new', () => {
    const story = new Story({ applications: ['old-name'] });
    story.run('10:00', { 'old-name': 'scope-missing' });

    story.reconfigure(['new-name']);

    expect(story.run('11:00', { 'new-name': 'scope-missing' })).toEqual([
      'recovered: [test] old-name: removed from the configuration',
      'opened: [test] new-name: scope missing at acme (Kinde)',
    ]);
  });

  it('changes nothing when the same run is judged again', () => {
    const story = new Story({ applications: ['a'], thresholds: { open: 2, close: 1 } });
    story.run('10:00', { a: 'scope-missing' });
    const once = story.state;

    expect(story.run('10:00', { a: 'scope-missing' })).toEqual([]);
    expect(story.state.applications).toEqual(once.applications);
  });

  it('ignores a report of an application that is not configured any more', () => {
    const story = new Story({ applications: ['a'] });

    expect(story.run('10:00', { gone: 'scope-missing' })).toEqual([]);
    expect(Object.keys(story.state.applications)).toEqual(['a']);
  });

  it('gives every incident an id of its own, also at the same moment', () => {
    const story = new Story({ applications: ['a', 'b'] });

    story.run('10:00', { a: 'scope-missing', b: 'client-unknown' });
    story.run('10:05', { a: 'healthy' });
    story.run('10:10', { a: 'scope-missing' });

    const ids = story.changes
      .filter(({ event }) => event.kind === 'opened')
      .map((c) => c.incidentId);
    expect(ids).toEqual([
      'test:application:a:20261123T100000Z-1',
      'test:application:b:20261123T100000Z-2',
      'test:application:a:20261123T101000Z-3',
    ]);
  });

  it('calls a report without a diagnosis an internal error', () => {
    const story = new Story({ applications: ['a'] });
    const record = recordOf(
      { name: 'a', provider: 'acme' },
      { outcome: 'scope-missing', atMs: at('10:00') },
    );

    const notices = story.judge('10:00', [
      { ...record, report: { ...record.report, diagnosis: null } },
    ]);

    expect(notices).toEqual(['opened: [test] a: internal error of m2m-watch']);
    expect(story.lastNotice).toMatchObject({ cause: null, fix: [], links: [] });
  });
});
