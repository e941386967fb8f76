import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_SETTING } from '../adapters/aws/client-setting.ts';
import { startFunction } from '../adapters/aws/start-function.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createAwsSources } from '../adapters/credentials/aws-sources.ts';
import {
  createCredentialReader,
  createSecretValueReader,
} from '../adapters/credentials/credential-reader.ts';
import { createJsonLog } from '../adapters/log/json-log.ts';
import { createCloudWatchMetrics } from '../adapters/metrics/cloudwatch-metrics.ts';
import {
  createDynamodbSlotLease,
  createDynamodbStateStore,
} from '../adapters/state/dynamodb-state-store.ts';
import { runOnDemand, runSlot } from '../check/deployed-run.ts';
import type { CredentialReader, CredentialsRead } from '../check/ports.ts';
import type { SharesFactory } from '../check/run-checks.ts';
import { configuredChannels } from '../core/config/notice-channels.ts';
import {
  FUNCTION_ENVIRONMENT,
  readCheckNowRequest,
  slotOf,
} from '../core/deployment/function-inputs.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { type Deployed, deployedVariable } from './deployed-config.ts';
import { type FingerprintMemory, fingerprintMemory } from './fingerprint-memory.ts';
import { functionDeadline, type Invocation, untilAborted } from './function-deadline.ts';
import { openProviderShares } from './provider-shares.ts';

/** What a scheduled invocation answers; nobody reads it but people who look for it. */
type ScheduledAnswer =
  | { readonly slot: string; readonly kind: 'taken' }
  | {
      readonly slot: string;
      readonly kind: 'ran';
      readonly isRecorded: boolean;
      readonly checks: number;
    };

/** The handlers of the two functions that check. */
export interface CheckFunctions {
  /** Runs the slot that the schedule names. Rejects for an input that names none. */
  readonly scheduled: (input: unknown, invocation: Invocation) => Promise<ScheduledAnswer>;
  /** Checks what the input names, at once. Rejects with one line for an input that is not understood. */
  readonly onDemand: (input: unknown, invocation: Invocation) => Promise<RunReport>;
}

/** Makes the handlers; clients are made once for a process, and what is read of secrets never kept. */
export function createCheckFunctions(deployed: Deployed): CheckFunctions {
  const { config, baseDirectory, environment } = deployed;
  const log = createJsonLog();
  const clock = systemClock;
  const client = new DynamoDBClient(CLIENT_SETTING);
  const tableName = deployedVariable(deployed, FUNCTION_ENVIRONMENT.tableName);
  const store = createDynamodbStateStore({ client, tableName });
  const metrics = createCloudWatchMetrics({ client: new CloudWatchClient(CLIENT_SETTING), log });
  const startDelivery = startFunction({
    client: new LambdaClient(CLIENT_SETTING),
    functionName: deployedVariable(deployed, FUNCTION_ENVIRONMENT.notifyFunctionName),
  });
  const sources = createAwsSources({ clock });
  const reader = createCredentialReader({ environment, baseDirectory, readers: sources.readers });
  const channels = configuredChannels(config.notify);
  const openMemory = fingerprintMemory({
    keyArn: deployedVariable(deployed, FUNCTION_ENVIRONMENT.fingerprintKeyArn),
    read: createSecretValueReader({ environment, baseDirectory, readers: sources.readers }),
    log,
  });

  /** Secrets are read in pages first, and no longer waited for than there is time. */
  const sharesUntil =
    (signal: AbortSignal): SharesFactory =>
    async (applications) => {
      const prefetched = sources.prefetch(applications.map(({ credentials }) => credentials));
      await untilAborted(prefetched, { signal, otherwise: undefined });
      const credentials = readerUntil(reader, signal);
      return openProviderShares(applications, { config, baseDirectory, credentials, signal });
    };

  /** What every invocation begins with; `clear` ends its timer. */
  const beginRun = async (invocation: Invocation) => {
    const { signal, clear } = functionDeadline(invocation);
    const memory = await untilAborted(openMemory(), { signal, otherwise: NO_MEMORY });
    const { identify, faults: earlierFaults } = memory;
    const run = { config, store, clock, openShares: sharesUntil(signal), channels, identify };
    return { deployed: { run, earlierFaults, metrics, startDelivery, log }, clear };
  };

  return {
    scheduled: async (input, invocation) => {
      const slot = slotOf(input, config.schedule);
      if (!slot.ok) throw new TypeError(slot.issues.join('; '));
      const slotMs = slot.value;
      const { deployed, clear } = await beginRun(invocation);
      const lease = createDynamodbSlotLease({ client, tableName, owner: invocation.awsRequestId });
      const run = { ...deployed.run, slotMs };
      const outcome = await runSlot({ ...deployed, run, lease }).finally(clear);
      const named = { slot: new Date(slotMs).toISOString() };
      if (outcome.kind === 'taken') return { ...named, kind: 'taken' };
      const { isRecorded, reports } = outcome;
      return { ...named, kind: 'ran', isRecorded, checks: reports.length };
    },
    onDemand: async (input, invocation) => {
      const names = config.applications.map(({ name }) => name);
      const asked = readCheckNowRequest(input, names);
      if (!asked.ok) throw new TypeError(asked.issues.join('; '));
      const { deployed, clear } = await beginRun(invocation);
      return runOnDemand({ ...deployed, applications: asked.value }).finally(clear);
    },
  };
}

/** Where the time was over before the key was there: nothing is checked then in any case. */
const NO_MEMORY = { identify: null, faults: 0 } as const satisfies FingerprintMemory;

/** A reader that gives up when the time is over: the check is then `not-checked`, whatever this says. */
function readerUntil(reader: CredentialReader, signal: AbortSignal): CredentialReader {
  const otherwise: CredentialsRead = {
    kind: 'unreadable',
    source: 'the store of secrets',
    reason: 'other',
    detail: 'it did not answer before the run had to end',
  };
  return { read: (application) => untilAborted(reader.read(application), { signal, otherwise }) };
}
