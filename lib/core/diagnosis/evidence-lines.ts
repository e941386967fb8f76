// Part of the diagnosis: what was seen at each step, in our words, in the order of the pipeline.

import { STEPS, type Step } from '../causes/terms.ts';
import { quoteValue } from '../claims/show-value.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { EvidenceLine, RuledFinding } from './diagnosis.ts';
import type { RuleContext } from './rules/rule.ts';

const MAX_LINES_PER_STEP = 5;

/**
 * The lines that show a diagnosis: at each step what is out of line, or in short that it went well.
 *
 * Of many findings at one step the first few are shown; all are in the findings of the report.
 */
export function evidenceLines(
  evidence: Evidence,
  findings: readonly RuledFinding[],
  context: RuleContext,
): readonly EvidenceLine[] {
  return STEPS.flatMap((step): readonly EvidenceLine[] => {
    const details = findings.filter((found) => found.step === step).map(({ detail }) => detail);
    if (details.length === 0) {
      const passed = passedLine(step, evidence, context);
      return passed === null ? [] : [{ step, saw: passed }];
    }
    const shown = details.slice(0, MAX_LINES_PER_STEP);
    const left = details.length - shown.length;
    return (left > 0 ? [...shown, `and ${left} more`] : shown).map((saw) => ({ step, saw }));
  });
}

function passedLine(step: Step, evidence: Evidence, { clean }: RuleContext): string | null {
  const { credentials, tokenReply, verification, call } = evidence;
  switch (step) {
    case 'credentials':
      return credentials.kind === 'read' && credentials.secretVersion !== null
        ? `version ${credentials.secretVersion} of the secret was read`
        : null;
    case 'token-request': {
      if (tokenReply.kind !== 'granted') return null;
      const { status, expiresInSeconds } = tokenReply;
      const lasts = expiresInSeconds === null ? '' : ` that lasts ${expiresInSeconds} s`;
      return `status ${status}, a token${lasts}`;
    }
    case 'verification': {
      if (verification.kind === 'opaque') return 'not looked into: the token is opaque';
      if (verification.kind !== 'verified') return null;
      const { algorithm, keyId } = verification.header;
      return `the signature holds: ${quoteValue(algorithm, clean)}, key ${quoteValue(keyId, clean)}`;
    }
    case 'call':
      if (call.kind === 'answered') return `status ${call.status}, as expected`;
      return call.kind === 'withheld'
        ? 'not called: only a verified token is sent to the API'
        : null;
    case 'discovery':
    case 'keys':
    case 'claims':
      return null;
  }
}
