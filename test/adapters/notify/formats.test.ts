import { describe, expect, it } from 'vitest';
import { cutText, noticeParts } from '../../../lib/adapters/notify/notice-parts.ts';
import { pagerDutyEvent } from '../../../lib/adapters/notify/pager-duty.ts';
import { escapeSlack, slackMessage } from '../../../lib/adapters/notify/slack.ts';
import { emailBody, emailSubject } from '../../../lib/adapters/notify/sns.ts';
import { escapeMarkdown, teamsMessage } from '../../../lib/adapters/notify/teams.ts';
import { webhookBody } from '../../../lib/adapters/notify/webhook.ts';
import { type Notice, noticeSchema } from '../../../lib/core/state/notice.ts';
import {
  apiDownNotice,
  HOSTILE,
  hostileNotice,
  openedNotice,
  recoveredNotice,
} from './notice-examples.ts';

interface TextBlock {
  readonly type: string;
  readonly text?: SlackText;
  readonly elements?: readonly SlackText[];
}

interface SlackText {
  readonly type: string;
  readonly text: string;
  readonly verbatim?: boolean;
}

const slackBlocks = (message: Readonly<Record<string, unknown>>) =>
  message['blocks'] as readonly TextBlock[];

const slackTexts = (notice: Notice): readonly SlackText[] =>
  slackBlocks(slackMessage(notice)).flatMap(({ text, elements = [] }) =>
    text === undefined ? elements : [text],
  );

describe('a notice in Slack', () => {
  it('says what failed, since when, why, how to fix it, the evidence, the owner and where to look', () => {
    const texts = slackTexts(openedNotice()).map(({ text }) => text);

    expect(texts).toEqual([
      '🔴 [test] billing-sync: secret rotated at acme (Kinde)',
      'The secret was rotated, or the application deleted, at the provider.',
      '*When and why*',
      [
        'Since: 2026-11-23 10:00 UTC',
        'Last healthy: 2026-11-23 09:00 UTC',
        'Cause: The secret was rotated, or the application deleted, at the provider (secret-rotated)',
        'Confidence: likely: the best of several explanations',
        'Owner: payments@acme.com',
        'Next reminder: 2026-11-23 14:00 UTC',
      ].join('\n'),
      '*How to fix it*',
      expect.stringMatching(/^1\. Copy the new secret .+\n2\. Restart callers/),
      '*Evidence*',
      '• token-request: seen in a story',
      '*Applications*',
      '• billing-sync, unhealthy',
      expect.stringMatching(
        /^\*Links\*\n<https:.+\|About this cause>\n<https:\/\/wiki\.acme\.com\/billing-sync\|Runbook of billing-sync>$/,
      ),
      'notice test:application:billing-sync:20261123T100000Z-1.1',
    ]);
  });

  it('marks a warning and a recovery', () => {
    const [warning] = slackTexts(openedNotice({ severity: 'warning' }));
    const recovery = slackTexts(recoveredNotice()).map(({ text }) => text);

    expect(warning?.text).toMatch(/^🟡/);
    expect(recovery).toEqual([
      '🟢 [test] billing-sync: recovered after 23 min',
      'billing-sync has recovered. It failed for 23 min: secret rotated.',
      '*When and why*',
      'Lasted: 2026-11-23 10:00 UTC to 2026-11-23 10:23 UTC, 23 min',
      '*Applications*',
      '• billing-sync, healthy',
      'notice test:application:billing-sync:20261123T100000Z-1.2',
    ]);
  });

  it('keeps to its limits whatever the notice holds', () => {
    const blocks = slackBlocks(slackMessage(hostileNotice()));
    const [header, ...others] = slackTexts(hostileNotice());

    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(header?.text.length).toBeLessThanOrEqual(150);
    for (const { text } of others) {
      expect(text.length).toBeLessThanOrEqual(3000);
      expect(text).not.toBe('');
    }
  });

  it('lets no text mention anybody, become a link or be formatted', () => {
    const formatted = slackTexts(hostileNotice()).filter(({ type }) => type !== 'plain_text');

    expect(slackMessage(hostileNotice())['text']).toMatch(/^&lt;!channel&gt;/);
    for (const { type, text, verbatim } of formatted) {
      expect({ type, verbatim }).toEqual({ type: 'mrkdwn', verbatim: true });
      expect(
        text.replaceAll(/<https:\/\/wiki\.acme\.com\/a%7Cb&gt;c&amp;d\|[^<>|]*>/g, ''),
      ).toMatch(/^\*[A-Z][a-z ]+\*(\n*…?)*$/);
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

  it.each([
    ['one for all', ['a@acme.com', 'a@acme.com'], 'a@acme.com', ['x, unhealthy', 'y, unhealthy']],
    [
      'several',
      ['a@acme.com', 'b@acme.com'],
      undefined,
      ['x, unhealthy, owner a@acme.com', 'y, unhealthy, owner b@acme.com'],
    ],
    [
      'one for some',
      ['a@acme.com', null],
      undefined,
      ['x, unhealthy, owner a@acme.com', 'y, unhealthy'],
    ],
    ['none', [null, null], undefined, ['x, unhealthy', 'y, unhealthy']],
  ] as const)('names the owner once where there is %s', (_, owners, owner, lines) => {
    const applications = ['x', 'y'].map((name, index) => {
      return { name, status: 'unhealthy', owner: owners[index] ?? null, runbook: null } as const;
    });

    const parts = noticeParts(openedNotice({ applications }), { entries: 9, characters: 100 });

    expect(parts.facts.find(([name]) => name === 'Owner')?.[1]).toBe(owner);
    expect(parts.applications).toEqual(lines);
  });

  it('leaves out a link that is too long to be one', () => {
    const links = [{ label: 'x', url: `https://wiki.acme.com/${'x'.repeat(1000)}` }];

    expect(noticeParts(openedNotice({ links }), { entries: 9, characters: 100 }).links).toEqual([]);
  });

  it('cuts a text at its bound, and never through a character', () => {
    expect(cutText('abcdef', 6)).toBe('abcdef');
    expect(cutText('abcdefg', 6)).toBe('abcde…');
    expect(cutText('abc😀defg', 5)).toBe('abc…');
  });
});

describe('the notice of an API that is down', () => {
  const notice = apiDownNotice();
  const subject =
    '[test] https://api.acme.com: warning, API does not answer, the credentials work, 1 application';

  it('is a warning in every channel', () => {
    expect(notice).toMatchObject({ severity: 'warning', isOpen: true });
    expect(slackTexts(notice)[0]?.text).toBe(`🟡 ${subject}`);
    expect(teamsMessage(notice)).toContain('"color":"Warning"');
    expect(pagerDutyEvent(notice)).toMatchObject({ payload: { severity: 'warning' } });
    expect(JSON.parse(webhookBody(notice))).toMatchObject({ data: { severity: 'warning' } });
    expect(emailSubject(notice)).toContain('https://api.acme.com: warning, API does not answer');
  });

  it('says in every channel that the credentials work', () => {
    const teams = teamsMessage(notice);
    const all = [slackMessage(notice), pagerDutyEvent(notice), webhookBody(notice), teams];

    for (const text of [...all.map((each) => JSON.stringify(each)), emailBody(notice)]) {
      expect(text).toContain('The credentials work: the provider accepts them and issues tokens.');
    }
  });
});
