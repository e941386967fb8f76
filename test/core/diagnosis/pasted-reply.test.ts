import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../lib/core/diagnosis/diagnose.ts';
import {
  answered,
  application,
  context,
  endedAtToken,
  endedEarly,
  refused,
} from '../../support/evidence.ts';

const pasted = context({ isPasted: true });

describe('diagnose, of a reply that was pasted', () => {
  it.each([
    ['audience-missing', ['https://api.acme.com'], 'request-malformed'],
    ['request-malformed', [], 'audience-missing'],
  ] as const)('takes %s at its word, whatever was requested', (reason, audience, otherwise) => {
    const seen = endedAtToken(refused(reason), { application: application({ audience }) });

    expect(diagnose(seen, pasted).diagnosis?.cause).toBe(reason);
    expect(diagnose(seen, context()).diagnosis?.cause).toBe(otherwise);
  });

  it('does not miss the steps that were not taken', () => {
    const seen = endedEarly({ call: answered(503, { reason: 'server-error' }) });

    expect(diagnose(seen, pasted).findings.map(({ cause }) => cause)).toEqual(['call-failed']);
    expect(diagnose(seen, context()).findings).toHaveLength(2);
  });
});
