import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';
import type { ServerCertificate } from './certificates.ts';
import { type RawRequest, rawReply, startRawServer } from './raw-server.ts';

/** What a receiver does with one request. */
export type Reception =
  | { readonly status: number; readonly headers?: readonly string[]; readonly body?: string }
  | 'never';

/** A receiver of notices on loopback, and what it received. */
interface NoticeReceiver {
  readonly url: string;
  /** Every request, in order of arrival; `accepted` where the answer was a 2xx. */
  readonly received: readonly {
    readonly head: string;
    readonly body: string;
    readonly accepted: boolean;
  }[];
  /** Bodies that were accepted. */
  accepted(): readonly string[];
  /** Waits until everything sent so far has been read, and all connections are closed. */
  settled(): Promise<void>;
}

/** Starts a receiver that gives these answers in order and repeats the last; it ends with the test. */
export async function startReceiver({
  answers,
  tls,
}: {
  readonly answers: readonly Reception[] | ((request: RawRequest) => Reception);
  readonly tls?: ServerCertificate;
}): Promise<NoticeReceiver> {
  const received: { head: string; body: string; accepted: boolean }[] = [];
  const server = await startRawServer({
    ...(tls === undefined ? {} : { tls }),
    onRequest: (request) => {
      const answer =
        typeof answers === 'function'
          ? answers(request)
          : (answers[Math.min(request.requestNumber, answers.length) - 1] ?? { status: 200 });
      const accepted = answer !== 'never' && answer.status >= 200 && answer.status < 300;
      received.push({ head: request.head, body: request.body.toString(), accepted });
      if (answer === 'never') return;
      request.socket.end(rawReply(answer.status, answer.body ?? 'ok', answer.headers ?? []));
    },
  });
  onTestFinished(() => server.close());
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${server.port}/services/planted-path`,
    received,
    accepted: () => received.filter((each) => each.accepted).map(({ body }) => body),
    settled: server.settled,
  };
}

/** The content of a request signed by the Standard Webhooks scheme; throws if the signature is wrong. */
export function verified(head: string, body: string, secret: string): unknown {
  return new Webhook(secret).verify(body, webhookHeaders(head));
}

/** The headers of the scheme. */
export function webhookHeaders(head: string): Record<string, string> {
  const named = [...head.matchAll(/^(webhook-[a-z]+): (.*?)\r?$/gim)];
  return Object.fromEntries(named.map(([, name = '', text = '']) => [name, text]));
}
