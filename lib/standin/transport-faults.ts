import type { Endpoint, ReceivedRequest } from './received-request.ts';
import type { Reply } from './reply.ts';

/** What goes wrong between a request and its reply, whatever the tenant would have said. */
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
  /** Another reply instead, which may follow from the request: see `fault-replies.ts` for those that edges and broken servers give. */
  | { readonly kind: 'reply'; readonly reply: Reply | ((request: ReceivedRequest) => Reply) };

/** For which requests a fault counts. */
export interface FaultLimits {
  /** So many requests, then never again. @default all */
  readonly times?: number;
  /** Requests of this client only, by its credentials or its token's `azp`. @default all */
  readonly clientId?: string;
}

interface ArmedFault {
  readonly fault: TransportFault;
  readonly clientId: string | null;
  left: number;
}

/**
 * The switches for transport faults, per endpoint; nothing is switched on at the start.
 *
 * Three faults need no switch: an origin where nobody listens is `refusingOrigin()`, a host that does
 * not exist is any name below `.invalid`, and a wrong certificate is `createTlsCertificate({ flaw })`.
 */
export class TransportFaults {
  readonly #armed = new Map<Endpoint, readonly ArmedFault[]>();

  /** Switches a fault on; of several at one endpoint the earliest that still counts applies. */
  set(endpoint: Endpoint, fault: TransportFault, limits: FaultLimits = {}): void {
    const left = limits.times ?? Number.POSITIVE_INFINITY;
    const armed = { fault, clientId: limits.clientId ?? null, left };
    this.#armed.set(endpoint, [...(this.#armed.get(endpoint) ?? []), armed]);
  }

  /** Switches the faults of an endpoint off, or all of them. */
  clear(endpoint?: Endpoint): void {
    if (endpoint === undefined) this.#armed.clear();
    else this.#armed.delete(endpoint);
  }

  /** The fault for a request, or null; takes one off its `times`. */
  take(request: Pick<ReceivedRequest, 'endpoint' | 'clientId'>): TransportFault | null {
    const armed = (this.#armed.get(request.endpoint) ?? []).find(
      ({ left, clientId }) => left > 0 && (clientId === null || clientId === request.clientId),
    );
    if (armed === undefined) return null;
    armed.left -= 1;
    return armed.fault;
  }
}
