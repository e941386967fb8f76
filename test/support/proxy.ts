import { createServer, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from './loopback-server.ts';

/** A proxy on loopback. */
export interface Proxy {
  readonly url: string;
  /** The hosts that requests and tunnels were for, in order. */
  readonly hosts: readonly string[];
}

/**
 * Starts a proxy that ends with the test; it forwards requests, and opens tunnels.
 *
 * A tunnel leads to the port on this machine, whatever the name: only through the proxy can a test
 * reach a name that ends in `.invalid`.
 */
export async function startProxy(): Promise<Proxy> {
  const hosts: string[] = [];
  const server = createServer((incoming, response) => {
    const { method, headers, url = '' } = incoming;
    hosts.push(new URL(url).host);
    const forwarded = request(url, { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    incoming.pipe(forwarded);
  });
  server.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => {
    hosts.push(url);
    const upstream = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
    client.on('close', () => upstream.destroy());
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}`, hosts };
}
