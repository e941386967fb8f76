// Beside the metrics: the catalogue of CloudWatch alarms, which the deployment, its cost and the runbook share.

/** Who an alarm is for: pagers of the applications, or whoever looks after m2m-watch itself. */
export type AlarmAudience = 'application' | 'monitor';

/** One alarm of the catalogue. */
export interface AlarmDefinition {
  readonly audience: AlarmAudience;
  /** What there is one of for each alarm; null: one for the deployment. */
  readonly per: 'application' | 'provider' | null;
  /** One line without a full stop, first in the alarm's description. */
  readonly title: string;
  /** What it means, in one or two sentences. */
  readonly meaning: string;
  /** What to do, in order, in the imperative. */
  readonly steps: readonly string[];
}

const READ_THE_LOG =
  'Read the log of the function: Lambda console, the function, Monitor, View CloudWatch logs.';
const CHECK_NOW = 'Check now, with the command that stands in the outputs of the stack.';

/** Every alarm by its id; ids stand in the runbook's headings and in descriptions. */
export const ALARMS = {
  'application-fault': {
    audience: 'application',
    per: 'application',
    title: 'An application is broken',
    meaning:
      'An incident of this application is open: it gets no token, or one that its API does not accept. The notice names the cause.',
    steps: [
      'Read the notice of the incident, or run `m2m-watch check --app NAME`: both name the cause and its fix.',
      'Follow the fix; docs/causes.md has every cause.',
      CHECK_NOW,
    ],
  },
  'provider-unavailable': {
    audience: 'application',
    per: 'provider',
    title: 'A provider does not serve',
    meaning:
      'The provider did not answer several token requests in a row, or answered with errors of its own. Nothing is known of its applications meanwhile, and they raise no alarms for it.',
    steps: [
      "Look at the provider's status page.",
      'Try it from elsewhere: where it answers there, the way from the function is at fault (DNS, proxy, security group, NAT).',
      'Wait: one application is tried on every tick, and the others follow as soon as it is served.',
    ],
  },
  'credential-breakage': {
    audience: 'application',
    per: null,
    title: 'Credentials are refused',
    meaning:
      'At least one application is broken by its credentials: rotated, deleted, expired, missing or malformed. It covers the whole fleet, those without an alarm of their own included.',
    steps: [
      'Run `m2m-watch check`, or read the notice: it names the application and the cause.',
      'Where a secret was rotated, store the new one; where it was not, look who changed the application at the provider.',
      CHECK_NOW,
    ],
  },
  'heartbeat-missing': {
    audience: 'monitor',
    per: null,
    title: 'm2m-watch does not run',
    meaning:
      'No run came to its end for several ticks, so nothing is watched. No other alarm can be trusted until this one is over.',
    steps: [
      'See whether the schedule is enabled, and whether the function was started: its Invocations metric.',
      READ_THE_LOG,
      'Look for messages in the dead-letter queue: their attributes say why a start failed.',
      'Where runs end and only metrics are missing, look whether the role may put metrics in the namespace M2MWatch, and whether CloudWatch can be reached from the VPC.',
    ],
  },
  'stale-applications': {
    audience: 'monitor',
    per: null,
    title: 'Applications are not checked as often as they should be',
    meaning:
      'The last completed check of at least one application is older than twice its `everyMinutes` and one tick: runs end before its turn, or the tokens of the month are used up.',
    steps: [
      'Compare RunDuration on the dashboard with the tick: a hanging provider holds up its applications.',
      "Compare the tokens minted with the provider's plan, also on the dashboard.",
      'Raise `everyMinutes` of some applications, or `concurrency` or the plan of the provider.',
    ],
  },
  'monitor-faults': {
    audience: 'monitor',
    per: null,
    title: 'm2m-watch had faults of its own',
    meaning:
      'Something went wrong on the side of m2m-watch within the last hour: a secret that it may not read, a run out of time, state or delivery that failed. The applications concerned are undetermined, neither broken nor well.',
    steps: [
      'Read the reports of the family `monitor`: `m2m-watch check` shows them, and the dashboard counts causes.',
      READ_THE_LOG,
      'For `secret-unreadable`: compare the rights of the function role, the policy of the secret and that of its key.',
    ],
  },
  'check-errors': {
    audience: 'monitor',
    per: null,
    title: 'The check function fails',
    meaning: 'An invocation of the check function ended in an error, a timeout or out of memory.',
    steps: [
      READ_THE_LOG,
      'Look for the event in the dead-letter queue, and report the fault if it is one of m2m-watch.',
    ],
  },
  'check-throttles': {
    audience: 'monitor',
    per: null,
    title: 'The check function is throttled',
    meaning: 'Lambda had no concurrency left in the account and Region to start a run.',
    steps: [
      'See which function uses up the concurrency of the account: Lambda console, Dashboard.',
      'Ask AWS for more concurrency in Service Quotas.',
    ],
  },
  'check-now-errors': {
    audience: 'monitor',
    per: null,
    title: 'The check-now function fails',
    meaning: 'A check that was on demand ended in an error, a timeout or out of memory.',
    steps: [READ_THE_LOG, 'See that the input has the form { "applications": ["NAME"] }.'],
  },
  'check-now-throttles': {
    audience: 'monitor',
    per: null,
    title: 'The check-now function is throttled',
    meaning: 'Lambda had no concurrency left in the account and Region for a check on demand.',
    steps: ['See the alarm check-throttles.'],
  },
  'notify-errors': {
    audience: 'monitor',
    per: null,
    title: 'The notify function fails',
    meaning:
      'An invocation that delivers notices ended in an error. Undelivered notices stay in the outbox and are tried again on the next tick.',
    steps: [READ_THE_LOG, 'See whether the channels still exist: webhook, routing key, topic.'],
  },
  'notify-throttles': {
    audience: 'monitor',
    per: null,
    title: 'The notify function is throttled',
    meaning:
      'Lambda had no concurrency left in the account and Region to deliver notices; they wait in the outbox.',
    steps: ['See the alarm check-throttles.'],
  },
  'schedule-dropped': {
    audience: 'monitor',
    per: null,
    title: 'The schedule drops ticks',
    meaning:
      'EventBridge Scheduler could not start a function within a minute, and left the tick out, since a late check is worth nothing.',
    steps: [
      'Look for the message in the dead-letter queue: ERROR_CODE and ERROR_MESSAGE say why.',
      'Where it is access denied, deploy again: the role of the schedule was changed.',
    ],
  },
  'schedule-errors': {
    audience: 'monitor',
    per: null,
    title: 'The schedule cannot start a function',
    meaning: 'EventBridge Scheduler got an error from Lambda when it started a function.',
    steps: ['See the alarm schedule-dropped.'],
  },
  'dead-letters': {
    audience: 'monitor',
    per: null,
    title: 'Starts of functions have failed',
    meaning:
      'The dead-letter queue holds messages: ticks that were dropped, or invocations that ended in an error. It stays until the queue is empty.',
    steps: [
      'Read the messages: attributes of the schedule (ERROR_CODE, ERROR_MESSAGE), or the requestContext of an invocation.',
      'Mend the reason; the other alarms about m2m-watch name it in most cases.',
      'Purge the queue: a tick that is over is not made up for.',
    ],
  },
} as const satisfies Readonly<Record<string, AlarmDefinition>>;

/** The id of an alarm. */
export type AlarmId = keyof typeof ALARMS;

/** All ids, in the order of the runbook. */
export const ALARM_IDS = Object.keys(ALARMS) as readonly string[] as readonly AlarmId[];

/** One alarm of the catalogue, without the literal types of its texts. */
export function alarmDefinition(id: AlarmId): AlarmDefinition {
  return ALARMS[id];
}

/** How many alarms a fleet has, composites not counted. */
export function alarmCount(fleet: {
  readonly applicationsWithMetric: number;
  readonly providers: number;
}): number {
  const each = { application: fleet.applicationsWithMetric, provider: fleet.providers };
  return ALARM_IDS.map((id) => alarmDefinition(id).per).reduce(
    (sum, per) => sum + (per === null ? 1 : each[per]),
    0,
  );
}

/** How many alarms one composite may watch, so that its rule stays below 10,240 characters with long ARNs. */
export const COMPOSITE_CHILDREN_MAX = 30;

/** Groups of children for composites: one group where it fits, else groups whose composites have one above them. */
export function compositeGroups<Child>(children: readonly Child[]): readonly (readonly Child[])[] {
  const groups = Math.ceil(children.length / COMPOSITE_CHILDREN_MAX);
  return Array.from({ length: groups }, (_, index) =>
    children.slice(index * COMPOSITE_CHILDREN_MAX, (index + 1) * COMPOSITE_CHILDREN_MAX),
  );
}
