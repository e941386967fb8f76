// Requests a provider's discovery document, reads it, and decides which endpoints credentials may be sent to.

import type { ProviderConfig } from '../config/provider-config.ts';
import { httpUrl, isLoopback } from '../config/urls.ts';
import type { DiscoveryProblem, DiscoverySeen } from '../evidence/evidence.ts';
import type { HttpOutcome, HttpRequest } from '../http/http-exchange.ts';
import { type JsonObject, ownField, ownText, parseJsonBody } from '../http/json-object.ts';
import type { Provider } from '../provider/provider.ts';
import { type Cleaner, createCleaner } from '../text/redact.ts';

/** Where tokens and keys are had, or that nothing may be sent. */
export type ResolvedEndpoints =
  | {
      readonly kind: 'resolved';
      readonly seen: Extract<DiscoverySeen, { readonly kind: 'used' | 'fallback' }>;
      readonly tokenEndpoint: string;
      /** Null where the provider names none: its tokens are opaque, or cannot be verified. */
      readonly keysEndpoint: string | null;
      /** The methods of client authentication that the metadata lists; empty where it lists none, or is absent. */
      readonly listedMethods: readonly string[];
      /** The same of the signature algorithms of assertions. */
      readonly listedAlgorithms: readonly string[];
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
 * Decides the endpoints from all that is known.
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
  readonly provider: Pick<Provider, 'fallbackEndpoints' | 'mayLackKeys'>;
  readonly outcome: HttpOutcome | null;
}): ResolvedEndpoints {
  const { token, keys } = config.endpoints;
  if (token !== null && keys !== null) {
    const seen = { kind: 'used', tokenEndpoint: token } as const;
    return {
      kind: 'resolved',
      seen,
      tokenEndpoint: token,
      keysEndpoint: keys,
      ...NOTHING_LISTED,
    };
  }
  if (outcome === null) throw new TypeError('endpoints are to be resolved without discovery');
  const read = readDiscovery(outcome, config, provider);
  if (read.kind === 'document') {
    const { tokenEndpoint } = read;
    return { ...read, kind: 'resolved', seen: { kind: 'used', tokenEndpoint } };
  }
  const { problem } = read;
  if (provider.fallbackEndpoints === null || !wasNotRead(problem)) {
    return { kind: 'failed', seen: { kind: 'failed', problem } };
  }
  const fallback = provider.fallbackEndpoints(config.issuer);
  const tokenEndpoint = token ?? fallback.token;
  const keysEndpoint = keys ?? fallback.keys;
  const seen = { kind: 'fallback', tokenEndpoint, problem } as const;
  return { kind: 'resolved', seen, tokenEndpoint, keysEndpoint, ...NOTHING_LISTED };
}

const NOTHING_LISTED = { listedMethods: [], listedAlgorithms: [] } as const;

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

/** A discovery document as far as it is used, or what is wrong with it. */
export type DiscoveryRead =
  | {
      readonly kind: 'document';
      readonly tokenEndpoint: string;
      /** Null where the document names none and need not. */
      readonly keysEndpoint: string | null;
      /** As listed; empty where the document lists none. */
      readonly listedMethods: readonly string[];
      readonly listedAlgorithms: readonly string[];
    }
  | { readonly kind: 'problem'; readonly problem: DiscoveryProblem };

/** No secret has been sent when discovery is asked; the report is cleaned again at the end of the run. */
const clean: Cleaner = (text) => createCleaner([])(text);

/**
 * Judges the outcome of a discovery request; total. OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3.3.
 *
 * `issuer` must equal the configured one or one of `expectIssuer`, a slash at the end aside. An
 * endpoint that is configured is not read from the document.
 */
export function readDiscovery(
  outcome: HttpOutcome,
  config: ProviderConfig,
  { mayLackKeys = false }: Pick<Provider, 'mayLackKeys'> = {},
): DiscoveryRead {
  if (outcome.kind === 'transport-failure') return problem(outcome);
  const said = clean(outcome.body);
  if (outcome.status !== 200) return problem({ kind: 'status', status: outcome.status, said });
  if (outcome.bodyProblem !== null) {
    return problem({ kind: 'body', problem: outcome.bodyProblem, said });
  }
  const body = parseJsonBody(outcome.body);
  if (body.kind !== 'object') return problem({ kind: 'body', problem: body.kind, said });
  const document = body.value;

  const issuerProblem = judgeIssuer(document, config);
  if (issuerProblem !== null) return problem(issuerProblem);
  const token = endpointOf(document, 'token_endpoint', {
    config,
    configured: config.endpoints.token,
  });
  if (typeof token !== 'string') return problem(token);
  const keys =
    mayLackKeys && config.endpoints.keys === null && ownField(document, 'jwks_uri') === undefined
      ? null
      : endpointOf(document, 'jwks_uri', { config, configured: config.endpoints.keys });
  if (keys !== null && typeof keys !== 'string') return problem(keys);

  return {
    kind: 'document',
    tokenEndpoint: token,
    keysEndpoint: keys,
    listedMethods: listedTexts(document, 'token_endpoint_auth_methods_supported'),
    listedAlgorithms: listedTexts(document, 'token_endpoint_auth_signing_alg_values_supported'),
  };
}

/** The texts of a list in the metadata; none where it is absent, or is no list. RFC 8414 section 2. */
function listedTexts(document: JsonObject, field: string): readonly string[] {
  const listed = ownField(document, field);
  return Array.isArray(listed) ? listed.filter((item) => typeof item === 'string') : [];
}

function judgeIssuer(document: JsonObject, config: ProviderConfig): DiscoveryProblem | null {
  const issuer = ownText(document, 'issuer');
  if (issuer === null) return fieldInvalid('issuer', document);
  const expected = [config.issuer, ...config.expectIssuer];
  return expected.some((one) => withoutEndSlash(one) === withoutEndSlash(issuer))
    ? null
    : { kind: 'issuer-mismatch', expected, actual: clean(issuer) };
}

function endpointOf(
  document: JsonObject,
  field: string,
  { config, configured }: { readonly config: ProviderConfig; readonly configured: string | null },
): string | DiscoveryProblem {
  if (configured !== null) return configured;
  const url = ownText(document, field);
  if (url === null) return fieldInvalid(field, document);
  if (!URL.canParse(url)) return { kind: 'field-invalid', field, detail: 'not an absolute URL' };
  return isAllowedEndpoint(url, config)
    ? url
    : { kind: 'endpoint-not-allowed', field, url: clean(url) };
}

function fieldInvalid(field: string, document: JsonObject): DiscoveryProblem {
  const isAbsent = ownField(document, field) === undefined;
  return { kind: 'field-invalid', field, detail: isAbsent ? 'not there' : 'not a text' };
}

function withoutEndSlash(issuer: string): string {
  return issuer.endsWith('/') ? issuer.slice(0, -1) : issuer;
}

function problem(what: DiscoveryProblem): DiscoveryRead {
  return { kind: 'problem', problem: what };
}

/**
 * Whether an endpoint may get credentials: on the issuer's own origin, or on a host of `hosts`.
 *
 * A host of `hosts` stands for port 443, or for the one port that it names: another process may listen on
 * each. `http` only with `allowInsecureHttp`, on loopback. Hosts are compared as the URL standard writes them
 * (lower case, punycode, IPv6 in short form); a dot at the end makes another host. What programs read in
 * different ways is refused: a URL with a backslash, white space, credentials or a fragment (RFC 6749
 * section 3.2).
 */
function isAllowedEndpoint(
  endpoint: string,
  config: Pick<ProviderConfig, 'issuer' | 'hosts' | 'allowInsecureHttp'>,
): boolean {
  const url = httpUrl(endpoint);
  if (url === null || url.username !== '' || url.password !== '' || endpoint.includes('#'))
    return false;
  if (url.protocol === 'http:' && !(config.allowInsecureHttp && isLoopback(url.hostname)))
    return false;
  return [config.issuer, ...config.hosts.map((host) => `${url.protocol}//${host}`)].some(
    (allowed) => URL.parse(allowed)?.origin === url.origin,
  );
}
