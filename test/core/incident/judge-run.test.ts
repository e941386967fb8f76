import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../lib/core/incident/judge-run.ts';
import { rememberReports } from '../../../lib/core/incident/remember-reports.ts';
import { planRun, reserveTokens } from '../../../lib/core/plan/plan-run.ts';
import { UNKNOWN_SERVICE } from '../../../lib/core/plan/provider-service.ts';
import { EMPTY_STATE, newApplicationState } from '../../../lib/core/state/watch-state.ts';
import { at, recordOf, reportOf, Story, storyConfig } from '../../support/story.ts';

const config = storyConfig({ applications: ['a', 'b'], tokensPerMonth: 100 });
const run = {
  config,
  state: EMPTY_STATE,
  records: [],
  slotMs: at('10:00'),
  nowMs: at('10:00'),
  reservation: null,
  run: 1,
};

describe('judgeRun', () => {
  it('remembers since when an application is configured, also in a run that checks nothing', () => {
    const { state } = judgeRun(run);

    expect(state.applications['a']).toEqual(newApplicationState('acme', at('10:00')));
    expect(state.providers).toEqual({
      acme: { tokens: { month: '2026-11', minted: 0 }, service: UNKNOWN_SERVICE },
    });
  });

  it('replaces what was reserved for the run by what it cost', () => {
    const state = {
      ...EMPTY_STATE,
      applications: {
        a: { ...newApplicationState('acme', 0), lastSlotMs: 0 },
        b: { ...newApplicationState('acme', 0), lastSlotMs: 0 },
      },
    };
    const plan = planRun({ config, state, slotMs: at('10:00') });
    const reserved = reserveTokens(state, plan);

    const judged = judgeRun({
      ...run,
      state: reserved,
      reservation: plan.reservation,
      records: [
        recordOf({ name: 'a', provider: 'acme' }, { outcome: 'healthy', atMs: at('10:00') }),
        recordOf({ name: 'b', provider: 'acme' }, { outcome: 'client-unknown', atMs: at('10:00') }),
      ],
    });

    expect(reserved.providers['acme']?.tokens.minted).toBe(2);
    expect(judged.state.providers['acme']?.tokens.minted).toBe(1);
  });

  it('counts the tokens of a report that is history only', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:10', { a: 'healthy' });
    const late = recordOf(
      { name: 'a', provider: 'acme' },
      { outcome: 'healthy', atMs: at('10:05') },
    );

    story.judge('10:15', [late]);

    expect(story.state.providers['acme']?.tokens.minted).toBe(2);
  });

  it('leaves the service of the provider alone for a report that is history only', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:10', { a: 'healthy' });
    const late = recordOf(
      { name: 'a', provider: 'acme' },
      { outcome: 'provider-timeout', atMs: at('10:05') },
    );

    story.judge('10:15', [late]);

    expect(story.state.providers['acme']?.service).toEqual({
      lastServedSlotMs: at('10:10'),
      unserved: [],
      out: null,
    });
  });

  it('takes a report as new after the clock was set back', () => {
    const story = new Story({ applications: ['a'] });
    story.run('+900 10:00', { a: 'healthy' });

    const notices = story.run('10:00', { a: 'scope-missing' });

    expect(notices).toEqual(['opened: [test] a: scope missing at acme (Kinde)']);
    expect(story.state.applications['a']?.lastSlotMs).toBe(at('10:00'));
  });

  it('keeps the count of a provider that is not configured until its month is over', () => {
    const story = new Story({ applications: ['a'], tokensPerMonth: 100 });
    story.run('10:00', { a: 'healthy' });
    const { config } = story;
    story.config = { ...config, providers: {} };

    story.run('11:00');
    const kept = story.state.providers['acme']?.tokens.minted;
    story.run('+30 11:00');

    expect(kept).toBe(1);
    expect(story.state.providers).toEqual({});
  });

  it('opens as of now where the state does not say since when', () => {
    const report = reportOf(
      { name: 'a', provider: 'acme' },
      { outcome: 'provider-timeout', atMs: at('09:00') },
    );
    const providerFailures = { count: 3, sinceMs: at('09:00'), whileOthersServed: 0 };
    const a = { ...newApplicationState('acme', 0), lastReport: report, providerFailures };

    const { drafts } = judgeRun({ ...run, state: { ...EMPTY_STATE, applications: { a } } });

    expect(drafts[0]?.incident.sinceMs).toBe(run.nowMs);
  });

  it('judges what a run stored that died before it was judged, and nothing of it twice', () => {
    const outcome = 'scope-missing';
    const record = recordOf({ name: 'a', provider: 'acme' }, { outcome, atMs: at('10:00') });
    const died = { ...run, records: [record] };
    const applications = rememberReports(died);
    const state = { ...EMPTY_STATE, applications, openRuns: { 1: at('10:00'), 9: at('11:00') } };

    const next = judgeRun({ ...run, state, run: 2, nowMs: at('10:05') });
    const last = judgeRun({ ...run, state: next.state, run: 3, nowMs: at('10:20') });

    expect(next.drafts.map(({ reason }) => reason)).toEqual(['opened']);
    expect(next.state.openRuns).toEqual({ 1: at('10:00') });
    expect(last.drafts).toEqual([]);
    expect(last.state).toEqual({ ...next.state, openRuns: {} });
  });

  it('leaves a run open that may still be under way, and closes its own', () => {
    const state = { ...EMPTY_STATE, openRuns: { 1: at('10:00'), 2: at('10:00') } };

    expect(judgeRun({ ...run, state }).state.openRuns).toEqual({ 2: at('10:00') });
    expect(judgeRun({ ...run, run: null, state }).state.openRuns).toEqual(state.openRuns);
  });

  it('notes a record once, however often it is asked to', () => {
    const late = { outcome: 'healthy', atMs: at('+900 10:00') } as const;
    const records = [recordOf({ name: 'a', provider: 'acme' }, late)];
    const noted = rememberReports({ ...run, records });

    const again = rememberReports({
      ...run,
      records,
      state: { ...EMPTY_STATE, applications: noted },
    });

    expect(noted['a']).toMatchObject({ consecutiveHealthy: 1, checkedInRun: 1 });
    expect(again).toEqual(noted);
  });

  it('is deterministic, so that a conflict of versions is judged again', () => {
    const records = [
      recordOf({ name: 'a', provider: 'acme' }, { outcome: 'scope-missing', atMs: at('10:00') }),
    ];

    expect(judgeRun({ ...run, records })).toEqual(judgeRun({ ...run, records }));
  });
});
