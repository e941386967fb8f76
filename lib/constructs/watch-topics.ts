import { Annotations, Aws, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { NodeFunction } from './node-function.ts';

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
    const name = (what: string) => `m2m-watch ${deployment}: ${what}`;
    this.key = this.keyFor(props);
    this.monitor = this.topic('Monitor', name('alarms about m2m-watch'), notify.email);
    this.admitAlarms(this.monitor);
    if (notify.email.length > 0) {
      this.notices = this.topic('Notices', name('notices'), notify.email);
    }
    const others = [
      ...(alarms.topicArn === null
        ? []
        : [Topic.fromTopicArn(this, 'ConfiguredAlarms', alarms.topicArn)]),
      ...(props.alarmTopic === undefined ? [] : [props.alarmTopic]),
    ];
    if (alarms.email.length > 0 || others.length === 0) {
      this.alarms = this.topic('Alarms', name('alarms on applications'), alarms.email);
      this.admitAlarms(this.alarms);
    }
    this.alarmTargets = [...(this.alarms === undefined ? [] : [this.alarms]), ...others];
  }

  /** Lets a function send notices by e-mail, where somebody is to get them. */
  grantNotices(fn: NodeFunction): void {
    if (this.notices === undefined) return;
    fn.allow({
      sid: 'SendNotices',
      actions: ['sns:Publish'],
      resources: [this.notices.topicArn],
    });
    fn.allow({
      sid: 'EncryptNotices',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [this.key.keyArn],
    });
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

  private topic(id: string, displayName: string, emails: readonly string[]): Topic {
    const topic = new Topic(this, id, {
      displayName: displayName.slice(0, 100),
      masterKey: this.key,
      enforceSSL: true,
    });
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return topic;
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
