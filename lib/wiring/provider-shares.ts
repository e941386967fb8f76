import { systemClock } from '../adapters/clock/system-clock.ts';
import { createUndiciSender } from '../adapters/http/undici-sender.ts';
import { joseVerifier } from '../adapters/keys/jose-verifier.ts';
import type { CredentialReader, HttpSender } from '../check/ports.ts';
import { ProviderSession } from '../check/provider-session.ts';
import type { OpenShares } from '../check/run-checks.ts';
import type { Application } from '../core/config/application.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { providerOf } from '../core/provider/registry.ts';
import { connectionOptions, type ProviderConnection } from './connection-options.ts';

/** What the shares of a run are opened with. */
export interface ShareSetup {
  readonly config: WatchConfig;
  /** Where relative paths of the configuration start. */
  readonly baseDirectory: string;
  readonly credentials: CredentialReader;
  /** When it aborts, connections are ended and what is not decided is `not-checked`. */
  readonly signal: AbortSignal | null;
}

/**
 * Opens a share, with its own connections and session, for each provider of the given applications.
 *
 * @throws ConnectionSetupError where the certificates or the proxy of a provider cannot be used.
 */
export async function openProviderShares(
  applications: readonly Application[],
  { config, baseDirectory, credentials, signal }: ShareSetup,
): Promise<OpenShares> {
  const byProvider = Map.groupBy(applications, ({ provider }) => provider);
  const providers = Object.values(config.providers).filter(({ name }) => byProvider.has(name));
  const connections = await connectionOptions(providers, baseDirectory);
  const opened = providers.map((provider) => {
    const { session, http } = openSession(provider, connections.get(provider.name) ?? {});
    const tools = { session, credentials, http, clock: systemClock, signal };
    return { tools, applications: byProvider.get(provider.name) ?? [] };
  });
  const closeAll = async () => {
    await Promise.all(opened.map(({ tools }) => tools.http.close()));
  };
  const onAbort = () => void closeAll();
  signal?.addEventListener('abort', onAbort);
  return {
    shares: opened,
    close: async () => {
      signal?.removeEventListener('abort', onAbort);
      await closeAll();
    },
  };
}

/** A provider's session for one run, and the connections that it uses. */
export interface OpenSession {
  readonly session: ProviderSession;
  readonly http: HttpSender;
}

/** Opens a provider's session; nothing is sent before something asks for it. */
export function openSession(provider: ProviderConfig, connection: ProviderConnection): OpenSession {
  const http = createUndiciSender({
    ...connection,
    connections: provider.concurrency,
    allowInsecureHttp: true,
  });
  const session = new ProviderSession({
    config: provider,
    provider: providerOf(provider.type),
    http,
    verifier: joseVerifier,
    clock: systemClock,
  });
  return { session, http };
}
