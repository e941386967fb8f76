import { storeReaders } from '../adapters/credentials/aws-sources.ts';
import { createCredentialReader } from '../adapters/credentials/credential-reader.ts';
import type { VariableSource } from '../adapters/credentials/place-readers.ts';
import { createUndiciSender } from '../adapters/http/undici-sender.ts';
import { systemClock } from '../adapters/process.ts';
import type { CheckTools } from '../check/check-application.ts';
import type { CredentialReader } from '../check/ports.ts';
import { swappedCredentials } from '../check/prove-client.ts';
import { runWithoutState } from '../check/run-due.ts';
import type { Application } from '../core/config/application.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';
import { ANY_PROVIDER, type ProviderType } from '../core/config/provider-types.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { discoveryRequest } from '../core/discovery/discovery.ts';
import type { CredentialsSeen } from '../core/evidence/evidence.ts';
import { dialectOf } from '../core/provider/dialects/dialects.ts';
import type { Provider } from '../core/provider/provider.ts';
import { providerOf, typeOfDiscovery } from '../core/provider/registry.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { MIN_REDACTED_INSIDE } from '../core/text/short-secrets.ts';
import { openProviderShares } from './provider-shares.ts';
import type { SharedMemory, SharedState } from './state-file.ts';

/** The variables that credentials may be read from, as they are or read anew for each secret. */
export type Environment = VariableSource;

/** What a check from the command line, or from any process with an environment, is made from. */
export interface CheckNow {
  readonly config: WatchConfig;
  /** Where relative paths of the configuration start: its own folder. */
  readonly baseDirectory: string;
  readonly environment: Environment;
  /** Names of the applications to check; all of them where it is absent. */
  readonly applications?: readonly string[];
  /** Called after each check, in the order in which they end. */
  readonly onReport?: (report: CheckReport, done: number, total: number) => void;
  /** Receives what each check saw, for whoever shows more than the report. */
  readonly onEvidence?: CheckTools['onEvidence'];
  /** Ends the run: what has not been decided is reported as `not-checked`. */
  readonly signal?: AbortSignal;
  /** Where it is remembered what was accepted before; absent: nowhere. */
  readonly state?: SharedState | null;
  /** Reads credentials instead of the configured sources, as tests do. */
  readonly credentials?: CredentialReader;
}

/**
 * Checks the configured applications once, with the adapters of this machine, and reports in their order.
 *
 * @throws ConnectionSetupError where the certificates or the proxy of a provider cannot be used.
 */
export async function checkNow(ask: CheckNow): Promise<RunReport> {
  const { config, baseDirectory, onReport, onEvidence, signal = null } = ask;
  const chosen = chosenApplications(ask).map(({ name }) => name);
  const credentials = ask.credentials ?? credentialReader(ask);
  const memory = await memoryOf(ask);
  let done = 0;
  try {
    const { report, records } = await runWithoutState({
      ...memory,
      config,
      applications: chosen,
      clock: systemClock,
      openShares: (applications) =>
        openProviderShares(applications, {
          config,
          baseDirectory,
          credentials,
          signal,
          onEvidence,
        }),
      onRecord: (record) => {
        done += 1;
        onReport?.(record.report, done, chosen.length);
      },
    });
    await memory?.record(records);
    return report;
  } finally {
    await memory?.close();
  }
}

async function memoryOf({ state = null }: CheckNow): Promise<SharedMemory | null> {
  if (state === null) return null;
  // Imported here, because a check without a state file needs no database.
  const { openSharedState } = await import('./state-file.ts');
  return openSharedState(state);
}

/** What reading the credentials of an application gave. */
export interface ReadCredentials {
  readonly application: string;
  readonly seen: CredentialsSeen;
  /** Whether the secret has fewer than eight characters, so that it is redacted as a whole word alone. */
  readonly isShort: boolean;
}

/** What reading each application's credentials gives, without asking any provider. */
export async function readAllCredentials(ask: CheckNow): Promise<readonly ReadCredentials[]> {
  const reader = credentialReader(ask);
  return Promise.all(
    chosenApplications(ask).map(async (application) => {
      const read = await reader.read(application);
      const swapped =
        read.kind === 'read'
          ? swappedCredentials(
              application,
              read.credentials,
              providerOfApplication(ask, application),
            )
          : null;
      const seen: CredentialsSeen =
        swapped ??
        (read.kind === 'read'
          ? {
              kind: 'read',
              clientId: read.credentials.clientId,
              secretVersion: read.secretVersion,
            }
          : read);
      const isShort =
        read.kind === 'read' &&
        'clientSecret' in read.credentials &&
        read.credentials.clientSecret.reveal().length < MIN_REDACTED_INSIDE;
      return { application: application.name, seen, isShort };
    }),
  );
}

/** The provider as far as it is known without asking it. */
function providerOfApplication({ config }: CheckNow, { provider }: Application): Provider {
  const written = config.providers[provider];
  if (written === undefined) throw new TypeError('an application has its provider');
  const { type, dialect, issuer, endpoints } = written;
  const seen = { issuer, tokenEndpoint: endpoints.token, keysEndpoint: endpoints.keys };
  return providerOf(type, dialect ?? dialectOf({ ...seen, metadata: null, headers: [] }));
}

function chosenApplications({ config, applications }: CheckNow): readonly Application[] {
  if (applications === undefined) return config.applications;
  const chosen = new Set(applications);
  return config.applications.filter(({ name }) => chosen.has(name));
}

/** Reads credentials from this machine, and from stores on AWS with the login that this machine has. */
export function credentialReader({
  environment,
  baseDirectory,
}: Pick<CheckNow, 'environment' | 'baseDirectory'>): CredentialReader {
  const readers = storeReaders(environment);
  return createCredentialReader({ environment, baseDirectory, readers });
}

/** A short wait: the check itself reports what is wrong with the provider. */
const DETECTION_TIMEOUT_MS = 5_000;

/**
 * Detects the type of a provider from its discovery document; `oidc` if that says nothing.
 *
 * Requests only that document, at the issuer's own address, and sends no credentials.
 */
export async function detectProviderType(config: ProviderConfig): Promise<ProviderType> {
  const request = discoveryRequest(config, providerOf(ANY_PROVIDER));
  if (request === null) return ANY_PROVIDER;
  const http = createUndiciSender({ connections: 1, allowInsecureHttp: true });
  try {
    const outcome = await http.send({ ...request, timeoutMs: DETECTION_TIMEOUT_MS });
    return typeOfDiscovery(outcome);
  } finally {
    await http.close();
  }
}
