import { describe, expect, it } from 'vitest';
import { APPLICATION, startScenario } from '../support/scenario.ts';

const TWO_HOURS_SECONDS = 7_200;

describe('monitor-fault', () => {
  it.each([
    ['behind', TWO_HOURS_SECONDS, {}, 'according to iat, the token becomes valid in'],
    ['ahead of', -TWO_HOURS_SECONDS, { tokenLifetimeSeconds: 3_600 }, 'the token expired'],
  ])(
    "is the cause where our clock is two hours %s the provider's",
    async (side, shift, settings, saw) => {
      const scenario = await startScenario({ settings });
      scenario.tenant.clockShiftSeconds = shift;

      const report = await scenario.check();

      expect(report).toBeDiagnosedAs({
        cause: 'monitor-fault',
        confidence: 'likely',
        status: 'undetermined',
        fixNames: ['clock'],
        evidence: [
          ['claims', new RegExp(`^the clock of m2m-watch is 7[12]\\d\\d s ${side} the provider's`)],
          ['claims', saw],
        ],
      });
    },
  );

  it('does not hide findings that hold by any clock', async () => {
    const scenario = await startScenario();
    scenario.tenant.clockShiftSeconds = TWO_HOURS_SECONDS;

    const report = await scenario.check({ application: { expect: { organization: 'org_acme' } } });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-missing',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['monitor-fault'],
    });
  });

  it('is not the cause of clocks that are apart where the token is within its time by both', async () => {
    const scenario = await startScenario();
    scenario.tenant.clockShiftSeconds = -TWO_HOURS_SECONDS;

    expect((await scenario.check()).status).toBe('healthy');
  });

  it('is certain where a port throws, and shows only the name of the error', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      credentials: {
        read: async () => {
          throw new TypeError(`cannot read ${scenario.clientSecret}`);
        },
      },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'monitor-fault',
      confidence: 'certain',
      status: 'undetermined',
      evidence: [['credentials', 'TypeError']],
    });
    expect(JSON.stringify(report)).not.toContain(scenario.clientSecret);
  });

  it('stays with the application whose check it ended', async () => {
    const scenario = await startScenario();
    const sibling = await scenario.addSibling('crm-import');

    const { reports } = await scenario.checkAll({
      providers: { acme: scenario.provider() },
      applications: { [APPLICATION]: scenario.application(), 'crm-import': sibling.configured() },
      credentials: {
        read: async ({ name }) => {
          if (name === APPLICATION) throw new RangeError('out of range');
          return { kind: 'missing', source: 'nowhere', reason: 'not-found' };
        },
      },
    });

    expect(reports.map(({ diagnosis }) => diagnosis?.cause)).toEqual([
      'monitor-fault',
      'secret-missing',
    ]);
  });
});
