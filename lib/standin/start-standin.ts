import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Endpoint, ReceivedRequest, Reply } from './http-messages.ts';
import { jsonReply, readRequest, textReply } from './http-messages.ts';
import { answerManagementApi } from './management-api.ts';
import { ProtectedApi } from './protected-api.ts';
import { answerDiscovery, answerKeys } from './signing-keys.ts';
import { Tenant } from './tenant.ts';
import { answerTokenRequest } from './token-endpoint.ts';

/** How a stand-in is started; everything has a default. */
export interface StandinOptions {
  /** @default a tenant without applications */
  readonly tenant?: Tenant;
  /** @default `/health` for any valid token */
  readonly api?: ProtectedApi;
  /** The certificate and key of both servers, in PEM. @default plain HTTP */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Replies to each request. @default sends what the tenant or the API answers */
  readonly respond?: (exchange: Exchange) => Promise<void>;
}

/** A request, and what is needed to reply to it. */
export interface Exchange {
  readonly request: ReceivedRequest;
  readonly response: ServerResponse;
  /** The reply of the tenant or the API, as they are now. */
  answer(): Promise<Reply>;
}

/** A running stand-in. */
export interface Standin {
  /** For example `http://127.0.0.1:40123`, without a trailing slash. */
  readonly issuer: string;
  /** The origin of the protected API, on a port of its own. */
  readonly apiUrl: string;
  readonly tenant: Tenant;
  readonly api: ProtectedApi;
  /** All requests received so far, in order; the list grows. */
  readonly requests: readonly ReceivedRequest[];
  /** Stops at once and closes all connections, even those that hang. */
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 1024 * 1024;

/**
 * Serves a tenant and a protected API on free ports of loopback until `close()`.
 *
 * Each call serves one tenant, and sets its `issuer`.
 *
 * @example
 * const standin = await startStandin();
 * standin.tenant.addApi({ name: 'Invoices', audience: 'https://api.acme.com', scopes: ['read:invoices'] });
 * const credentials = standin.tenant.addApplication({
 *   name: 'Billing sync',
 *   apis: { 'https://api.acme.com': ['read:invoices'] },
 * });
 */
export async function startStandin({
  tenant = new Tenant(),
  api = new ProtectedApi(),
  tls,
  respond = async ({ response, answer }) => sendReply(response, await answer()),
}: StandinOptions = {}): Promise<Standin> {
  const requests: ReceivedRequest[] = [];

  const serve = async (
    message: IncomingMessage,
    response: ServerResponse,
    isApi: boolean,
  ): Promise<void> => {
    const body = await readBody(message);
    if (body === null) {
      response.destroy();
      return;
    }
    const { method = '', headers } = message;
    const url = urlOf(message.url ?? '/');
    const endpoint = isApi ? 'api' : endpointAt(url.pathname);
    const request = readRequest({ endpoint, method, url, headers, body });
    requests.push(request);
    const skewSeconds = isApi ? api.clockShiftSeconds : tenant.dateHeaderSkewSeconds;
    if (skewSeconds !== null) {
      response.setHeader('date', new Date(tenant.nowMs() + skewSeconds * 1000).toUTCString());
    }
    await respond({ request, response, answer: () => answerRequest(tenant, api, request) });
  };
  const listener =
    (isApi: boolean): RequestListener =>
    (message, response) => {
      // `Date` comes from the clock of the tenant or the API.
      response.sendDate = false;
      // A client may leave at any moment.
      response.on('error', () => undefined);
      serve(message, response, isApi).catch((error: unknown) => {
        // An error in the stand-in itself must not look like a reply of the tenant.
        response.destroy();
        process.emitWarning(`the stand-in failed: ${String(error)}`);
      });
    };

  const [tenantServer, apiServer] = await Promise.all([
    listen(listener(false), tls),
    listen(listener(true), tls),
  ]);
  tenant.issuer = tenantServer.origin;
  return {
    issuer: tenantServer.origin,
    apiUrl: apiServer.origin,
    tenant,
    api,
    requests,
    close: async () => {
      await Promise.all([tenantServer.close(), apiServer.close()]);
    },
  };
}

/** Sends a whole reply. */
export function sendReply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
}

// The path as it is on the request line; only `OPTIONS *` and proxy forms do not begin with a slash.
function urlOf(path: string): URL {
  const full = `http://standin.invalid${path}`;
  return new URL(URL.canParse(full) ? full : 'http://standin.invalid/');
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/oauth2/token': 'token',
  '/.well-known/openid-configuration': 'discovery',
  '/.well-known/jwks': 'keys',
  '/.well-known/jwks.json': 'keys',
};

function endpointAt(pathname: string): Endpoint {
  return ENDPOINTS[pathname] ?? (pathname.startsWith('/api/') ? 'management' : 'other');
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

async function listen(
  listener: RequestListener,
  tls: StandinOptions['tls'],
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The whole body; null if it is too large, or the client disconnected before its end. */
async function readBody(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_REQUEST_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString();
}
