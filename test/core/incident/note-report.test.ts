import { describe, expect, it } from 'vitest';
import { noteOthersServed, noteReport } from '../../../lib/core/incident/note-report.ts';
import { newApplicationState } from '../../../lib/core/state/watch-state.ts';
import { at, recordOf } from '../../support/story.ts';

const application = { name: 'a', provider: 'acme' };
const start = newApplicationState('acme', at('09:00'));

describe('noteReport', () => {
  it('remembers the credentials that were accepted, and keeps them when others are not', () => {
    const accepted = { secretVersion: 'v1', fingerprint: 'ab12', clientFingerprint: 'cd34' };
    const well = recordOf(application, { outcome: 'healthy', atMs: at('10:00') });
    const refused = recordOf(application, { outcome: 'credentials-rejected', atMs: at('11:00') });

    const first = noteReport(start, { record: { ...well, accepted }, slotMs: at('10:00') });
    const second = noteReport(first, { record: refused, slotMs: at('11:00') });

    expect(second.acceptedCredentials).toEqual(accepted);
    expect(second.lastSuccessAtMs).toBe(at('10:00'));
  });

  it.each([
    ['healthy', at('10:00')],
    ['scope-surplus', at('10:00')],
    ['scope-missing', null],
    ['provider-timeout', null],
  ] as const)('takes %s for a success or not', (outcome, successAtMs) => {
    const record = recordOf(application, { outcome, atMs: at('10:00') });

    expect(noteReport(start, { record, slotMs: at('10:00') }).lastSuccessAtMs).toBe(successAtMs);
  });

  it('does not call a check that was not made a failure of its provider', () => {
    const record = recordOf(application, {
      outcome: { notTried: 'provider-down' },
      atMs: at('10:00'),
    });

    const noted = noteReport(start, { record, slotMs: at('10:00') });

    expect(noted).toMatchObject({
      providerFailures: null,
      lastSlotMs: at('10:00'),
      lastTriedSlotMs: null,
      undeterminedSinceMs: at('10:00'),
    });
  });
});

describe('noteOthersServed', () => {
  it('changes nothing for an application that its provider did not fail', () => {
    expect(noteOthersServed(start)).toBe(start);
  });
});
