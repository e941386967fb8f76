// Reads the sentences of a refusal by words that any server may write, and knows a list or a guess from a statement.

import type { RefusalReading, RefusalReason } from '../evidence/readings.ts';
import { type Sentence, wordsOf } from '../text/words.ts';
import { REFUSAL_WORDS } from './refusal-words.ts';

/** A list of possibilities, a condition or a guess: none of what it names is said. */
const HEDGED =
  /\b(?:or|e ?g|if|may(?! not)|might|could be|whether|either|unless|possibly|make sure)\b|, (?:expired|revoked|malformed)/;

/** What is not wanted or not so. */
const DENIED = /\b(?:not required|optional|not needed|never)\b/;

/** What else a list may say, so that it names neither: a reason that stands beside one of these words is not said. */
const OTHER_ALTERNATIVE: Partial<Readonly<Record<RefusalReason, RegExp>>> = {
  'proof-required': /secret|bearer/,
  'secret-expired': /./,
  // Also of a wrong secret, which is likelier: a client that was accepted before is not gone for it.
  'client-unknown': /secret|password|credentials?\b(?! (?:grant|flow))/,
  'client-deleted': /secret|password|credentials?\b(?! (?:grant|flow))/,
  'client-authentication-mismatch': /invalid|incorrect|wrong|\bbad\b|mismatch|malformed/,
};

/** What codes of one meaning leave open; every other code is said of many things. */
const REASONS_OF_CODE: Readonly<Record<string, readonly RefusalReason[]>> = {
  invalid_scope: [
    'scope-not-allowed',
    'request-malformed',
    'audience-unknown',
    'audience-not-authorized',
  ],
  invalid_target: [
    'audience-unknown',
    'audience-not-authorized',
    'audience-missing',
    'request-malformed',
  ],
  unsupported_grant_type: ['grant-type-unsupported', 'grant-not-allowed', 'request-malformed'],
};

/**
 * What the texts of a refusal mean by words that any server may write; null where they say nothing known.
 *
 * `sent` are the names that the request held: a word in a name of ours is no word. The first sentence that
 * says something counts, one that leaves one reading before one that leaves several.
 */
export function readGeneralWords(
  texts: readonly string[],
  {
    sent = [],
    codes = [],
  }: { readonly sent?: readonly string[]; readonly codes?: readonly string[] } = {},
): RefusalReading | null {
  const only = codes.flatMap((code) => REASONS_OF_CODE[code] ?? []);
  const readings = texts
    .flatMap((text) => wordsOf(text, sent).sentences)
    .flatMap((sentence) => readSentence(sentence) ?? [])
    .filter(({ reason }) => only.length === 0 || only.includes(reason));
  return readings.find(({ basis }) => basis === 'explicit-words') ?? readings[0] ?? null;
}

function readSentence({ text, named }: Sentence): RefusalReading | null {
  // What follows is a name.
  const sentence = text.replace(
    /\bfor (?:the )?(?:client|application|app|tenant|user)\b(?! (?:secret (?:basic|post|jwt)|is|was|to|with|does|did|do|could|can|cannot|has|not)\b).*$/,
    'for it',
  );
  const isHedged = HEDGED.test(sentence);
  for (const { reason, pattern, basis = 'explicit-words' } of REFUSAL_WORDS) {
    if (isHedged && OTHER_ALTERNATIVE[reason]?.test(sentence) === true) continue;
    if (reason === 'proof-required' && DENIED.test(sentence)) continue;
    if (!pattern.test(sentence)) continue;
    return { reason, basis: isHedged ? 'documented-reply' : basis, named };
  }
  return null;
}
