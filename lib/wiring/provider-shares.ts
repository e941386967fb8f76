import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { holdsCertificates } from '../adapters/http/connection.ts';
import { createUndiciSender, type UndiciSenderOptions } from '../adapters/http/undici-sender.ts';
import { joseVerifier } from '../adapters/keys/jose-verifier.ts';
import { systemClock } from '../adapters/process.ts';
import type { CheckTools } from '../check/check-application.ts';
import type { CredentialReader, HttpSender } from '../check/ports.ts';
import { ProviderSession } from '../check/provider-session.ts';
import type { OpenShares } from '../check/run-checks.ts';
import type { Application } from '../core/config/application.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { providerOf } from '../core/provider/registry.ts';

/** What the shares of a run are opened with. */
export interface ShareSetup {
  readonly config: WatchConfig;
  /** Where relative paths of the configuration start. */
  readonly baseDirectory: string;
  readonly credentials: CredentialReader;
  /** When it aborts, connections are ended and what is not decided is `not-checked`. */
  readonly signal: AbortSignal | null;
  readonly onEvidence?: CheckTools['onEvidence'];
}

/**
 * Opens a share, with its own connections and session, for each provider of the given applications.
 *
 * @throws ConnectionSetupError where the certificates or the proxy of a provider cannot be used.
 */
export async function openProviderShares(
  applications: readonly Application[],
  { config, baseDirectory, credentials, signal, onEvidence }: ShareSetup,
): Promise<OpenShares> {
  const byProvider = Map.groupBy(applications, ({ provider }) => provider);
  const providers = Object.values(config.providers).filter(({ name }) => byProvider.has(name));
  const connections = await connectionOptions(providers, baseDirectory);
  const listener = onEvidence === undefined ? {} : { onEvidence };
  const opened = providers.map((provider) => {
    const { session, http } = openSession(provider, connections.get(provider.name) ?? {});
    const tools = { session, credentials, http, clock: systemClock, signal, ...listener };
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

/** How the connections to a provider are made: its proxy, and what it trusts besides the system. */
export type ProviderConnection = Pick<UndiciSenderOptions, 'proxy' | 'ca'>;

/** The configuration of connections cannot be used; `lines` say what is wrong. */
export class ConnectionSetupError extends Error {
  override readonly name = 'ConnectionSetupError';
  readonly code = 'CONNECTION_SETUP';
  /** One for each provider concerned: what was given, what is wanted, what to do. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}

/**
 * Reads what each provider's connections need, by the provider's name.
 *
 * A path of certificates that is relative starts at `baseDirectory`.
 *
 * @throws {@link ConnectionSetupError} with a line for each file that cannot be used.
 */
export async function connectionOptions(
  providers: readonly ProviderConfig[],
  baseDirectory: string,
): Promise<ReadonlyMap<string, ProviderConnection>> {
  const problems: string[] = [];
  const options = new Map<string, ProviderConnection>();
  for (const { name, proxy, ca } of providers) {
    const read = ca === null ? {} : await readCertificates(resolve(baseDirectory, ca.file));
    if ('problem' in read) {
      problems.push(`providers.${name}.ca.file is \`${ca?.file}\`, ${read.problem}`);
    } else {
      options.set(name, { ...(proxy === null ? {} : { proxy }), ...read });
    }
  }
  if (problems.length > 0) throw new ConnectionSetupError(problems);
  return options;
}

/** The certificates that systems trust have about 250 kB together. */
const MAX_CERTIFICATES_BYTES = 4 * 1024 * 1024;

async function readCertificates(
  path: string,
): Promise<{ readonly ca: string } | { readonly problem: string }> {
  let text: string;
  try {
    // Without O_NONBLOCK, a pipe that nobody writes to would block for ever.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const about = await file.stat();
    if (about.size > MAX_CERTIFICATES_BYTES || !(about.isFile() || about.isDirectory())) {
      return {
        problem: 'which is no regular file, or longer than 4 MB: name a file of certificates',
      };
    }
    text = await file.readFile('utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: `which cannot be read (${code}): name a file of certificates in PEM form` };
  }
  if (holdsCertificates(text)) return { ca: text };
  return {
    problem:
      'which holds no readable certificates: PEM is wanted, with lines BEGIN CERTIFICATE and END CERTIFICATE',
  };
}
