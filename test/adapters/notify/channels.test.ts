import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SecretValueRead } from '../../../lib/adapters/credentials/credential-reader.ts';
import { createUndiciSender } from '../../../lib/adapters/http/undici-sender.ts';
import { createPagerDutyChannel } from '../../../lib/adapters/notify/pager-duty.ts';
import { createSlackChannel } from '../../../lib/adapters/notify/slack.ts';
import { createTeamsChannel } from '../../../lib/adapters/notify/teams.ts';
import { createWebhookChannel } from '../../../lib/adapters/notify/webhook.ts';
import { systemClock } from '../../../lib/adapters/process.ts';
import { createSqliteStateStore } from '../../../lib/adapters/state/sqlite-state-store.ts';
import { Secret } from '../../../lib/core/secret.ts';
import { deliverOutbox } from '../../../lib/delivery/deliver-outbox.ts';
import type { Channel } from '../../../lib/delivery/ports.ts';
import { createAuthority, selfSigned } from '../../support/certificates.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import {
  type Reception,
  startReceiver,
  verified,
  webhookHeaders,
} from '../../support/notice-receiver.ts';
import { closedPort } from '../../support/raw-server.ts';
import { noticeAbout, saveOf } from '../state/state-store.contract.ts';
import { openedNotice } from './notice-examples.ts';

const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ROUTING_KEY = 'planted-routing-key-0123456789ab';

const value = (text: string) => async (): Promise<SecretValueRead> => ({
  kind: 'value',
  value: new Secret(text),
});

type ChannelName = 'slack' | 'teams' | 'pager-duty' | 'webhook';

/** What a test of a channel sets; answers on a busy machine take their time, so the time limit is long. */
interface Connection {
  readonly ca?: string;
  readonly timeoutMs?: number;
}

/** Opens a channel at an address. */
type Opener = (url: string, connection?: Connection) => Channel;

/** For receivers that never answer. */
const SHORT_MS = 300;

function parts({ ca, timeoutMs = 60_000 }: Connection = {}) {
  const http = createUndiciSender({
    connections: 10,
    allowInsecureHttp: true,
    ...(ca === undefined ? {} : { ca }),
  });
  onTestFinished(() => http.close());
  return { http, clock: fakeClock(), timeoutMs };
}

const CHANNELS: Readonly<Record<ChannelName, Opener>> = {
  slack: (url, connection) => createSlackChannel({ ...parts(connection), readSecret: value(url) }),
  teams: (url, connection) => createTeamsChannel({ ...parts(connection), readSecret: value(url) }),
  'pager-duty': (url, connection) =>
    createPagerDutyChannel({
      ...parts(connection),
      endpoint: url,
      readSecret: value(`${ROUTING_KEY}\n`),
    }),
  webhook: (url, connection) =>
    createWebhookChannel({ ...parts(connection), url, readSecret: value(SIGNING_SECRET) }),
};

const NAMES = ['slack', 'teams', 'pager-duty', 'webhook'] as const;

describe.each(NAMES)('the channel %s', (name) => {
  const open: Opener = CHANNELS[name];

  it.each([200, 202, 204])('takes %i for acceptance', async (status) => {
    const receiver = await startReceiver({ answers: [{ status }] });

    expect(await open(receiver.url).send(openedNotice())).toEqual({ kind: 'accepted' });
    expect(receiver.received[0]?.head).toMatch(/^POST \/services\/planted-path HTTP\/1\.1/);
    expect(receiver.received[0]?.head).toMatch(/^content-type: application\/json/im);
  });

  it.each([
    ['429 with Retry-After', { status: 429, headers: ['retry-after: 12'] }, 12, /pause/],
    ['500', { status: 500 }, null, /status 500/],
    ['503 with Retry-After', { status: 503, headers: ['retry-after: 5'] }, 5, /status 503/],
    ['404', { status: 404 }, null, /was the webhook removed\?/],
    ['403', { status: 403 }, null, /refuses the key/],
    ['a redirect', { status: 302, headers: ['location: /elsewhere'] }, null, /redirect/],
    ['no answer', 'never', null, /did not answer in time/],
  ] as const)('keeps the notice after %s', async (_, answer, afterSeconds, detail) => {
    const receiver = await startReceiver({ answers: [answer] });

    const connection = answer === 'never' ? { timeoutMs: SHORT_MS } : {};
    const outcome = await open(receiver.url, connection).send(openedNotice());

    expect(outcome).toEqual({
      kind: 'retry',
      afterSeconds,
      detail: expect.stringMatching(detail),
    });
    expect(receiver.received).toHaveLength(1);
    expect(JSON.stringify(outcome)).not.toMatch(/planted|127\.0\.0\.1/);
  });

  it('keeps the notice where the certificate is not one to trust, and sends nothing', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const receiver = await startReceiver({
      answers: [{ status: 200 }],
      tls: await selfSigned({ hosts: ['127.0.0.1'] }),
    });

    const outcome = await open(receiver.url).send(openedNotice());

    vi.unstubAllEnvs();
    expect(outcome).toMatchObject({ kind: 'retry', detail: expect.stringMatching(/certificate/) });
    expect(receiver.received).toEqual([]);
  });

  it('speaks TLS', async () => {
    const authority = await createAuthority('Test authority');
    const tls = await authority.issue({ hosts: ['127.0.0.1'] });
    const receiver = await startReceiver({ answers: [{ status: 200 }], tls });

    const outcome = await open(receiver.url, { ca: authority.cert }).send(openedNotice());

    expect(outcome).toEqual({ kind: 'accepted' });
  });

  it('keeps the notice where nobody listens', async () => {
    const outcome = await open(`http://127.0.0.1:${await closedPort()}/x`).send(openedNotice());

    expect(outcome).toMatchObject({ kind: 'retry', detail: expect.stringMatching(/refused/) });
  });

  it('drops a notice that is too large for its receiver', async () => {
    const receiver = await startReceiver({ answers: [{ status: 413 }] });

    expect(await open(receiver.url).send(openedNotice())).toMatchObject({ kind: 'rejected' });
  });
});

describe('a channel whose secret is of no use', () => {
  const unreadable = async (): Promise<SecretValueRead> => ({
    kind: 'unreadable',
    detail: 'env SLACK: not set',
  });
  const url = 'https://hooks.example.com/x';

  it.each([
    ['slack', () => createSlackChannel({ ...parts(), readSecret: unreadable })],
    ['teams', () => createTeamsChannel({ ...parts(), readSecret: unreadable })],
    ['pager-duty', () => createPagerDutyChannel({ ...parts(), readSecret: unreadable })],
    ['webhook', () => createWebhookChannel({ ...parts(), url, readSecret: unreadable })],
  ])('keeps the notice where that of %s cannot be read', async (_, open) => {
    expect(await open().send(openedNotice())).toEqual({
      kind: 'retry',
      afterSeconds: null,
      detail: 'its secret cannot be read: env SLACK: not set',
    });
  });

  it.each([
    ['no address', 'planted-text', /not the address of a webhook/],
    ['an http address', 'http://hooks.example.com/planted', /must be https/],
  ])('keeps the notice where it is %s, without a word of it', async (_, text, detail) => {
    const outcome = await CHANNELS.slack(text).send(openedNotice());

    expect(outcome).toMatchObject({ kind: 'retry', detail: expect.stringMatching(detail) });
    expect(JSON.stringify(outcome)).not.toContain('planted');
  });

  it.each(['planted-secret', 'whsec_c2hvcnQ=', 'whsec_!!'])(
    'keeps the notice where the signing secret is %s',
    async (text) => {
      const channel = createWebhookChannel({ ...parts(), url, readSecret: value(text) });

      const outcome = await channel.send(openedNotice());

      expect(outcome).toMatchObject({ kind: 'retry', detail: expect.stringMatching(/whsec_ and/) });
    },
  );
});

describe('what a receiver is sent', () => {
  it('is what the library of Standard Webhooks accepts, with an id that has no dot', async () => {
    const receiver = await startReceiver({ answers: [{ status: 200 }] });
    const channel = createWebhookChannel({
      ...parts(),
      clock: systemClock,
      url: receiver.url,
      readSecret: value(SIGNING_SECRET),
    });

    await channel.send(openedNotice());

    const [{ head, body } = { head: '', body: '' }] = receiver.received;
    expect(verified(head, body, SIGNING_SECRET)).toEqual(JSON.parse(body));
    expect(() => verified(head, `${body} `, SIGNING_SECRET)).toThrow(/No matching signature/);
    expect(webhookHeaders(head)['webhook-id']).toBe(
      'test:application:billing-sync:20261123T100000Z-1_1',
    );
  });

  it('has the routing key without the line break that a file ends with', async () => {
    const receiver = await startReceiver({ answers: [{ status: 202 }] });

    await CHANNELS['pager-duty'](receiver.url).send(openedNotice());

    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      routing_key: ROUTING_KEY,
      event_action: 'trigger',
    });
  });

  it.each([
    ['slack', 'invalid_payload', 'rejected'],
    ['slack', 'invalid_token', 'retry'],
    ['pager-duty', '{"status":"invalid event","errors":["summary is missing"]}', 'rejected'],
    ['pager-duty', '{"status":"invalid event","errors":["Invalid routing key"]}', 'retry'],
    ['teams', 'WorkflowTriggerIsNotEnabled', 'retry'],
    ['webhook', 'bad signature', 'retry'],
  ] as const)('by %s with the answer 400 %s is %s', async (name, body, kind) => {
    const receiver = await startReceiver({ answers: [{ status: 400, body }] });

    expect(await CHANNELS[name](receiver.url).send(openedNotice())).toMatchObject({ kind });
  });
});

/** What a receiver does before it takes notices; `tls` shows a certificate that is not to be trusted. */
const FAULTS: Readonly<Record<string, readonly Reception[] | 'tls'>> = {
  'takes all at once': [],
  'asks for a pause': [limited(), limited()],
  'fails and then does not': [{ status: 500 }, { status: 503 }, { status: 500 }],
  'never answers': ['never', 'never'],
  'leads elsewhere': [
    { status: 302, headers: ['location: https://127.0.0.1:9/x'] },
    { status: 307 },
  ],
  'has a bad certificate': 'tls',
};

function limited(): Reception {
  return { status: 429, headers: ['retry-after: 1'] };
}

describe.each(NAMES)('an outbox for %s and a channel that is up', (name) => {
  it.each(Object.entries(FAULTS))(
    'has every notice in both, once and in order, where the receiver %s',
    async (_, fault) => {
      const authority = fault === 'tls' ? await createAuthority('Test authority') : null;
      const tls = authority && { tls: await authority.issue({ hosts: ['127.0.0.1'] }) };
      const answers = [...(fault === 'tls' ? [] : fault), { status: 200 }];
      const limit = answers.includes('never') ? { timeoutMs: SHORT_MS } : {};
      const receiver = await startReceiver({ answers, ...tls });
      const up = await startReceiver({ answers: [{ status: 200 }] });
      const notices = ['n-1', 'n-2', 'n-3', 'n-4', 'n-5', 'n-6'].map((id, index) => ({
        ...noticeAbout(id, index % 2 === 0 ? 'a' : 'b'),
        incidentId: `incident-of-${id}`,
        subject: `subject of ${id}.`,
      }));
      const clock = fakeClock();
      const store = createSqliteStateStore(':memory:');
      const outbox = notices.flatMap((notice) =>
        [name, 'up'].map((channel) => ({ channel, notice })),
      );
      await store.save(saveOf({ outbox, nowMs: clock.nowMs() }));
      const deliver = (connection: Connection = {}) =>
        deliverOutbox({
          outbox: store,
          channels: {
            [name]: CHANNELS[name](receiver.url, { ...limit, ...connection }),
            up: CHANNELS.webhook(up.url),
          },
          clock,
        });

      await deliver();
      const atOnce = idsIn(up.accepted());
      if (fault === 'tls') expect(receiver.received).toEqual([]);
      for (let round = 0; round < 10; round += 1) {
        clock.advance(120_000);
        // Somebody fixes the certificate.
        await deliver(authority === null ? {} : { ca: authority.cert });
      }

      expect(atOnce.toSorted()).toEqual(['n-1', 'n-2', 'n-3', 'n-4', 'n-5', 'n-6']);
      for (const ids of [atOnce, idsIn(receiver.accepted())]) {
        expect(ids.filter((id) => /[135]$/.test(id))).toEqual(['n-1', 'n-3', 'n-5']);
        expect(ids.filter((id) => /[246]$/.test(id))).toEqual(['n-2', 'n-4', 'n-6']);
        expect(ids).toHaveLength(6);
      }
      expect(await store.waiting()).toEqual([]);
    },
  );
});

function idsIn(bodies: readonly string[]): readonly string[] {
  return bodies.map((body) => /subject of (n-\d)\b/.exec(body)?.[1] ?? body);
}

describe('a channel that stays down', () => {
  it('keeps its notices, in order, and no others', async () => {
    const up = await startReceiver({ answers: [{ status: 200 }] });
    const down = `http://127.0.0.1:${await closedPort()}/x`;
    const clock = fakeClock();
    const store = createSqliteStateStore(':memory:');
    const notices = [noticeAbout('n-1', 'a'), noticeAbout('n-2', 'b'), noticeAbout('n-3', 'a')];
    const outbox = notices.flatMap((notice) =>
      ['down', 'up'].map((channel) => ({ channel, notice })),
    );
    await store.save(saveOf({ outbox, nowMs: clock.nowMs() }));
    const channels = { down: CHANNELS.slack(down), up: CHANNELS.slack(up.url) };

    for (let round = 0; round < 12; round += 1) {
      await deliverOutbox({ outbox: store, channels, clock });
      clock.advance(120_000);
    }

    expect(up.accepted()).toHaveLength(3);
    const left = await store.waiting();
    expect(left.map(({ noticeId, channel }) => `${noticeId} ${channel}`)).toEqual([
      'n-1 down',
      'n-2 down',
      'n-3 down',
    ]);
  });
});
