// Between the deployment and its functions: the names that both sides must agree on.

/** Environment variables of the functions; a topic's is absent where there is no such topic. */
export const FUNCTION_ENVIRONMENT = {
  tableName: 'TABLE_NAME',
  /** SNS topic for notices by e-mail, where `notify.email` names somebody. */
  noticesTopicArn: 'NOTICES_TOPIC_ARN',
  /** SNS topic of the alarms about m2m-watch itself, which has the same subscribers. */
  monitorTopicArn: 'MONITOR_TOPIC_ARN',
  /** SNS topic of the alarms on applications and providers, where the deployment has one of its own. */
  alarmTopicArn: 'ALARM_TOPIC_ARN',
  /** Invoked at the end of each run; the check functions have it. */
  notifyFunctionName: 'NOTIFY_FUNCTION_NAME',
  /** Secret with the key that credentials are named with; the check functions have it. */
  fingerprintKeyArn: 'FINGERPRINT_KEY_ARN',
} as const;

/** The parsed configuration as JSON, beside the handler in the code of every function. */
export const CONFIG_ASSET_FILE = 'config.json';

/** The input that the schedule gives to the check function; `slot` is ISO 8601, the time that the tick was due. */
export interface ScheduledTick {
  readonly slot: string;
}

/** The input of the check-now function; absent or empty `applications`: all of them. */
export interface CheckNowRequest {
  readonly applications?: readonly string[];
}
