// How a refusal of a token endpoint is read: by the class of its status, its text, its code, its status alone.

import type { RefusalBasis, RefusalReading, RefusalReason } from '../evidence/readings.ts';
import type { HttpReply } from '../http/http-exchange.ts';
import { type EdgePage, edgePage } from './edge-page.ts';
import { type FositeText, fositeText, readWords, type Wording } from './refusal-text.ts';

/** A refusal's parts as they came. */
export interface RefusedReply {
  readonly reply: HttpReply;
  /** The OAuth `error` code, where the body is a JSON object with a string there. */
  readonly error: string | null;
  /** `error_description`, raw. */
  readonly description: string | null;
}

/** What is known of the refusals of a type of provider. */
export interface RefusalRules {
  /** Its known texts, in the order in which they are looked up. */
  readonly wordings: readonly Wording[];
  /** What each `error` code means, in lower case. */
  readonly codes: Readonly<Record<string, RefusalReason>>;
  /** Whether it documents that it answers 404 to a client id that it does not know. */
  readonly documentsNotFound: boolean;
  /** Whether every refusal of it is JSON, so that a 403 with another body is a firewall's. */
  readonly refusesInJson: boolean;
}

/** What the codes mean by RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 8707 section 2 and RFC 8628 section 3.5. */
export const STANDARD_CODES = {
  invalid_client: 'credentials-rejected',
  unauthorized_client: 'grant-not-allowed',
  // For this grant: Cognito, where the client credentials flow is off for the client.
  invalid_grant: 'grant-not-allowed',
  unsupported_grant_type: 'grant-type-unsupported',
  invalid_scope: 'scope-not-allowed',
  insufficient_scope: 'scope-not-allowed',
  invalid_target: 'audience-not-authorized',
  invalid_request: 'request-malformed',
  server_error: 'provider-error',
  temporarily_unavailable: 'provider-error',
  slow_down: 'provider-rate-limited',
  // Auth0.
  too_many_requests: 'provider-rate-limited',
} as const satisfies RefusalRules['codes'];

/** What is known of one refusal before it is judged. */
interface RefusalParts {
  readonly status: number;
  readonly code: string;
  readonly text: FositeText;
  readonly words: RefusalReading | null;
  /** What answered in the provider's place; null where it was the provider. */
  readonly page: EdgePage;
}

/** Reads a refusal; total, and never by the status alone where the text says more. */
export function readRefusal(
  { reply, error, description }: RefusedReply,
  rules: RefusalRules,
): RefusalReading {
  const code = (error ?? '').trim().toLowerCase();
  const text = fositeText(description);
  const words = readWords(rules.wordings, { text: text.hint, code });
  const page = error === null ? edgePage(reply) : null;
  const parts = { status: reply.status, code, text, words, page };
  return (
    byStatusClass(parts, rules) ?? words ?? byCode(parts, rules.codes) ?? byStatus(reply.status)
  );
}

function byStatusClass(
  { status, code, words, page }: RefusalParts,
  { documentsNotFound, refusesInJson }: RefusalRules,
): RefusalReading | null {
  if (page === 'edge-words') return reading('provider-blocked', 'explicit-words');
  if (status === 429) {
    // Some servers send an unrelated code with it, such as Okta `invalid_grant`.
    return words?.reason === 'token-quota-exceeded'
      ? words
      : reading('provider-rate-limited', 'documented-reply');
  }
  if (status >= 500) {
    const isOverload = code === 'server_error' || code === 'temporarily_unavailable';
    return reading('provider-error', isOverload ? 'documented-reply' : 'status');
  }
  if (status === 404) {
    // A client id, or a tenant, realm or authorisation server in the address that does not exist.
    const isDocumented = documentsNotFound && page !== 'html';
    return words ?? reading('client-unknown', isDocumented ? 'documented-reply' : 'status');
  }
  const isFirewall = page === 'html' || (refusesInJson && status === 403 && page !== null);
  return isFirewall ? reading('provider-blocked', 'status') : null;
}

function byCode(
  { code, text: { sentenceOf, hint } }: RefusalParts,
  codes: RefusalRules['codes'],
): RefusalReading | null {
  if (code === '') return null;
  // Fosite says "to request a token using this method": the grant, whatever else the code may mean.
  if (code === 'unauthorized_client' && sentenceOf === code) {
    return reading('grant-not-allowed', 'documented-reply');
  }
  const reason = Object.hasOwn(codes, code) ? codes[code] : undefined;
  if (reason === undefined) return reading('refusal-unrecognized', 'error-code');
  // The documented body, whole: a code with its sentence and nothing that changes the meaning.
  const isDocumented = sentenceOf === code && hint === '';
  return reading(reason, isDocumented ? 'documented-reply' : 'error-code');
}

/** What the status says where neither words nor a code say anything. RFC 9110 section 15. */
function byStatus(status: number): RefusalReading {
  switch (status) {
    case 401:
      return reading('credentials-rejected', 'status');
    case 407:
    case 451:
      return reading('provider-blocked', 'status');
    case 415:
      return reading('request-malformed', 'status');
    default:
      return reading('refusal-unrecognized', 'status');
  }
}

/** A reading that names nothing. */
function reading(reason: RefusalReason, basis: RefusalBasis): RefusalReading {
  return { reason, basis, named: null };
}
