import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Dispatcher, buildConnector as undiciConnector } from 'undici';
import { type CarryingConnection, Exchange } from './exchange.ts';
import { Agent, buildConnector, Client, Pool, ProxyAgent } from './undici-parts.ts';

/** Larger headers end the exchange with `UND_ERR_HEADERS_OVERFLOW`. */
const MAX_HEADER_BYTES = 16 * 1024;

/** How long connecting to a proxy may take; the deadline of the request holds besides. */
const PROXY_CONNECT_TIMEOUT_MS = 10_000;

/** What the connections of one sender have in common. */
export interface ConnectionOptions {
  /** Most connections to one origin at a time. */
  readonly connections: number;
  /** False: each request has a connection of its own, which ends with it. */
  readonly keepsConnections: boolean;
  readonly proxy: URL | null;
  /** Null trusts what Node trusts. */
  readonly secureContext: SecureContext | null;
  readonly lookup: LookupFunction | null;
  /** How long a connection may take that begins now. */
  readonly connectTimeoutMs: () => number;
  /** Ends connections that are still being made: destroying a dispatcher leaves them to their timeout. */
  readonly signal: AbortSignal;
}

/**
 * Makes the undici dispatcher that holds a sender's connections.
 *
 * HTTP/1.1 only: one request at a time on a connection, so that the loss of a connection ends one
 * request, and the bounds on headers and body hold as they are documented.
 */
export function createDispatcher(options: ConnectionOptions): Dispatcher {
  const { connections, keepsConnections, proxy, secureContext, lookup, signal } = options;
  const connect = {
    allowH2: false,
    signal,
    ...(secureContext === null ? {} : { secureContext }),
    ...(lookup === null ? {} : { lookup }),
  };
  const pool = {
    connections,
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    // 0 asks for `connection: close`; 1 keeps the connection, one request at a time.
    pipelining: keepsConnections ? 1 : 0,
    factory: (origin: string | URL, poolOptions: object) =>
      new Pool(origin, {
        ...poolOptions,
        factory: (url, clientOptions) => new CountingClient(url, clientOptions),
      }),
  };
  if (proxy !== null) {
    const proxied = { ...connect, timeout: PROXY_CONNECT_TIMEOUT_MS };
    return new ProxyAgent({ ...pool, uri: proxy.href, requestTls: proxied, proxyTls: proxied });
  }
  return new Agent({ ...pool, connect: connectorFor(connect, options.connectTimeoutMs) });
}

/**
 * Makes what Node trusts and the given certificates into one trust store, parsed once.
 *
 * Throws where the text holds no certificate, or one that cannot be read.
 */
export function contextTrusting(pem: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), pem] });
}

/** Ends a connection attempt with its request's deadline; undici has one connect timeout per pool. */
function connectorFor(
  connect: undiciConnector.BuildOptions,
  connectTimeoutMs: () => number,
): undiciConnector.connector {
  const byTimeout = new Map<number, undiciConnector.connector>();
  return (target, callback) => {
    const timeout = connectTimeoutMs();
    let connector = byTimeout.get(timeout);
    if (connector === undefined) {
      connector = buildConnector({ ...connect, timeout });
      byTimeout.set(timeout, connector);
    }
    connector(target, callback);
  };
}

/** A connection that counts its replies, so that a request can tell a reused one from a fresh one. */
class CountingClient extends Client implements CarryingConnection {
  replies = 0;

  constructor(origin: URL, options: Client.Options) {
    super(origin, options);
    this.on('connect', () => {
      this.replies = 0;
    });
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if (handler instanceof Exchange) handler.connection = this;
    return super.dispatch(options, handler);
  }
}
