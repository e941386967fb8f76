import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { SecretSource, SecretValueSource } from '../core/config/credential-source.ts';
import { acknowledgeResource, REASONS } from './acknowledgements.ts';
import {
  groupOf,
  mayBeWhole,
  placesByPolicy,
  type SecretPlace,
  secretPlaces,
} from './secret-places.ts';

/**
 * Lets a role read exactly the secrets and parameters that sources name, and nothing else.
 *
 * Keys are not known by name, so decryption is bound to the service and to the very secret
 * (encryption context). A source with `roleArn` gives the right to become that role, and no more.
 */
export function grantSecretAccess(
  scope: Construct,
  role: IRole,
  sources: readonly (SecretSource | SecretValueSource)[],
): void {
  const places = secretPlaces(sources);
  placesByPolicy(places).forEach((some, index) => {
    const policy = new ManagedPolicy(scope, `ReadSecrets${index + 1}`, {
      description: 'Reads the credentials that the configuration of m2m-watch names.',
      roles: [role],
      statements: statementsFor(scope, some),
    });
    for (const keys of new Set(some.map(({ region }) => keysIn(scope, region)))) {
      acknowledgeResource(policy, keys, REASONS.keysByContext);
    }
  });
  if (places.some(({ service }) => service === 'secretsmanager')) {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadSecretsInBatches',
        // Gives nothing by itself: each secret needs GetSecretValue as well.
        actions: ['secretsmanager:BatchGetSecretValue'],
        resources: ['*'],
      }),
    );
  }
  const roles = sources.flatMap((source) =>
    'secretsManager' in source && source.roleArn !== null ? [source.roleArn] : [],
  );
  if (roles.length > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'BecomeReaders',
        actions: ['sts:AssumeRole'],
        resources: [...new Set(roles)],
      }),
    );
  }
}

function statementsFor(scope: Construct, places: readonly SecretPlace[]): PolicyStatement[] {
  return [...Map.groupBy(places, groupOf).values()].flatMap((group) => {
    const { service, region } = group[0] as SecretPlace;
    const arns = [...new Set(group.flatMap((place) => arnsOf(scope, place)))];
    const isSecrets = service === 'secretsmanager';
    const { region: ownRegion, urlSuffix } = Stack.of(scope);
    return [
      new PolicyStatement({
        actions: isSecrets
          ? ['secretsmanager:GetSecretValue']
          : ['ssm:GetParameter', 'ssm:GetParameters'],
        resources: arns,
      }),
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [keysIn(scope, region)],
        conditions: {
          StringEquals: { 'kms:ViaService': `${service}.${region ?? ownRegion}.${urlSuffix}` },
          StringLike: {
            [`kms:EncryptionContext:${isSecrets ? 'SecretARN' : 'PARAMETER_ARN'}`]: arns,
          },
        },
      }),
    ];
  });
}

/** Keys of any account: a secret of another one has a key that lies there. */
function keysIn(scope: Construct, region: string | null): string {
  const stack = Stack.of(scope);
  const place = { account: '*', region: region ?? stack.region };
  return stack.formatArn({ service: 'kms', ...place, resource: 'key/*' });
}

function arnsOf(scope: Construct, { service, region, nameOrArn }: SecretPlace): readonly string[] {
  const stack = Stack.of(scope);
  const isArn = nameOrArn.startsWith('arn:');
  if (service === 'ssm') {
    if (isArn) return [nameOrArn];
    const resourceName = nameOrArn.replace(/^\//, '');
    return [stack.formatArn({ service, resource: 'parameter', resourceName })];
  }
  // Six random characters end the ARN of a secret: an ARN may be given with them, or without.
  if (isArn) {
    return [...(mayBeWhole(nameOrArn) ? [nameOrArn] : []), `${nameOrArn}-??????`];
  }
  return [
    stack.formatArn({
      service,
      region: region ?? stack.region,
      resource: 'secret',
      resourceName: `${nameOrArn}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  ];
}
