// Beside the notice: the channels that a configuration sends notices through, by name.

import type { WatchConfig } from '../config/watch-config.ts';

/** Every channel that notices can go to; the names stand in the outbox of a deployment. */
export const NOTICE_CHANNELS = ['email', 'slack', 'teams', 'pager-duty', 'webhook'] as const;

/** The name of a channel. */
export type NoticeChannel = (typeof NOTICE_CHANNELS)[number];

/** The channels that are configured, in a fixed order. */
export function configuredChannels({
  email,
  slack,
  teams,
  pagerDuty,
  webhook,
}: WatchConfig['notify']): readonly NoticeChannel[] {
  const isConfigured = {
    email: email.length > 0,
    slack: slack !== null,
    teams: teams !== null,
    'pager-duty': pagerDuty !== null,
    webhook: webhook !== null,
  } as const satisfies Readonly<Record<NoticeChannel, boolean>>;
  return NOTICE_CHANNELS.filter((channel) => isConfigured[channel]);
}
