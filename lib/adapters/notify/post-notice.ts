import type { Clock, HttpSender } from '../../check/ports.ts';
import type { HttpReply, HttpRequest, TransportFailure } from '../../core/http/http-exchange.ts';
import { retryAfterSeconds } from '../../core/http/http-exchange.ts';
import { Secret } from '../../core/secret.ts';
import type { Notice } from '../../core/state/notice.ts';
import type { Channel, ChannelOutcome } from '../../delivery/ports.ts';
import type { SecretValueRead } from '../credentials/credential-reader.ts';

/** What every channel over HTTP is made from. */
export interface HttpChannelParts {
  readonly http: HttpSender;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Reads the channel's secret (an address or a key) anew for each notice. */
  readonly readSecret: () => Promise<SecretValueRead>;
  /** Bound on one whole exchange. @default 10 seconds */
  readonly timeoutMs?: number;
}

/** A notice as one channel sends it. */
interface NoticePost {
  readonly url: Secret;
  readonly headers?: HttpRequest['headers'];
  readonly body: string;
  /** Whether a 4xx says that this very notice is wrong, rather than the address or the key. */
  readonly isRejected: (reply: HttpReply) => boolean;
}

/** Far less than a lease of the outbox. */
const TIMEOUT_MS = 10_000;

const NO_ANSWER = {
  dns: 'the name of the receiver does not resolve',
  refused: 'the connection was refused',
  reset: 'the connection was lost before an answer',
  unreachable: 'the receiver cannot be reached',
  tls: 'the certificate of the receiver is not acceptable',
  timeout: 'the receiver did not answer in time',
  'not-http': 'the answer is not HTTP',
  other: 'the request could not be sent',
} as const satisfies Readonly<Record<TransportFailure['failure'], string>>;

/** Why the secret cannot be used: the notice waits until that is fixed. */
type Unreadable = Exclude<SecretValueRead, { readonly kind: 'value' }>;

/** Makes a channel that posts each notice with its secret. */
export function createHttpChannel(
  parts: HttpChannelParts,
  postOf: (notice: Notice, secret: Secret) => NoticePost | Unreadable,
): Channel {
  return {
    send: async (notice) => {
      const read = await parts.readSecret();
      const post = read.kind === 'value' ? postOf(notice, read.value) : read;
      if ('kind' in post) return retry(`its secret cannot be read: ${post.detail}`);
      return postNotice(parts, post);
    },
  };
}

/**
 * Posts JSON once, and reads what the answer means for the notice.
 *
 * Any 2xx is acceptance, even if its body breaks off. A redirect is not followed, since the address is
 * a secret. The outcome holds neither the address nor any text of the receiver.
 */
async function postNotice(
  { http, clock, timeoutMs = TIMEOUT_MS }: HttpChannelParts,
  { url, headers = {}, body, isRejected }: NoticePost,
): Promise<ChannelOutcome> {
  const outcome = await http.send({
    purpose: 'notice',
    method: 'POST',
    url: url.reveal().trim(),
    headers: { 'content-type': 'application/json', ...headers },
    body: new Secret(body),
    timeoutMs,
  });
  if (outcome.kind === 'transport-failure') return retry(noAnswer(outcome));
  const { status } = outcome;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 413 || (status >= 400 && status < 500 && isRejected(outcome))) {
    return { kind: 'rejected', detail: `the receiver calls the notice invalid (status ${status})` };
  }
  const afterSeconds = retryAfterSeconds(outcome, clock.nowMs());
  return { kind: 'retry', afterSeconds, detail: statusWords(status) };
}

function retry(detail: string): ChannelOutcome {
  return { kind: 'retry', afterSeconds: null, detail };
}

function noAnswer({ failure, code }: TransportFailure): string {
  if (code === 'ERR_INVALID_URL')
    return 'its secret is not the address of a webhook: it must be https://…';
  if (code === 'ERR_INSECURE_URL') return 'its secret is an http address: it must be https';
  return `${NO_ANSWER[failure]} (${code})`;
}

function statusWords(status: number): string {
  if (status >= 300 && status < 400) {
    return `the receiver answers with a redirect (status ${status}), which is not followed: configure the address that it points to`;
  }
  if (status === 429) return 'the receiver asks for a pause (status 429)';
  if (status === 401 || status === 403) return `the receiver refuses the key (status ${status})`;
  if (status === 404 || status === 410) {
    return `the receiver does not know this address (status ${status}): was the webhook removed?`;
  }
  return `the receiver answers with status ${status}`;
}
