import { describe, expect, it } from 'vitest';
import { cutText, noticeParts } from '../../../lib/adapters/notify/notice-parts.ts';
import { pagerDutyEvent } from '../../../lib/adapters/notify/pager-duty.ts';
import { escapeSlack, slackMessage } from '../../../lib/adapters/notify/slack.ts';
import { escapeMarkdown, teamsMessage } from '../../../lib/adapters/notify/teams.ts';
import { webhookBody } from '../../../lib/adapters/notify/webhook.ts';
import { noticeSchema } from '../../../lib/core/incident/notice.ts';
import { HOSTILE, hostileNotice, openedNotice, recoveredNotice } from './notice-examples.ts';

interface TextBlock {
  readonly type: string;
  readonly text?: { readonly text: string; readonly verbatim?: boolean };
}

const slackBlocks = (message: Readonly<Record<string, unknown>>) =>
  message['blocks'] as readonly TextBlock[];

describe('a notice in Slack', () => {
  it('says what broke, since when, why, how to mend it, what shows it, whose it is and where to look', () => {
    const text = JSON.stringify(slackMessage(openedNotice()));

    expect(text).toContain('🔴 [test] billing-sync: secret rotated at acme (Kinde)');
    expect(text).toContain('Since: 2026-11-23 10:00 UTC');
    expect(text).toContain('(secret-rotated)');
    expect(text).toContain('How sure: likely');
    expect(text).toContain('*To mend it*');
    expect(text).toContain('token-request: seen in a story');
    expect(text).toContain('billing-sync, unhealthy, owner payments@acme.com');
    expect(text).toContain('<https://wiki.acme.com/billing-sync|Runbook of billing-sync>');
    expect(text).toContain('Next reminder: 2026-11-23 14:00 UTC');
  });

  it('marks a warning and a recovery', () => {
    const warning = JSON.stringify(slackMessage(openedNotice({ severity: 'warning' })));
    const recovery = JSON.stringify(slackMessage(recoveredNotice()));

    expect(warning).toContain('🟡');
    expect(recovery).toContain('🟢 [test] billing-sync: well again after 23 min');
    expect(recovery).not.toContain('*To mend it*');
  });

  it('keeps to its limits whatever the notice holds', () => {
    const blocks = slackBlocks(slackMessage(hostileNotice()));
    const [header, ...others] = blocks;

    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(header?.text?.text.length).toBeLessThanOrEqual(150);
    for (const { text } of others) expect((text?.text ?? '').length).toBeLessThanOrEqual(3000);
  });

  it('lets no text mention anybody or become a link', () => {
    const blocks = slackBlocks(slackMessage(hostileNotice())).slice(1);
    const texts = blocks.flatMap(({ text }) => (text === undefined ? [] : [text]));

    for (const { text, verbatim } of texts) {
      expect(verbatim).toBe(true);
      expect(
        text.replaceAll(/<https:\/\/wiki\.acme\.com\/a%7Cb&gt;c&amp;d\|[^<>|]*>/g, ''),
      ).not.toMatch(/[<>]/);
    }
    expect(escapeSlack(HOSTILE)).toMatch(/^&lt;!channel&gt; \*bold\*.*&lt;b&gt;&amp;amp;/);
  });
});

describe('a notice in Teams', () => {
  it('is an adaptive card with buttons for the links', () => {
    const { type, attachments } = JSON.parse(teamsMessage(openedNotice()));
    const [{ contentType, content }] = attachments;

    expect({ type, contentType }).toEqual({
      type: 'message',
      contentType: 'application/vnd.microsoft.card.adaptive',
    });
    expect(content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
    expect(content.body[0]).toMatchObject({
      text: '\\[test\\] billing-sync: secret rotated at acme \\(Kinde\\)',
      color: 'Attention',
    });
    expect(content.actions).toContainEqual({
      type: 'Action.OpenUrl',
      title: 'Runbook of billing-sync',
      url: 'https://wiki.acme.com/billing-sync',
    });
  });

  it('marks a warning and a recovery', () => {
    expect(teamsMessage(openedNotice({ severity: 'warning' }))).toContain('"color":"Warning"');
    expect(teamsMessage(recoveredNotice())).toContain('"color":"Good"');
  });

  it('is smaller than 28 KB whatever the notice holds', () => {
    const message = teamsMessage(hostileNotice());

    expect(Buffer.byteLength(message)).toBeLessThan(28_000);
    expect(/and \d+ more/.exec(message)?.[0]).toBe('and 195 more');
  });

  it.each([
    ['*bold* _x_ `code`', '\\*bold\\* \\_x\\_ \\`code\\`'],
    ['[x](https://evil.example.com)', '\\[x\\]\\(https://evil.example.com\\)'],
    ['<at>all</at> &amp; back\\slash', '\\<at\\>all\\</at\\> \\&amp; back\\\\slash'],
    ['1. one', '1\\. one'],
    ['- item', '\\- item'],
    ['# title\n\nnext', '\\# title next'],
  ])('shows %j as it is', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});

describe('a notice in PagerDuty', () => {
  it('triggers one alert for the incident, and resolves it', () => {
    const opened = openedNotice();

    expect(pagerDutyEvent(opened)).toMatchObject({
      event_action: 'trigger',
      dedup_key: opened.incidentId,
      payload: {
        summary: '[test] billing-sync: secret rotated at acme (Kinde)',
        severity: 'error',
        component: 'billing-sync',
        group: 'test',
        class: 'secret-rotated',
        timestamp: opened.createdAt,
      },
    });
    expect(pagerDutyEvent(recoveredNotice())).toMatchObject({
      event_action: 'resolve',
      payload: { class: 'recovered' },
    });
  });

  it('keeps to its limits whatever the notice holds', () => {
    const event = pagerDutyEvent(hostileNotice());
    const { summary } = event['payload'] as { readonly summary: string };

    expect(summary.length).toBeLessThanOrEqual(1024);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512_000);
  });
});

describe('a notice in a webhook', () => {
  it('is whole, with its reason in the type', () => {
    const notice = openedNotice();

    const body = JSON.parse(webhookBody(notice));

    expect(body).toMatchObject({ type: 'notice.opened', timestamp: notice.createdAt });
    expect(noticeSchema.parse(body.data)).toEqual(notice);
  });
});

describe('noticeParts', () => {
  it('counts what it leaves out', () => {
    const { fix, links } = noticeParts(openedNotice({ fix: ['a', 'b', 'c'] }), {
      entries: 2,
      characters: 100,
    });

    expect(fix).toEqual(['a', 'b', 'and 1 more']);
    expect(links).toHaveLength(2);
  });

  it('cuts a text at its bound, and never through a character', () => {
    expect(cutText('abcdef', 6)).toBe('abcdef');
    expect(cutText('abcdefg', 6)).toBe('abcde…');
    expect(cutText('abc😀defg', 5)).toBe('abc…');
  });
});
