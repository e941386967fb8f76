import { App, Stack, Validations } from 'aws-cdk-lib';
import {
  Annotations,
  Match,
  type Template,
  Template as TemplateClass,
} from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { M2mWatch } from '../../lib/constructs/m2m-watch.ts';
import { awsCost, compositeCount, seriesCount } from '../../lib/core/cost/aws-cost.ts';
import { alarmCount } from '../../lib/core/metrics/alarms.ts';
import { fleetConfig } from './fleet-config.ts';
import {
  actionsOf,
  asDeployed,
  resourcesOf,
  statementsOf,
  synthContext,
  templateOf,
} from './synthesised.ts';

const FULL = fleetConfig({
  applications: 3,
  notify: { email: ['oncall@acme.com'], slack: { webhook: { secretsManager: 'm2m/slack' } } },
  alarms: { email: ['pager@acme.com'], topicArn: 'arn:aws:sns:eu-west-1:111122223333:pager' },
});

let template: Template;

beforeAll(() => {
  template = templateOf({ config: FULL });
});

describe('WatchStack', () => {
  it('keeps its construct ids: renaming one replaces a resource of every deployment', () => {
    const counted = Object.values(
      template.toJSON()['Resources'] as Record<string, { Type: string }>,
    );
    const counts = Object.entries(Object.groupBy(counted, ({ Type }) => Type))
      .map(([type, resources]) => `${type} ${resources?.length}`)
      .toSorted();

    expect(Object.keys(template.toJSON()['Resources']).toSorted()).toMatchSnapshot('ids');
    expect(counts).toMatchSnapshot('counts');
  });

  it('runs each function on Node 24 and arm64, with its own role and a log that ends', () => {
    const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties,
    );

    expect(functions.map(({ Handler }) => Handler).toSorted()).toEqual([
      'check-now.handler',
      'check.handler',
      'notify.handler',
    ]);
    expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(3);
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      ReservedConcurrentExecutions: Match.absent(),
    });
    template.resourceCountIs('AWS::Logs::LogGroup', 3);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('lets alarms through to their topics: policy of the topic, and a key of ours that admits them', () => {
    const alarmed = new Set(
      Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).flatMap(({ Properties }) =>
        ['AlarmActions', 'OKActions', 'InsufficientDataActions'].flatMap((key) =>
          ((Properties[key] ?? []) as readonly unknown[]).map((action) => JSON.stringify(action)),
        ),
      ),
    );
    const own = [...alarmed].filter((action) => action.includes('Ref'));
    const admitting = Object.values(resourcesOf(template, 'AWS::SNS::TopicPolicy'))
      .filter(({ Properties }) =>
        JSON.stringify(Properties['PolicyDocument']).includes(
          '"Service":"cloudwatch.amazonaws.com"',
        ),
      )
      .flatMap(({ Properties }) => Properties['Topics'] as readonly unknown[])
      .map((topic) => JSON.stringify(topic));

    expect(own).toHaveLength(2);
    expect(admitting.toSorted()).toEqual(own.toSorted());
    template.allResourcesProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('TopicsKey'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['kms:Decrypt', 'kms:GenerateDataKey*']),
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
  });

  it('refuses topics and queues without TLS', () => {
    for (const type of ['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy']) {
      for (const { Properties } of Object.values(resourcesOf(template, type))) {
        expect(JSON.stringify(Properties)).toContain('"aws:SecureTransport":"false"');
      }
    }
    const topics = Object.keys(resourcesOf(template, 'AWS::SNS::Topic')).length;
    template.resourceCountIs('AWS::SNS::TopicPolicy', topics);
  });

  it('puts metrics in one namespace only', () => {
    const putting = statementsOf(template).filter((statement) =>
      actionsOf(statement).includes('cloudwatch:PutMetricData'),
    );

    expect(putting.length).toBeGreaterThan(0);
    for (const { Condition } of putting) {
      expect(Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'M2MWatch' } });
    }
  });

  it('grants nothing on everything except what knows no resources', () => {
    const onAll = statementsOf(template)
      .filter(({ Resource }) => Resource === '*')
      .flatMap(actionsOf);

    expect(new Set(onAll)).toEqual(
      new Set(['cloudwatch:PutMetricData', 'secretsmanager:BatchGetSecretValue']),
    );
    expect(
      statementsOf(template)
        .flatMap(actionsOf)
        .filter((action) => /:\*$/.test(action)),
    ).toEqual([]);
  });

  it('reads the named secrets and no others, and decrypts them alone', () => {
    const reading = statementsOf(template).filter((statement) =>
      actionsOf(statement).includes('secretsmanager:GetSecretValue'),
    );
    const texts = reading.map(({ Resource }) => JSON.stringify(Resource));

    expect(texts.some((text) => text.includes('secret:m2m/app-1-??????'))).toBe(true);
    expect(texts.some((text) => text.includes('secret:m2m/slack-??????'))).toBe(true);
    expect(texts.every((text) => !text.includes('-*'))).toBe(true);
    const decrypting = statementsOf(template).filter((statement) =>
      JSON.stringify(statement.Resource).includes('key/*'),
    );
    expect(decrypting.length).toBeGreaterThan(0);
    for (const { Condition } of decrypting) {
      expect(Object.keys(Condition ?? {}).toSorted()).toEqual(['StringEquals', 'StringLike']);
      expect(JSON.stringify(Condition)).toContain('kms:ViaService');
      expect(JSON.stringify(Condition)).toContain('kms:EncryptionContext:SecretARN');
    }
  });

  it('gives the notify function no secret of an application', () => {
    const policies = Object.entries(resourcesOf(template, 'AWS::IAM::ManagedPolicy')).filter(
      ([id]) => id.includes('Notify'),
    );

    expect(policies).toHaveLength(1);
    expect(JSON.stringify(policies)).toContain('m2m/slack');
    expect(JSON.stringify(policies)).not.toContain('m2m/app-');
  });

  it('starts functions at the tick or not at all, and keeps what could not be started', () => {
    template.resourceCountIs('AWS::Scheduler::Schedule', 2);
    template.allResourcesProperties('AWS::Scheduler::Schedule', {
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: 'cron(0/5 * * * ? *)',
      GroupName: { Ref: Match.stringLikeRegexp('ScheduleGroup') },
      Target: {
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] } },
        Input: '{"slot":"<aws.scheduler.scheduled-time>"}',
      },
    });
    template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 3);
    template.allResourcesProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
      DestinationConfig: {
        OnFailure: {
          Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] },
        },
      },
    });
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('ScheduleGroup'), 'Arn'] },
              },
            },
          }),
        ],
      },
    });
  });

  it.each([
    [1, 'cron(0/1 * * * ? *)', 48],
    [7, 'rate(7 minutes)', 336],
    [60, 'cron(0 * * * ? *)', 900],
  ])('ends functions before the next tick of %i minutes', (tickMinutes, expression, timeout) => {
    const config = fleetConfig({
      schedule: { tickMinutes },
      application: { everyMinutes: tickMinutes * 10 },
    });

    const other = templateOf({ config });

    other.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: expression });
    const timeouts = Object.values(resourcesOf(other, 'AWS::Lambda::Function')).map(
      ({ Properties }) => Properties['Timeout'] as number,
    );
    expect(Math.max(...timeouts)).toBe(timeout);
    expect(timeout).toBeLessThan(tickMinutes * 60);
    for (const { Properties } of Object.values(resourcesOf(other, 'AWS::CloudWatch::Alarm'))) {
      const [query] = (
        (Properties['Metrics'] ?? []) as { MetricStat?: { Period: number } }[]
      ).filter(({ MetricStat }) => MetricStat !== undefined);
      expect(query?.MetricStat?.Period ?? tickMinutes * 60).toBe(tickMinutes * 60);
    }
  });

  it('has a dead man’s switch that treats silence as a fault, with all three actions and a warm-up', () => {
    template.hasResource('AWS::CloudWatch::Alarm', {
      Properties: {
        TreatMissingData: 'breaching',
        Metrics: Match.arrayWith([Match.objectLike({ Expression: 'FILL(heartbeat, 0)' })]),
        AlarmActions: [Match.anyValue()],
        OKActions: [Match.anyValue()],
        InsufficientDataActions: [Match.anyValue()],
        WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 30 },
      },
      Metadata: { 'cfn-lint': { config: { ignore_checks: ['E3002'] } } },
    });
  });

  it('leaves the warm-up out for Regions without it', () => {
    const other = templateOf({ config: FULL, warmUp: false });

    expect(JSON.stringify(other.toJSON())).not.toContain('WarmUpConfiguration');
  });

  it('names nothing physically, so that deployments stand side by side', () => {
    const named = Object.entries(
      template.toJSON()['Resources'] as Record<string, { Properties?: object }>,
    ).flatMap(([id, { Properties = {} }]) =>
      Object.entries(Properties)
        .filter(
          ([key, value]) =>
            /^(AlarmName|TableName|TopicName|QueueName|FunctionName|RoleName|Name|DashboardName|LogGroupName|ManagedPolicyName)$/.test(
              key,
            ) && typeof value === 'string',
        )
        .map(([key]) => `${id}.${key}`),
    );

    expect(named).toEqual([]);
  });

  it('sends alarms on applications, providers and credentials to pagers, and those on itself to notify.email', () => {
    const targets = Object.entries(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(
      ([id, { Properties }]) => [id, JSON.stringify(Properties['AlarmActions'])] as const,
    );
    const pagers = targets.filter(([, actions]) => actions.includes('TopicsAlarms'));

    expect(pagers.every(([, actions]) => actions.includes(':pager'))).toBe(true);
    expect(pagers.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual([
      'WatchAlarmsApplicationsapp1',
      'WatchAlarmsApplicationsapp2',
      'WatchAlarmsApplicationsapp3',
      'WatchAlarmsProvidersacme',
      'WatchAlarmscredentialbreakage',
    ]);
    const others = targets.filter(([, actions]) => !actions.includes('TopicsAlarms'));
    expect(others.every(([, actions]) => actions.includes('TopicsMonitor'))).toBe(true);
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Endpoint: 'pager@acme.com',
      Protocol: 'email',
    });
    expect(
      Object.values(resourcesOf(template, 'AWS::SNS::Subscription')).filter(
        ({ Properties }) => Properties['Endpoint'] === 'oncall@acme.com',
      ),
    ).toHaveLength(2);
  });

  it('has no actions on the composite, whose children have them', () => {
    template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 1);
    template.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmActions: Match.absent(),
      OKActions: Match.absent(),
    });
  });

  it('goes with the stack, or stays where that is asked for', () => {
    const stateful = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'];
    const retained = templateOf({ config: FULL, retainOnDelete: true });

    for (const type of stateful) {
      template.allResources(type, { DeletionPolicy: 'Delete' });
      retained.allResources(type, { DeletionPolicy: 'Retain' });
    }
  });

  it('holds no secret and no literal of one', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(
      /client_secret|"SecretString"|hooks\.slack/i,
    );
  });

  it('has an output for the dashboard, each topic and the command to check now', () => {
    const outputs = Object.keys(template.toJSON()['Outputs']).map((id) =>
      id.replace(/[0-9A-F]{8}$/, ''),
    );

    expect(outputs.toSorted()).toEqual([
      'WatchAlarmTopicArn',
      'WatchCheckNowCommand',
      'WatchDashboardUrl',
      'WatchMonitorTopicArn',
      'WatchNoticesTopicArn',
    ]);
  });

  it('has as many alarms and composites as the cost says', () => {
    expect(Object.keys(resourcesOf(template, 'AWS::CloudWatch::Alarm'))).toHaveLength(
      alarmCount({ applicationsWithMetric: 3, providers: 1 }),
    );
    template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', compositeCount(FULL));
    expect(awsCost(FULL).lines[0]?.amount).toBe(`${seriesCount(FULL)} metrics`);
  });

  it('describes each alarm within the limit, with what to do', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'))) {
      const description = Properties['AlarmDescription'] as string;
      expect(description.length).toBeLessThanOrEqual(1024);
      expect(description).toMatch(/^\[test\] /);
      expect(description).toContain('What to do: 1. ');
    }
  });

  it('takes a fleet without applications and providers', () => {
    const empty = templateOf({ config: { ...fleetConfig(), providers: {}, applications: [] } });

    empty.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    expect(JSON.stringify(empty.toJSON())).not.toContain('BatchGetSecretValue');
  });

  it('has fewer than 500 resources for 100 applications, and policies that IAM takes', () => {
    const many = templateOf({ config: fleetConfig({ applications: 100 }) });

    expect(Object.keys(many.toJSON()['Resources']).length).toBeLessThan(500);
    for (const { Properties } of Object.values(resourcesOf(many, 'AWS::IAM::ManagedPolicy'))) {
      expect(asDeployed(Properties['PolicyDocument']).length).toBeLessThan(6144);
    }
  });

  it.each([
    ['with names as long as they may be', 'x'.repeat(500)],
    ['in several Regions', 'eu'],
  ])('writes policies that IAM takes for secrets %s', (_, part) => {
    const credentials = (index: number) =>
      part === 'eu'
        ? {
            secretsManager: `m2m/${index}`,
            region: ['eu-west-1', 'us-east-1', 'eu-north-1'][index % 3],
          }
        : { secretsManager: `m2m/${index}${part}` };
    const base = fleetConfig({ applications: 30, metrics: { perApplicationUpTo: 0 } });
    const applications = base.applications.map((application, index) => ({
      ...application,
      credentials: { ...application.credentials, ...credentials(index) },
    }));

    const many = templateOf({ config: { ...base, applications } as typeof base });

    for (const { Properties } of Object.values(resourcesOf(many, 'AWS::IAM::ManagedPolicy'))) {
      expect(asDeployed(Properties['PolicyDocument']).length).toBeLessThan(6144);
    }
  });

  it('takes any number of applications that share a secret with `key`', () => {
    const base = fleetConfig({ applications: 500, metrics: { perApplicationUpTo: 0 } });
    const applications = base.applications.map((application) => ({
      ...application,
      credentials: { ...application.credentials, secretsManager: 'm2m/all', key: application.name },
    }));

    const shared = templateOf({ config: { ...base, applications } as typeof base });

    const reading = statementsOf(shared).filter((statement) =>
      actionsOf(statement).includes('secretsmanager:GetSecretValue'),
    );
    const ofKey = reading.filter((statement) => /FingerprintKey/.test(JSON.stringify(statement)));
    // One for each of the two functions that check, and one for each for the key of fingerprints.
    expect(ofKey).toHaveLength(2);
    expect(reading).toHaveLength(4);
  });

  it('puts composites above each other where providers are many', () => {
    const provider = { type: 'kinde', issuer: 'https://acme.kinde.com' };
    const providers = Object.fromEntries(
      ['acme', ...Array.from({ length: 70 }, (_, index) => `p-${index}`)].map((name) => [
        name,
        provider,
      ]),
    );

    const many = templateOf({ config: fleetConfig({ providers }) });

    const composites = Object.values(resourcesOf(many, 'AWS::CloudWatch::CompositeAlarm'));
    expect(composites).toHaveLength(4);
    for (const { Properties } of composites) {
      const children = JSON.stringify(Properties['AlarmRule']).split('Fn::GetAtt').length - 1;
      // The longest ARN of an alarm has about 320 characters.
      expect(children * (320 + 14)).toBeLessThan(10_240);
    }
  });

  it.each([
    [
      'env',
      fleetConfig({ application: { credentials: { env: { clientId: 'A', clientSecret: 'B' } } } }),
      'applications.app-1.credentials.env cannot be read on AWS',
    ],
    [
      'file',
      fleetConfig({ application: { credentials: { file: 'x.json' } } }),
      'applications.app-1.credentials.file cannot be read on AWS',
    ],
    [
      'a channel',
      fleetConfig({ notify: { slack: { webhook: { env: 'SLACK_WEBHOOK' } } } }),
      'notify.slack.webhook.env cannot be read on AWS',
    ],
    [
      'certificates',
      fleetConfig({ provider: { ca: { file: 'nowhere.pem' } } }),
      'providers.acme.ca.file is `nowhere.pem`, which cannot be read (ENOENT)',
    ],
    [
      'the plan',
      fleetConfig({ applications: 3, provider: { tokensPerMonth: 2000 } }),
      'providers.acme.tokensPerMonth is 2000, but the schedule needs 2232',
    ],
    [
      'the stack',
      fleetConfig({ applications: 500, metrics: { perApplicationUpTo: 500 } }),
      'metrics.perApplicationUpTo is 500, and a stack has room for 399',
    ],
    [
      'the role',
      fleetConfig({ applications: 400, metrics: { perApplicationUpTo: 0 } }),
      'applications name 400 secrets, which would take 15 policies, and a role has 10',
    ],
  ])('fails for what does not fit %s, and says what to do', (_, config, message) => {
    expect(() => templateOf({ config })).toThrow(message);
  });

  it('lets a role become another for secrets elsewhere, without rights on those', () => {
    const roleArn = 'arn:aws:iam::111122223333:role/readers';
    const other = templateOf({
      config: fleetConfig({ application: { credentials: { secretsManager: 'm2m/far', roleArn } } }),
    });

    const becoming = statementsOf(other).filter((statement) =>
      actionsOf(statement).includes('sts:AssumeRole'),
    );
    expect(becoming.map(({ Resource }) => Resource)).toEqual([roleArn, roleArn]);
    expect(JSON.stringify(statementsOf(other))).not.toContain('m2m/far');
  });

  it.each([
    [
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:m2m/far-AbCdEf',
      'm2m/far-AbCdEf"',
      'secretsmanager.eu-west-1.',
    ],
    [
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:m2m/far',
      'm2m/far-??????',
      'secretsmanager.eu-west-1.',
    ],
  ])('reads a secret given by its ARN %s', (secretsManager, resource, viaService) => {
    const other = templateOf({
      config: fleetConfig({ application: { credentials: { secretsManager } } }),
    });

    const text = JSON.stringify(statementsOf(other));
    expect(text).toContain(resource);
    expect(text).toContain(viaService);
  });

  it.each(['/m2m/app', 'm2m/app', 'arn:aws:ssm:eu-west-1:111122223333:parameter/m2m/app'])(
    'reads the parameter %s',
    (ssm) => {
      const other = templateOf({
        config: fleetConfig({ application: { clientId: 'abc', credentials: { ssm } } }),
      });

      const reading = statementsOf(other).find((statement) =>
        actionsOf(statement).includes('ssm:GetParameters'),
      );
      expect(JSON.stringify(reading?.Resource)).toMatch(/parameter\/m2m\/app"/);
      expect(JSON.stringify(statementsOf(other))).toContain('kms:EncryptionContext:PARAMETER_ARN');
    },
  );
});

describe('M2mWatch in an app of one’s own', () => {
  it('uses the VPC, groups, topic, key and boundary that it is given', () => {
    const stack = new Stack(new App({ context: synthContext() }), 'Own');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0123456789abcdef0'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
    });

    new M2mWatch(stack, 'Watch', {
      config: fleetConfig(),
      vpc,
      securityGroups: [new SecurityGroup(stack, 'Group', { vpc })],
      alarmTopic: new Topic(stack, 'Pager'),
      encryptionKey: new Key(stack, 'OwnKey'),
      permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'limits'),
    });

    const own = TemplateClass.fromStack(stack);
    own.allResourcesProperties('AWS::Lambda::Function', {
      VpcConfig: {
        SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^Group'), 'GroupId'] }],
      },
    });
    own.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    own.resourceCountIs('AWS::KMS::Key', 1);
    const roles = Object.entries(resourcesOf(own, 'AWS::IAM::Role')).filter(([id]) =>
      id.startsWith('Watch'),
    );
    expect(
      roles.every(([, { Properties }]) => Properties['PermissionsBoundary'] !== undefined),
    ).toBe(true);
    expect(
      Object.keys(resourcesOf(own, 'AWS::SNS::Topic')).some((id) => id.includes('TopicsAlarms')),
    ).toBe(false);
  });

  it('passes the rules of AwsSolutions with every option, in a Region of its own', () => {
    const app = new App({ context: synthContext() });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new Stack(app, 'Own', { env: { account: '111122223333', region: 'eu-west-1' } });
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0123456789abcdef0'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
    });

    const other = { credentials: { secretsManager: 'm2m/far', region: 'us-east-1' } };
    const props = { vpc, encryptionKey: new Key(stack, 'OwnKey', { enableKeyRotation: true }) };
    new M2mWatch(stack, 'Watch', { ...props, config: FULL });
    new M2mWatch(stack, 'Other', { ...props, config: fleetConfig({ application: other }) });

    // Throws with the findings otherwise.
    expect(() => app.synth()).not.toThrow();
  });

  it('warns where the policy of a given key is out of its reach', () => {
    const stack = new Stack(new App({ context: synthContext() }), 'Own');
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

    new M2mWatch(stack, 'Watch', {
      config: fleetConfig(),
      encryptionKey: Key.fromKeyArn(stack, 'Imported', arn),
    });

    const warnings = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    expect(warnings.map(({ entry }) => entry.data)).toEqual([
      expect.stringContaining('must allow kms:GenerateDataKey* and kms:Decrypt to cloudwatch'),
    ]);
  });

  it('stands twice in one stack', () => {
    const stack = new Stack(new App({ context: synthContext() }), 'Own');

    new M2mWatch(stack, 'One', { config: fleetConfig({ deployment: 'one' }) });
    new M2mWatch(stack, 'Two', { config: fleetConfig({ deployment: 'two' }) });

    TemplateClass.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 6);
  });
});
