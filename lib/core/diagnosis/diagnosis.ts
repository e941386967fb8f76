// After evidence, before the report: what is out of line, why, and how sure that is.

import type { CauseFamily } from '../causes/cause-definition.ts';
import type { CauseId } from '../causes/causes.ts';
import type { Finding } from '../causes/finding.ts';
import type { Confidence, Step } from '../causes/terms.ts';

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
