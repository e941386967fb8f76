import { describe, expect, it } from 'vitest';
import { checkStatus, type FailOn } from '../../lib/cli/run-check.ts';

const NONE = { applications: 4, healthy: 4, degraded: 0, unhealthy: 0, undetermined: 0 };

describe('checkStatus', () => {
  it.each<[FailOn, Partial<typeof NONE>, number]>([
    ['unhealthy', {}, 0],
    ['unhealthy', { degraded: 1 }, 0],
    ['unhealthy', { undetermined: 1 }, 3],
    ['unhealthy', { unhealthy: 1 }, 1],
    ['unhealthy', { unhealthy: 1, undetermined: 1 }, 1],
    ['degraded', {}, 0],
    ['degraded', { degraded: 1 }, 1],
    ['degraded', { undetermined: 1 }, 3],
    ['degraded', { degraded: 1, undetermined: 1 }, 1],
    ['degraded', { unhealthy: 1 }, 1],
    ['undetermined', {}, 0],
    ['undetermined', { degraded: 1 }, 0],
    ['undetermined', { undetermined: 1 }, 1],
    ['undetermined', { unhealthy: 1 }, 1],
  ])('with --fail-on %s gives for %j status %i', (failOn, counts, status) => {
    expect(checkStatus({ ...NONE, ...counts }, failOn)).toBe(status);
  });
});
