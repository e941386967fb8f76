import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TlsCertificate } from './tls-certificate.ts';

const MAX_REQUEST_BYTES = 1024 * 1024;

/** A request read whole, as far as HTTP goes. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The ordinal number of its connection, from 1. */
  readonly connection: number;
}

/** A server that listens, and can be ended at once. */
export interface LoopbackServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Listens and passes on every request once it was read whole; one of more than 1 MiB is cut off. */
export async function listen(
  place: {
    readonly host: string;
    readonly port: number;
    readonly tls?: TlsCertificate | undefined;
  },
  onRequest: (request: RawRequest, response: ServerResponse) => Promise<void>,
): Promise<LoopbackServer> {
  const { host, port, tls } = place;
  const sockets = new Map<Socket, number>();
  let connections = 0;
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    // The stand-in's own clock decides about Date; a client that goes away is no fault of ours.
    response.sendDate = false;
    response.on('error', () => undefined);
    const body = await readBody(message);
    if (body === null) {
      response.destroy();
      return;
    }
    const connection = sockets.get(message.socket) ?? connections;
    const { method = '', url: path = '/', headers } = message;
    await onRequest({ method, path, headers, body, connection }, response);
  };
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    handle(message, response).catch((error: unknown) => {
      // A fault of the stand-in itself must show, and not as a reply that a tenant might give.
      response.destroy(error instanceof Error ? error : undefined);
      process.emitWarning(`the stand-in failed: ${String(error)}`);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const opened = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    opened.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => opened.delete(socket));
  });
  // The socket that requests come on: over TLS it is another one than that of `connection`.
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections += 1;
    sockets.set(socket, connections);
    socket.once('close', () => sockets.delete(socket));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await promise;
  const address = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://${host}:${address.port}`,
    close: () => {
      const closed = new Promise<void>((done) => {
        server.close(() => done());
      });
      for (const socket of opened) socket.destroy();
      return closed;
    },
  };
}

/** An origin on which nobody listens: a connection to it is refused. */
export async function refusingOrigin(host = '127.0.0.1'): Promise<string> {
  const server = await listen({ host, port: 0 }, async () => undefined);
  await server.close();
  return server.origin;
}

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
