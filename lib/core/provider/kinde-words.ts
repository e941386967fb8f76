// Kinde's own reading of a refusal's text: the only place that knows these words.

import type { RefusalReading, RefusalReason } from './provider.ts';

interface Wording {
  /** Matched against the text without Fosite's general sentences, white space folded. */
  readonly pattern: RegExp;
  readonly reason: RefusalReason;
  readonly basis: RefusalReading['basis'];
}

/**
 * The texts that name a cause, in order: the first that matches decides.
 *
 * A group `named` catches the scope or audience. Sources: Kinde's page "Troubleshoot the Kinde
 * API" for the first two; `errors.go`, `flow_client_credentials.go` and `client_authentication.go`
 * of ory/fosite, whose texts Kinde's bodies equal, for the others; general words at the end for
 * what Kinde does not document (expired secrets, quotas, audiences that are missing or unknown).
 */
const WORDINGS: readonly Wording[] = [
  {
    pattern: /requested audience (['"])(?<named>.*)\1 has not been whitelisted/i,
    reason: 'audience-not-authorized',
    basis: 'explicit-words',
  },
  {
    pattern: /not allowed to request scope (['"])(?<named>.*)\1/i,
    reason: 'scope-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern:
      /audience.*has not been whitelisted|requested audience\b.*\bnot (?:allowed|authori[sz]ed)/i,
    reason: 'audience-not-authorized',
    basis: 'explicit-words',
  },
  {
    pattern: /not allowed to use authorization grant|client is marked as public/i,
    reason: 'grant-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern:
      /client credentials missing or malformed|supports client authentication method|token_endpoint_auth_method/i,
    reason: 'client-authentication-mismatch',
    basis: 'explicit-words',
  },
  {
    pattern: /requested oauth 2\.0 client does not exist/i,
    reason: 'client-unknown',
    basis: 'explicit-words',
  },
  {
    pattern:
      /post body can ?not be empty|request parameter ["']grant_type["'] is missing|http method is .*expected ["']post["']|unable to parse http body|content[- ]type/i,
    reason: 'request-malformed',
    basis: 'explicit-words',
  },
  {
    // Fosite's hint where no handler knows the grant type; it lists several mistakes.
    pattern: /make sure that the various parameters are correct/i,
    reason: 'grant-type-unsupported',
    basis: 'documented-reply',
  },
  {
    pattern: /\bsecrets?\b[^.]{0,40}(?<!\bnot )\bexpired\b|\bexpired\b[^.]{0,20}\bsecret\b/i,
    reason: 'secret-expired',
    basis: 'explicit-words',
  },
  {
    pattern:
      /\bquota\b(?!.*\brate\b)|\btokens?\b[^.]{0,60}\b(?:limit|allowance)\b[^.]{0,40}\b(?:reached|exceeded|used up|exhausted)\b/i,
    reason: 'token-quota-exceeded',
    basis: 'explicit-words',
  },
  {
    pattern:
      /\baudience\b(?: (?<quote>['"])(?<named>[^'"]*)\k<quote>)?[^.]{0,20}\b(?:unknown|does not exist|not found|not recogni[sz]ed)\b|\bunknown audience\b/i,
    reason: 'audience-unknown',
    basis: 'explicit-words',
  },
  {
    pattern:
      /\baudience\b[^.]{0,20}\b(?:missing|required|empty|not (?:provided|specified|given|sent))\b|\b(?:missing|without(?: an?)?|no|provide an|specify an)\b (?:\w+ ){0,2}["']?audience\b/i,
    reason: 'audience-missing',
    basis: 'explicit-words',
  },
];

/** Bounds a name caught from a text; longer ones cannot equal anything that was sent. */
const MAX_NAME_LENGTH = 500;

/** What a refusal's text says for itself; null where it names no cause. */
export function readKindeWords(text: string): RefusalReading | null {
  for (const { pattern, reason, basis } of WORDINGS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const named = match.groups?.['named'] ?? null;
    return { reason, basis, named: named?.slice(0, MAX_NAME_LENGTH) ?? null };
  }
  return null;
}
