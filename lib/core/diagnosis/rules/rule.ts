// What the rules share: what they are given, and how a finding of theirs is made.

import { type CauseId, causeDefinition } from '../../causes/causes.ts';
import type { Confidence } from '../../causes/terms.ts';
import type { ProviderConfig } from '../../config/provider-config.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { RefusalBasis } from '../../evidence/readings.ts';
import type { Provider } from '../../provider/provider.ts';
import type { Cleaner } from '../../text/redact.ts';
import type { RuledFinding } from '../diagnosis.ts';

/** What rules need besides the evidence. */
export interface RuleContext {
  readonly provider: Provider;
  readonly config: ProviderConfig;
  /** Makes a text of the provider or the API fit to be shown. */
  readonly clean: Cleaner;
  /**
   * Whether the evidence is one reply that somebody pasted. @default false
   *
   * What was requested is not known then, and nothing else was checked.
   */
  readonly isPasted?: boolean;
}

/** A cause, and with what confidence. */
export interface ConfidentCause {
  readonly cause: CauseId;
  readonly confidence: Confidence;
}

/** A rule looks at one part of the evidence and reports what is not as expected there; it never throws. */
export type Rule = (evidence: Evidence, context: RuleContext) => readonly RuledFinding[];

/** Makes a finding that is not about a claim; its severity is the catalogue's unless one is given. */
export function finding(
  part: Pick<RuledFinding, 'cause' | 'step' | 'confidence' | 'detail'> & Partial<RuledFinding>,
): RuledFinding {
  return {
    severity: causeDefinition(part.cause).severity,
    claim: null,
    expected: null,
    actual: null,
    ...part,
  };
}

/** The confidence of a diagnosis by what it is based on. */
export const CONFIDENCE_OF_BASIS = {
  'explicit-words': 'certain',
  'documented-reply': 'likely',
  'error-code': 'possible',
  status: 'possible',
} as const satisfies Readonly<Record<RefusalBasis, Confidence>>;

/** The lower of a confidence and `likely`, for what words suggest without saying it. */
export function atMostLikely(confidence: Confidence): Confidence {
  return confidence === 'certain' ? 'likely' : confidence;
}

/** The higher of a confidence and `likely`, where earlier checks point to the same. */
export function atLeastLikely(confidence: Confidence): Confidence {
  return confidence === 'possible' ? 'likely' : confidence;
}

/** Those of the scopes that a text of the provider or the API names which are ours. */
export function ownScopes(named: string | null, { application }: Evidence): readonly string[] {
  const ours = new Set([...(application.scopes ?? []), ...application.expect.scopes]);
  return (named ?? '').split(' ').filter((scope) => ours.has(scope));
}

/** A cleaned text of the provider or the API in quotes. */
export function quoted(text: string, clean: Cleaner): string {
  return `"${clean(text)}"`;
}
