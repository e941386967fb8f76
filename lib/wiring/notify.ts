import { storeReaders } from '../adapters/credentials/aws-sources.ts';
import {
  createSecretValueReader,
  type SecretValueRead,
} from '../adapters/credentials/credential-reader.ts';
import type { SourceReaders } from '../adapters/credentials/place-readers.ts';
import { createUndiciSender } from '../adapters/http/undici-sender.ts';
import { createPagerDutyChannel } from '../adapters/notify/pager-duty.ts';
import type { HttpChannelParts } from '../adapters/notify/post-notice.ts';
import { createSlackChannel } from '../adapters/notify/slack.ts';
import { createTeamsChannel } from '../adapters/notify/teams.ts';
import { createWebhookChannel } from '../adapters/notify/webhook.ts';
import { systemClock } from '../adapters/process.ts';
import {
  type ChannelConfig,
  channelConfig,
  configuredChannels,
  type NoticeChannel,
} from '../core/config/notice-channels.ts';
import type { SecretValueSource } from '../core/config/secret-places.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { Channel, Channels } from '../delivery/ports.ts';
import { type ChannelTest, sendSample } from '../delivery/send-sample.ts';
import type { Environment } from './check.ts';

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
  /** Channels that are configured but not available here. */
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
  const readValue = createSecretValueReader(setup);
  const parts: SenderParts = {
    http,
    clock: systemClock,
    reading: (source) => () => readValue(source),
    email: setup.email ?? null,
  };
  const opened = configuredChannels(notify).map(
    (name) => [name, open(name, notify, parts)] as const,
  );
  return {
    channels: Object.fromEntries(
      opened.flatMap(([name, channel]) => (channel === null ? [] : [[name, channel] as const])),
    ),
    unavailable: opened.flatMap(([name, channel]) => (channel === null ? [name] : [])),
    close: () => http.close(),
  };
}

/** What senders are made from. */
interface SenderParts extends Omit<HttpChannelParts, 'readSecret'> {
  /** Reads a secret anew for each notice. */
  readonly reading: (source: SecretValueSource) => () => Promise<SecretValueRead>;
  readonly email: Channel | null;
}

/** Makes the sender of each channel from what is configured for it; null: it is not available here. */
export type Senders = {
  readonly [Name in NoticeChannel]: (
    config: ChannelConfig<Name>,
    parts: SenderParts,
  ) => Channel | null;
};

const SENDERS: Senders = {
  email: (_, { email }) => email,
  slack: ({ webhook }, { reading, ...parts }) =>
    createSlackChannel({ ...parts, readSecret: reading(webhook) }),
  teams: ({ webhook }, { reading, ...parts }) =>
    createTeamsChannel({ ...parts, readSecret: reading(webhook) }),
  'pager-duty': ({ routingKey }, { reading, ...parts }) =>
    createPagerDutyChannel({ ...parts, readSecret: reading(routingKey) }),
  webhook: ({ url, secret }, { reading, ...parts }) =>
    createWebhookChannel({ ...parts, url, readSecret: reading(secret) }),
};

function open<Name extends NoticeChannel>(
  name: Name,
  notify: WatchConfig['notify'],
  parts: SenderParts,
): Channel | null {
  const config = channelConfig(notify, name);
  return config === null ? null : SENDERS[name](config, parts);
}

/** Sends one sample notice through every configured channel, and says which took it. */
export async function testChannels(setup: ChannelSetup): Promise<readonly ChannelTest[]> {
  const { deployment, notify } = setup.config;
  const readers = storeReaders(setup.environment);
  const { channels, close } = openChannels({ readers, ...setup });
  const configured = configuredChannels(notify);
  return sendSample({ deployment, configured, channels, clock: systemClock }).finally(close);
}
