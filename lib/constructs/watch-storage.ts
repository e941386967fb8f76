import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { TABLE_ATTRIBUTES } from '../core/state/state-items.ts';
import { acknowledge, REASONS } from './acknowledgements.ts';

/** Properties of {@link StateTable}. */
export interface StateTableProps {
  readonly removalPolicy: RemovalPolicy;
  /** @default - a key that AWS owns */
  readonly encryptionKey?: IKey | undefined;
}

/** The table that holds state, reports, incidents and the outbox. */
export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: StateTableProps) {
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

  /** Lets a role read and write items; no scans, and no changes of the table. */
  grantItems(role: IRole): void {
    this.table.grant(
      role,
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
    );
    if (this.table.encryptionKey === undefined) return;
    role.addToPrincipalPolicy(
      new PolicyStatement({
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
        conditions: {
          StringEquals: {
            'kms:ViaService': `dynamodb.${Stack.of(this).region}.${Stack.of(this).urlSuffix}`,
          },
        },
      }),
    );
  }
}

/** Characters of the key: letters and digits, so far more than the 256 bits that HMAC-SHA-256 takes. */
const KEY_LENGTH = 64;

/** Properties of {@link FingerprintKey}. */
export interface FingerprintKeyProps {
  readonly removalPolicy: RemovalPolicy;
  /** @default - the account's key for Secrets Manager */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * The key that credentials are named with, so that those that were accepted before are known again.
 *
 * It lies outside the table: whoever reads the state learns nothing of a secret. It is made by
 * CloudFormation and stays the same; no person and no template ever holds it.
 */
export class FingerprintKey extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { removalPolicy, encryptionKey }: FingerprintKeyProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'm2m-watch: the key that names credentials which were accepted before',
      generateSecretString: { passwordLength: KEY_LENGTH, excludePunctuation: true },
      removalPolicy,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
    acknowledge(this.secret, 'AwsSolutions-SMG4', REASONS.isFingerprintKey);
  }

  /** Lets a role read the key. */
  grantRead(role: IRole): void {
    this.secret.grantRead(role);
  }
}
