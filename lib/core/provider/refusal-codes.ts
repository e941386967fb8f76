// What the codes of a refusal mean, in whatever spelling a server sends them.

import type { RefusalReason } from '../evidence/readings.ts';

/** What a code means; a code that is not in the table counts as none. */
export type RefusalCodes = Readonly<Record<string, RefusalReason>>;

/** What the codes mean by RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 8707 section 2, RFC 8628 section 3.5, RFC 9449 section 5. */
export const STANDARD_CODES = {
  invalid_client: 'credentials-rejected',
  unauthorized_client: 'grant-not-allowed',
  // For client credentials there is no grant that could be invalid: what a server means by it is its own.
  invalid_grant: 'refusal-unrecognized',
  unsupported_grant_type: 'grant-type-unsupported',
  invalid_scope: 'scope-not-allowed',
  insufficient_scope: 'scope-not-allowed',
  invalid_target: 'audience-not-authorized',
  invalid_request: 'request-malformed',
  server_error: 'provider-error',
  temporarily_unavailable: 'provider-error',
  slow_down: 'provider-rate-limited',
  invalid_dpop_proof: 'proof-required',
  use_dpop_nonce: 'proof-required',
} as const satisfies RefusalCodes;

/** Other spellings of the same, each of a server that was seen. */
const OTHER_CODES = {
  // Auth0.
  too_many_requests: 'provider-rate-limited',
  // GitHub, Ping, Apigee, the Symfony and PHP worlds.
  incorrect_client_credentials: 'credentials-rejected',
  invalid_client_credentials: 'credentials-rejected',
  invalid_client_secret: 'credentials-rejected',
  invalid_credentials: 'credentials-rejected',
  bad_credentials: 'credentials-rejected',
  invalid_client_id: 'client-unknown',
  invalid_client_identifier: 'client-unknown',
  client_not_found: 'client-unknown',
  unknown_client: 'client-unknown',
  application_not_found: 'client-unknown',
  application_cannot_be_found: 'client-unknown',
  scope_invalid: 'scope-not-allowed',
  scope_not_allowed: 'scope-not-allowed',
  authorization_type_invalid: 'grant-type-unsupported',
  invalid_grant_type: 'grant-type-unsupported',
  grant_type_not_supported: 'grant-type-unsupported',
  unsupported_granttype: 'grant-type-unsupported',
  // Entra, RFC 8707 by other names.
  invalid_resource: 'audience-unknown',
  invalid_audience: 'audience-unknown',
  rate_limit_exceeded: 'provider-rate-limited',
} as const satisfies RefusalCodes;

/** A code with what it means. */
export interface KnownCode {
  readonly code: string;
  readonly reason: RefusalReason;
}

/**
 * Finds the first code that is known, whatever its case and envelope: `INVALID_CLIENT`,
 * `oauth.v2.InvalidScope`, `urn:x:invalid_client`. Those of the server itself come first.
 */
export function knownCode(codes: readonly string[], own: RefusalCodes): KnownCode | null {
  for (const raw of codes) {
    const code = plainCode(raw);
    for (const table of [own, STANDARD_CODES, OTHER_CODES] as readonly RefusalCodes[]) {
      const reason = Object.hasOwn(table, code) ? table[code] : undefined;
      if (reason !== undefined) return { code, reason };
    }
  }
  return null;
}

/** A code as RFC 6749 would spell it: its last part, in lower case, with underscores. */
export function plainCode(code: string): string {
  return (code.split(/[.:/#]/).findLast((part) => part !== '') ?? '')
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll('-', '_');
}
