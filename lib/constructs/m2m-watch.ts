import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { renderProblem } from '../core/config/config-problems.ts';
import { channelSecrets } from '../core/config/notice-channels.ts';
import { attemptSources } from '../core/config/sent-values.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { FUNCTION_ENVIRONMENT } from '../core/deployment/function-inputs.ts';
import { acknowledge, REASONS } from './acknowledgements.ts';
import { deploymentProblems } from './fleet-limits.ts';
import { deployedFiles } from './function-code.ts';
import { type FunctionSetting, type NetworkProps, NodeFunction } from './node-function.ts';
import { grantSecretAccess } from './secret-access.ts';
import { TickSchedule } from './tick-schedule.ts';
import { WatchAlarms } from './watch-alarms.ts';
import { WatchDashboard } from './watch-dashboard.ts';
import { FingerprintKey, StateTable } from './watch-storage.ts';
import { WatchTopics } from './watch-topics.ts';

/** Properties of {@link M2mWatch}. */
export interface M2mWatchProps extends NetworkProps {
  /** A parsed configuration: what `parseConfig` gives. */
  readonly config: WatchConfig;
  /**
   * Where relative paths of the configuration start: its own folder.
   *
   * @default - the folder of the process
   */
  readonly baseDirectory?: string;
  /**
   * Gets the alarms on applications, providers and credentials, besides those of the configuration.
   *
   * @default - only those of the configuration, else a topic of its own
   */
  readonly alarmTopic?: ITopic;
  /**
   * Encrypts table and topics.
   *
   * @default - a key of its own for the topics; the table has a key that AWS owns
   */
  readonly encryptionKey?: IKey;
  /** @default - roles have no boundary */
  readonly permissionsBoundary?: IManagedPolicy;
  /** @default false - table, key and logs go with the stack */
  readonly retainOnDelete?: boolean;
  /**
   * Whether the Region knows `WarmUpConfiguration` of alarms.
   *
   * @default true
   */
  readonly warmUp?: boolean;
  /** @default one month */
  readonly logRetention?: RetentionDays;
  /**
   * Whether credentials that functions cannot reach are let pass, to look at a template.
   *
   * @default false
   */
  readonly allowUnreachableCredentials?: boolean;
}

/** Everything that a deployment needs, for an app of one's own; `WatchStack` is a stack around it. */
export class M2mWatch extends Construct {
  readonly check: NodeFunction;
  readonly checkNow: NodeFunction;
  readonly notify: NodeFunction;
  readonly table: StateTable;
  readonly fingerprintKey: FingerprintKey;
  readonly topics: WatchTopics;
  readonly alarms: WatchAlarms;
  readonly dashboard: WatchDashboard;
  private readonly functionSetting: FunctionSetting;

  constructor(scope: Construct, id: string, props: M2mWatchProps) {
    super(scope, id);
    refuseProblems(props);
    const { config, encryptionKey, permissionsBoundary } = props;
    const removalPolicy = props.retainOnDelete ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    if (permissionsBoundary !== undefined) PermissionsBoundary.of(this).apply(permissionsBoundary);
    const deadLetters = this.deadLetterQueue();
    this.functionSetting = {
      deployed: deployedFiles(config, props.baseDirectory ?? process.cwd()),
      deadLetters,
      removalPolicy,
      logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
      network: props,
    };
    const storage = { removalPolicy, encryptionKey };
    this.table = new StateTable(this, 'State', storage);
    this.fingerprintKey = new FingerprintKey(this, 'FingerprintKey', storage);
    this.topics = new WatchTopics(this, 'Topics', {
      ...storage,
      config,
      alarmTopic: props.alarmTopic,
    });
    this.notify = this.notifyFunction();
    this.check = this.checkFunction('Check');
    this.checkNow = this.checkFunction('CheckNow');
    const schedule = new TickSchedule(this, 'Schedule', {
      tickMinutes: config.schedule.tickMinutes,
      functions: { Check: this.check.lambda, Notify: this.notify.lambda },
      deadLetters,
    });
    const functions = {
      check: this.check.lambda,
      checkNow: this.checkNow.lambda,
      notify: this.notify.lambda,
    };
    this.alarms = new WatchAlarms(this, 'Alarms', {
      config,
      functions,
      scheduleGroup: schedule.group,
      deadLetters,
      alarmTargets: this.topics.alarmTargets,
      monitorTarget: this.topics.monitor,
      warmUp: props.warmUp ?? true,
    });
    this.dashboard = new WatchDashboard(this, 'Health', {
      config,
      overall: this.alarms.overall,
      fleetAlarms: this.alarms.fleet,
      applicationAlarms: this.alarms.applications,
      functions: Object.values(functions),
    });
    this.addOutputs();
  }

  private deadLetterQueue(): Queue {
    const queue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(queue, 'AwsSolutions-SQS3', REASONS.isDeadLetterQueue);
    return queue;
  }

  private notifyFunction(): NodeFunction {
    const { notices, monitor, alarms } = this.topics;
    const { config } = this.functionSetting.deployed;
    const { tickMinutes } = config.schedule;
    const fn = new NodeFunction(this, 'Notify', {
      ...this.functionSetting,
      entry: 'notify',
      description: `m2m-watch ${config.deployment}: delivers notices`,
      timeout: Duration.seconds(Math.min(300, tickMinutes * 30)),
      memorySizeMb: 256,
      environment: {
        [FUNCTION_ENVIRONMENT.tableName]: this.table.table.tableName,
        [FUNCTION_ENVIRONMENT.monitorTopicArn]: monitor.topicArn,
        ...(notices === undefined
          ? {}
          : { [FUNCTION_ENVIRONMENT.noticesTopicArn]: notices.topicArn }),
        ...(alarms === undefined ? {} : { [FUNCTION_ENVIRONMENT.alarmTopicArn]: alarms.topicArn }),
      },
    });
    this.table.grantItems(fn);
    this.topics.grantNotices(fn);
    fn.allow({
      sid: 'CountSubscriptions',
      actions: ['sns:GetTopicAttributes'],
      resources: [monitor, notices, alarms].flatMap((topic) => topic?.topicArn ?? []),
    });
    const secrets = channelSecrets(config.notify).map(({ source }) => source);
    grantSecretAccess(fn, secrets);
    return fn;
  }

  private checkFunction(id: 'Check' | 'CheckNow'): NodeFunction {
    const { config } = this.functionSetting.deployed;
    const isScheduled = id === 'Check';
    const fn = new NodeFunction(this, id, {
      ...this.functionSetting,
      entry: isScheduled ? 'check' : 'check-now',
      description: `m2m-watch ${config.deployment}: ${isScheduled ? 'checks what is due' : 'checks when it is asked to'}`,
      // Ends before the next tick begins, with time to record what was done.
      timeout: Duration.seconds(Math.min(900, config.schedule.tickMinutes * 48)),
      memorySizeMb: 512,
      environment: {
        [FUNCTION_ENVIRONMENT.tableName]: this.table.table.tableName,
        [FUNCTION_ENVIRONMENT.notifyFunctionName]: this.notify.lambda.functionName,
        [FUNCTION_ENVIRONMENT.fingerprintKeyArn]: this.fingerprintKey.secret.secretArn,
      },
    });
    this.table.grantItems(fn);
    this.fingerprintKey.secret.grantRead(fn.role);
    const { functionArn } = this.notify.lambda;
    fn.allow({
      sid: 'InvokeNotify',
      actions: ['lambda:InvokeFunction'],
      resources: [functionArn],
    });
    const secrets = config.applications.flatMap(attemptSources);
    grantSecretAccess(
      fn,
      secrets.map(({ source }) => source),
    );
    return fn;
  }

  private addOutputs(): void {
    const { partition, region } = Stack.of(this);
    const console = partition === 'aws-cn' ? 'console.amazonaws.cn' : 'console.aws.amazon.com';
    const { dashboardName } = this.dashboard.dashboard;
    const { monitor, notices, alarms } = this.topics;
    const outputs = [
      [
        'DashboardUrl',
        'The dashboard',
        `https://${console}/cloudwatch/home?region=${region}#dashboards:name=${dashboardName}`,
      ],
      [
        'CheckNowCommand',
        'Checks now; leave applications empty for all of them',
        // Without the timeout of 0 the AWS CLI gives up after a minute, and checks once more.
        `aws lambda invoke --region ${region} --function-name ${this.checkNow.lambda.functionName} --cli-read-timeout 0 --cli-binary-format raw-in-base64-out --payload '{"applications":[]}' /dev/stdout`,
      ],
      ['MonitorTopicArn', 'Alarms about m2m-watch itself', monitor.topicArn],
      ['NoticesTopicArn', 'Notices by e-mail', notices?.topicArn],
      ['AlarmTopicArn', 'Alarms on applications', alarms?.topicArn],
    ] as const;
    for (const [id, description, value] of outputs) {
      if (value !== undefined) new CfnOutput(this, id, { description, value });
    }
  }
}

function refuseProblems({
  config,
  allowUnreachableCredentials = false,
  baseDirectory = process.cwd(),
}: M2mWatchProps): void {
  const problems = deploymentProblems(config, { allowUnreachableCredentials, baseDirectory });
  if (problems.length === 0) return;
  throw new Error(
    ['the configuration cannot be deployed:', ...problems.map(renderProblem)].join('\n  '),
  );
}
