import { Annotations, Aws, type RemovalPolicy } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { WatchConfig } from '../core/config/watch-config.ts';

/** Properties of {@link WatchTopics}. */
export interface WatchTopicsProps {
  readonly config: WatchConfig;
  readonly removalPolicy: RemovalPolicy;
  /** @default - a key of its own */
  readonly encryptionKey?: IKey | undefined;
  /** @default - none besides those of the configuration */
  readonly alarmTopic?: ITopic | undefined;
}

/**
 * The topics: notices for people, alarms about m2m-watch, alarms on applications and providers.
 *
 * The key is one that we manage: `alias/aws/sns` admits no alarm, and says so nowhere.
 */
export class WatchTopics extends Construct {
  readonly key: IKey;
  /** Alarms about m2m-watch itself; `notify.email` gets them. */
  readonly monitor: Topic;
  /** Notices by e-mail, where somebody is to get them. */
  readonly notices: Topic | undefined;
  /** Our own topic for alarms on applications; absent where only somebody else's gets them. */
  readonly alarms: Topic | undefined;
  /** Everything that alarms on applications, providers and credentials go to. */
  readonly alarmTargets: readonly ITopic[];

  constructor(scope: Construct, id: string, props: WatchTopicsProps) {
    super(scope, id);
    const { notify, alarms, deployment } = props.config;
    this.key = this.keyFor(props);
    this.monitor = this.topic('Monitor', `m2m-watch ${deployment}: alarms about m2m-watch`);
    this.admitAlarms(this.monitor);
    subscribe(this.monitor, notify.email);
    if (notify.email.length > 0) {
      this.notices = this.topic('Notices', `m2m-watch ${deployment}: notices`);
      subscribe(this.notices, notify.email);
    }
    const others = [
      ...(alarms.topicArn === null
        ? []
        : [Topic.fromTopicArn(this, 'ConfiguredAlarms', alarms.topicArn)]),
      ...(props.alarmTopic === undefined ? [] : [props.alarmTopic]),
    ];
    if (alarms.email.length > 0 || others.length === 0) {
      this.alarms = this.topic('Alarms', `m2m-watch ${deployment}: alarms on applications`);
      this.admitAlarms(this.alarms);
      subscribe(this.alarms, alarms.email);
    }
    this.alarmTargets = [...(this.alarms === undefined ? [] : [this.alarms]), ...others];
  }

  /** Lets a role send notices by e-mail, where somebody is to get them. */
  grantNotices(role: IRole): void {
    if (this.notices === undefined) return;
    const publish = { actions: ['sns:Publish'], resources: [this.notices.topicArn] };
    const encrypt = {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [this.key.keyArn],
    };
    role.addToPrincipalPolicy(new PolicyStatement({ sid: 'SendNotices', ...publish }));
    role.addToPrincipalPolicy(new PolicyStatement({ sid: 'EncryptNotices', ...encrypt }));
  }

  private keyFor({ encryptionKey, removalPolicy }: WatchTopicsProps): IKey {
    const key =
      encryptionKey ??
      new Key(this, 'Key', {
        description: 'Encrypts the topics of m2m-watch.',
        enableKeyRotation: true,
        removalPolicy,
      });
    const { statementAdded } = key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsUseTheKey',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        resources: ['*'],
      }),
    );
    if (!statementAdded) {
      Annotations.of(this).addWarningV2(
        'm2m-watch:key-policy',
        'the policy of the given encryptionKey cannot be changed from here: it must allow kms:GenerateDataKey* and kms:Decrypt to cloudwatch.amazonaws.com, or alarms reach nobody',
      );
    }
    return key;
  }

  private topic(id: string, displayName: string): Topic {
    return new Topic(this, id, {
      displayName: displayName.slice(0, 100),
      masterKey: this.key,
      enforceSSL: true,
    });
  }

  /** With `enforceSSL` a topic has a policy, which replaces the one that would admit our alarms. */
  private admitAlarms(topic: Topic): void {
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          ArnLike: {
            'aws:SourceArn': `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*`,
          },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
  }
}

function subscribe(topic: Topic, emails: readonly string[]): void {
  for (const email of emails) topic.addSubscription(new EmailSubscription(email));
}
