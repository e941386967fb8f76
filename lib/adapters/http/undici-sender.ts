import { X509Certificate } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import type { HttpSender } from '../../check/ports.ts';
import type { HttpOutcome, HttpRequest, RequestPurpose } from '../../core/http/http-exchange.ts';
import { bodyText } from './body-text.ts';
import { type ConnectionOptions, contextTrusting, createDispatcher } from './connection.ts';
import { type Ending, Exchange } from './exchange.ts';
import { requestTarget } from './request-target.ts';
import { transportFailure } from './transport-failure.ts';
import { USER_AGENT } from './user-agent.ts';

/** How a sender reaches its peers. */
export interface UndiciSenderOptions {
  /** Most connections to one origin at a time; further requests wait for one. */
  readonly connections: number;
  /** Whether `http:` to this machine is spoken. @default false */
  readonly allowInsecureHttp?: boolean;
  /** Certificates in PEM that are trusted besides those that Node trusts. */
  readonly ca?: string;
  /** URL of an HTTP proxy, with a user name and password where it wants them. */
  readonly proxy?: string;
  /** Resolves host names instead of the operating system. */
  readonly lookup?: LookupFunction;
}

/** The sender cannot be made from what it was given; the text holds nothing of that. */
export class SenderOptionsError extends Error {
  override readonly name = 'SenderOptionsError';
  readonly code = 'SENDER_OPTIONS_INVALID';
}

/** Requests that may have had an effect where no answer came: repeating is up to whoever sent them. */
const ONCE_ONLY: ReadonlySet<RequestPurpose> = new Set<RequestPurpose>(['call', 'notice']);

/** Methods whose repetition changes nothing. RFC 9110 section 9.2.2. */
const IDEMPOTENT_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Makes the sender of one provider's requests, over undici; connections are kept until it is closed.
 *
 * Redirects are replies like any other. A kept connection that the peer had already ended when the
 * request went out says nothing about the peer, so the request is repeated once on a connection of
 * its own: a token request at worst mints one more token. A call that may not be repeated has its
 * own connection from the start.
 *
 * @throws {@link SenderOptionsError} for a proxy that is no URL or certificates that are none.
 */
export function createUndiciSender(options: UndiciSenderOptions): HttpSender {
  const { connections, allowInsecureHttp = false } = options;
  let connectTimeoutMs = 0;
  const closing = new AbortController();
  // Each connection listens; Node would take more than ten listeners for a leak.
  setMaxListeners(0, closing.signal);
  const shared = {
    connections,
    proxy: options.proxy === undefined ? null : proxyUrl(options.proxy),
    secureContext: options.ca === undefined ? null : contextTrusting(certificates(options.ca)),
    lookup: options.lookup ?? null,
    connectTimeoutMs: () => connectTimeoutMs,
    signal: closing.signal,
  } satisfies Partial<ConnectionOptions>;
  const kept = createDispatcher({ ...shared, keepsConnections: true });
  const single = createDispatcher({ ...shared, keepsConnections: false });

  async function send(request: HttpRequest): Promise<HttpOutcome> {
    const startedAtMs = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAtMs);
    const target = requestTarget(request.url, allowInsecureHttp);
    if (target.kind === 'refused') {
      const { code, detail } = target;
      return { kind: 'transport-failure', failure: 'other', code, detail, durationMs: 0 };
    }

    const attempt = (dispatcher: Dispatcher, timeoutMs: number): Promise<Ending> => {
      connectTimeoutMs = request.timeoutMs;
      const exchange = new Exchange(timeoutMs);
      try {
        dispatcher.dispatch(dispatchOptions(request, target.url), exchange);
      } catch (error) {
        // Most refusals reach the exchange by themselves; the proxy's dispatcher throws some.
        exchange.onResponseError(null, error);
      }
      return exchange.ended;
    };
    const isRepeatable = !ONCE_ONLY.has(request.purpose) || IDEMPOTENT_METHODS.has(request.method);
    let ending = await attempt(isRepeatable ? kept : single, request.timeoutMs);
    const remainingMs = request.timeoutMs - elapsedMs();
    if (ending.kind === 'failed' && ending.isStaleConnection && isRepeatable && remainingMs > 0) {
      ending = await attempt(single, remainingMs);
    }

    const durationMs = elapsedMs();
    if (ending.kind === 'failed') {
      const { timeoutMs } = request;
      const { proxy } = shared;
      return transportFailure({
        error: ending.error,
        url: target.url,
        proxy,
        timeoutMs,
        durationMs,
      });
    }
    const { status, headers, raw } = ending;
    return { kind: 'reply', status, headers, ...(await bodyText(raw)), durationMs };
  }

  async function close(): Promise<void> {
    const destroyed = Promise.all([kept.destroy(), single.destroy()]);
    closing.abort();
    await destroyed;
  }

  return { send, close };
}

/** The only place where a request's secrets become text. */
function dispatchOptions(request: HttpRequest, url: URL): Dispatcher.DispatchOptions {
  const headers: Record<string, string> = {
    'user-agent': USER_AGENT,
    'accept-encoding': 'identity',
  };
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = typeof value === 'string' ? value : value.reveal();
  }
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method,
    headers,
    body: request.body === null ? null : request.body.reveal(),
    headersTimeout: request.timeoutMs,
    bodyTimeout: request.timeoutMs,
  };
}

function proxyUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new SenderOptionsError('the proxy is not an http or https URL: write http://HOST:PORT');
  }
  return url;
}

/** Node takes a text without certificates in silence, and then trusts nothing more than before. */
function certificates(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length > 0 && blocks.every((block) => new X509Certificate(block))) return pem;
  } catch {
    // Told below, without the text that was given.
  }
  throw new SenderOptionsError('the certificates to trust are not readable: PEM is wanted');
}
