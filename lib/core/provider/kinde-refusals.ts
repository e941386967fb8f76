// How a refusal of Kinde's token endpoint is read: the order of judging, from status class to bare status.

import type { RefusalReading, RefusalReason } from '../evidence/readings.ts';
import { type EdgePage, edgePage } from './edge-page.ts';
import { type FositeText, fositeText } from './fosite-text.ts';
import { readKindeWords } from './kinde-words.ts';
import type { RefusedReply } from './provider.ts';
import { byStatus, reading } from './refusal-reading.ts';

/**
 * Reads a refusal of Kinde; total.
 *
 * Status class first (429, 5xx, 404, a page that is no OAuth reply), then the text without Fosite's
 * general sentences, then the `error` code, last the status. Where the guide "Troubleshoot M2M
 * token errors" and the server differ (an audience that is not authorised is `unauthorized_client`
 * in the one and `invalid_request` in the other), both lead to the same reason.
 */
export function readKindeRefusal(refused: RefusedReply): RefusalReading {
  const text = fositeText(refused.description);
  const page = refused.error === null ? edgePage(refused.reply) : null;
  return (
    byStatusClass(refused, text, page) ??
    readKindeWords(text.hint) ??
    byCode(refused.error, text) ??
    byStatus(refused.reply.status)
  );
}

function byStatusClass(
  { reply: { status }, error }: RefusedReply,
  { hint }: FositeText,
  page: EdgePage,
): RefusalReading | null {
  const words = readKindeWords(hint);
  if (page === 'edge-words') return reading('blocked', 'explicit-words');
  if (status === 429) {
    return words?.reason === 'token-quota-exceeded'
      ? words
      : reading('rate-limited', 'documented-reply');
  }
  if (status >= 500) {
    return reading(
      'server-error',
      OVERLOAD_CODES.has(codeOf(error)) ? 'documented-reply' : 'status',
    );
  }
  if (status === 404) {
    // Kinde's page on 404 shows no body; words in one would still say more than the status.
    return words ?? reading('client-unknown', page === 'html' ? 'status' : 'documented-reply');
  }
  if (page === 'html') return reading('blocked', 'status');
  // Kinde's security page names a firewall, and every OAuth refusal of Kinde is JSON.
  return status === 403 && page !== null ? reading('blocked', 'status') : null;
}

const OVERLOAD_CODES: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** What each code means at Kinde; the guide's meaning where it gives one. */
const REASON_OF_CODE: Readonly<Record<string, RefusalReason>> = {
  invalid_client: 'credentials-rejected',
  unauthorized_client: 'audience-not-authorized',
  invalid_target: 'audience-not-authorized',
  invalid_scope: 'scope-not-allowed',
  insufficient_scope: 'scope-not-allowed',
  invalid_request: 'request-malformed',
  unsupported_grant_type: 'grant-type-unsupported',
  invalid_grant: 'grant-not-allowed',
  server_error: 'server-error',
  temporarily_unavailable: 'server-error',
  slow_down: 'rate-limited',
  too_many_requests: 'rate-limited',
};

function byCode(error: string | null, { sentenceOf, hint }: FositeText): RefusalReading | null {
  if (error === null) return null;
  const code = codeOf(error);
  // Fosite says "to request a token using this method": the grant, whatever the guide says.
  if (code === 'unauthorized_client' && sentenceOf === code) {
    return reading('grant-not-allowed', 'documented-reply');
  }
  const reason = Object.hasOwn(REASON_OF_CODE, code) ? REASON_OF_CODE[code] : undefined;
  if (reason === undefined) return reading('unrecognized', 'error-code');
  // The documented body, whole: a code with its sentence and nothing that changes the meaning.
  const isDocumented = sentenceOf === code && hint === '';
  return reading(reason, isDocumented ? 'documented-reply' : 'error-code');
}

function codeOf(error: string | null): string {
  return (error ?? '').trim().toLowerCase();
}
