import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from '../certificates.ts';

/** A webhook that a receiver got. */
export interface ReceivedWebhook {
  /** The headers, one a line. */
  readonly head: string;
  readonly body: string;
}

/** A receiver of webhooks over TLS. */
export interface WebhookReceiver {
  readonly url: string;
  /** The certificate in PEM that whoever sends must trust. */
  readonly authority: string;
  /** What came so far, in order; the list grows. */
  readonly received: readonly ReceivedWebhook[];
  close(): Promise<void>;
}

/** Starts a receiver that takes everything. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const authority = await createAuthority('Receivers of a test');
  const received: ReceivedWebhook[] = [];
  const certificate = await authority.issue({ hosts: ['127.0.0.1'] });
  const server = createServer(certificate, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const head = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    received.push({ head: head.join('\n'), body: Buffer.concat(chunks).toString() });
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/m2m`,
    authority: authority.cert,
    received,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
