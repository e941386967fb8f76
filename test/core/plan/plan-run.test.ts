import { describe, expect, it } from 'vitest';
import {
  hashName,
  planOnDemand,
  planRun,
  planWithoutState,
  reserveTokens,
} from '../../../lib/core/plan/plan-run.ts';
import { EMPTY_STATE, newApplicationState } from '../../../lib/core/state/watch-state.ts';
import { parsedConfig } from '../../support/parsed-config.ts';
import { all, at, names, Story, storyConfig } from '../../support/story.ts';

const planAt = (story: Story, time: string) =>
  planRun({ config: story.config, state: story.state, slotMs: at(time) });

/** The times from one to another, in minutes, at which an application would be checked as it is. */
const dueMinutes = (story: Story, from: string, minutes: number) =>
  Array.from({ length: minutes / 5 + 1 }, (_, tick) => tick * 5).filter((minute) =>
    planRun({
      config: story.config,
      state: story.state,
      slotMs: at(from) + minute * 60_000,
    }).due.includes('a'),
  );

describe('planRun', () => {
  it('spreads first checks over everyMinutes, none of them later', () => {
    const config = storyConfig({ applications: names(240) });
    const slots = Array.from({ length: 12 }, (_, tick) => at('10:00') + tick * 300_000);
    const state = {
      ...EMPTY_STATE,
      applications: Object.fromEntries(
        names(240).map((name) => [name, newApplicationState('acme', at('10:00'))]),
      ),
    };

    const due = slots.map((slotMs) => planRun({ config, state, slotMs }).due.length);

    expect(due.at(-1)).toBe(240);
    for (const [tick, count] of due.entries()) {
      const added = count - (due[tick - 1] ?? 0);
      expect(added).toBeGreaterThan(5);
      expect(added).toBeLessThan(40);
    }
  });

  it('plans the same for an application that the state does not know yet', () => {
    const config = storyConfig({ applications: names(240) });

    const first = planRun({ config, state: EMPTY_STATE, slotMs: at('10:00') });

    expect(first.due.length).toBeGreaterThan(5);
    expect(first.due.length).toBeLessThan(40);
  });

  it.each([
    ['checked', (story: Story) => story.run('+900 10:00', { a: 'healthy' })],
    ['not checked yet', (story: Story) => story.run('+900 10:00')],
  ])('does not wait for years after the clock was ahead when an application was %s', (_, run) => {
    const story = new Story({ applications: ['a'] });
    run(story);

    expect(planAt(story, '10:00').due).toEqual(['a']);
  });

  it('checks nothing twice when the clock is set back by less than everyMinutes', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'healthy' });

    expect(planAt(story, '09:30').due).toEqual([]);
    expect(planAt(story, '09:00').due).toEqual(['a']);
  });

  it('takes a parsed configuration as it is', () => {
    const config = parsedConfig({ application: { everyMinutes: 5 } });

    const { due } = planRun({ config, state: EMPTY_STATE, slotMs: at('10:00') });

    expect(due).toEqual(['billing-sync']);
  });

  it('checks at once where the interval is one tick', () => {
    const config = storyConfig({
      applications: [
        { name: 'a', everyMinutes: 5 },
        { name: 'b', everyMinutes: 1 },
      ],
    });

    expect(planRun({ config, state: EMPTY_STATE, slotMs: at('10:00') }).due).toEqual(['a', 'b']);
  });

  it('keeps everyMinutes from slot to slot, however long a run takes', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'healthy' });

    expect(dueMinutes(story, '10:05', 60)).toEqual([55, 60]);
  });

  it.each([
    ['degraded', 'scope-surplus' as const],
    ['failing with a token', { cause: 'scope-missing', tokensMinted: 1 } as const],
  ])('keeps everyMinutes for an application that is %s', (_, outcome) => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: outcome });

    expect(dueMinutes(story, '10:05', 60)).toEqual([55, 60]);
  });

  it('checks on every tick while the last check minted no token and no incident is open', () => {
    const story = new Story({ applications: ['a'], thresholds: { open: 3, close: 1 } });
    story.run('10:00', { a: 'client-unknown' });

    expect(planAt(story, '10:05').due).toEqual(['a']);
  });

  it('checks every 15 minutes in the first hour of an incident, and every 60 after it', () => {
    const story = new Story({ applications: [{ name: 'a', everyMinutes: 120 }] });
    story.run('10:00', { a: 'client-unknown' });
    expect(dueMinutes(story, '10:00', 20)).toEqual([15, 20]);

    story.run('11:00', { a: 'client-unknown' });
    expect(dueMinutes(story, '11:00', 65)).toEqual([60, 65]);
  });

  it('never checks less often than everyMinutes', () => {
    const story = new Story({ applications: [{ name: 'a', everyMinutes: 5 }] });
    story.run('10:00', { a: 'client-unknown' });

    expect(planAt(story, '10:05').due).toEqual(['a']);
  });

  it('makes one trial per tick at a provider that did not serve three consecutive checks', () => {
    const story = new Story({ applications: names(4) });
    story.run('10:00', all(4, 'provider-timeout'));

    const first = planAt(story, '10:05');
    expect(first.due).toEqual([]);
    expect(first.trials).toEqual(['a-1']);
    expect(first.notTried).toEqual(
      ['a-2', 'a-3', 'a-4'].map((application) => ({ application, reason: 'provider-down' })),
    );
    expect(first.reservation.tokens).toEqual({ acme: 1 });

    story.run('10:05', { ...all(4, { notTried: 'provider-down' }), 'a-1': 'provider-timeout' });
    expect(planAt(story, '10:10').trials).toEqual(['a-2']);

    story.run('10:10', { ...all(4, { notTried: 'provider-down' }), 'a-2': 'healthy' });
    expect(planAt(story, '10:15')).toMatchObject({ due: ['a-1', 'a-3', 'a-4'], trials: [] });
  });

  it('spends no token on a trial of an application that is healthy and not due', () => {
    const story = new Story({ applications: names(4) });
    story.run('10:00', { 'a-4': 'healthy', ...all(3, 'provider-timeout') });

    const planned = planAt(story, '10:05');

    expect([...planned.trials, ...planned.notTried.map((each) => each.application)]).not.toContain(
      'a-4',
    );
  });

  it('stops acceleration at 90 % of the month’s tokens', () => {
    const story = new Story({ applications: ['a', 'b'], tokensPerMonth: 10 });
    story.run('10:00', { a: 'client-unknown', b: { cause: 'scope-missing', tokensMinted: 9 } });

    expect(dueMinutes(story, '10:05', 60)).toEqual([55, 60]);
  });

  it('makes no more checks than tokens are left, those first that were not tried for longest', () => {
    const story = new Story({ applications: names(3), tokensPerMonth: 10 });
    story.run('09:00', { 'a-3': 'healthy' });
    story.run('09:30', { 'a-2': { cause: 'scope-missing', tokensMinted: 7 } });
    story.run('09:45', { 'a-1': 'healthy' });

    expect(planAt(story, '11:00')).toMatchObject({
      due: ['a-3'],
      notTried: [
        { application: 'a-1', reason: 'token-budget' },
        { application: 'a-2', reason: 'token-budget' },
      ],
    });
  });

  it('starts again with the next month', () => {
    const story = new Story({ applications: ['a'], tokensPerMonth: 1 });
    story.run('10:00', { a: 'healthy' });

    expect(planAt(story, '12:00').notTried).toHaveLength(1);
    expect(planAt(story, '+8 00:00').due).toEqual(['a']);
  });

  it('does not try an application of a provider that is down for want of tokens either', () => {
    const story = new Story({ applications: names(3), tokensPerMonth: 3 });
    story.run('10:00', all(3, 'provider-timeout'));

    const planned = planAt(story, '11:00');

    expect(planned.trials).toEqual([]);
    expect(planned.notTried.map(({ reason }) => reason)).toEqual(Array(3).fill('token-budget'));
  });

  it('backs off from an application whose secret cannot be read, in its provider’s incident too', () => {
    const story = new Story({ applications: ['a', 'b', 'c'] });
    story.run('10:00', { a: 'client-unknown', b: 'client-unknown', c: 'client-unknown' });

    expect(planAt(story, '10:05').due).toEqual([]);
    story.run('10:15', { a: { notTried: 'token-budget' } });
    expect(planAt(story, '10:20').due).not.toContain('a');
    expect(planAt(story, '10:30').due).toContain('a');
  });

  it('knows no limit for a provider that the configuration does not have', () => {
    const config = storyConfig({
      applications: [{ name: 'a', provider: 'other', everyMinutes: 5 }],
      tokensPerMonth: 1,
    });

    expect(planRun({ config, state: EMPTY_STATE, slotMs: at('10:00') }).due).toEqual(['a']);
  });
});

describe('reserveTokens', () => {
  it('counts what the run may mint, and keeps the rest', () => {
    const story = new Story({ applications: ['a', 'b'], tokensPerMonth: 10 });
    story.run('10:00', { a: 'healthy', b: 'healthy' });

    const reserved = reserveTokens(story.state, planAt(story, '11:00'));

    expect(reserved.providers['acme']?.tokens).toEqual({ month: '2026-11', minted: 4 });
    expect({ ...reserved, providers: {} }).toEqual({ ...story.state, providers: {} });
  });
});

describe('planOnDemand', () => {
  it('plans what is named, and nothing else', () => {
    const input = { config: parsedConfig(), state: EMPTY_STATE, slotMs: at('18:00') };

    expect(planOnDemand(input, new Set(['billing-sync'])).due).toEqual(['billing-sync']);
    expect(planOnDemand(input, new Set(['other'])).due).toEqual([]);
  });

  it('tries nothing beyond the tokens of the month', () => {
    const config = storyConfig({ applications: ['a', 'b', 'c'], tokensPerMonth: 1 });
    const plan = planOnDemand(
      { config, state: EMPTY_STATE, slotMs: at('18:00') },
      new Set(['c', 'b']),
    );

    expect(plan.due).toEqual(['b']);
    expect(plan.notTried).toEqual([{ application: 'c', reason: 'token-budget' }]);
    expect(plan.reservation).toEqual({ month: '2026-11', tokens: { acme: 1 } });
  });
});

describe('planWithoutState', () => {
  it('gives each application its turn once in every everyMinutes', () => {
    const config = parsedConfig();
    const tickMs = config.schedule.tickMinutes * 60_000;
    const everyMinutes = config.applications[0]?.everyMinutes ?? 0;
    const slots = Array.from({ length: everyMinutes / config.schedule.tickMinutes }, (_, index) =>
      planWithoutState(config, at('18:00') + index * tickMs),
    );

    expect(slots.flat().map(({ name }) => name)).toEqual(['billing-sync']);
  });
});

describe('hashName', () => {
  it('never changes, since first checks and ids rest on it', () => {
    expect([hashName(''), hashName('billing-sync')]).toEqual([2_872_998_923, 3_177_032_977]);
  });

  it('spreads similar names evenly', () => {
    const slots = Array.from({ length: 12 }, () => 0);
    for (let n = 0; n < 1200; n += 1) {
      const slot = hashName(`app-${n}`) % 12;
      slots[slot] = (slots[slot] ?? 0) + 1;
    }

    expect(Math.min(...slots)).toBeGreaterThan(60);
    expect(Math.max(...slots)).toBeLessThan(140);
  });
});

describe('a witness', () => {
  /** Five hourly applications that were healthy; at 11:00 `a-1` is due. */
  function fleet(count = 5) {
    const story = new Story({ applications: names(count) });
    story.run('10:00', { 'a-1': 'healthy' });
    if (count > 1)
      story.run(
        '10:55',
        Object.fromEntries(
          names(count)
            .slice(1)
            .map((name) => [name, 'healthy']),
        ),
      );
    return story;
  }

  it('is checked early before an application that fails alone is taken for its provider', () => {
    const story = fleet();
    story.run('11:00', { 'a-1': 'provider-error' });
    const afterOne = planAt(story, '11:05').due;
    story.run('11:05', { 'a-1': 'provider-error' });
    const afterTwo = planAt(story, '11:10').due;

    const notices = [
      ...story.run('11:10', { 'a-1': 'provider-error', 'a-2': 'healthy' }),
      ...story.run('11:15', { 'a-1': 'provider-error' }),
      ...story.run('11:20', { 'a-1': 'provider-error' }),
    ];

    expect(afterOne).toEqual(['a-1']);
    expect(afterTwo).toEqual(['a-1', 'a-2']);
    expect(planAt(story, '11:25').due).toEqual([]);
    expect(notices).toEqual(['opened: [test] a-1: provider error at acme (Kinde)']);
  });

  it('that is not served either is followed by the next one, until the provider is out', () => {
    const story = fleet();
    story.run('11:00', { 'a-1': 'provider-error' });
    story.run('11:05', { 'a-1': 'provider-error' });
    story.run('11:10', { 'a-1': 'provider-error', 'a-2': 'provider-error' });

    expect(planAt(story, '11:15').due).toEqual(['a-1', 'a-2', 'a-3']);
    story.run('11:15', {
      'a-1': 'provider-error',
      'a-2': 'provider-error',
      'a-3': 'provider-error',
    });
    expect(planAt(story, '11:20')).toMatchObject({ due: [], trials: ['a-1'] });
  });

  it('is an application that was not checked yet, too', () => {
    const story = new Story({ applications: ['a-1', { name: 'a-2', everyMinutes: 1440 }] });
    story.run('10:00', { 'a-1': 'provider-error' });
    story.run('10:05', { 'a-1': 'provider-error' });

    expect(planAt(story, '10:10').due).toEqual(['a-1', 'a-2']);
  });

  it.each([
    ['the application is the only one', 1, {}],
    ['the others have no secret', 2, { 'a-2': 'secret-missing' }],
  ] as const)('is none where %s', (_, count, others) => {
    const story = fleet(count);
    story.run('11:00', { 'a-1': 'provider-error', ...others });
    story.run('11:05', { 'a-1': 'provider-error' });

    const { due, trials } = planAt(story, '11:10');
    expect([...due, ...trials]).toEqual(['a-1']);
  });

  it('costs no token beyond 90 % of the month', () => {
    const story = new Story({ applications: names(2), tokensPerMonth: 2 });
    story.run('10:00', { 'a-1': 'healthy', 'a-2': 'healthy' });
    story.run('11:00', { 'a-1': 'provider-error' });
    story.run('12:00', { 'a-1': 'provider-error' });

    expect(planAt(story, '12:05').due).toEqual([]);
  });
});
