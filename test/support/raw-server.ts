import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

/** A raw request, and the socket to answer on, correctly or not. */
export interface RawRequest {
  readonly socket: Socket;
  /** The request line and the headers. */
  readonly head: string;
  readonly body: Buffer;
  /** Counted from 1 over all connections. */
  readonly requestNumber: number;
  /** Counted from 1 on this connection. */
  readonly requestOfConnection: number;
}

/** What a raw server does. */
export interface RawServerOptions {
  /** Called for each whole request. */
  readonly onRequest?: (request: RawRequest) => void;
  /** Called for each connection, before anything was read from it. */
  readonly onConnection?: (socket: Socket) => void;
  readonly tls?: TlsOptions;
}

/** A server on a free port of 127.0.0.1 that sends whatever a test writes. */
export interface RawServer {
  readonly port: number;
  /** Connections that were opened so far. */
  readonly connections: () => number;
  readonly requests: () => number;
  /** Bytes that were sent so far, over all connections. */
  readonly sentBytes: () => number;
  /** Waits until everything sent so far has been read, and all connections are closed. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a server that answers with the bytes of the test, at the level of sockets. */
export async function startRawServer(options: RawServerOptions): Promise<RawServer> {
  const { onRequest, onConnection, tls } = options;
  const sockets = new Set<Socket>();
  let connections = 0;
  let requests = 0;
  let sentBytes = 0;

  const serve = (socket: Socket) => {
    connections += 1;
    let received: Buffer = Buffer.alloc(0);
    let requestOfConnection = 0;
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      sentBytes += socket.bytesWritten;
    });
    // A client that gives up resets the connection, which tests provoke.
    socket.on('error', () => socket.destroy());
    onConnection?.(socket);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const request = takeRequest(received);
      if (request === null) return;
      received = received.subarray(request.length);
      requests += 1;
      requestOfConnection += 1;
      const { head, body } = request;
      onRequest?.({ socket, head, body, requestNumber: requests, requestOfConnection });
    });
  };
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    requests: () => requests,
    sentBytes: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, sentBytes),
    settled: async () => {
      // Connections are accepted in order: when this one is accepted, all earlier ones are too.
      const { port } = server.address() as AddressInfo;
      const last = createConnection({ port, host: '127.0.0.1' });
      const accepted = once(server, 'connection');
      await Promise.all([accepted, once(last, 'connect')]);
      last.destroy();
      while (sockets.size > 0) await new Promise((done) => setTimeout(done, 2));
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Writes a whole reply; `content-length` is added unless the headers say otherwise. */
export function rawReply(
  status: number,
  body: string | Buffer = '',
  headers: readonly string[] = [],
): Buffer {
  const bytes = Buffer.from(body);
  const framing = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line))
    ? []
    : [`content-length: ${bytes.length}`];
  const head = [`HTTP/1.1 ${status} Whatever`, ...headers, ...framing, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

/** A port of 127.0.0.1 where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface TakenRequest {
  readonly head: string;
  readonly body: Buffer;
  readonly length: number;
}

function takeRequest(received: Buffer): TakenRequest | null {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = received.subarray(0, headEnd).toString('latin1');
  const bodyLength = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const length = headEnd + 4 + bodyLength;
  if (received.length < length) return null;
  return { head, body: received.subarray(headEnd + 4, length), length };
}
