import { describe, expect, it } from 'vitest';
import { fakeDeployment } from '../support/fake-deployment.ts';

const APPLICATIONS = { healthy: {}, failing: {} };
const DAY_MINUTES = 24 * 60;

const deploy = () =>
  fakeDeployment({
    applications: APPLICATIONS,
    config: { confirmation: { attempts: 0 } },
    behaviour: (application) => (application === 'failing' ? 'refused' : 'healthy'),
  });

describe('a slot that comes ten times', () => {
  it('is checked once and sends its notices once, one after another', async () => {
    const deployment = deploy();

    const runs = [];
    for (let time = 0; time < 10; time += 1) runs.push(await deployment.tick());

    expect(deployment.attempts.toSorted()).toEqual(['failing', 'healthy']);
    expect(runs.flatMap(({ notices }) => notices)).toHaveLength(1);
  });
});

describe('a clock that steps', () => {
  it.each([
    ['a minute', 1],
    ['an hour', 60],
    ['a day', DAY_MINUTES],
    ['a month', 31 * DAY_MINUTES],
    ['a year', 366 * DAY_MINUTES],
  ])(
    'forward by %s and back again opens no second incident, and checks go on',
    async (_, minutes) => {
      const deployment = deploy();
      const notices = [];

      for (const step of [0, 5, minutes, 5, -minutes, 5, 5]) {
        const run = await deployment.tick(step);
        notices.push(...run.notices.map(({ reason }) => reason));
      }

      expect(notices.filter((reason) => reason === 'opened')).toHaveLength(1);
      expect(notices).not.toContain('resolved');
      const before = deployment.attempts.length;
      for (let tick = 0; tick < 12; tick += 1) await deployment.tick(5);
      expect(new Set(deployment.attempts.slice(before))).toEqual(new Set(['failing', 'healthy']));
    },
  );
});
