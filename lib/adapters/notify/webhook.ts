import { createHmac } from 'node:crypto';
import { Secret } from '../../core/secret.ts';
import type { Notice } from '../../core/state/notice.ts';
import type { Channel } from '../../delivery/ports.ts';
import type { SecretValueRead } from '../credentials/secret-value.ts';
import { type HttpChannelParts, postNotice, withoutSecret } from './post-notice.ts';

/** Shorter keys can be found out; the scheme wants 24 to 64 bytes. */
const MIN_KEY_BYTES = 24;

const SECRET_FORM = 'whsec_ and the Base64 of 24 to 64 random bytes are wanted';

/**
 * Sends notices to any receiver, signed by the Standard Webhooks scheme.
 *
 * The body is `{ type, timestamp, data }`, where `data` is the whole notice. A receiver drops a second
 * copy by `webhook-id`, which is the notice's id with underscores for dots.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createWebhookChannel(
  parts: HttpChannelParts & {
    readonly url: string;
    readonly readSecret: () => Promise<SecretValueRead>;
  },
): Channel {
  const url = new Secret(parts.url);
  return {
    async send(notice) {
      const secret = await parts.readSecret();
      if (secret.kind !== 'value') return withoutSecret(secret);
      const key = signingKey(secret.value);
      if (key === null) {
        return withoutSecret({ kind: 'unreadable', detail: `it has another form: ${SECRET_FORM}` });
      }
      const body = webhookBody(notice);
      const headers = signedHeaders({ notice, body, key, nowMs: parts.clock.nowMs() });
      // Receivers answer a wrong signature with 400 or 401: no 4xx is the notice's fault for sure.
      return postNotice(parts, { url, headers, body, isRejected: () => false });
    },
  };
}

/** The body of a notice: its reason is part of the type, for example `notice.opened`. */
export function webhookBody(notice: Notice): string {
  return JSON.stringify({
    type: `notice.${notice.reason}`,
    timestamp: notice.createdAt,
    data: notice,
  });
}

/** The key in a secret of the scheme's form, or null. */
function signingKey(secret: Secret): Secret<Buffer> | null {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret.reveal().trim()) ?? [];
  const key = Buffer.from(encoded ?? '', 'base64');
  return key.length < MIN_KEY_BYTES ? null : new Secret(key);
}

function signedHeaders({
  notice,
  body,
  key,
  nowMs,
}: {
  readonly notice: Notice;
  readonly body: string;
  readonly key: Secret<Buffer>;
  readonly nowMs: number;
}): Readonly<Record<string, string>> {
  // A dot parts the three in what is signed, so the id has none.
  const id = notice.id.replaceAll('.', '_');
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', key.reveal())
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
