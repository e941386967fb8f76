import { describe, expect, it } from 'vitest';
import { isServingOthers, rememberReports } from '../../../lib/core/incident/remember-reports.ts';
import {
  type CheckRecord,
  EMPTY_STATE,
  newApplicationState,
} from '../../../lib/core/state/watch-state.ts';
import { at, type Outcome, recordOf, storyConfig } from '../../support/story.ts';

const config = storyConfig({ applications: ['a'] });
const recordAt = (time: string, outcome: Outcome) =>
  recordOf({ name: 'a', provider: 'acme' }, { outcome, atMs: at(time) });

/** What is remembered of the application after runs at 10:00, 11:00 and so on. */
function remember(...records: readonly CheckRecord[]) {
  let state = EMPTY_STATE;
  for (const [index, record] of records.entries()) {
    const slotMs = at(`${10 + index}:00`);
    const run = { config, state, records: [record], run: index, slotMs, nowMs: slotMs };
    state = { ...state, applications: rememberReports(run) };
  }
  return state.applications['a'];
}

describe('rememberReports', () => {
  it('remembers the credentials that were accepted, and keeps them when others are not', () => {
    const accepted = { secretVersion: 'v1', fingerprint: 'ab12', clientFingerprint: 'cd34' };
    const healthy = { ...recordAt('10:00', 'healthy'), accepted };

    const remembered = remember(healthy, recordAt('11:00', 'credentials-rejected'));

    expect(remembered?.acceptedCredentials).toEqual(accepted);
    expect(remembered?.lastSuccessAtMs).toBe(at('10:00'));
  });

  it.each([
    ['healthy', at('10:00')],
    ['scope-surplus', at('10:00')],
    ['scope-missing', null],
    ['provider-timeout', null],
  ] as const)('takes %s for a success or not', (outcome, successAtMs) => {
    expect(remember(recordAt('10:00', outcome))?.lastSuccessAtMs).toBe(successAtMs);
  });

  it('does not call a check that was not made a failure of its provider', () => {
    expect(remember(recordAt('10:00', { notTried: 'provider-down' }))).toMatchObject({
      providerFailures: null,
      lastSlotMs: at('10:00'),
      lastTriedSlotMs: null,
      undeterminedSinceMs: at('10:00'),
    });
  });

  it('does not count a failure of its own while a check did not get as far as the provider', () => {
    const failed = remember(
      recordAt('10:00', 'provider-timeout'),
      recordAt('11:00', 'secret-unreadable'),
    );

    expect(failed?.providerFailures).toEqual({
      count: 1,
      sinceMs: at('10:00'),
      whileOthersServed: 0,
    });
  });
});

describe('isServingOthers', () => {
  const failing = newApplicationState('acme', 0);

  it('is no question of an application that has not failed', () => {
    expect(isServingOthers(failing, { served: new Map([['acme', 9_000_000]]), config })).toBe(
      false,
    );
  });

  it.each([
    [600_000, true],
    [599_999, false],
  ])('compares slots: served in that of %i', (servedMs, expected) => {
    const state = { ...failing, undeterminedSinceMs: 650_000 };

    expect(isServingOthers(state, { served: new Map([['acme', servedMs]]), config })).toBe(
      expected,
    );
    expect(isServingOthers(state, { served: new Map(), config })).toBe(false);
  });
});
