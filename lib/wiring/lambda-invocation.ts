// What every function begins with: its configuration, its clients, and the time that an invocation has.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CLIENT_SETTING } from '../adapters/aws/client-setting.ts';
import { createAwsSources } from '../adapters/credentials/aws-sources.ts';
import { createCloudWatchMetrics } from '../adapters/metrics/cloudwatch-metrics.ts';
import { createJsonLog, systemClock } from '../adapters/process.ts';
import { createDynamodbStateStore } from '../adapters/state/dynamodb-state-store.ts';
import { logFault } from '../check/monitor-error.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { CONFIG_ASSET_FILE, FUNCTION_ENVIRONMENT } from '../core/deployment/function-inputs.ts';
import { keepVerifyingCertificates } from './certificate-checks.ts';

/** What a function finds in its own code and environment. */
export interface Deployed {
  readonly config: WatchConfig;
  /** The folder of the code, where relative paths of the configuration start. */
  readonly baseDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the configuration that was deployed with a function: parsed before, and nobody's to change since.
 *
 * It is the first thing that a function does, so the verification of certificates is kept on here too.
 * `moduleUrl` is the `import.meta.url` of the handler, which the file lies beside.
 */
export function readDeployed(
  moduleUrl: string,
  environment: Deployed['environment'] = process.env,
): Deployed {
  const ignored = keepVerifyingCertificates(process.env);
  if (ignored !== null)
    createJsonLog()({ level: 'warn', event: 'variable-ignored', detail: { ignored } });
  const baseDirectory = dirname(fileURLToPath(moduleUrl));
  const json = readFileSync(new URL(CONFIG_ASSET_FILE, moduleUrl), 'utf8');
  return { config: JSON.parse(json) as WatchConfig, baseDirectory, environment };
}

/** A variable that the deployment sets. */
export function deployedVariable({ environment }: Deployed, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new TypeError(`the environment has no ${name}, which the deployment sets: deploy again`);
}

/** What every function works with; clients are made once for a process. */
export function functionTools(deployed: Deployed) {
  const log = createJsonLog();
  const tableName = deployedVariable(deployed, FUNCTION_ENVIRONMENT.tableName);
  let damaged = 0;
  const reported = new Set<string>();
  const onDamaged = (item: string) => {
    if (reported.has(item)) return;
    reported.add(item);
    damaged += 1;
    logFault(log, 'state-item-damaged', { item });
  };
  const table = { client: new DynamoDBClient(CLIENT_SETTING), tableName };
  return {
    log,
    clock: systemClock,
    table,
    store: createDynamodbStateStore({ ...table, onDamaged }),
    /** How many items of the state were damaged since the last call; each is logged. */
    takeDamaged: () => {
      const count = damaged;
      damaged = 0;
      return count;
    },
    metrics: createCloudWatchMetrics({ client: new CloudWatchClient(CLIENT_SETTING), log }),
    sources: createAwsSources({ clock: systemClock }),
  };
}

/** What a function knows about its invocation; Lambda's own context fits. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Kept for judging, saving and publishing after the last check. */
const RECORDING_MS = 25_000;
/** Of an invocation that is short as a whole, no more than this part is kept for that. */
const RECORDING_SHARE = 0.4;

/** The end of the checks of an invocation. */
interface Deadline {
  /** Aborts while there is still time to record what was done. */
  readonly signal: AbortSignal;
  /** Clears the timer. */
  clear(): void;
}

/** Sets the end of the checks from the time that the invocation has left. */
export function functionDeadline(
  invocation: Pick<Invocation, 'getRemainingTimeInMillis'>,
): Deadline {
  const remainingMs = invocation.getRemainingTimeInMillis();
  const checksMs = remainingMs - Math.min(RECORDING_MS, remainingMs * RECORDING_SHARE);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(0, checksMs));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
