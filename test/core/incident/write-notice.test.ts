import { describe, expect, it } from 'vitest';
import { CAUSE_IDS, causeDefinition } from '../../../lib/core/causes/causes.ts';
import { judgeRun } from '../../../lib/core/incident/judge-run.ts';
import { writeNotice } from '../../../lib/core/incident/write-notice.ts';
import { noticeSchema } from '../../../lib/core/state/notice.ts';
import { EMPTY_STATE } from '../../../lib/core/state/watch-state.ts';
import { all, at, names, recordOf, Story } from '../../support/story.ts';

describe('writeNotice', () => {
  it('says what fails, since when, why and with what confidence, how to fix it, and who owns it', () => {
    const story = new Story({
      applications: [
        {
          name: 'billing-sync',
          owner: 'payments@acme.com',
          runbook: 'https://wiki.acme.com/billing-sync',
        },
      ],
    });
    story.run('17:00', { 'billing-sync': 'healthy' });
    story.run('18:00', { 'billing-sync': 'secret-rotated' });

    const notice = story.lastNotice;

    expect(notice).toMatchObject({
      id: 'test:application:billing-sync:20261123T180000Z-1.1',
      incidentId: 'test:application:billing-sync:20261123T180000Z-1',
      deployment: 'test',
      reason: 'opened',
      severity: 'error',
      isOpen: true,
      subject: '[test] billing-sync: secret rotated at acme (Kinde)',
      what: 'The secret was rotated, or the application deleted, at the provider.',
      since: '2026-11-23T18:00:00.000Z',
      lastHealthyAt: '2026-11-23T17:00:00.000Z',
      downForSeconds: null,
      cause: {
        id: 'secret-rotated',
        family: 'credential',
        confidence: 'likely',
        confidenceMeans: 'likely: the best of several explanations',
      },
      evidence: [{ step: 'token-request', saw: 'seen in a story' }],
      applications: [
        {
          name: 'billing-sync',
          status: 'unhealthy',
          owner: 'payments@acme.com',
          runbook: 'https://wiki.acme.com/billing-sync',
        },
      ],
      nextReminderAt: '2026-11-23T22:00:00.000Z',
    });
    expect(notice.fix.length).toBeGreaterThan(0);
    expect(notice.links.map(({ label }) => label)).toEqual([
      'About this cause',
      'Runbook of billing-sync',
    ]);
  });

  it('says how long it was down when it has recovered', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    story.run('10:23', { a: 'healthy' });

    expect(story.lastNotice).toMatchObject({
      what: 'a has recovered. It failed for 23 min: scope missing.',
      downForSeconds: 23 * 60,
      closing: 'recovered',
      isOpen: false,
      cause: null,
      fix: [],
      nextReminderAt: null,
    });
  });

  it('says of a warning that it was one, when it is over', () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-surplus' });
    story.run('10:23', { a: 'healthy' });

    expect(story.lastNotice.what).toBe(
      'a has recovered. It had a warning for 23 min: scope surplus.',
    );
  });

  it('has one link for a runbook that several share', () => {
    const runbook = 'https://wiki.acme.com/m2m';
    const own = 'https://wiki.acme.com/a-4';
    const story = new Story({
      applications: [...names(3).map((name) => ({ name, runbook })), { name: 'a-4', runbook: own }],
    });

    story.run('10:00', all(4, 'provider-timeout'));

    expect(story.lastNotice.links.slice(1)).toEqual([
      { label: 'Runbook of a-1 and 2 more', url: runbook },
      { label: 'Runbook of a-4', url: own },
    ]);
  });

  it.each([
    ['secret-rotated', 'secret rotated at acme (Kinde)'],
    ['scope-missing', 'scope missing at acme (Kinde)'],
    ['secret-missing', 'secret missing'],
    ['secret-malformed', 'secret malformed'],
    ['call-forbidden', 'API refuses access'],
  ] as const)('names the provider where it has to do with %s, and nowhere else', (cause, words) => {
    const story = new Story({ applications: ['a'] });

    expect(story.run('10:00', { a: cause })).toEqual([`opened: [test] a: ${words}`]);
  });

  it('says when acceleration stops at 90 % of the month’s tokens, and when no more are requested', () => {
    const story = new Story({ applications: ['a', 'b', 'c'], tokensPerMonth: 10 });
    const mint = (tokensMinted: number) => ({ cause: 'scope-missing', tokensMinted }) as const;

    story.run('10:00', { a: mint(8) });
    expect(story.lastNotice.notes).toEqual([]);
    story.run('11:00', { b: mint(1) });
    expect(story.lastNotice.notes).toEqual([
      '9 of the 10 tokens for this month at acme are used: until the month ends (UTC), failing applications are no longer checked more often.',
    ]);
    story.run('12:00', { c: mint(1) });
    expect(story.lastNotice.notes).toEqual([
      '10 of the 10 tokens for this month at acme are used: until the month ends (UTC), no more tokens are requested.',
    ]);
  });

  it('shows the diagnosis of an application that has the leading cause', () => {
    const story = new Story({ applications: names(3) });

    story.run('10:00', {
      'a-1': 'provider-error',
      'a-2': 'provider-timeout',
      'a-3': 'provider-timeout',
    });

    expect(story.lastNotice.cause?.id).toBe('provider-timeout');
  });

  it('gives no status to an application that was never checked', () => {
    const story = new Story({ applications: ['a'] });
    const { drafts } = judgeRun({
      config: story.config,
      state: EMPTY_STATE,
      records: [
        recordOf({ name: 'a', provider: 'acme' }, { outcome: 'scope-missing', atMs: at('10:00') }),
      ],
      slotMs: at('10:00'),
      nowMs: at('10:00'),
      reservation: null,
      run: 1,
    });

    const removed = { ...story.config, providers: {} };
    const notices = drafts.map((draft) =>
      writeNotice(draft, { config: removed, state: EMPTY_STATE }),
    );

    expect(notices).toMatchObject([
      {
        subject: '[test] a: scope missing at acme',
        what: 'scope missing.',
        cause: null,
        applications: [{ name: 'a', status: null }],
      },
    ]);
  });

  it('survives being stored', () => {
    const story = new Story({ applications: names(3) });
    story.run('10:00', all(3, 'client-unknown'));
    story.run('10:20', all(3, 'healthy'));

    for (const notice of story.notices) {
      expect(noticeSchema.parse(JSON.parse(JSON.stringify(notice)))).toEqual(notice);
    }
    const wrong = { ...story.lastNotice, cause: { id: 'no-cause' } };
    expect(noticeSchema.safeParse(wrong).success).toBe(false);
  });

  it('has short words without hyphens for every cause', () => {
    for (const cause of CAUSE_IDS) {
      expect(causeDefinition(cause).short.replace('m2m-watch', '')).toMatch(/^[A-Za-z0-9 ]{5,40}$/);
    }
  });
});
