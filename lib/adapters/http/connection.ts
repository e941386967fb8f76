import { X509Certificate } from 'node:crypto';
import type { LookupFunction, Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Dispatcher, buildConnector as undiciConnector } from 'undici';
// undici's index would bring fetch, caches and mocks into the bundle of the functions.
import connect from 'undici/lib/api/api-connect.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Client from 'undici/lib/dispatcher/client.js';
import BaseDispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { type CarryingConnection, Exchange } from './exchange.ts';
import { InterimReplies } from './interim-replies.ts';

// As undici's index does: the tunnel of a proxy calls this method.
Object.assign(BaseDispatcher.prototype, { connect });

/** Larger headers end the exchange with `UND_ERR_HEADERS_OVERFLOW`. */
const MAX_HEADER_BYTES = 16 * 1024;

/** How long connecting to a proxy may take; the deadline of the request applies as well. */
const PROXY_CONNECT_TIMEOUT_MS = 10_000;

/** What the connections of one sender have in common. */
export interface ConnectionOptions {
  /** Most connections to one origin at a time. */
  readonly connections: number;
  /** False: each request opens a connection of its own, and closes it. */
  readonly keepsConnections: boolean;
  readonly proxy: URL | null;
  /** Null trusts what Node trusts. */
  readonly secureContext: SecureContext | null;
  readonly lookup: LookupFunction | null;
  /** How long a connection that starts now may take. */
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
  const connecting = {
    allowH2: false,
    signal,
    // Said here, so that nothing in the environment changes it.
    rejectUnauthorized: true,
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
    const proxied = { ...connecting, timeout: PROXY_CONNECT_TIMEOUT_MS };
    return new ProxyAgent({ ...pool, uri: proxy.href, requestTls: proxied, proxyTls: proxied });
  }
  return new Agent({ ...pool, connect: connectorFor(connecting, options.connectTimeoutMs) });
}

/** Makes one trust store of the certificates that Node trusts and the given ones, parsed once. */
export function contextTrusting(pem: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), pem] });
}

/** Whether a text holds certificates in PEM, all of them readable. Node silently accepts one without any. */
export function holdsCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.length > 0 && blocks.every((pem) => new X509Certificate(pem));
  } catch {
    return false;
  }
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

/** A connection that counts its replies, so that a request knows whether its connection is new, and notes its errors. */
class CountingClient extends Client implements CarryingConnection {
  replies = 0;
  readonly #socket: NotedSocket;

  constructor(origin: URL, options: Client.Options) {
    const socket: NotedSocket = { hasFailed: false, interim: new InterimReplies() };
    super(origin, watchingSocket(options, socket));
    this.#socket = socket;
    this.on('connect', () => {
      this.replies = 0;
      socket.hasFailed = false;
    });
  }

  expectAnswer(): void {
    this.#socket.interim.expectAnswer();
  }

  get hasFailed(): boolean {
    return this.#socket.hasFailed;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if (handler instanceof Exchange) handler.connection = this;
    return super.dispatch(options, handler);
  }
}

/** What is known of the socket of a connection. */
interface NotedSocket {
  hasFailed: boolean;
  readonly interim: InterimReplies;
}

/**
 * Watches the sockets of a connection: undici takes a reset for the end of a body that only the end of its
 * connection ends, and a 100 for a fault.
 */
function watchingSocket(options: Client.Options, noted: NotedSocket): Client.Options {
  const { connect } = options;
  if (typeof connect !== 'function') return options;
  return {
    ...options,
    connect: (target, callback) =>
      connect(target, (...connected: Parameters<undiciConnector.Callback>) => {
        const [, socket] = connected;
        socket?.once('error', () => {
          noted.hasFailed = true;
        });
        if (socket) passInterimReplies(socket, noted.interim);
        callback(...connected);
      }),
  };
}

/** undici takes what arrived with `read`. */
function passInterimReplies(socket: Socket, interim: InterimReplies): void {
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const bytes: unknown = read(size);
    if (Buffer.isBuffer(bytes)) interim.pass(bytes);
    return bytes;
  };
}
