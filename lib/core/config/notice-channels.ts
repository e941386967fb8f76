// The channels that notices go to: how each one is configured, and what sending through it takes.

import type { SecretValueSource } from './secret-places.ts';

/** A key in the block of a channel: where a secret is kept, or an address that everybody may see. */
type ChannelKey =
  | { readonly kind: 'secret'; readonly description: string }
  | { readonly kind: 'https-url'; readonly description: string; readonly example: string };

/** One channel: everything else that depends on the channels is derived from these rows. */
export interface NoticeChannelRow {
  /** Its key under `notify`. */
  readonly key: string;
  /** Its name in a sentence. */
  readonly title: string;
  /** Its line in the documentation. */
  readonly description: string;
  /** The keys of its block; null: it has no block, but a list of e-mail addresses. */
  readonly keys: Readonly<Record<string, ChannelKey>> | null;
  /** Whether a test notice opens something at the receiver, which a second notice has to resolve. */
  readonly resolvesTest: boolean;
  /** Whether the receiver turns every address in a text into a link. */
  readonly makesLinks: boolean;
}

const secretWebhook = {
  kind: 'secret',
  description: 'Where the address of the webhook is read from.',
} as const satisfies ChannelKey;

/**
 * Every channel by its public name, which the outbox of a deployment holds.
 *
 * A new channel is a row here, and its sender in `lib/wiring/notify.ts`.
 */
export const NOTICE_CHANNELS = {
  email: {
    key: 'email',
    title: 'e-mail',
    description: 'E-mail addresses.',
    keys: null,
    resolvesTest: false,
    makesLinks: true,
  },
  slack: {
    key: 'slack',
    title: 'Slack',
    description: 'A Slack channel, through an incoming webhook.',
    keys: { webhook: secretWebhook },
    resolvesTest: false,
    makesLinks: true,
  },
  teams: {
    key: 'teams',
    title: 'Microsoft Teams',
    description: 'A Microsoft Teams channel, through a workflow webhook.',
    keys: { webhook: secretWebhook },
    resolvesTest: false,
    makesLinks: true,
  },
  'pager-duty': {
    key: 'pagerDuty',
    title: 'PagerDuty',
    description: 'A PagerDuty service, through Events API v2.',
    keys: { routingKey: { kind: 'secret', description: 'Where the routing key is read from.' } },
    resolvesTest: true,
    makesLinks: true,
  },
  webhook: {
    key: 'webhook',
    title: 'webhook',
    description: 'Any other receiver, signed as Standard Webhooks describes.',
    keys: {
      url: {
        kind: 'https-url',
        description: 'The URL of the receiver.',
        example: 'https://hooks.acme.com/m2m',
      },
      secret: { kind: 'secret', description: 'Where the signing secret is read from.' },
    },
    resolvesTest: false,
    makesLinks: false,
  },
} as const satisfies Readonly<Record<string, NoticeChannelRow>>;

/** The public name of a channel. */
export type NoticeChannel = keyof typeof NOTICE_CHANNELS;

/** The channels in the order of documentation and output. */
export const NOTICE_CHANNEL_NAMES = Object.keys(NOTICE_CHANNELS) as readonly NoticeChannel[];

type Row<Channel extends NoticeChannel> = (typeof NOTICE_CHANNELS)[Channel];

/** What is configured for a channel: its block, or its addresses. */
export type ChannelConfig<Channel extends NoticeChannel> = Row<Channel>['keys'] extends null
  ? readonly string[]
  : {
      readonly [Key in keyof Row<Channel>['keys']]: Row<Channel>['keys'][Key] extends {
        readonly kind: 'secret';
      }
        ? SecretValueSource
        : string;
    };

/** Every channel by its key, parsed; null or an empty list: not configured. */
export type ChannelConfigs = {
  readonly [Channel in NoticeChannel as Row<Channel>['key']]: Row<Channel>['keys'] extends null
    ? ChannelConfig<Channel>
    : ChannelConfig<Channel> | null;
};

/** What is configured for a channel; null: it is not configured. */
export function channelConfig<Channel extends NoticeChannel>(
  notify: ChannelConfigs,
  channel: Channel,
): ChannelConfig<Channel> | null {
  const config = notify[NOTICE_CHANNELS[channel].key];
  const isConfigured = config !== null && !(Array.isArray(config) && config.length === 0);
  return isConfigured ? (config as ChannelConfig<Channel>) : null;
}

/** The channels that are configured, in a fixed order. */
export function configuredChannels(notify: ChannelConfigs): readonly NoticeChannel[] {
  return NOTICE_CHANNEL_NAMES.filter((channel) => channelConfig(notify, channel) !== null);
}

/** The secrets that the configured channels send with, each with its path in the configuration. */
export function channelSecrets(
  notify: ChannelConfigs,
): readonly { readonly path: readonly string[]; readonly source: SecretValueSource }[] {
  return configuredChannels(notify).flatMap((channel) => {
    const { key, keys }: NoticeChannelRow = NOTICE_CHANNELS[channel];
    const config = notify[NOTICE_CHANNELS[channel].key] as Readonly<Record<string, unknown>>;
    return Object.entries(keys ?? {})
      .filter(([, { kind }]) => kind === 'secret')
      .map(([name]) => ({
        path: ['notify', key, name],
        source: config[name] as SecretValueSource,
      }));
  });
}
