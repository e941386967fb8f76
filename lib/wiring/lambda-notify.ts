import { SNSClient } from '@aws-sdk/client-sns';
import { CLIENT_SETTING } from '../adapters/aws/client-setting.ts';
import { confirmedSubscriptions, createSnsChannel } from '../adapters/notify/sns.ts';
import { logFault, nameOfFault } from '../check/monitor-error.ts';
import type { Log } from '../check/ports.ts';
import { FUNCTION_ENVIRONMENT } from '../core/deployment/function-inputs.ts';
import { type DeliveredTick, deliverTick } from '../delivery/deliver-tick.ts';
import type { Channel, Channels } from '../delivery/ports.ts';
import {
  type Deployed,
  functionDeadline,
  functionTools,
  type Invocation,
} from './lambda-invocation.ts';
import { openChannels } from './notify.ts';

/** The handler of the function that delivers notices. */
export type NotifyFunction = (input: unknown, invocation: Invocation) => Promise<DeliveredTick>;

/** A topic, and how many the configuration wants to get its messages. */
interface Topic {
  readonly variable: keyof typeof FUNCTION_ENVIRONMENT;
  readonly topicArn: string;
  readonly wanted: number;
}

/** Makes the handler; it runs on its own tick, and after each run. */
export function createNotifyFunction(deployed: Deployed): NotifyFunction {
  const { config, environment } = deployed;
  const { log, clock, store, metrics, sources, takeDamaged } = functionTools(deployed);
  const sns = new SNSClient(CLIENT_SETTING);
  const topicArn = environment[FUNCTION_ENVIRONMENT.noticesTopicArn];
  const email =
    topicArn === undefined ? {} : { email: createSnsChannel({ client: sns, topicArn }) };

  const countFaults = async (faults: number) => {
    if (faults === 0) return;
    const series = { deployment: config.deployment, metric: 'MonitorFaults', of: null } as const;
    await metrics.publish([{ ...series, atMs: clock.nowMs(), values: [faults] }]);
  };

  return async (input, invocation) => {
    const { signal, clear } = functionDeadline(invocation);
    const open = openChannels({ ...deployed, readers: sources.readers, ...email });
    try {
      const channels = withUnavailable(open.channels, open.unavailable);
      const onEvent = (event: object) =>
        log({ level: 'info', event: 'delivery', detail: { ...event } });
      const tick = await deliverTick({ store, config, channels, clock, ending: signal, onEvent });
      const isOwnTick = typeof input === 'object' && input !== null && 'slot' in input;
      const missing = isOwnTick ? await missingSubscriptions({ deployed, sns, log }) : 0;
      const faults = tick.faults + open.unavailable.length + missing + takeDamaged();
      await countFaults(faults);
      return { ...tick, faults };
    } catch (thrown) {
      logFault(log, 'delivery-failed', { fault: nameOfFault(thrown) });
      await countFaults(1);
      // The function's own alarm says so too.
      throw thrown;
    } finally {
      clear();
      await open.close();
    }
  };
}

/** What cannot be sent here waits, and is not dropped as if nobody wanted it. */
function withUnavailable(channels: Channels, unavailable: readonly string[]): Channels {
  const waiting: Channel = {
    send: async () => ({
      kind: 'retry',
      afterSeconds: null,
      detail: 'the channel is not deployed',
    }),
  };
  return { ...channels, ...Object.fromEntries(unavailable.map((name) => [name, waiting])) };
}

/** How many topics have fewer confirmed subscribers than the configuration names. */
async function missingSubscriptions({
  deployed,
  sns,
  log,
}: {
  readonly deployed: Deployed;
  readonly sns: SNSClient;
  readonly log: Log;
}): Promise<number> {
  const short = await Promise.all(
    topicsOf(deployed).map(async ({ variable, topicArn, wanted }) => {
      try {
        const confirmed = await confirmedSubscriptions({ client: sns, topicArn });
        if (confirmed >= wanted) return 0;
        const detail = { topic: variable, confirmed, wanted };
        logFault(log, 'subscriptions-unconfirmed', detail);
      } catch (thrown) {
        const detail = { topic: variable, fault: nameOfFault(thrown) };
        logFault(log, 'subscriptions-unknown', detail);
      }
      return 1;
    }),
  );
  return short.filter((each) => each > 0).length;
}

function topicsOf({ config, environment }: Deployed): readonly Topic[] {
  const { notify, alarms } = config;
  const topics = [
    ['noticesTopicArn', notify.email.length],
    ['monitorTopicArn', notify.email.length],
    ['alarmTopicArn', alarms.email.length],
  ] as const;
  return topics.flatMap(([variable, wanted]) => {
    const topicArn = environment[FUNCTION_ENVIRONMENT[variable]];
    return topicArn === undefined || wanted === 0 ? [] : [{ variable, topicArn, wanted }];
  });
}
