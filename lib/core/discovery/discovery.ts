// Requests a provider's discovery document and decides which endpoints are used.

import type { ClientAuthentication, ProviderConfig } from '../config/provider-config.ts';
import type { DiscoveryProblem, DiscoverySeen } from '../evidence/evidence.ts';
import type { HttpOutcome, HttpRequest } from '../http/http-exchange.ts';
import { parseJsonBody } from '../http/json-object.ts';
import type { Provider } from '../provider/provider.ts';
import { readDiscovery } from './discovery-document.ts';

/** Where tokens and keys are had, or that nothing may be sent. */
export type ResolvedEndpoints =
  | {
      readonly kind: 'resolved';
      readonly seen: Extract<DiscoverySeen, { readonly kind: 'used' | 'fallback' }>;
      readonly tokenEndpoint: string;
      /** Null where the provider names none: its tokens are opaque, or cannot be verified. */
      readonly keysEndpoint: string | null;
      readonly clientAuthentication: ClientAuthentication;
    }
  | {
      readonly kind: 'failed';
      readonly seen: Extract<DiscoverySeen, { readonly kind: 'failed' }>;
    };

/** Builds the discovery request; null where every endpoint that is needed is configured. */
export function discoveryRequest(
  config: ProviderConfig,
  provider: Pick<Provider, 'discoveryPath'>,
): HttpRequest | null {
  if (config.endpoints.token !== null && config.endpoints.keys !== null) return null;
  const url = `${config.issuer}${provider.discoveryPath}`;
  return { ...getJson, url, timeoutMs: config.timeoutMs };
}

const getJson = {
  purpose: 'discovery',
  method: 'GET',
  headers: { accept: 'application/json' },
  body: null,
} as const;

/**
 * Builds the request for the metadata at its other place; null where there is none to look at.
 *
 * Only a provider that answers without a document at the first place is asked again: one that does
 * not answer, is overloaded or sends a document that is wrong would say nothing else there.
 */
export function secondDiscoveryRequest(
  config: ProviderConfig,
  provider: Pick<Provider, 'secondDiscoveryUrl'>,
  first: HttpOutcome,
): HttpRequest | null {
  const url = provider.secondDiscoveryUrl?.(config.issuer);
  if (url === undefined || !isWithoutDocument(first)) return null;
  return { ...getJson, url, timeoutMs: config.timeoutMs };
}

/**
 * Decides the endpoints and the client authentication from all that is known.
 *
 * A configured endpoint overrides discovery's. The provider's convention serves only where the
 * document could not be fetched or read; a document that was read and is wrong (another issuer, an
 * endpoint elsewhere, a field amiss) may be an attack or a mistake, and nothing is sent then.
 *
 * `outcome` is null where {@link discoveryRequest} gave no request.
 *
 * @throws TypeError when it is null although a request was to be sent.
 */
export function resolveEndpoints({
  config,
  provider,
  outcome,
}: {
  readonly config: ProviderConfig;
  readonly provider: Pick<
    Provider,
    'fallbackEndpoints' | 'defaultClientAuthentication' | 'mayLackKeys'
  >;
  readonly outcome: HttpOutcome | null;
}): ResolvedEndpoints {
  const { token, keys } = config.endpoints;
  const clientAuthentication = config.clientAuthentication ?? provider.defaultClientAuthentication;
  if (token !== null && keys !== null) {
    const seen = { kind: 'used', tokenEndpoint: token } as const;
    return {
      kind: 'resolved',
      seen,
      tokenEndpoint: token,
      keysEndpoint: keys,
      clientAuthentication,
    };
  }
  if (outcome === null) throw new TypeError('endpoints are to be resolved without discovery');
  const read = readDiscovery(outcome, config, provider);
  if (read.kind === 'document') {
    const { tokenEndpoint, keysEndpoint, clientAuthenticationMethods } = read;
    return {
      kind: 'resolved',
      seen: { kind: 'used', tokenEndpoint },
      tokenEndpoint,
      keysEndpoint,
      clientAuthentication:
        config.clientAuthentication ??
        preferred(clientAuthenticationMethods) ??
        provider.defaultClientAuthentication,
    };
  }
  const { problem } = read;
  if (provider.fallbackEndpoints === null || !wasNotRead(problem)) {
    return { kind: 'failed', seen: { kind: 'failed', problem } };
  }
  const fallback = provider.fallbackEndpoints(config.issuer);
  const tokenEndpoint = token ?? fallback.token;
  const keysEndpoint = keys ?? fallback.keys;
  const seen = { kind: 'fallback', tokenEndpoint, problem } as const;
  return { kind: 'resolved', seen, tokenEndpoint, keysEndpoint, clientAuthentication };
}

/** The body is the surer way: no intermediary strips it, and no encoding of the halves is in doubt. */
function preferred(methods: readonly string[]): ClientAuthentication | null {
  if (methods.includes('client_secret_post')) return 'client_secret_post';
  return methods.includes('client_secret_basic') ? 'client_secret_basic' : null;
}

function wasNotRead(problem: DiscoveryProblem): boolean {
  return (
    problem.kind === 'transport-failure' || problem.kind === 'status' || problem.kind === 'body'
  );
}

/** An answer that is no overload, no limit and no JSON document. */
function isWithoutDocument(outcome: HttpOutcome): boolean {
  if (outcome.kind === 'transport-failure' || outcome.bodyProblem !== null) return false;
  const { status } = outcome;
  if (status === 200) return parseJsonBody(outcome.body).kind !== 'object';
  return status < 500 && status !== 429;
}
