// What a check found that is not as expected, as the report shows it.

import type { CauseId } from './causes.ts';
import type { Severity } from './terms.ts';

/** One observation that is not as expected. */
export interface Finding {
  readonly cause: CauseId;
  readonly severity: Severity;
  /** The claim it is about; null where it is not about a claim. */
  readonly claim: string | null;
  readonly expected: unknown;
  readonly actual: unknown;
  /** One line in our words; text of a provider in it is cleaned and quoted. */
  readonly detail: string;
}
