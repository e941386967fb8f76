// Whether a limit is one of the whole provider, as far as the reply to one client says so.

import { readErrorBody } from '../http/error-body.ts';
import { wordsOf } from '../text/words.ts';

/** What a limit that is not of one client is said to be of. */
const OF_ALL =
  /\b(?:tenant|organi[sz]ation|account|workspace|realm|domain|global|ip|ip address|environment|all (?:clients|applications))\b[^.;]{0,40}\b(?:rate|limit|quota|requests|throttl)|\b(?:rate|limit|quota|requests|throttl\w*)\b[^.;]{0,40}\b(?:tenant|organi[sz]ation|account|workspace|realm|domain|globally?|ip|ip address|environment|all (?:clients|applications))\b/;

/** Whether the body of a 429 says that every client of the provider is limited. */
export function isLimitOfAll(body: string): boolean {
  const { codes, texts } = readErrorBody(body);
  return [...texts, ...codes].some((text) => OF_ALL.test(wordsOf(text).text));
}
