// Every place that a text of a provider is written to: whatever it says, there it is a text, and starts nothing.

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { SNSClient } from '@aws-sdk/client-sns';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { createCredentialReader } from '../../lib/adapters/credentials/credential-reader.ts';
import { createPagerDutyChannel } from '../../lib/adapters/notify/pager-duty.ts';
import type { HttpChannelParts } from '../../lib/adapters/notify/post-notice.ts';
import { createSlackChannel } from '../../lib/adapters/notify/slack.ts';
import { createSnsChannel } from '../../lib/adapters/notify/sns.ts';
import { createTeamsChannel } from '../../lib/adapters/notify/teams.ts';
import { createWebhookChannel } from '../../lib/adapters/notify/webhook.ts';
import { createJsonLog, systemClock } from '../../lib/adapters/process.ts';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { runDue } from '../../lib/check/run-due.ts';
import {
  REPORT_FORMAT_NAMES,
  REPORT_FORMATS,
  type ReportFormatName,
} from '../../lib/cli/check/report-formats.ts';
import { pinToken } from '../../lib/cli/init/pin-token.ts';
import { coloured, plain } from '../../lib/cli/terminal-text.ts';
import { withEnvEntry } from '../../lib/config-file/env-file.ts';
import { readConfigText } from '../../lib/config-file/read-config-file.ts';
import { starterConfig } from '../../lib/config-file/starter-config.ts';
import { NOTICE_CHANNEL_NAMES, type NoticeChannel } from '../../lib/core/config/notice-channels.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { RunReport } from '../../lib/core/report/run-report.ts';
import { Secret } from '../../lib/core/secret.ts';
import { noticeSchema } from '../../lib/core/state/notice.ts';
import { deliverTick } from '../../lib/delivery/deliver-tick.ts';
import type { Channel } from '../../lib/delivery/ports.ts';
import { jsonReply, textReply } from '../../lib/standin/http-messages.ts';
import { openProviderShares } from '../../lib/wiring/provider-shares.ts';
import { run } from '../cli/captured-io.ts';
import { unsignedToken } from '../cli/paste/pasted-tokens.ts';
import { readExposition } from '../support/exposition-reader.ts';
import { replyWith } from '../support/fault-replies.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { type Scenario, startScenario } from '../support/scenario.ts';
import {
  linkProblems,
  plainProblems,
  runnerProblems,
  slackProblems,
  teamsProblems,
  terminalProblems,
  textsIn,
} from '../support/sink-judges.ts';
import { readXml, type XmlElement } from '../support/xml-reader.ts';

type Planted = { readonly scenario: Scenario; readonly clientId: string; readonly said: string };

const atToken = ({ scenario, clientId }: Planted, reply: Parameters<typeof replyWith>[0]) =>
  scenario.faults.set('token', replyWith(reply), { clientId });

/** Where a provider or an API says something; what a place gives changes the application's configuration. */
const PLACES: readonly ((planted: Planted) => unknown)[] = [
  (planted) =>
    atToken(planted, () =>
      jsonReply(401, { error: 'invalid_client', error_description: planted.said }),
    ),
  (planted) =>
    atToken(planted, () => jsonReply(400, { error: planted.said, error_uri: planted.said })),
  (planted) => atToken(planted, () => textReply(404, `<title>${planted.said}</title>`)),
  (planted) => atToken(planted, () => textReply(400, planted.said)),
  ({ scenario, clientId, said }) => {
    scenario.tenant.distortToken(clientId, {
      claims: (claims) => ({
        ...claims,
        iss: said,
        aud: [said],
        azp: said,
        org_code: said,
        scope: said,
        tier: said,
      }),
    });
    return { expect: { organization: 'org_acme', claims: { tier: 'gold' } } };
  },
  ({ scenario, clientId, said }) => {
    const reply = () => jsonReply(403, { errors: [{ code: said, message: said }] });
    scenario.faults.set('api', replyWith(reply), { clientId });
    return { call: scenario.call() };
  },
];

/** Applications to each of which its provider says one of the texts, all of them in one place, and each in another. */
async function hostileWorld() {
  const scenario = await startScenario();
  const applications: Record<string, unknown> = {};
  const providers: Record<string, unknown> = {};
  for (const [index, said] of HOSTILE_TEXTS.entries()) {
    const places = [PLACES[0], PLACES[1 + (index % (PLACES.length - 1))]];
    for (const [at, place] of places.entries()) {
      const name = `a${index}-${at}`;
      const sibling = await scenario.addSibling(name);
      const change = place?.({ scenario, clientId: sibling.clientId, said });
      const parts = typeof change === 'object' ? { ...change } : {};
      // A provider each, so that no notice speaks for several.
      providers[name] = scenario.provider({ timeoutMs: 60_000 });
      applications[name] = sibling.configured({ ...parts, provider: name, everyMinutes: 5 });
    }
  }
  const written = { version: 1, deployment: 'sinks', providers, applications };
  return { scenario, written, names: Object.keys(applications) };
}

/** The judge of each format: what it gives is wrong with the output. */
const FORMATS: Readonly<
  Record<ReportFormatName, (output: string, names: readonly string[]) => readonly string[]>
> = {
  table: (output, names) => names.filter((name) => !output.includes(name)),
  json: (output, names) => {
    const { reports } = JSON.parse(output) as RunReport;
    return names.filter((name) => !reports.some(({ application }) => application === name));
  },
  junit: (output, names) => {
    const cases = casesOf(readXml(output)).map(({ attributes }) => attributes['name'] ?? '');
    expect(output).not.toContain('[[ATTACHMENT');
    return cases.filter((name) => !names.includes(name));
  },
  prometheus: (output, names) => {
    const labels = readExposition(output).flatMap(
      ({ labels: { application = [] } }) => application,
    );
    return labels.filter((name) => !names.includes(name));
  },
};

function casesOf(element: XmlElement): readonly XmlElement[] {
  if (element.name === 'testcase') return [element];
  return element.children.flatMap(casesOf);
}

describe('what a provider says, in the output of check', () => {
  it.each(REPORT_FORMAT_NAMES)('starts nothing: --format %s', async (format) => {
    const { scenario, written, names } = await hostileWorld();
    await writeFile(join(scenario.folder, 'm2m-watch.yaml'), stringify(written));

    const { stdout, stderr } = await run(['check', '--format', format], { cwd: scenario.folder });

    expect(FORMATS[format](stdout, names)).toEqual([]);
    for (const output of [stdout, stderr]) {
      expect(runnerProblems(output)).toEqual([]);
      expect(terminalProblems(output)).toEqual([]);
    }
    if (format !== 'json') return;
    const report = JSON.parse(stdout) as RunReport;
    expect(report.reports.filter(({ status }) => status !== 'healthy').length).toBeGreaterThan(
      HOSTILE_TEXTS.length * 1.5,
    );
    expect(stdout).toContain('owned');
    for (const width of [20, 33, 40, 61, 80, 119, 160]) {
      for (const style of [plain, coloured]) {
        for (const { render } of Object.values(REPORT_FORMATS)) {
          const output = render(report, { width, style, failOn: 'unhealthy' });
          expect(runnerProblems(output)).toEqual([]);
          expect(terminalProblems(output)).toEqual([]);
        }
      }
    }
  });
});

describe('what a provider said, in the output of explain', () => {
  it.each([
    ['table', []],
    ['json', ['--format', 'json']],
  ])('starts nothing: %s', async (_, format) => {
    for (const said of HOSTILE_TEXTS) {
      const body = JSON.stringify({ error: 'invalid_client', error_description: said });
      const words = ['explain', '--status', '401', '--body', body, ...format];

      const { stdout, stderr } = await run(words, { columns: 45 });

      expect(stdout).toContain('credentials-rejected');
      for (const output of [stdout, stderr]) {
        expect(runnerProblems(output)).toEqual([]);
        expect(terminalProblems(output)).toEqual([]);
      }
    }
  });
});

describe('what a pasted token says, in the output of decode', () => {
  it('starts nothing', async () => {
    for (const said of HOSTILE_TEXTS) {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = { iss: said, aud: [said], scope: said, [said]: { [said]: said } };
      const token = `${part({ alg: 'RS256', kid: said })}.${part(claims)}.c2lnbmF0dXJl`;

      const { stdout, stderr } = await run(['decode'], { stdin: token, columns: 45 });

      expect(stdout.length).toBeGreaterThan(100);
      for (const output of [stdout, stderr]) {
        expect(runnerProblems(output)).toEqual([]);
        expect(terminalProblems(output)).toEqual([]);
      }
    }
  });
});

describe('what two tokens say, in the output of compare', () => {
  it('starts nothing', { timeout: 60_000 }, async () => {
    const scenario = await startScenario();
    const providers = { acme: scenario.provider() };
    const written = { version: 1, deployment: 'sinks', providers };
    const applications = { 'billing-sync': scenario.application() };
    await scenario.write('m2m-watch.yaml', stringify({ ...written, applications }));
    let said = '';
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, tier: said, aud: [said], [said]: said }),
    });
    for (said of HOSTILE_TEXTS) {
      const pasted = unsignedToken({ iss: said, aud: [said], scope: said, tier: `${said} too` });

      const { stdout, stderr } = await run(['compare', '--app', 'billing-sync'], {
        cwd: scenario.folder,
        stdin: pasted,
        columns: 45,
      });

      expect(stdout.length).toBeGreaterThan(100);
      for (const output of [stdout, stderr]) {
        expect(runnerProblems(output)).toEqual([]);
        expect(terminalProblems(output)).toEqual([]);
      }
    }
  });
});

const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** What a channel sends for one notice: the body of a request, or the parts of an e-mail. */
interface Sent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
}

/** The sender of each channel, and the judge of what it sends. */
const CHANNELS: Readonly<
  Record<
    NoticeChannel,
    {
      readonly make: (parts: HttpChannelParts, sns: Pick<SNSClient, 'send'>) => Channel;
      readonly judge: (sent: Sent) => readonly string[];
    }
  >
> = {
  email: {
    make: (_, client) => createSnsChannel({ client, topicArn: 'arn:aws:sns:eu-west-1:1:notices' }),
    judge: ({ subject, body }) => [
      // SNS: printable ASCII, fewer than 100 characters, no line breaks, which would begin a header.
      ...(/^[\x20-\x7e]{1,99}$/.test(subject) ? [] : [`subject ${JSON.stringify(subject)}`]),
      ...plainProblems(body),
      ...linkProblems(body),
      ...(/^(?:Bcc:|MAIL FROM|\.$|=)/m.test(body) ? ['a line of its own'] : []),
    ],
  },
  slack: { make: (parts) => createSlackChannel(parts), judge: ({ body }) => slackProblems(body) },
  teams: { make: (parts) => createTeamsChannel(parts), judge: ({ body }) => teamsProblems(body) },
  'pager-duty': {
    make: (parts) => createPagerDutyChannel(parts),
    judge: ({ body }) => {
      const { payload, event_action: action, routing_key: key } = JSON.parse(body);
      return [
        ...textsIn(payload).flatMap(([, text]) => [...plainProblems(text), ...linkProblems(text)]),
        ...(payload.summary.length <= 1024 && action === 'trigger' && key === WEBHOOK_SECRET
          ? []
          : ['fields that are not ours']),
      ];
    },
  },
  webhook: {
    make: (parts) => createWebhookChannel({ ...parts, url: 'https://hooks.acme.com' }),
    judge: ({ body, headers }) => {
      const { data } = new Webhook(WEBHOOK_SECRET).verify(body, headers) as { data: unknown };
      const read = noticeSchema.strict().safeParse(data);
      return [
        ...(read.success ? [] : [read.error.message]),
        ...textsIn(data).flatMap(([, text]) => plainProblems(text)),
      ];
    },
  },
};

describe('what a provider says, in a notice', () => {
  it('starts nothing, and becomes no link, in any channel', async () => {
    const { scenario, written, names } = await hostileWorld();
    const parsed = parseConfig({
      ...written,
      thresholds: { open: 1 },
      confirmation: { attempts: 0 },
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const config = parsed.value;
    const store = createSqliteStateStore(':memory:');
    const baseDirectory = scenario.folder;
    const credentials = createCredentialReader({ environment: {}, baseDirectory });
    const sent = new Map<string, Sent[]>(NOTICE_CHANNEL_NAMES.map((name) => [name, []]));
    const channels = Object.fromEntries(
      NOTICE_CHANNEL_NAMES.map((name) => [name, capturing(name, sent.get(name) ?? [])]),
    );

    await runDue({
      config,
      store,
      clock: systemClock,
      slotMs: 0,
      channels: NOTICE_CHANNEL_NAMES,
      openShares: (applications) =>
        openProviderShares(applications, { config, baseDirectory, credentials, signal: null }),
    });
    await deliverTick({ store, config, channels, clock: systemClock, leaseMs: 60_000 });

    for (const name of NOTICE_CHANNEL_NAMES) {
      const messages = sent.get(name) ?? [];
      expect(messages.length, name).toBeGreaterThan(names.length * 0.75);
      expect(messages.map(({ body }) => body).join(), name).toContain('owned');
      expect(messages.flatMap(CHANNELS[name].judge), name).toEqual([]);
    }
  });

  it('is judged: each judge finds what is not escaped', () => {
    const text = HOSTILE_TEXTS.join('\n');

    expect(runnerProblems(text).length).toBeGreaterThan(20);
    expect(terminalProblems(text).length).toBeGreaterThan(10);
    expect(linkProblems(text).length).toBeGreaterThan(4);
    const mrkdwn = { type: 'mrkdwn', text: '<!channel> owned' };
    expect(
      slackProblems(JSON.stringify({ text: '<!here>', blocks: [{ text: mrkdwn }] })),
    ).toHaveLength(5);
    const body = HOSTILE_TEXTS.map((said) => ({ text: said }));
    expect(
      teamsProblems(JSON.stringify({ attachments: [{ content: { body } }] })).length,
    ).toBeGreaterThan(50);
  });
});

/** A channel as it is, and what it would have sent. */
function capturing(name: NoticeChannel, sent: Sent[]): Channel {
  const http: HttpChannelParts['http'] = {
    send: async ({ body, headers }) => {
      const texts = Object.entries(headers).map(([key, value]) => [key, String(value)]);
      sent.push({ body: body?.reveal() ?? '', headers: Object.fromEntries(texts), subject: '' });
      return {
        kind: 'reply',
        status: 202,
        headers: {},
        body: '',
        bodyProblem: null,
        durationMs: 1,
      };
    },
    close: async () => {},
  };
  const client = {
    send: async ({ input }: { readonly input: { Subject: string; Message: string } }) => {
      sent.push({ body: input.Message, subject: input.Subject, headers: {} });
      return {};
    },
  };
  return CHANNELS[name].make(
    {
      http,
      clock: systemClock,
      readSecret: async () => ({ kind: 'value', value: new Secret(WEBHOOK_SECRET) }),
    },
    client as unknown as Pick<SNSClient, 'send'>,
  );
}

describe('what others say, in the log of a function', () => {
  it('is one line of JSON an event, whatever it says', () => {
    for (const said of HOSTILE_TEXTS) {
      let written = '';
      const log = createJsonLog({
        write: (text) => {
          written += text;
        },
      });

      log({
        level: 'warn',
        event: 'check',
        detail: { said, [said]: said, level: said, event: said },
      });

      expect(written.slice(0, -1)).not.toContain('\n');
      expect(JSON.parse(written)).toMatchObject({ level: 'warn', event: 'check', said });
      expect(terminalProblems(written)).toEqual([]);
      expect(runnerProblems(written)).toEqual([]);
    }
  });
});

const HEADER = { algorithm: 'RS256', keyId: null, type: null } as const;

describe('what a token or a person says, in the files of init', () => {
  it('is a value of the configuration, and nothing beside it', () => {
    const application = {
      name: 'billing-sync',
      providerName: 'acme',
      type: 'oidc',
      issuer: 'https://login.acme.com',
      allowInsecureHttp: false,
      clientId: 'client',
      variable: 'BILLING_SYNC',
      audience: [],
      scopes: [],
      tokenFormat: 'jwt',
      clientAuthentication: null,
      privateKey: null,
    } as const;
    // A list of more than 50 is not taken.
    const claims = { permissions: HOSTILE_TEXTS.slice(0, 40), roles: HOSTILE_TEXTS.slice(40) };
    const verification = { kind: 'verified', header: HEADER, claims } as const;
    const pinned = pinToken({ token: null, verification, application, secret: null });
    const text = starterConfig({ schema: './m2m-watch.schema.json', application, pinned });

    const read = readConfigText(text, 'm2m-watch.yaml');

    if (!read.ok) throw new Error(JSON.stringify(read.issues));
    const { applications, providers } = read.value.config;
    expect(Object.keys(providers)).toEqual(['acme']);
    expect(applications.map(({ name }) => name)).toEqual(['billing-sync']);
    expect(applications[0]?.expect.claims).toEqual(pinned.claims);
    expect(JSON.stringify(pinned.claims)).toContain('# heading');
  });

  it('is the value of one variable in .env, or nothing is written', () => {
    for (const value of HOSTILE_TEXTS) {
      const text = withEnvEntry('BEFORE=1\n', { name: 'SECRET', value, comment: 'A secret.' });
      if (text !== null) expect({ ...parseEnv(text) }).toEqual({ BEFORE: '1', SECRET: value });
    }
  });
});
