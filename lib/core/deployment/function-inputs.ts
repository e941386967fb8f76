// What the deployment and its functions agree on: environment, files and inputs.

import { didYouMean } from '../config/nearest-names.ts';
import type { Result } from '../result.ts';

/** Environment variables of the functions; a topic's is absent where there is no such topic. */
export const FUNCTION_ENVIRONMENT = {
  tableName: 'TABLE_NAME',
  /** SNS topic for notices by e-mail, where `notify.email` names somebody. */
  noticesTopicArn: 'NOTICES_TOPIC_ARN',
  /** SNS topic of the alarms about m2m-watch itself, with the same subscribers. */
  monitorTopicArn: 'MONITOR_TOPIC_ARN',
  /** SNS topic of the alarms on applications and providers, where the deployment has one of its own. */
  alarmTopicArn: 'ALARM_TOPIC_ARN',
  /** Invoked at the end of each run; the check functions have it. */
  notifyFunctionName: 'NOTIFY_FUNCTION_NAME',
  /** Secret that holds the fingerprint key of credentials; the check functions have it. */
  fingerprintKeyArn: 'FINGERPRINT_KEY_ARN',
} as const;

/** The parsed configuration as JSON, beside the handler in the code of every function. */
export const CONFIG_ASSET_FILE = 'config.json';

/** The input that the schedule gives to the check function; `slot` is ISO 8601, the time that the tick was due. */
export interface ScheduledTick {
  readonly slot: string;
}

const WANTED = 'wanted is { "applications": ["NAME"] }, or {} for all';

/** Reads the input of the check-now function: the names of configured applications, all where none are given. */
export function readCheckNowRequest(
  input: unknown,
  configured: readonly string[],
): Result<readonly string[], string> {
  if (input === null || input === undefined) return { ok: true, value: configured };
  if (typeof input !== 'object' || Array.isArray(input)) {
    return { ok: false, issues: [`the input is not an object; ${WANTED}`] };
  }
  const unknownKeys = Object.keys(input).filter((key) => key !== 'applications');
  if (unknownKeys.length > 0) {
    return { ok: false, issues: [`the input has unknown keys; ${WANTED}`] };
  }
  const names: unknown = 'applications' in input ? input.applications : [];
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    return { ok: false, issues: [`\`applications\` is no list of names; ${WANTED}`] };
  }
  const issues = names
    .filter((name) => !configured.includes(name))
    .map((name) => {
      const shown = JSON.stringify(name.slice(0, 64));
      return `no application is named ${shown}${didYouMean(name, configured)}`;
    });
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, value: names.length === 0 ? configured : names };
}

/** Reads the slot of the schedule's input, in milliseconds since the epoch and a multiple of the tick. */
export function slotOf(
  input: unknown,
  { tickMinutes }: { readonly tickMinutes: number },
): Result<number, string> {
  const slot = typeof input === 'object' && input !== null && 'slot' in input ? input.slot : null;
  const slotMs = typeof slot === 'string' ? Date.parse(slot) : Number.NaN;
  if (Number.isNaN(slotMs)) {
    const issue =
      'the input has no `slot` with the time that the tick was due; to check on demand, invoke the check-now function';
    return { ok: false, issues: [issue] };
  }
  const tickMs = tickMinutes * 60_000;
  // A rate expression counts from the deployment; planning needs multiples of the tick.
  return { ok: true, value: Math.floor(slotMs / tickMs) * tickMs };
}
