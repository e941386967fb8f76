import { describe, expect, it } from 'vitest';
import { AwsRefusal } from '../support/fake-aws.ts';
import { deployedFleets } from './deployed-fleet.ts';

const deploy = deployedFleets();

describe('the check-now function, bundled', () => {
  it('checks the named applications at once, and answers with the report', async () => {
    const fleet = await deploy();
    const lambda = await fleet.start('check-now');

    const invoked = await lambda.invoke({ applications: ['app-2'] });

    expect(invoked).toMatchObject({
      kind: 'response',
      payload: {
        version: 1,
        deployment: 'test',
        summary: { applications: 1, healthy: 1 },
        reports: [
          { application: 'app-2', status: 'healthy', secretVersion: 'version-of-m2m/app-2' },
        ],
      },
    });
    expect(
      fleet.aws.calls('BatchGetSecretValue').map(({ input }) => input['SecretIdList']),
    ).toEqual([['m2m/app-2']]);
  });

  it.each([[{}], [{ applications: [] }], [null]])('checks all for %j', async (input) => {
    const fleet = await deploy();
    const lambda = await fleet.start('check-now');

    expect(await lambda.invoke(input)).toMatchObject({ payload: { summary: { healthy: 3 } } });
  });

  it('is recorded like a run of the schedule, and is no heartbeat', async () => {
    const fleet = await deploy({ applications: 1 });
    const lambda = await fleet.start('check-now');

    await lambda.invoke({});

    expect(fleet.published('ApplicationsHealthy').map(({ values }) => values)).toEqual([[1]]);
    expect(fleet.published('RunCompleted')).toEqual([]);
    expect(fleet.aws.calls('Invoke')).toHaveLength(1);
  });

  it('answers with one line for a name that is not configured', async () => {
    const fleet = await deploy();
    const lambda = await fleet.start('check-now');

    expect(await lambda.invoke({ applications: ['app-22'] })).toMatchObject({
      kind: 'error',
      errorType: 'TypeError',
      errorMessage: expect.stringMatching(/^no application is named "app-22".*app-2/),
    });
    expect(fleet.standin.requests).toEqual([]);
  });

  it('answers with the report where it cannot be recorded, published or delivered, and counts that', async () => {
    const fleet = await deploy({ applications: 1 });
    fleet.aws.breakOff('Query');
    fleet.aws.answer('Invoke', () => {
      throw new AwsRefusal('AccessDeniedException', { status: 403 });
    });
    const lambda = await fleet.start('check-now');

    const invoked = await lambda.invoke({});

    expect(invoked).toMatchObject({ payload: { summary: { healthy: 1 } } });
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[2]]);
    const events = lambda.logEvents().map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['state-unreachable', 'delivery-not-started']));
  });

  it('says in the log where its metrics are not published', async () => {
    const fleet = await deploy({ applications: 1 });
    fleet.aws.breakOff('PutMetricData');
    const lambda = await fleet.start('check-now');

    expect(await lambda.invoke({})).toMatchObject({ payload: { summary: { healthy: 1 } } });

    const events = lambda.logEvents().map(({ event }) => event);
    expect(events).toEqual(
      expect.arrayContaining(['metrics-unpublished', 'metrics-not-published']),
    );
  });
});
