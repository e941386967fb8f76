// After evidence, before the report: what is out of line, why, and how sure that is.

import type { Step } from '../evidence/evidence.ts';
import type { Severity } from './causes/cause-definition.ts';
import type { CauseFamily, CauseId } from './causes.ts';

/** How sure a diagnosis is: an experiment or explicit words; the best of several; code or status only. */
export type Confidence = 'certain' | 'likely' | 'possible';

export type { Severity };

/** One observation out of line, as the report shows it. */
export interface Finding {
  readonly cause: CauseId;
  readonly severity: Severity;
  /** The claim it is about, null where it is not about a claim. */
  readonly claim: string | null;
  readonly expected: unknown;
  readonly actual: unknown;
  /** One line in our words; text of a provider in it is cleaned and quoted. */
  readonly detail: string;
}

/** A finding with what only the choice of the leading one needs. */
export interface RuledFinding extends Finding {
  readonly confidence: Confidence;
  readonly step: Step;
  /** Scopes that the finding is about, each one of ours; fixes name them. */
  readonly scopes?: readonly string[];
  /** Audiences that the finding is about, each one of ours; absent: those that were requested. */
  readonly audience?: readonly string[];
}

/** One line of evidence: the step, and what was seen there. */
export interface EvidenceLine {
  readonly step: Step;
  readonly saw: string;
}

/** The leading cause, how sure it is, what shows it and what mends it. */
export interface Diagnosis {
  readonly cause: CauseId;
  readonly family: CauseFamily;
  readonly confidence: Confidence;
  readonly title: string;
  readonly guideSection: string | null;
  readonly fix: readonly string[];
  readonly help: string;
  readonly evidence: readonly EvidenceLine[];
}
