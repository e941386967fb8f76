import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ReceivedRequest } from './received-request.ts';
import type { Reply } from './reply.ts';
import type { TransportFault } from './transport-faults.ts';

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

/** Sends a reply whole. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  writeHead(response, reply);
  response.end(reply.body);
}

/**
 * Does to a connection what a fault says; `answer` gives the right reply where the fault wants it.
 *
 * Timers end with the response, so that closing the connection is all that ends a fault.
 */
export async function sendFault(
  response: ServerResponse,
  fault: TransportFault,
  { request, answer }: { readonly request: ReceivedRequest; readonly answer: () => Promise<Reply> },
): Promise<void> {
  switch (fault.kind) {
    case 'reset':
      reset(response.socket);
      return;
    case 'hang-up':
      response.socket?.destroy();
      return;
    case 'silence':
      return;
    case 'stall':
      response.writeHead(200, { ...JSON_HEADERS, 'content-length': '1000' });
      response.flushHeaders();
      return;
    case 'endless':
      response.writeHead(200, JSON_HEADERS);
      response.write('{"filler":"');
      sendEndlessly(response, fault.everyMs);
      return;
    case 'cut-off':
      await sendHalf(response, await answer());
      return;
    case 'delay':
      if (await isStillOpenAfter(response, fault.delayMs)) sendReply(response, await answer());
      return;
    case 'reply':
      sendReply(response, typeof fault.reply === 'function' ? fault.reply(request) : fault.reply);
      return;
  }
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

// Node can send a TCP reset on a plain socket only; over TLS the connection is closed at once.
function reset(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

function writeHead(response: ServerResponse, { status, headers, body }: Reply): void {
  const length = Buffer.byteLength(body);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('content-length', length);
  response.writeHead(status);
}

function sendHalf(response: ServerResponse, reply: Reply): Promise<void> {
  const body = Buffer.from(reply.body);
  writeHead(response, reply);
  return new Promise((resolve) => {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
      response.socket?.destroy();
      resolve();
    });
  });
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
