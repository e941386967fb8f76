// How a refusal of any OAuth server is read: status class, known texts, the code as the RFCs define it, the status.

import type { RefusalReading, RefusalReason } from '../evidence/readings.ts';
import { type EdgePage, edgePage } from './edge-page.ts';
import { type FositeText, fositeText } from './fosite-text.ts';
import type { RefusedReply } from './provider.ts';
import { byStatus, reading } from './refusal-reading.ts';
import { AUTH0_WORDS } from './refusals/auth0-words.ts';
import { ENTRA_WORDS } from './refusals/entra-words.ts';
import { FOSITE_WORDS } from './refusals/fosite-words.ts';
import { GENERAL_WORDS } from './refusals/general-words.ts';
import { KEYCLOAK_WORDS } from './refusals/keycloak-words.ts';
import { NODE_OIDC_PROVIDER_WORDS } from './refusals/node-oidc-provider-words.ts';
import { OKTA_WORDS } from './refusals/okta-words.ts';
import { readWords } from './refusals/wording.ts';
import { ZITADEL_WORDS } from './refusals/zitadel-words.ts';

/**
 * The texts of all servers that are known, in one list: no text of one means something else at another.
 *
 * Amazon Cognito has no entry: it sends codes without texts.
 */
const KNOWN_WORDS = [
  ...ENTRA_WORDS,
  ...AUTH0_WORDS,
  ...OKTA_WORDS,
  ...KEYCLOAK_WORDS,
  ...ZITADEL_WORDS,
  ...NODE_OIDC_PROVIDER_WORDS,
  ...FOSITE_WORDS,
  ...GENERAL_WORDS,
];

/**
 * Reads a refusal of any OAuth server; total.
 *
 * The floor is what RFC 6749 section 5.2, RFC 6750 section 3.1 and RFC 8707 section 2 say of a code;
 * texts of servers that are known say more.
 */
export function readOidcRefusal(refused: RefusedReply): RefusalReading {
  const text = fositeText(refused.description);
  const code = (refused.error ?? '').trim().toLowerCase();
  const page = refused.error === null ? edgePage(refused.reply) : null;
  const words = readWords(KNOWN_WORDS, { text: text.hint, code });
  return (
    byStatusClass(refused.reply.status, { words, code, page }) ??
    words ??
    byCode(code, text) ??
    byStatus(refused.reply.status)
  );
}

function byStatusClass(
  status: number,
  {
    words,
    code,
    page,
  }: {
    readonly words: RefusalReading | null;
    readonly code: string;
    readonly page: EdgePage;
  },
): RefusalReading | null {
  if (page === 'edge-words') return reading('blocked', 'explicit-words');
  if (status === 429) {
    // Okta sends `invalid_grant` with it, so that the code says nothing here.
    return words?.reason === 'token-quota-exceeded'
      ? words
      : reading('rate-limited', 'documented-reply');
  }
  if (status >= 500) {
    return reading('server-error', OVERLOAD_CODES.has(code) ? 'documented-reply' : 'status');
  }
  // A tenant, realm or authorisation server in the address that does not exist.
  if (status === 404) return words ?? reading('client-unknown', 'status');
  return page === 'html' ? reading('blocked', 'status') : null;
}

const OVERLOAD_CODES: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** What each code means by its RFC; those of no RFC are of the server named. */
const REASON_OF_CODE: Readonly<Record<string, RefusalReason>> = {
  invalid_client: 'credentials-rejected',
  unauthorized_client: 'grant-not-allowed',
  // For this grant: Cognito, where the client credentials flow is off for the client.
  invalid_grant: 'grant-not-allowed',
  unsupported_grant_type: 'grant-type-unsupported',
  invalid_scope: 'scope-not-allowed',
  insufficient_scope: 'scope-not-allowed',
  invalid_target: 'audience-not-authorized',
  // Entra.
  invalid_resource: 'audience-unknown',
  invalid_request: 'request-malformed',
  server_error: 'server-error',
  temporarily_unavailable: 'server-error',
  slow_down: 'rate-limited',
  // Auth0.
  too_many_requests: 'rate-limited',
};

function byCode(code: string, { sentenceOf, hint }: FositeText): RefusalReading | null {
  if (code === '') return null;
  const reason = Object.hasOwn(REASON_OF_CODE, code) ? REASON_OF_CODE[code] : undefined;
  if (reason === undefined) return reading('unrecognized', 'error-code');
  const isDocumented = sentenceOf === code && hint === '';
  return reading(reason, isDocumented ? 'documented-reply' : 'error-code');
}
