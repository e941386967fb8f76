import type { ServerResponse } from 'node:http';
import { answerDiscovery, answerKeys } from './discovery.ts';
import type { LoopbackServer, RawRequest } from './loopback-server.ts';
import { listen } from './loopback-server.ts';
import { answerManagementApi } from './management-api.ts';
import { ProtectedApi } from './protected-api.ts';
import type { Endpoint, ReceivedRequest } from './received-request.ts';
import { readRequest } from './received-request.ts';
import type { Reply } from './reply.ts';
import { jsonReply, textReply } from './reply.ts';
import { sendFault, sendReply } from './reply-sending.ts';
import { Tenant } from './tenant.ts';
import type { TlsCertificate } from './tls-certificate.ts';
import { answerTokenRequest } from './token-endpoint.ts';
import { TransportFaults } from './transport-faults.ts';

/** What a stand-in is started with; everything has a default. */
export interface StandinOptions {
  /** @default a tenant without applications */
  readonly tenant?: Tenant;
  /** @default `/health` for any valid token */
  readonly api?: ProtectedApi;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** The tenant's port. @default a free one */
  readonly port?: number;
  /** The API's port. @default a free one */
  readonly apiPort?: number;
  /** Serves the tenant and the API over TLS; see `createTlsCertificate`. @default plain HTTP */
  readonly tls?: TlsCertificate;
  /** Called with every request before it is answered, for example to change the tenant right then. */
  readonly onRequest?: (request: ReceivedRequest) => void | Promise<void>;
}

/** A running stand-in. */
export interface Standin {
  /** For example `http://127.0.0.1:40123`, without a trailing slash. */
  readonly issuer: string;
  /** The origin of the protected API, on a port of its own. */
  readonly apiUrl: string;
  readonly tenant: Tenant;
  readonly api: ProtectedApi;
  readonly faults: TransportFaults;
  /** What was received so far, in order; the list grows. */
  readonly requests: readonly ReceivedRequest[];
  /** Ends at once, with all connections, however they hang. */
  close(): Promise<void>;
}

/**
 * Serves a tenant and a protected API on loopback until `close()`.
 *
 * Each call serves one tenant, and tells it its issuer. Rejects with Node's own error where a given
 * port is taken.
 *
 * @example
 * const standin = await startStandin();
 * standin.tenant.addApi({ name: 'Invoices', audience: 'https://api.acme.com', scopes: ['read:invoices'] });
 * const credentials = standin.tenant.addApplication({
 *   name: 'Billing sync',
 *   apis: { 'https://api.acme.com': ['read:invoices'] },
 * });
 */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
  const { tenant = new Tenant(), api = new ProtectedApi(), host = '127.0.0.1', tls } = options;
  const faults = new TransportFaults();
  const requests: ReceivedRequest[] = [];
  const inFlight = new Map<Endpoint, number>();

  const serve = async (
    raw: RawRequest,
    response: ServerResponse,
    isApi: boolean,
  ): Promise<void> => {
    const url = urlOf(raw.path);
    const endpoint = isApi ? 'api' : endpointOf(url.pathname);
    const count = (inFlight.get(endpoint) ?? 0) + 1;
    inFlight.set(endpoint, count);
    response.once('close', () => inFlight.set(endpoint, (inFlight.get(endpoint) ?? 1) - 1));
    const { method, headers, body, connection } = raw;
    const request = readRequest({
      endpoint,
      method,
      url,
      headers,
      body,
      connection,
      inFlight: count,
    });
    requests.push(request);
    await options.onRequest?.(request);
    const dateMs = isApi ? api.nowMs(tenant) : tenant.dateHeaderMs();
    if (dateMs !== null) response.setHeader('date', new Date(dateMs).toUTCString());
    const fault = faults.take(request);
    const answer = () => answerRequest(tenant, api, request);
    if (fault === null) sendReply(response, await answer());
    else await sendFault(response, fault, { request, answer });
  };

  const tenantServer = await listen({ host, port: options.port ?? 0, tls }, (raw, response) =>
    serve(raw, response, false),
  );
  const apiServer = await listenBeside(tenantServer, () =>
    listen({ host, port: options.apiPort ?? 0, tls }, (raw, response) =>
      serve(raw, response, true),
    ),
  );
  tenant.serveAt(tenantServer.origin);
  return {
    issuer: tenantServer.origin,
    apiUrl: apiServer.origin,
    tenant,
    api,
    faults,
    requests,
    close: async () => {
      await Promise.all([tenantServer.close(), apiServer.close()]);
    },
  };
}

// The path as it stands on the request line; only `OPTIONS *` and proxy forms do not begin with a slash.
function urlOf(path: string): URL {
  const full = `http://standin.invalid${path}`;
  return new URL(URL.canParse(full) ? full : 'http://standin.invalid/');
}

function endpointOf(pathname: string): Endpoint {
  if (pathname === '/oauth2/token') return 'token';
  if (pathname === '/.well-known/openid-configuration') return 'discovery';
  if (pathname === '/.well-known/jwks' || pathname === '/.well-known/jwks.json') return 'keys';
  return pathname.startsWith('/api/') ? 'management' : 'other';
}

async function answerRequest(
  tenant: Tenant,
  api: ProtectedApi,
  request: ReceivedRequest,
): Promise<Reply> {
  switch (request.endpoint) {
    case 'token':
      return answerTokenRequest(tenant, request);
    case 'discovery':
      return request.method === 'GET' ? answerDiscovery(tenant) : METHOD_NOT_ALLOWED;
    case 'keys':
      return request.method === 'GET' ? answerKeys(tenant, request) : METHOD_NOT_ALLOWED;
    case 'management':
      return answerManagementApi(tenant, request);
    case 'api':
      return api.answer(tenant, request);
    case 'other':
      return textReply(404, '404 Not Found');
  }
}

const METHOD_NOT_ALLOWED = jsonReply(405, { message: 'Method Not Allowed' }, { allow: 'GET' });

async function listenBeside(
  first: LoopbackServer,
  listenSecond: () => Promise<LoopbackServer>,
): Promise<LoopbackServer> {
  try {
    return await listenSecond();
  } catch (error) {
    await first.close();
    throw error;
  }
}
