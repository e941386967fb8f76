import { systemClock } from '../adapters/clock/system-clock.ts';
import { createSecretValueReader } from '../adapters/credentials/secret-value.ts';
import type { SourceReaders } from '../adapters/credentials/source-read.ts';
import { createUndiciSender } from '../adapters/http/undici-sender.ts';
import { createPagerDutyChannel } from '../adapters/notify/pager-duty.ts';
import { createSlackChannel } from '../adapters/notify/slack.ts';
import { createTeamsChannel } from '../adapters/notify/teams.ts';
import { createWebhookChannel } from '../adapters/notify/webhook.ts';
import type { SecretValueSource } from '../core/config/credential-source.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { configuredChannels, type NoticeChannel } from '../core/incident/notice-channels.ts';
import type { Channel, Channels } from '../delivery/ports.ts';
import { type ChannelTest, sendSample } from '../delivery/send-sample.ts';
import type { Environment } from './check.ts';
import { storeReaders } from './store-readers.ts';

/** What the channels are opened with. */
export interface ChannelSetup {
  readonly config: WatchConfig;
  /** Where relative paths of the configuration start. */
  readonly baseDirectory: string;
  readonly environment: Environment;
  /** Readers of further kinds of sources, as on AWS. */
  readonly readers?: SourceReaders;
  /** The e-mail channel, where there is one. */
  readonly email?: Channel;
  /** Certificates in PEM that receivers may have besides those that Node trusts. */
  readonly ca?: string;
}

/** The channels of a configuration, and their connections, which end with `close`. */
export interface OpenChannels {
  readonly channels: Channels;
  /** Configured, and not to be had here. */
  readonly unavailable: readonly NoticeChannel[];
  close(): Promise<void>;
}

/** Opens every configured channel; nothing is read or sent before the first notice. */
export function openChannels(setup: ChannelSetup): OpenChannels {
  const { notify } = setup.config;
  const http = createUndiciSender({
    connections: 10,
    // To this machine only, where the sender allows it at all.
    allowInsecureHttp: true,
    ...(setup.ca === undefined ? {} : { ca: setup.ca }),
  });
  const parts = { http, clock: systemClock };
  const readValue = createSecretValueReader(setup);
  const reading = (source: SecretValueSource) => () => readValue(source);
  const { slack, teams, pagerDuty, webhook } = notify;
  const built: Readonly<Record<NoticeChannel, Channel | null>> = {
    email: setup.email ?? null,
    slack: slack && createSlackChannel({ ...parts, readWebhook: reading(slack.webhook) }),
    teams: teams && createTeamsChannel({ ...parts, readWebhook: reading(teams.webhook) }),
    'pager-duty':
      pagerDuty &&
      createPagerDutyChannel({ ...parts, readRoutingKey: reading(pagerDuty.routingKey) }),
    webhook:
      webhook &&
      createWebhookChannel({ ...parts, url: webhook.url, readSecret: reading(webhook.secret) }),
  };
  const configured = configuredChannels(notify);
  return {
    channels: Object.fromEntries(
      configured.flatMap((name) => {
        const channel = built[name];
        return channel === null ? [] : [[name, channel] as const];
      }),
    ),
    unavailable: configured.filter((name) => built[name] === null),
    close: () => http.close(),
  };
}

/** Sends one sample notice through every configured channel, and says which took it. */
export async function testChannels(setup: ChannelSetup): Promise<readonly ChannelTest[]> {
  const { deployment, notify } = setup.config;
  const readers = storeReaders(setup.environment);
  const { channels, close } = openChannels({ readers, ...setup });
  const configured = configuredChannels(notify);
  return sendSample({ deployment, configured, channels, clock: systemClock }).finally(close);
}
