import { systemClock } from '../adapters/clock/system-clock.ts';
import { createCredentialReader } from '../adapters/credentials/credential-reader.ts';
import { joseVerifier } from '../adapters/keys/jose-verifier.ts';
import { checkApplication } from '../check/check-application.ts';
import type { CredentialReader } from '../check/ports.ts';
import { type PastedSeen, verifyPasted } from '../check/verify-pasted.ts';
import type { Application } from '../core/config/application.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { TokenParts } from '../core/paste/compare-tokens.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { Secret } from '../core/secret.ts';
import { type Cleaner, createClaimCleaner } from '../core/text/redact.ts';
import type { Environment } from './check.ts';
import { connectionOptions } from './connection-options.ts';
import { type OpenSession, openProviderShares, openSession } from './provider-shares.ts';
import { storeReaders } from './store-readers.ts';

export type { PastedSeen };

/** A pasted token, and who may be asked about it. */
export interface LookAtToken {
  readonly token: Secret;
  /** Null where there is no configuration: then nobody is asked. */
  readonly config: WatchConfig | null;
  readonly baseDirectory: string;
  readonly environment: Environment;
  /** The application that it is held against; only its provider is asked then. */
  readonly application: Application | null;
  /** Why there is no configuration, where there is none. */
  readonly withoutConfig?: string;
}

/** What a look at a pasted token gave. */
export interface LookedAt {
  readonly seen: PastedSeen;
  /** The client id of the application; null where there is no application, or it could not be read. */
  readonly clientId: string | null;
  readonly nowSeconds: number;
  /** Knows the secrets that were read, should the token hold one. */
  readonly clean: Cleaner;
}

/**
 * Takes a pasted token apart, and verifies it with the keys of a configured provider of its issuer.
 *
 * @throws ConnectionSetupError where the certificates or the proxy of that provider cannot be used.
 */
export async function lookAtToken(look: LookAtToken): Promise<LookedAt> {
  const opened: OpenSession[] = [];
  const open = async (provider: ProviderConfig) => {
    const connections = await connectionOptions([provider], look.baseDirectory);
    const share = openSession(provider, connections.get(provider.name) ?? {});
    opened.push(share);
    return share.session;
  };
  try {
    const seen = await verifyPasted(look.token, {
      verifier: joseVerifier,
      providers: providersOf(look),
      open,
      without: (issuer) => withoutProvider(issuer, look),
      clean: createClaimCleaner([look.token]),
    });
    const { clientId, secrets } = await clientOf(look);
    const clean = createClaimCleaner([look.token, ...secrets]);
    return { seen, clientId, nowSeconds: nowSeconds(), clean };
  } finally {
    await Promise.all(opened.map(({ http }) => http.close()));
  }
}

/** A pasted token beside a fresh one of the application. */
export interface BesideFresh {
  readonly seen: PastedSeen;
  /** The check that asked for the fresh token; it makes no call of the API. */
  readonly report: CheckReport | null;
  /** The fresh token taken apart; null where none was got, or nothing in it can be read. */
  readonly fresh: TokenParts | null;
  readonly nowSeconds: number;
  /** Knows the secrets that were read, should one of the tokens hold one. */
  readonly clean: Cleaner;
}

/**
 * Asks for a fresh token of the application and verifies both it and the pasted one; a pasted one that
 * cannot be read costs no token.
 *
 * @throws ConnectionSetupError where the certificates or the proxy of the provider cannot be used.
 */
export async function besideFresh(
  look: LookAtToken & {
    readonly config: WatchConfig;
    readonly application: Application;
    readonly signal: AbortSignal;
  },
): Promise<BesideFresh> {
  const { config, application, baseDirectory, environment, signal } = look;
  const secrets: Secret[] = [look.token];
  const credentials = rememberingSecrets(
    createCredentialReader({
      environment,
      baseDirectory,
      readers: storeReaders(environment),
    }),
    secrets,
  );
  const { shares, close } = await openProviderShares([application], {
    config,
    baseDirectory,
    credentials,
    signal,
  });
  const [share] = shares;
  if (share === undefined) throw new TypeError(`${application.name} has no provider`);
  const { tools } = share;
  const cleanToken = createClaimCleaner(secrets);
  try {
    const seen = await verifyPasted(look.token, {
      verifier: joseVerifier,
      providers: providersOf(look),
      open: async () => tools.session,
      without: (issuer) => withoutProvider(issuer, look),
      clean: cleanToken,
    });
    if (seen.kind === 'malformed') {
      return { seen, report: null, fresh: null, nowSeconds: nowSeconds(), clean: cleanToken };
    }
    let fresh: TokenParts | null = null;
    const { report } = await checkApplication(
      { ...application, call: null },
      {
        ...tools,
        onEvidence: ({ verification }) => {
          fresh = 'claims' in verification ? verification : null;
        },
      },
    );
    return { seen, report, fresh, nowSeconds: nowSeconds(), clean: createClaimCleaner(secrets) };
  } finally {
    await close();
  }
}

function providersOf({ config, application }: LookAtToken): readonly ProviderConfig[] {
  const all = Object.values(config?.providers ?? {});
  return application === null ? all : all.filter(({ name }) => name === application.provider);
}

function withoutProvider(issuer: string, { application, withoutConfig }: LookAtToken): string {
  if (withoutConfig !== undefined) return withoutConfig;
  return application === null
    ? `no configured provider has the issuer ${issuer}, and nobody else is asked for keys`
    : `its issuer is ${issuer}, which is not that of the provider ${application.provider}, and nobody else is asked for keys`;
}

/** The client id that is configured, else the one that is read with the secret. */
async function clientOf({ application, environment, baseDirectory }: LookAtToken): Promise<{
  readonly clientId: string | null;
  readonly secrets: readonly Secret[];
}> {
  const clientId = application?.clientId ?? null;
  if (application === null || clientId !== null) return { clientId, secrets: [] };
  const read = await createCredentialReader({
    environment,
    baseDirectory,
    readers: storeReaders(environment),
  }).read(application);
  if (read.kind !== 'read') return { clientId: null, secrets: [] };
  const { credentials } = read;
  return { clientId: credentials.clientId, secrets: [credentials.clientSecret] };
}

/** Reads as before, and adds each secret that was read to the list. */
function rememberingSecrets(reader: CredentialReader, secrets: Secret[]): CredentialReader {
  return {
    read: async (application) => {
      const read = await reader.read(application);
      if (read.kind === 'read') secrets.push(read.credentials.clientSecret);
      return read;
    },
  };
}

function nowSeconds(): number {
  return Math.floor(systemClock.nowMs() / 1000);
}
