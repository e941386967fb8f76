import type { Notice } from '../../../lib/core/state/notice.ts';
import { Story } from '../../support/story.ts';

/** A notice of an opened incident, with parts replaced. */
export function openedNotice(parts: Partial<Notice> = {}): Notice {
  const story = new Story({
    applications: [
      {
        name: 'billing-sync',
        owner: 'payments@acme.com',
        runbook: 'https://wiki.acme.com/billing-sync',
      },
    ],
  });
  story.run('09:00', { 'billing-sync': 'healthy' });
  story.run('10:00', { 'billing-sync': 'secret-rotated' });
  return { ...story.lastNotice, ...parts };
}

/** The notice of an API that is down. */
export function apiDownNotice(): Notice {
  const call = { url: 'https://api.acme.com/health' };
  const story = new Story({ applications: [{ name: 'billing-sync', call }] });
  story.run('10:00', { 'billing-sync': 'call-unreachable' });
  return story.lastNotice;
}

/** The notice of its recovery. */
export function recoveredNotice(): Notice {
  const story = new Story({ applications: ['billing-sync'] });
  story.run('10:00', { 'billing-sync': 'secret-rotated' });
  story.run('10:23', { 'billing-sync': 'healthy' });
  return story.lastNotice;
}

/** Text that would do something in every sink, if nobody escaped it. */
export const HOSTILE =
  '<!channel> *bold* [x](https://evil.example.com) <b>&amp; `code` @everyone # 1. - ~';

/** A notice whose every text is hostile, and far too long and too many. */
export function hostileNotice(): Notice {
  const long = `${HOSTILE} ${'ä<&>*_'.repeat(2000)}`;
  const many = Array.from({ length: 200 }, () => long);
  const notice = openedNotice();
  return {
    ...notice,
    subject: long,
    what: long,
    cause: notice.cause && { ...notice.cause, title: long, confidenceMeans: long },
    fix: many,
    evidence: many.map((saw) => ({ step: 'token-request', saw })),
    notes: many,
    applications: many.map((name) => ({ name, status: 'unhealthy', owner: long, runbook: null })),
    links: many.map((label) => ({ label, url: 'https://wiki.acme.com/a|b>c&d' })),
  };
}
