import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { TABLE_ATTRIBUTES } from '../core/state/state-items.ts';
import { acknowledge, REASONS } from './acknowledgements.ts';
import type { NodeFunction } from './node-function.ts';

/** Properties of {@link StateTable} and {@link FingerprintKey}. */
export interface StorageProps {
  readonly removalPolicy: RemovalPolicy;
  /** @default - a key that AWS owns for the table, the account's key for Secrets Manager */
  readonly encryptionKey?: IKey | undefined;
}

/** The table that holds state, reports, incidents and the outbox. */
export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    const { encryptionKey, removalPolicy } = props;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: TABLE_ATTRIBUTES.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TABLE_ATTRIBUTES.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: TABLE_ATTRIBUTES.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
      ...(encryptionKey === undefined
        ? { encryption: TableEncryption.DEFAULT }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
    });
  }

  /** Lets a function read and write items; no scans, and no changes of the table. */
  grantItems(fn: NodeFunction): void {
    this.table.grant(
      fn.role,
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
    );
    if (this.table.encryptionKey === undefined) return;
    const { region, urlSuffix } = Stack.of(this);
    fn.allow({
      sid: 'UseTheKeyOfTheTable',
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [this.table.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${region}.${urlSuffix}` } },
    });
  }
}

/** Characters of the key: letters and digits, so far more than the 256 bits that HMAC-SHA-256 takes. */
const KEY_LENGTH = 64;

/**
 * The key that credentials are named with, so that those that were accepted before are known again.
 *
 * It lies outside the table: whoever reads the state learns nothing of a secret. It is made by
 * CloudFormation and stays the same; no person and no template ever holds it.
 */
export class FingerprintKey extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { removalPolicy, encryptionKey }: StorageProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'm2m-watch: the key that names credentials which were accepted before',
      generateSecretString: { passwordLength: KEY_LENGTH, excludePunctuation: true },
      removalPolicy,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    acknowledge(this.secret, 'AwsSolutions-SMG4', REASONS.isFingerprintKey);
  }
}
