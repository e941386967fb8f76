import { expect, it } from 'vitest';
import { dynamoUnits } from '../../lib/core/cost/aws-cost.ts';
import { keepTable } from '../support/fake-table.ts';
import { deployedFleets } from './deployed-fleet.ts';

const deploy = deployedFleets();
const TICKS = 4;

it.each([1, 10, 50])(
  'reckons the request units of DynamoDB as what a tick of %i applications needs, or somewhat more',
  async (applications) => {
    const fleet = await deploy({ applications });
    const { units } = keepTable(fleet.aws);
    const [check, notify] = await Promise.all([fleet.start('check'), fleet.start('notify')]);
    for (let tick = 0; tick < TICKS; tick += 1) {
      const slot = new Date(Date.UTC(2026, 10, 23, 18, tick * 5)).toISOString();
      await check.invoke({ slot });
      // Once after the run, and once by its own tick.
      await notify.invoke({});
      await notify.invoke({ slot });
    }

    const reckoned = dynamoUnits({ applications, runs: TICKS, checks: TICKS * applications });

    for (const kind of ['writes', 'reads'] as const) {
      expect(reckoned[kind]).toBeGreaterThanOrEqual(units[kind]);
      expect(reckoned[kind]).toBeLessThanOrEqual(units[kind] * 2);
    }
  },
  60_000,
);
