// Sends one sample notice through every channel, so that people can test them before they need them.

import type { Clock } from '../check/ports.ts';
import { NOTICE_CHANNELS, type NoticeChannel } from '../core/config/notice-channels.ts';
import { resolveSample, sampleNotice } from '../core/incident/sample-notice.ts';
import type { Channels } from './ports.ts';

/** How a channel took the sample notice; `detail` is why it did not. */
export interface ChannelTest {
  readonly channel: NoticeChannel;
  readonly result: 'accepted' | 'not-taken' | 'not-available';
  readonly detail: string | null;
}

/**
 * Sends one sample notice through every configured channel at once, and says which took it.
 *
 * A channel that opens an alert gets its end too, so that none stays open.
 */
export async function sendSample({
  deployment,
  configured,
  channels,
  clock,
}: {
  readonly deployment: string;
  readonly configured: readonly NoticeChannel[];
  /** Without those that are not available here. */
  readonly channels: Channels;
  readonly clock: Pick<Clock, 'nowMs'>;
}): Promise<readonly ChannelTest[]> {
  const sample = sampleNotice(deployment, clock.nowMs());
  return Promise.all(
    configured.map(async (name): Promise<ChannelTest> => {
      const channel = channels[name];
      if (channel === undefined) {
        const detail = 'it is sent through SNS, by a deployment on AWS';
        return { channel: name, result: 'not-available', detail };
      }
      const outcome = await channel.send(sample);
      if (outcome.kind !== 'accepted') {
        return { channel: name, result: 'not-taken', detail: outcome.detail };
      }
      if (NOTICE_CHANNELS[name].resolvesTest) await channel.send(resolveSample(sample));
      return { channel: name, result: 'accepted', detail: null };
    }),
  );
}
