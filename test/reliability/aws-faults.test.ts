import { describe, expect, it } from 'vitest';
import { deployedFleets, SLOT } from '../functions/deployed-fleet.ts';
import { AWS_CALLS, AWS_FAULTS, type AwsOperation } from './aws-faults.ts';

const deploy = deployedFleets();

/** How long the function may take where a tick has five minutes. */
const LEFT_MS = 240_000;
const TICK_MS = 300_000;

/** Calls after whose failure what they read is read in another way. */
const IS_READ_OTHERWISE: ReadonlySet<AwsOperation> = new Set([
  'BatchGetSecretValue',
  'GetParameters',
]);

/** Whether a reply is a success: of a call that gives nothing back the status is all that is read. */
function isTakenForSuccess(operation: AwsOperation, title: string): boolean {
  return title.startsWith('gets JSON') || (operation === 'Invoke' && title.startsWith('gets a'));
}

/** Plays every fault of one call, one run each with a run as usual after it; gives what was not as it should be. */
async function play(operation: AwsOperation): Promise<readonly string[]> {
  const fleet = await deploy({
    applications: 3,
    config: { confirmation: { attempts: 0 } },
    sources: { 'app-3': { ssm: '/m2m/app-3' } },
  });
  const parameter = () => ({
    Name: '/m2m/app-3',
    Value: String(fleet.secrets.get('m2m/app-3')),
    Version: 1,
  });
  fleet.aws.answer('GetParameters', () => ({ Parameters: [parameter()] }));
  fleet.aws.answer('GetParameter', () => ({ Parameter: parameter() }));
  const usual = fleet.aws.answerOf(operation);
  const lambda = await fleet.start('check');
  const problems: string[] = [];
  let slot = Date.parse(SLOT);
  const run = async (title: string) => {
    slot += TICK_MS;
    const logged = lambda.logEvents().length;
    const published = fleet.published('MonitorFaults').length;
    const called = fleet.aws.calls(operation).length;
    const event = { slot: new Date(slot).toISOString() };
    const { kind } = await lambda.invoke(event, { timeoutMs: LEFT_MS });
    const events = lambda.logEvents().slice(logged);
    const checks = events.filter(({ event: name }) => name === 'check');
    return {
      kind,
      isCalled: fleet.aws.calls(operation).length > called,
      healthy: checks.filter(({ status }) => status === 'healthy').length,
      isCounted: fleet
        .published('MonitorFaults')
        .slice(published)
        .some(({ values }) => values.some((value) => value > 0)),
      isLogged: events.some(({ level }) => level === 'error' || level === 'warn'),
      problem: (what: string) => void problems.push(`${title}: ${what}`),
    };
  };

  for (const [title, set] of Object.entries(AWS_FAULTS)) {
    set(fleet.aws, operation);
    const failed = await run(`${operation} ${title}`);
    const { problem } = failed;
    if (failed.kind === 'error') problem('the run does not end as it should');
    if (failed.healthy < 3) problem(`only ${failed.healthy} of 3 are healthy`);
    const isNothingLost =
      !failed.isCalled ||
      IS_READ_OTHERWISE.has(operation) ||
      title === 'is throttled once' ||
      isTakenForSuccess(operation, title);
    if (!isNothingLost && !failed.isCounted && !failed.isLogged) {
      problem('nothing says what is lost');
    }
    fleet.aws.reconnect(operation);
    fleet.aws.answer(operation, usual);
    const after = await run(`after ${operation} ${title}`);
    if (after.healthy < 3 || after.isCounted) after.problem('it has not recovered');
  }
  for (const { clientSecret } of Object.values(fleet.applications)) {
    if (lambda.log().includes(clientSecret)) problems.push(`${operation}: a secret is in the log`);
  }
  return problems;
}

describe('a deployed run whose calls of AWS fail in turn', () => {
  it('ends in its time, checks every application, says what is lost, and recovers', async () => {
    const problems = await Promise.all(AWS_CALLS.map(play));

    expect(problems.flat()).toEqual([]);
  });
});
