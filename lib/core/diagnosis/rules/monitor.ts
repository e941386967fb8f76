// Rules of the monitor family: m2m-watch did not get as far as learning anything.

import type { Step } from '../../causes/terms.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { finding, type Rule } from './rule.ts';

/** Reports a fault of the monitor that ended the attempt. */
export const findFault: Rule = (evidence) => {
  const { fault } = evidence;
  if (fault === null) return [];
  return [
    finding({
      cause: fault.kind,
      step: lastStep(evidence),
      confidence: 'certain',
      detail: fault.detail,
    }),
  ];
};

/** Reports an attempt that ended early with nothing out of line: silence is never health. */
export function findIncomplete(evidence: Evidence): readonly RuledFinding[] {
  const missing = whatIsMissing(evidence);
  if (missing === null) return [];
  return [
    finding({
      cause: 'monitor-fault',
      step: lastStep(evidence),
      confidence: 'certain',
      detail: `the check ended ${missing}, and nothing says why`,
    }),
  ];
}

function whatIsMissing(evidence: Evidence): string | null {
  const { application, credentials, tokenReply, verification, call } = evidence;
  if (credentials.kind !== 'read') return 'without credentials';
  if (tokenReply.kind !== 'granted') return 'without a token';
  if (verification.kind === 'skipped') return 'without a look at the token';
  const isCalled = call.kind !== 'skipped' && call.kind !== 'withheld';
  return application.call === null || isCalled ? null : 'without the call to the API';
}

/** The last step that saw something. */
function lastStep({ discovery, tokenReply, verification, call }: Evidence): Step {
  if (call.kind !== 'skipped') return 'call';
  if (verification.kind !== 'skipped') return 'verification';
  if (tokenReply.kind !== 'skipped') return 'token-request';
  return discovery.kind === 'skipped' ? 'credentials' : 'discovery';
}
