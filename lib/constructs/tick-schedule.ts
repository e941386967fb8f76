import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  CfnScheduleGroup,
  ContextAttribute,
  type IScheduleGroup,
  type IScheduleTarget,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ScheduledTick } from '../core/deployment/function-inputs.ts';

/** Properties of {@link TickSchedule}. */
export interface TickScheduleProps {
  readonly tickMinutes: number;
  /** By construct id: each is started on every tick. */
  readonly functions: Readonly<Record<string, IFunction>>;
  readonly deadLetters: IQueue;
}

/** A schedule group of its own whose schedules start functions on every tick, at once or not at all. */
export class TickSchedule extends Construct {
  readonly group: IScheduleGroup;

  constructor(scope: Construct, id: string, props: TickScheduleProps) {
    super(scope, id);
    const { tickMinutes, functions, deadLetters } = props;
    // The low-level resource: the high-level one has a name of its own, and outlives the stack.
    const { ref, attrArn } = new CfnScheduleGroup(this, 'Group');
    this.group = ScheduleGroup.fromScheduleGroupName(this, 'NamedGroup', ref);
    const role = new Role(this, 'Role', {
      description: 'Starts the functions of m2m-watch on every tick.',
      // Only for schedules of this group: no other of the account may use the role.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': attrArn },
        },
      }),
    });
    deadLetters.grantSendMessages(role);
    const tick: ScheduledTick = { slot: ContextAttribute.scheduledTime };
    for (const [functionId, { functionArn }] of Object.entries(functions)) {
      role.addToPolicy(
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
      );
      // Narrower than CDK's own target, which grants all versions of a function as well.
      const target: IScheduleTarget = {
        bind: () => ({
          arn: functionArn,
          role,
          input: ScheduleTargetInput.fromObject(tick),
          deadLetterConfig: { arn: deadLetters.queueArn },
          // A late check is worth nothing, and the next tick comes soon: no second tries.
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
        }),
      };
      new Schedule(this, functionId, {
        description: `Starts ${functionId} of m2m-watch every ${tickMinutes} min.`,
        schedule: expressionFor(tickMinutes),
        scheduleGroup: this.group,
        timeWindow: TimeWindow.off(),
        target,
      });
    }
  }
}

/** Full minutes of the clock where the tick divides an hour; a rate counts from the deployment. */
function expressionFor(tickMinutes: number): ScheduleExpression {
  if (60 % tickMinutes !== 0) return ScheduleExpression.rate(Duration.minutes(tickMinutes));
  return ScheduleExpression.expression(
    tickMinutes === 60 ? 'cron(0 * * * ? *)' : `cron(0/${tickMinutes} * * * ? *)`,
  );
}
