import { setMaxListeners } from 'node:events';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import manifest from '../../../package.json' with { type: 'json' };
import type { HttpSender } from '../../check/ports.ts';
import { isLoopback } from '../../core/config/urls.ts';
import type { HttpOutcome, HttpRequest, RequestPurpose } from '../../core/http/http-exchange.ts';
import { bodyText } from './body-text.ts';
import {
  type ConnectionOptions,
  contextTrusting,
  createDispatcher,
  holdsCertificates,
} from './connection.ts';
import { type Ending, Exchange } from './exchange.ts';
import { transportFailure } from './transport-failure.ts';

/** How a sender connects. */
export interface UndiciSenderOptions {
  /** Most connections to one origin at a time; further requests wait for one. */
  readonly connections: number;
  /** Whether `http:` to this machine is allowed. @default false */
  readonly allowInsecureHttp?: boolean;
  /** Certificates in PEM to trust, in addition to those that Node trusts. */
  readonly ca?: string;
  /** URL of an HTTP proxy, with its user name and password if it needs them. */
  readonly proxy?: string;
  /** Resolves host names instead of the operating system. */
  readonly lookup?: LookupFunction;
}

/** The options of a sender are not usable; the message quotes nothing of them. */
export class SenderOptionsError extends Error {
  override readonly name = 'SenderOptionsError';
  readonly code = 'SENDER_OPTIONS_INVALID';
}

/** How requests name themselves, for a provider's logs and rules. */
const USER_AGENT = `m2m-watch/${manifest.version}`;

/** Requests that may have taken effect without an answer: whoever sends them decides on a repetition. */
const ONCE_ONLY: ReadonlySet<RequestPurpose> = new Set<RequestPurpose>(['call', 'notice']);

/** Methods whose repetition changes nothing. RFC 9110 section 9.2.2. */
const IDEMPOTENT_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Makes the sender of one provider's requests, over undici; connections are kept until it is closed.
 *
 * Redirects are replies like any other. A kept connection that the peer had already closed when the
 * request was sent says nothing about the peer, so the request is repeated once on a connection of
 * its own: for a token request, this issues one more token at worst. A request that must not be
 * repeated gets a connection of its own from the start.
 *
 * @throws {@link SenderOptionsError} for a proxy that is not a URL, or unreadable certificates.
 */
export function createUndiciSender(options: UndiciSenderOptions): HttpSender {
  const { connections, allowInsecureHttp = false } = options;
  let connectTimeoutMs = 0;
  const closing = new AbortController();
  // Each connection listens; Node reports more than ten listeners as a leak.
  setMaxListeners(0, closing.signal);
  const shared = {
    connections,
    proxy: options.proxy === undefined ? null : proxyUrl(options.proxy),
    secureContext: options.ca === undefined ? null : trusting(options.ca),
    lookup: options.lookup ?? null,
    connectTimeoutMs: () => connectTimeoutMs,
    signal: closing.signal,
  } satisfies Partial<ConnectionOptions>;
  const kept = createDispatcher({ ...shared, keepsConnections: true });
  const single = createDispatcher({ ...shared, keepsConnections: false });

  async function send(request: HttpRequest): Promise<HttpOutcome> {
    const startedAtMs = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAtMs);
    const url = requestTarget(request.url, allowInsecureHttp);
    if (!(url instanceof URL)) {
      return { kind: 'transport-failure', failure: 'other', ...url, durationMs: 0 };
    }

    const attempt = (dispatcher: Dispatcher, timeoutMs: number): Promise<Ending> => {
      connectTimeoutMs = request.timeoutMs;
      const exchange = new Exchange(timeoutMs);
      try {
        dispatcher.dispatch(dispatchOptions(request, url), exchange);
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
      return transportFailure({
        error: ending.error,
        url,
        proxy: shared.proxy,
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

function trusting(pem: string): SecureContext {
  if (holdsCertificates(pem)) return contextTrusting(pem);
  throw new SenderOptionsError('the certificates to trust are not readable: they must be in PEM');
}

/** An address that no request is sent to. */
interface RefusedAddress {
  readonly code: 'ERR_INVALID_URL' | 'ERR_INSECURE_URL';
  readonly detail: string;
}

/**
 * Judges a request's address before anything is sent to it.
 *
 * Only `https:` is allowed, and `http:` to this machine where the sender allows it. The address
 * may come from a discovery document, so a text that is not a URL is not repeated in the detail.
 */
function requestTarget(address: string, allowInsecureHttp: boolean): URL | RefusedAddress {
  const invalid = (detail: string) => ({ code: 'ERR_INVALID_URL', detail }) as const;
  const url = URL.parse(address);
  if (url === null) return invalid('the address is not a URL');
  if (url.username !== '' || url.password !== '') {
    return invalid(`the address of ${url.host} holds a user name or password`);
  }
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') return invalid('the address is neither https nor http');
  const isLocal = isLoopback(url.hostname);
  if (allowInsecureHttp && isLocal) return url;
  const advice = isLocal
    ? 'set allowInsecureHttp, or use https'
    : 'only https is used to other machines';
  return { code: 'ERR_INSECURE_URL', detail: `http to ${url.host} is not allowed: ${advice}` };
}
