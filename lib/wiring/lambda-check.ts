import { LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_SETTING } from '../adapters/aws/client-setting.ts';
import { startFunction } from '../adapters/aws/start-function.ts';
import type { SecretValueReader } from '../adapters/credentials/credential-reader.ts';
import {
  createCredentialReader,
  createSecretValueReader,
} from '../adapters/credentials/credential-reader.ts';
import { createFingerprint } from '../adapters/credentials/fingerprint.ts';
import { createDynamodbSlotLease } from '../adapters/state/dynamodb-state-store.ts';
import { runOnDemand, runSlot } from '../check/deployed-run.ts';
import { logFault } from '../check/monitor-error.ts';
import type {
  CredentialReader,
  CredentialsRead,
  IdentifyCredentials,
  Log,
} from '../check/ports.ts';
import type { SharesFactory } from '../check/run-checks.ts';
import { untilAborted } from '../check/waiting.ts';
import { configuredChannels } from '../core/config/notice-channels.ts';
import { attemptSources } from '../core/config/sent-values.ts';
import {
  FUNCTION_ENVIRONMENT,
  readCheckNowRequest,
  slotOf,
} from '../core/deployment/function-inputs.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { Secret } from '../core/secret.ts';
import {
  type Deployed,
  deployedVariable,
  functionDeadline,
  functionTools,
  type Invocation,
} from './lambda-invocation.ts';
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
  const { log, clock, table, store, metrics, sources, takeDamaged } = functionTools(deployed);
  const startDelivery = startFunction({
    client: new LambdaClient(CLIENT_SETTING),
    functionName: deployedVariable(deployed, FUNCTION_ENVIRONMENT.notifyFunctionName),
  });
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
      const prefetched = sources.prefetch(
        applications.flatMap((one) => attemptSources(one).map(({ source }) => source)),
      );
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
    const shared = { earlierFaults, takeDamaged, metrics, startDelivery, log };
    return { deployed: { run, ...shared }, clear };
  };

  return {
    scheduled: async (input, invocation) => {
      const slot = slotOf(input, config.schedule);
      if (!slot.ok) throw new TypeError(slot.issues.join('; '));
      const slotMs = slot.value;
      const { deployed, clear } = await beginRun(invocation);
      const lease = createDynamodbSlotLease({ ...table, owner: invocation.awsRequestId });
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

/** What names credentials in a run, and how many internal errors it took to get there. */
interface FingerprintMemory {
  /** Null: the run does without, so that it cannot tell a rotated secret from a wrong one. */
  readonly identify: IdentifyCredentials | null;
  readonly faults: 0 | 1;
}

/**
 * Opens the memory of a process: the key is read once and kept, since it never changes.
 *
 * A key that cannot be read costs no check; the next run asks for it again.
 */
function fingerprintMemory({
  keyArn,
  read,
  log,
}: {
  /** The secret that holds the key. */
  readonly keyArn: string;
  readonly read: SecretValueReader;
  readonly log: Log;
}): () => Promise<FingerprintMemory> {
  let identify: IdentifyCredentials | null = null;
  return async () => {
    if (identify !== null) return { identify, faults: 0 };
    const key = await read({ secretsManager: keyArn, key: null, roleArn: null, region: null });
    if (key.kind === 'unreadable') {
      logFault(log, 'fingerprint-key-unreadable', { detail: key.detail });
      return { identify: null, faults: 1 };
    }
    identify = createFingerprint(new Secret(Buffer.from(key.value.reveal())));
    return { identify, faults: 0 };
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
