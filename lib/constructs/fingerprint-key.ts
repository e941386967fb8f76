import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge, REASONS } from './acknowledgements.ts';

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
