// Kinde's own reading of a refusal's text: which tables of words apply to it.

import type { RefusalReading } from '../evidence/readings.ts';
import { FOSITE_WORDS } from './refusals/fosite-words.ts';
import { GENERAL_WORDS } from './refusals/general-words.ts';
import { readWords } from './refusals/wording.ts';

/** Kinde's bodies equal Fosite's; the general words are for what Kinde does not document. */
const KINDE_WORDS = [...FOSITE_WORDS, ...GENERAL_WORDS];

/** What a refusal's text says for itself; null where it names no cause. */
export function readKindeWords(text: string): RefusalReading | null {
  return readWords(KINDE_WORDS, { text, code: '' });
}
