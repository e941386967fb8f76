// Words that say the same at any provider: secrets that ran out, quotas, audiences that are missing or unknown.

import type { Wording } from './wording.ts';

/** General words for what providers do not document; looked up after a provider's own texts. */
export const GENERAL_WORDS: readonly Wording[] = [
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
