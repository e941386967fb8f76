// The catalogue of CloudWatch alarms, which the deployment, its cost and the runbook share.

/** Who an alarm is for: whoever is on call for the applications, or whoever runs m2m-watch. */
type AlarmAudience = 'application' | 'monitor';

/** One alarm of the catalogue. */
export interface AlarmDefinition {
  readonly audience: AlarmAudience;
  /** Whether there is one alarm for each application or provider; null: one for the deployment. */
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
const CHECK_NOW = 'Check now, with the command in the outputs of the stack.';

/** Every alarm by its id; ids stand in the runbook's headings and in descriptions. */
const ALARMS = {
  'application-fault': {
    audience: 'application',
    per: 'application',
    title: 'An application is unhealthy',
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
    title: 'A provider is failing',
    meaning:
      'The provider did not answer several consecutive token requests, or answered with errors of its own. Until it recovers nothing is known about its applications, and they raise no alarms because of it.',
    steps: [
      "Look at the provider's status page.",
      'Try it from elsewhere: if it answers there, the network path from the function is the problem (DNS, proxy, security group, NAT).',
      'Wait: one application is tried on every tick, and the others follow as soon as it gets a token.',
    ],
  },
  'credential-breakage': {
    audience: 'application',
    per: null,
    title: 'Credentials are refused',
    meaning:
      'The credentials of at least one application fail: rotated, deleted, expired, missing or malformed. This alarm covers the whole fleet, including applications without an alarm of their own.',
    steps: [
      'Run `m2m-watch check`, or read the notice: it names the application and the cause.',
      'If a secret was rotated, store the new one; if not, find out who changed the application at the provider.',
      CHECK_NOW,
    ],
  },
  'heartbeat-missing': {
    audience: 'monitor',
    per: null,
    title: 'm2m-watch is not running',
    meaning:
      'No run has completed for several ticks, so nothing is monitored. Do not trust any other alarm until this one is OK again.',
    steps: [
      'Check that the schedule is enabled, and that the function is started: its Invocations metric.',
      READ_THE_LOG,
      'Look for messages in the dead-letter queue: their attributes say why a start failed.',
      'If runs complete and only the metrics are missing, check that the role may put metrics into the namespace M2MWatch, and that the VPC can reach CloudWatch.',
    ],
  },
  'stale-applications': {
    audience: 'monitor',
    per: null,
    title: 'Applications are not checked as often as configured',
    meaning:
      'The last completed check of at least one application is older than twice its `everyMinutes` and one tick: runs end before its turn, or the tokens of the month are used up.',
    steps: [
      'Compare RunDuration on the dashboard with the tick: a provider that hangs holds up its applications.',
      "Compare the tokens minted with the provider's plan, also on the dashboard.",
      'Raise `everyMinutes` of some applications, or `concurrency` or the plan of the provider.',
    ],
  },
  'monitor-faults': {
    audience: 'monitor',
    per: null,
    title: 'm2m-watch had internal errors',
    meaning:
      'm2m-watch itself failed within the last hour: a secret that it may not read, a run that ran out of time, state or delivery that failed. The applications concerned are undetermined, neither healthy nor unhealthy.',
    steps: [
      'Read the reports of the family `monitor`: `m2m-watch check` shows them, and the dashboard counts causes.',
      READ_THE_LOG,
      'For `secret-unreadable`: compare the permissions of the function role, the policy of the secret and the policy of its key.',
    ],
  },
  'check-errors': {
    audience: 'monitor',
    per: null,
    title: 'The check function fails',
    meaning:
      'An invocation of the check function ended in an error or a timeout, or ran out of memory.',
    steps: [
      READ_THE_LOG,
      'Look for the event in the dead-letter queue, and report a bug of m2m-watch if it is one.',
    ],
  },
  'check-throttles': {
    audience: 'monitor',
    per: null,
    title: 'The check function is throttled',
    meaning: 'Lambda had no concurrency left in this account and Region to start a run.',
    steps: [
      'Find the function that uses up the concurrency of the account: Lambda console, Dashboard.',
      'Ask AWS for more concurrency in Service Quotas.',
    ],
  },
  'check-now-errors': {
    audience: 'monitor',
    per: null,
    title: 'The check-now function fails',
    meaning: 'A check on demand ended in an error or a timeout, or ran out of memory.',
    steps: [READ_THE_LOG, 'Check that the input has the form { "applications": ["NAME"] }.'],
  },
  'check-now-throttles': {
    audience: 'monitor',
    per: null,
    title: 'The check-now function is throttled',
    meaning: 'Lambda had no concurrency left in this account and Region for a check on demand.',
    steps: ['See the alarm check-throttles.'],
  },
  'notify-errors': {
    audience: 'monitor',
    per: null,
    title: 'The notify function fails',
    meaning:
      'An invocation that delivers notices ended in an error. Notices that were not delivered stay in the outbox and are retried on the next tick.',
    steps: [READ_THE_LOG, 'Check that the channels still exist: webhook, routing key, topic.'],
  },
  'notify-throttles': {
    audience: 'monitor',
    per: null,
    title: 'The notify function is throttled',
    meaning:
      'Lambda had no concurrency left in this account and Region to deliver notices; they wait in the outbox.',
    steps: ['See the alarm check-throttles.'],
  },
  'schedule-dropped': {
    audience: 'monitor',
    per: null,
    title: 'The schedule drops ticks',
    meaning:
      'EventBridge Scheduler could not start a function within a minute and dropped the tick, because a late check is worth nothing.',
    steps: [
      'Look for the message in the dead-letter queue: ERROR_CODE and ERROR_MESSAGE say why.',
      'If it is access denied, deploy again: somebody changed the role of the schedule.',
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
    title: 'Invocations of functions have failed',
    meaning:
      'The dead-letter queue holds messages: ticks that were dropped, or invocations that ended in an error. The alarm stays until the queue is empty.',
    steps: [
      'Read the messages: attributes of the schedule (ERROR_CODE, ERROR_MESSAGE), or the requestContext of an invocation.',
      'Fix the reason; in most cases the other alarms about m2m-watch name it.',
      'Purge the queue: a tick that was missed is not repeated.',
    ],
  },
} as const satisfies Readonly<Record<string, AlarmDefinition>>;

/** The id of an alarm. */
export type AlarmId = keyof typeof ALARMS;

/** The alarms of which there is one for each application or provider. */
export type AlarmOfSubjects = {
  [Id in AlarmId]: (typeof ALARMS)[Id]['per'] extends null ? never : Id;
}[AlarmId];

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
