// Words that say the same at any provider: secrets that ran out, quotas, audiences that are missing or unknown.

import type { Wording } from './wording.ts';

/** General words of replies that are known, each of one server or another. */
const SEEN_WORDS: readonly Wording[] = [
  {
    pattern: /\bsecrets?\b[^.]{0,40}(?<!\bnot )\bexpired\b/i,
    reason: 'secret-expired',
    basis: 'explicit-words',
  },
  {
    pattern: /\bquota\b(?!.*\brate\b)/i,
    reason: 'token-quota-exceeded',
    basis: 'explicit-words',
  },
  {
    pattern: /\brequested audience\b.*\bnot (?:allowed|authori[sz]ed)/i,
    reason: 'audience-not-authorized',
    basis: 'explicit-words',
  },
  {
    pattern: /\bcontent[- ]type\b/i,
    reason: 'request-malformed',
    basis: 'explicit-words',
  },
];

/**
 * Sentences of no reply that is known, for what Kinde and others do not document.
 *
 * Each says in plain English what can mean one thing only. One that turns up in a reply gets a
 * fixture, and its place in {@link SEEN_WORDS}: a test asks for it.
 */
export const UNSEEN_WORDS: readonly Wording[] = [
  {
    pattern: /\bexpired\b[^.]{0,20}\bsecret\b/i,
    reason: 'secret-expired',
    basis: 'explicit-words',
  },
  {
    pattern:
      /\btokens?\b[^.]{0,60}\b(?:limit|allowance)\b[^.]{0,40}\b(?:reached|exceeded|used up|exhausted)\b/i,
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

/** General words, looked up after a provider's own texts. */
export const GENERAL_WORDS: readonly Wording[] = [...SEEN_WORDS, ...UNSEEN_WORDS];
