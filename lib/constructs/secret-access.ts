import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { SecretSource, SecretValueSource } from '../core/config/secret-places.ts';
import { acknowledgeResource, REASONS } from './acknowledgements.ts';
import {
  arnsOfName,
  type GrantedSecret,
  grantedSecrets,
  groupOf,
  readerRole,
  secretsByPolicy,
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
  const secrets = grantedSecrets(sources);
  secretsByPolicy(secrets).forEach((some, index) => {
    const policy = new ManagedPolicy(scope, `ReadSecrets${index + 1}`, {
      description: 'Reads the credentials that the configuration of m2m-watch names.',
      roles: [role],
      statements: statementsFor(scope, some),
    });
    for (const keys of new Set(some.map(({ region }) => keysIn(scope, region)))) {
      acknowledgeResource(policy, keys, REASONS.keysByContext);
    }
  });
  const unbound = new Set(secrets.flatMap(({ rights }) => rights.unboundActions));
  if (unbound.size > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadSecretsInBatches',
        actions: [...unbound],
        resources: ['*'],
      }),
    );
  }
  const roles = sources.flatMap((source) => readerRole(source) ?? []);
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

function statementsFor(scope: Construct, secrets: readonly GrantedSecret[]): PolicyStatement[] {
  return [...Map.groupBy(secrets, groupOf).values()].flatMap((group) => {
    const { rights, region } = group[0] as GrantedSecret;
    const { service, actions, encryptionContext } = rights;
    const arns = [...new Set(group.flatMap((secret) => arnsOf(scope, secret)))];
    const { region: ownRegion, urlSuffix } = Stack.of(scope);
    return [
      new PolicyStatement({ actions: [...actions], resources: arns }),
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [keysIn(scope, region)],
        conditions: {
          StringEquals: { 'kms:ViaService': `${service}.${region ?? ownRegion}.${urlSuffix}` },
          StringLike: { [`kms:EncryptionContext:${encryptionContext}`]: arns },
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

function arnsOf(scope: Construct, { rights, region, nameOrArn }: GrantedSecret): readonly string[] {
  if (nameOrArn.startsWith('arn:')) return arnsOfName(nameOrArn, rights);
  const { service, resource, suffix } = rights;
  const name = resource.endsWith('/') ? nameOrArn.replace(/^\//, '') : nameOrArn;
  return [
    Stack.of(scope).formatArn({
      service,
      region: region ?? Stack.of(scope).region,
      resource: `${resource}${name}${suffix}`,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    }),
  ];
}
