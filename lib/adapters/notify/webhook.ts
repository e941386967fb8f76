import { Webhook } from 'standardwebhooks';
import { Secret } from '../../core/secret.ts';
import type { Notice } from '../../core/state/notice.ts';
import type { Channel } from '../../delivery/ports.ts';
import { createHttpChannel, type HttpChannelParts } from './post-notice.ts';

/** Shorter keys can be guessed; the scheme requires 24 to 64 bytes. */
const MIN_KEY_BYTES = 24;

const SECRET_FORM = 'it must be whsec_ and the Base64 of 24 to 64 random bytes';

/**
 * Sends notices to any receiver, signed by the Standard Webhooks scheme.
 *
 * The body is `{ type, timestamp, data }`, where `data` is the whole notice. A receiver drops a second
 * copy by `webhook-id`, which is the notice's id with underscores for dots.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createWebhookChannel(parts: HttpChannelParts & { readonly url: string }): Channel {
  const url = new Secret(parts.url);
  return createHttpChannel(parts, (notice, secret) => {
    const key = signingKey(secret);
    if (key === null) return { kind: 'unreadable', detail: `its form is wrong: ${SECRET_FORM}` };
    const body = webhookBody(notice);
    return {
      url,
      body,
      headers: signedHeaders({ notice, body, nowMs: parts.clock.nowMs() }, key),
      // Receivers answer a wrong signature with 400 or 401, so a 4xx may not be about the notice.
      isRejected: () => false,
    };
  });
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

function signedHeaders(
  {
    notice,
    body,
    nowMs,
  }: { readonly notice: Notice; readonly body: string; readonly nowMs: number },
  key: Secret<Buffer>,
): Readonly<Record<string, string>> {
  // Dots separate the three parts that are signed, so the id must have none.
  const id = notice.id.replaceAll('.', '_');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': new Webhook(key.reveal(), { format: 'raw' }).sign(
      id,
      new Date(nowMs),
      body,
    ),
  };
}
