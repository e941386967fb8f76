import { describe, expect, it } from 'vitest';
import { afterCheck, isOpen, NEW_BREAKER, serviceOf } from '../../../lib/core/plan/breaker.ts';
import { type Outcome, recordOf } from '../../support/story.ts';

const record = (outcome: Outcome) =>
  recordOf({ name: 'a', provider: 'acme' }, { outcome, atMs: 0 });

describe('serviceOf', () => {
  it.each([
    ['healthy', 'served'],
    ['credentials-rejected', 'served'],
    ['call-unreachable', 'served'],
    ['keys-unavailable', 'served'],
    ['provider-unreachable', 'not-served'],
    ['provider-timeout', 'not-served'],
    ['provider-rate-limited', 'not-served'],
    ['secret-unreadable', 'unknown'],
    ['secret-missing', 'unknown'],
    ['secret-malformed', 'unknown'],
  ] as const)('takes %s as %s', (outcome, service) => {
    expect(serviceOf(record(outcome))).toBe(service);
  });

  it('learns nothing from a check that was not made, nor from one without a diagnosis', () => {
    const { report } = record('provider-timeout');

    expect(serviceOf(record({ notTried: 'provider-down' }))).toBe('unknown');
    expect(serviceOf({ report: { ...report, diagnosis: null }, notTried: null })).toBe('unknown');
  });
});

describe('a breaker', () => {
  it('opens at the third consecutive failure', () => {
    const isOpenAfter = (services: readonly Parameters<typeof afterCheck>[1][]) =>
      isOpen(services.reduce(afterCheck, NEW_BREAKER));

    expect(isOpenAfter(['not-served', 'not-served'])).toBe(false);
    expect(isOpenAfter(['not-served', 'not-served', 'not-served'])).toBe(true);
    expect(isOpenAfter(['not-served', 'unknown', 'not-served', 'not-served'])).toBe(true);
    expect(isOpenAfter(['not-served', 'not-served', 'served', 'not-served'])).toBe(false);
  });

  it('closes with the first check that is served', () => {
    expect(isOpen(afterCheck({ consecutiveFailures: 40 }, 'served'))).toBe(false);
  });
});
