import { joseVerifier } from '../adapters/keys/jose-verifier.ts';
import { systemClock } from '../adapters/process.ts';
import { checkApplication } from '../check/check-application.ts';
import { secretsOfRead } from '../check/prove-client.ts';
import {
  type DecodedToken,
  type MalformedToken,
  type PastedTools,
  verifyPasted,
} from '../check/verify-pasted.ts';
import type { Application } from '../core/config/application.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import {
  compareWithFresh,
  type TokenComparison,
  type TokenParts,
} from '../core/paste/compare-tokens.ts';
import { type Fit, judgeFit } from '../core/paste/judge-differences.ts';
import type { DescribeContext } from '../core/paste/pasted-token.ts';
import { shownClientId } from '../core/provider/client-id.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { Secret } from '../core/secret.ts';
import { KnownSecrets } from '../core/text/known-secrets.ts';
import { createClaimCleaner } from '../core/text/redact.ts';
import { credentialReader, type Environment } from './check.ts';
import {
  connectionOptions,
  type OpenSession,
  openProviderShares,
  openSession,
} from './provider-shares.ts';

/** A pasted token, and who may be asked about it. */
export interface TokenQuery {
  readonly token: Secret;
  /** Null if there is no configuration: then nobody is asked. */
  readonly config: WatchConfig | null;
  readonly baseDirectory: string;
  readonly environment: Environment;
  /** The application that it is compared with; then only its provider is asked. */
  readonly application: Application | null;
  /** Why there is no configuration, if there is none. */
  readonly withoutConfig?: string;
}

/** A pasted token, and what it is described with: the time, and a cleaner that knows every secret. */
export interface InspectedToken extends DecodedToken, DescribeContext {
  /** How it fits the application; null if there is none. */
  readonly fit: Fit | null;
}

/**
 * Decodes a pasted token, verifies it with the keys of the configured provider that has its issuer, and
 * compares it with what an application expects.
 *
 * @throws ConnectionSetupError if the certificates or the proxy of that provider cannot be used.
 */
export async function inspectToken(query: TokenQuery): Promise<MalformedToken | InspectedToken> {
  const { token, config, application, baseDirectory } = query;
  const known = knowing(token);
  const opened: OpenSession[] = [];
  const open: PastedTools['open'] = async (provider) => {
    const connections = await connectionOptions([provider], baseDirectory);
    const share = openSession(provider, connections.get(provider.name) ?? {});
    opened.push(share);
    return share.session;
  };
  try {
    const seen = await verifyPasted(token, pastedTools(query, open, known));
    if (seen.kind === 'malformed') return seen;
    if (config === null || application === null) {
      return { ...seen, fit: null, ...describeContext(known) };
    }
    const clientId = await clientIdOf(application, query, known);
    const context = describeContext(known);
    const fit = judgeFit(seen.claims, { application, config, clientId, ...context });
    return { ...seen, fit, ...context };
  } finally {
    await Promise.all(opened.map(({ http }) => http.close()));
  }
}

/** A pasted token compared with a fresh one. */
export interface ComparedTokens extends DecodedToken, DescribeContext {
  /** The check that requested the fresh token, without an API call. */
  readonly report: CheckReport;
  /** Null if there is no fresh token, or it cannot be read. */
  readonly comparison: TokenComparison | null;
}

/**
 * Requests a fresh token of the application, verifies both tokens and compares them; for a pasted one
 * that cannot be read, no token is requested.
 *
 * @throws ConnectionSetupError if the certificates or the proxy of the provider cannot be used.
 */
export async function compareWithFreshToken(
  query: TokenQuery & {
    readonly config: WatchConfig;
    readonly application: Application;
    readonly signal: AbortSignal;
  },
): Promise<MalformedToken | ComparedTokens> {
  const { token, config, application, baseDirectory, signal } = query;
  const known = knowing(token);
  const credentials = credentialReader(query);
  const { shares, close } = await openProviderShares([application], {
    config,
    baseDirectory,
    credentials,
    signal,
  });
  const [share] = shares;
  if (share === undefined) throw new TypeError(`${application.name} has no provider`);
  const { tools } = share;
  try {
    const seen = await verifyPasted(
      token,
      pastedTools(query, async () => tools.session, known),
    );
    if (seen.kind === 'malformed') return seen;
    let fresh = null as TokenParts | null;
    let isShown = true;
    const onEvidence: NonNullable<(typeof tools)['onEvidence']> = ({
      verification,
      credentials: seen,
    }) => {
      isShown = seen.kind !== 'read' || seen.shownClientId === undefined;
      fresh = 'claims' in verification ? verification : null;
    };
    const { report } = await checkApplication(
      { ...application, call: null },
      { ...tools, known, onEvidence },
    );
    const context = describeContext(known);
    const clientId = isShown ? report.clientId : null;
    const comparison =
      fresh === null
        ? null
        : compareWithFresh({ pasted: seen, fresh, config, application, clientId, ...context });
    return { ...seen, report, comparison, ...context };
  } finally {
    await close();
  }
}

/** Only configured providers are asked, and of those only the application's, if there is one. */
function pastedTools(
  { config, application, withoutConfig }: TokenQuery,
  open: PastedTools['open'],
  known: KnownSecrets,
): PastedTools {
  const all = Object.values(config?.providers ?? {});
  const without = (issuer: string) =>
    application === null
      ? `no configured provider has the issuer ${issuer}, and no other is asked for keys`
      : `its issuer is ${issuer}, not that of the provider ${application.provider}, and no other is asked for keys`;
  return {
    verifier: joseVerifier,
    providers: application === null ? all : all.filter(({ name }) => name === application.provider),
    open,
    without: (issuer) => withoutConfig ?? without(issuer),
    clean: createClaimCleaner(known),
  };
}

function describeContext(known: KnownSecrets): DescribeContext {
  const nowSeconds = Math.floor(systemClock.nowMs() / 1000);
  return { clean: createClaimCleaner(known), nowSeconds };
}

function knowing(token: Secret): KnownSecrets {
  const known = new KnownSecrets();
  known.learn(token);
  return known;
}

/** The client id that is configured, else the one that is read with the secret; null if it cannot be read. */
async function clientIdOf(
  application: Application,
  query: TokenQuery,
  known: KnownSecrets,
): Promise<string | null> {
  if (application.clientId !== null) return application.clientId;
  const read = await credentialReader(query).read(application);
  if (read.kind !== 'read') return null;
  for (const secret of secretsOfRead(read)) known.learn(secret);
  const { clientId } = read.credentials;
  const secret = 'clientSecret' in read.credentials ? read.credentials.clientSecret.reveal() : null;
  // One that is not shown whole may be the secret.
  return shownClientId(clientId, secret, undefined) === clientId ? clientId : null;
}
