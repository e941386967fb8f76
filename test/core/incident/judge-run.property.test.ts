import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CauseId } from '../../../lib/core/causes/causes.ts';
import { judgeRun } from '../../../lib/core/incident/judge-run.ts';
import { fromItems, toItems } from '../../../lib/core/state/state-items.ts';
import { type CheckRecord, EMPTY_STATE } from '../../../lib/core/state/watch-state.ts';
import { type Outcome, recordOf, type StorySetting, storyConfig } from '../../support/story.ts';

const causes: readonly CauseId[] = [
  'credentials-rejected',
  'scope-missing',
  'signature-invalid',
  'call-unreachable',
  'scope-surplus',
  'provider-timeout',
  'secret-unreadable',
];
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant<Outcome>('healthy'),
  fc.constantFrom(...causes),
  fc.constant<Outcome>({ notTried: 'provider-down' }),
);
const step = fc.record({
  minutes: fc.integer({ min: 0, max: 90 }),
  outcomes: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), outcome),
  present: fc.subarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 }),
  inWindow: fc.boolean(),
});
const thresholds = fc.record({
  open: fc.integer({ min: 1, max: 3 }),
  close: fc.integer({ min: 1, max: 3 }),
});

const configOf = (names: readonly string[], rules: Omit<StorySetting, 'applications'>) =>
  storyConfig({
    ...rules,
    applications: names.map((name) => ({
      name,
      provider: name < 'd' ? 'acme' : 'other',
      call: { url: 'https://api.acme.com/' },
    })),
  });

describe('judgeRun over any sequence of runs', () => {
  it('opens nothing twice without closing it, writes each notice once, and keeps a state that can be stored', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), thresholds, (steps, given) => {
        let state = EMPTY_STATE;
        let nowMs = Date.UTC(2026, 10, 23);
        const isOpen = new Map<string, boolean>();
        const notified = new Map<string, 'open' | 'over'>();
        const noticeIds = new Set<string>();

        for (const { minutes, outcomes, present, inWindow } of steps) {
          nowMs += minutes * 60_000;
          const everything = { applications: ['*'], from: '00:00', until: '+7 00:00' };
          const windows = inWindow ? [everything] : [];
          const config = configOf(present, { thresholds: given, windows });
          const records: readonly CheckRecord[] = config.applications.flatMap((application) => {
            const seen = outcomes[application.name];
            return seen === undefined
              ? []
              : [recordOf(application, { outcome: seen, atMs: nowMs })];
          });
          const times = { run: nowMs, slotMs: nowMs, nowMs };
          const run = { config, state, records, ...times, reservation: null };
          const judged = judgeRun(run);
          state = judged.state;

          for (const { incidentId, event } of judged.changes) {
            if (event.kind === 'opened') expect(isOpen.has(incidentId)).toBe(false);
            if (event.kind === 'reopened') expect(isOpen.get(incidentId)).toBe(false);
            if (event.kind === 'closed') expect(isOpen.get(incidentId)).toBe(true);
            if (event.kind === 'opened' || event.kind === 'reopened') isOpen.set(incidentId, true);
            if (event.kind === 'closed') isOpen.set(incidentId, false);
          }
          const subjects = Object.values(state.incidents)
            .filter(({ closedAtMs }) => closedAtMs === null)
            .map(({ subject }) => `${subject.kind} ${subject.name}`);
          expect(new Set(subjects).size).toBe(subjects.length);

          if (inWindow) expect(judged.drafts).toEqual([]);
          for (const { noticeId, incident, reason } of judged.drafts) {
            expect(noticeIds.has(noticeId)).toBe(false);
            noticeIds.add(noticeId);
            expect(notified.get(incident.id)).not.toBe('over');
            if (reason === 'recovered') expect(notified.get(incident.id)).toBe('open');
            notified.set(incident.id, reason === 'recovered' ? 'over' : 'open');
          }

          for (const [name, { incidentId }] of Object.entries(state.applications)) {
            const affecting = Object.values(state.incidents).filter(({ affected }) =>
              affected.some(({ application }) => application === name),
            );
            expect(affecting.map(({ id }) => id)).toEqual(incidentId === null ? [] : [incidentId]);
          }
          expect(fromItems(JSON.parse(JSON.stringify(toItems(state))))).toEqual({
            ok: true,
            value: state,
          });
        }
      }),
    );
  });
});
