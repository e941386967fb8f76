import type { Dispatcher } from 'undici';
import { MAX_BODY_BYTES, type RawBody } from './body-text.ts';

type Controller = Dispatcher.DispatchController;
type IncomingHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The connection that carries an exchange, as far as the exchange needs to know it. */
export interface CarryingConnection {
  /** Whole replies that came over this connection since it was opened. */
  replies: number;
  /** Whether its socket ended with an error, such as a reset. */
  readonly hasFailed: boolean;
  /** Called when a request is written on it. */
  expectAnswer(): void;
}

/** How an exchange ended. */
export type Ending =
  | {
      readonly kind: 'received';
      readonly status: number;
      readonly headers: Readonly<Record<string, readonly string[]>>;
      readonly raw: RawBody;
    }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      /** The connection had served before and ended without a byte of an answer to this request. */
      readonly isStaleConnection: boolean;
    };

/** What the deadline says when it passes, in the codes that undici has for its own timeouts. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code: 'UND_ERR_CONNECT_TIMEOUT' | 'UND_ERR_HEADERS_TIMEOUT';

  constructor(isConnected: boolean) {
    super('the time allowed for the request is over');
    this.code = isConnected ? 'UND_ERR_HEADERS_TIMEOUT' : 'UND_ERR_CONNECT_TIMEOUT';
  }
}

/** What a connection is ended with when no more of its answer is wanted. */
const ENOUGH = new Error('no more of this answer is read');

/** What ends a connection that carried a request when it was lost, rather than never made. */
const LOST_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * One request on its way and the reply as it comes, as undici's dispatchers report it.
 *
 * It always ends, once: with the reply, with what there is of it at the deadline, the size limit or
 * the loss of the connection, or with an error. The deadline covers waiting for a connection,
 * connecting, headers and body together, so nothing that a peer does can outlast it.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly ended: Promise<Ending>;
  /** Set by the connection when the exchange is handed to it. */
  connection: CarryingConnection | null = null;
  readonly #end: (ending: Ending) => void;
  readonly #deadline: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #controller: Controller | null = null;
  #isOver = false;
  #isConnected = false;
  #isReusing = false;
  #hasAnswerBegun = false;
  #status = 0;
  #headers: Readonly<Record<string, readonly string[]>> | null = null;

  constructor(timeoutMs: number) {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.ended = promise;
    this.#end = resolve;
    this.#deadline = setTimeout(() => this.#onDeadline(), timeoutMs);
  }

  onRequestStart(controller: Controller): void {
    // The deadline may have passed while the request waited for its connection.
    if (this.#isOver) {
      controller.abort(ENOUGH);
      return;
    }
    this.#controller = controller;
    this.#isConnected = true;
    this.connection?.expectAnswer();
    this.#isReusing = this.#hasServed();
  }

  onResponseStarted(): void {
    this.#hasAnswerBegun = true;
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHeaders): void {
    // Informational replies come before the one that counts. RFC 9110 section 15.2.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headerLists(headers);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > MAX_BODY_BYTES) this.#finish('too-large');
  }

  onResponseEnd(): void {
    if (this.connection !== null) this.connection.replies += 1;
    this.#finish(this.connection?.hasFailed ? 'cut-off' : null);
  }

  onResponseError(_controller: Controller | null, error: unknown): void {
    if (this.#headers !== null) this.#finish(isTimeout(error) ? 'timed-out' : 'cut-off');
    else this.#fail(error);
  }

  #onDeadline(): void {
    if (this.#headers !== null) this.#finish('timed-out');
    else this.#fail(new DeadlineError(this.#isConnected));
  }

  #finish(problem: RawBody['problem']): void {
    if (this.#isOver || this.#headers === null) return;
    const headers = this.#headers;
    const all = Buffer.concat(this.#chunks);
    const bytes = all.length > MAX_BODY_BYTES ? all.subarray(0, MAX_BODY_BYTES) : all;
    const raw = { bytes, contentEncoding: headers['content-encoding'] ?? [], problem };
    this.#over({ kind: 'received', status: this.#status, headers, raw });
    if (problem !== null) this.#controller?.abort(ENOUGH);
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    const isLost =
      error instanceof Error && 'code' in error && LOST_CONNECTION.has(String(error.code));
    // A kept connection may be lost while the request waits to be written on it.
    const isReusing = this.#isConnected ? this.#isReusing : this.#hasServed();
    const isStaleConnection = isReusing && !this.#hasAnswerBegun && isLost;
    this.#over({ kind: 'failed', error, isStaleConnection });
    this.#controller?.abort(ENOUGH);
  }

  #hasServed(): boolean {
    return (this.connection?.replies ?? 0) > 0;
  }

  #over(ending: Ending): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    // undici frees a connection one turn of the event loop after its reply, by a setImmediate that
    // comes after this call. Whoever sends the next request at once would open another connection.
    queueMicrotask(() => setImmediate(() => this.#end(ending)));
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_BODY_TIMEOUT';
}

/** Names are the peer's: an object without a prototype holds `__proto__` and `constructor` as well. */
function headerLists(headers: IncomingHeaders): Readonly<Record<string, readonly string[]>> {
  const lists: Record<string, readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) lists[name] = typeof value === 'string' ? [value] : value;
  }
  return lists;
}
