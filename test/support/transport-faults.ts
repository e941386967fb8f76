import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Endpoint, ReceivedRequest, Reply } from '../../lib/standin/http-messages.ts';
import {
  type Exchange,
  type Standin,
  type StandinOptions,
  sendReply,
  startStandin,
} from '../../lib/standin/start-standin.ts';

/** A failure between a request and its reply, whatever the tenant would have answered. */
export type TransportFault =
  /** The connection is reset (TCP RST) before any byte of a reply. */
  | { readonly kind: 'reset' }
  /** The connection is closed in good order, with no reply. */
  | { readonly kind: 'hang-up' }
  /** Nothing is ever sent, and the connection stays open. */
  | { readonly kind: 'silence' }
  /** The status line and headers are sent, the body never. */
  | { readonly kind: 'stall' }
  /** A body that never ends: one byte after another, or as fast as it is read with `everyMs: 0`. */
  | { readonly kind: 'endless'; readonly everyMs: number }
  /** The body stops halfway and the connection closes. */
  | { readonly kind: 'cut-off' }
  /** The right reply, late. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Another reply, or one made from the request: see `fault-replies.ts`. */
  | { readonly kind: 'reply'; readonly reply: Reply | ((request: ReceivedRequest) => Reply) };

/** Which requests a fault affects. */
interface FaultLimits {
  /** So many requests, then never again. @default all */
  readonly times?: number;
  /** Requests of this client only, by its credentials or its token's `azp`. @default all */
  readonly clientId?: string;
}

interface ArmedFault {
  readonly endpoint: Endpoint;
  readonly fault: TransportFault;
  readonly clientId: string | undefined;
  left: number;
}

/** The transport faults that a test switched on. */
class TransportFaults {
  #armed: ArmedFault[] = [];

  /** Switches a fault on. If several match a request, the earliest applies. */
  set(endpoint: Endpoint, fault: TransportFault, limits: FaultLimits = {}): void {
    const { times = Number.POSITIVE_INFINITY, clientId } = limits;
    this.#armed.push({ endpoint, fault, clientId, left: times });
  }

  /** Switches the faults of an endpoint off, or all of them. */
  clear(endpoint?: Endpoint): void {
    this.#armed = this.#armed.filter(
      (armed) => endpoint !== undefined && armed.endpoint !== endpoint,
    );
  }

  /** The fault for a request, or null; takes one off its `times`. */
  take({ endpoint, clientId }: ReceivedRequest): TransportFault | null {
    const armed = this.#armed.find(
      (each) =>
        each.endpoint === endpoint &&
        each.left > 0 &&
        (each.clientId === undefined || each.clientId === clientId),
    );
    if (armed === undefined) return null;
    armed.left -= 1;
    return armed.fault;
  }
}

/** How a stand-in with faults is started. */
export interface FaultyStandinOptions extends Omit<StandinOptions, 'respond'> {
  /** Called with every request before the reply, for example to change the tenant at that moment. */
  readonly onRequest?: (request: ReceivedRequest) => void | Promise<void>;
}

/** A stand-in with faults that a test can switch on. */
export interface FaultyStandin extends Standin {
  readonly faults: TransportFaults;
}

/** Starts a {@link FaultyStandin}. */
export async function startFaultyStandin({
  onRequest,
  ...options
}: FaultyStandinOptions = {}): Promise<FaultyStandin> {
  const faults = new TransportFaults();
  const respond = async (exchange: Exchange) => {
    await onRequest?.(exchange.request);
    const fault = faults.take(exchange.request);
    if (fault === null) sendReply(exchange.response, await exchange.answer());
    else await sendFault(exchange, fault);
  };
  return { ...(await startStandin({ ...options, respond })), faults };
}

/** Timers end with the response, so closing the connection ends every fault. */
async function sendFault(
  { request, response, answer }: Exchange,
  fault: TransportFault,
): Promise<void> {
  switch (fault.kind) {
    case 'reset':
      resetConnection(response);
      return;
    case 'hang-up':
      response.socket?.destroy();
      return;
    case 'silence':
      return;
    case 'stall':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.flushHeaders();
      return;
    case 'endless':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"filler":"');
      sendEndlessly(response, fault.everyMs);
      return;
    case 'cut-off':
      sendHalf(response, await answer());
      return;
    case 'delay':
      if (await isStillOpenAfter(response, fault.delayMs)) sendReply(response, await answer());
      return;
    case 'reply':
      sendReply(response, typeof fault.reply === 'function' ? fault.reply(request) : fault.reply);
      return;
  }
}

// Node can send a TCP reset on a plain socket only; over TLS the connection is closed at once.
function resetConnection({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

function isStillOpenAfter(response: ServerResponse, delayMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), delayMs);
    response.once('close', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

function sendHalf(response: ServerResponse, { status, headers, body }: Reply): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  const half = bytes.subarray(0, Math.ceil(bytes.length / 2));
  response.write(half, () => response.socket?.destroy());
}

function sendEndlessly(response: ServerResponse, everyMs: number): void {
  if (everyMs > 0) {
    const timer = setInterval(() => response.write('a'), everyMs);
    response.once('close', () => clearInterval(timer));
    return;
  }
  const chunk = Buffer.alloc(64 * 1024, 'a');
  const fill = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', fill);
  fill();
}
