import { describe, expect, it } from 'vitest';
import { UNKNOWN_SERVICE } from '../../../lib/core/plan/provider-service.ts';
import { passedOverSinceMs } from '../../../lib/core/plan/stale-applications.ts';
import { newApplicationState } from '../../../lib/core/state/watch-state.ts';
import { storyConfig } from '../../support/story.ts';

const config = storyConfig({ applications: [{ name: 'a', everyMinutes: 15 }] });
const [application] = config.applications;
if (application === undefined) throw new Error('the story has an application');
const MINUTE_MS = 60_000;

function sinceMs(
  applications: Parameters<typeof passedOverSinceMs>[1]['state']['applications'],
  servedMinutes: number | null,
) {
  const lastServedSlotMs = servedMinutes === null ? null : servedMinutes * MINUTE_MS;
  const tokens = { month: '1970-01', minted: 0 };
  const before = { acme: { tokens, service: { ...UNKNOWN_SERVICE, lastServedSlotMs } } };
  const state = { applications, providers: {} };
  return passedOverSinceMs(application as NonNullable<typeof application>, {
    config,
    state,
    slotMs: 40 * MINUTE_MS,
    before,
  });
}

describe('passedOverSinceMs', () => {
  const known = { a: newApplicationState('acme', 0) };

  it.each([
    [15, 0],
    [14, null],
    [null, null],
  ])('where the provider served another one after %j minutes is %j', (served, since) => {
    expect(sinceMs(known, served)).toBe(since);
  });

  it('is null of an application that nothing is known of', () => {
    expect(sinceMs({}, 15)).toBeNull();
    expect(sinceMs({ a: newApplicationState('acme', null) }, 15)).toBeNull();
  });
});
