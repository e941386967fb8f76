import { describe, expect, it } from 'vitest';
import {
  mostFrequentCause,
  serviceAfter,
  serviceOf,
  UNKNOWN_SERVICE,
} from '../../../lib/core/plan/provider-service.ts';
import type { ProviderService } from '../../../lib/core/state/application-state.ts';
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

const TICK_MS = 300_000;

/** The service after runs, one a tick; each is the outcome of some applications by name. */
function serviceIn(
  runs: readonly Readonly<Record<string, Outcome>>[],
  {
    configured = 30,
    before = UNKNOWN_SERVICE,
  }: { configured?: number; before?: ProviderService } = {},
): ProviderService {
  const names = [...'abcdefghz', ...Array(30).keys()].map(String);
  const speaking = new Set(names.slice(0, configured));
  return runs.reduce<ProviderService>((service, outcomes, tick) => {
    const records = Object.entries(outcomes).map(([name, outcome]) =>
      recordOf({ name, provider: 'acme' }, { outcome, atMs: 0 }),
    );
    return serviceAfter(service, { records, slotMs: tick * TICK_MS, tickMinutes: 5, speaking });
  }, before);
}

const isOut = (...given: Parameters<typeof serviceIn>) => serviceIn(...given).out !== null;

const DOWN = 'provider-error';
const THREE = { a: DOWN, b: DOWN, c: DOWN } as const;

describe('serviceAfter', () => {
  it.each<[string, readonly Readonly<Record<string, Outcome>>[], boolean]>([
    ['three that were not served, and nobody was', [THREE], true],
    ['three that were not served, and the last was', [{ ...THREE, z: 'healthy' }], false],
    [
      'three that were not served, and one was refused',
      [{ z: 'credentials-rejected', ...THREE }],
      false,
    ],
    ['one was served in the tick before', [{ z: 'healthy' }, THREE], false],
    ['one was served two ticks before', [{ z: 'healthy' }, {}, THREE], true],
    ['one that is not served repeatedly', [{ a: DOWN }, { a: DOWN }, { a: DOWN }], false],
    ['three in two ticks', [{ a: DOWN }, { b: DOWN, c: DOWN }], true],
    ['three in three ticks', [{ a: DOWN }, { b: DOWN }, { c: DOWN }], false],
    [
      'checks that say nothing of the provider',
      [{ a: 'secret-missing', b: 'secret-missing', c: DOWN }],
      false,
    ],
  ])('is out or not: %s', (_, runs, expected) => {
    expect(isOut(runs)).toBe(expected);
  });

  it.each([
    [1, { a: DOWN }, true],
    [2, { a: DOWN }, false],
    [2, { a: DOWN, b: DOWN }, true],
  ] as const)(
    'is out where all of %i applications were not served',
    (configured, run, expected) => {
      expect(isOut([run], { configured })).toBe(expected);
    },
  );

  it('stays out until one is served, whoever is tried', () => {
    const trials = ['d', 'e', 'f', 'g'].map((name) => ({ [name]: DOWN }) as const);

    expect(serviceIn([THREE, ...trials])).toMatchObject({ out: { sinceMs: 0, cause: DOWN } });
    expect(isOut([THREE, ...trials, { h: 'scope-missing' }])).toBe(false);
  });

  it('names the cause that most have, and the newest', () => {
    const run = { a: 'provider-timeout', b: DOWN, c: DOWN } as const;

    expect(serviceIn([run]).out?.cause).toBe(DOWN);
    expect(serviceIn([run, { d: 'provider-timeout' }]).out?.cause).toBe('provider-timeout');
    expect(serviceIn([run, {}]).out?.cause).toBe(DOWN);
    expect(mostFrequentCause([record('healthy')])).toBeNull();
  });

  it('forgets what a clock that was ahead has seen', () => {
    const before = {
      lastServedSlotMs: 9 * TICK_MS,
      unserved: [{ application: 'y', slotMs: 9 * TICK_MS }],
      out: null,
    };

    expect(serviceIn([THREE], { before }).out).not.toBeNull();
    expect(serviceIn([{ a: DOWN, b: DOWN }], { before }).out).toBeNull();
  });
});
