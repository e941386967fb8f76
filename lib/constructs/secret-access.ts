import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { SecretSource, SecretValueSource } from '../core/config/credential-source.ts';
import { acknowledgeResource, REASONS } from './acknowledgements.ts';

/** IAM takes 6,144 characters in a managed policy: that many secrets with long names fit. */
const SECRETS_PER_POLICY = 16;
/** IAM attaches ten managed policies to a role unless a higher quota was asked for. */
const POLICIES_PER_ROLE = 10;

/** A place that a function reads: a secret, a parameter, or a role to become first. */
interface Place {
  /** The service whose key is used, with its Region. */
  readonly service: 'secretsmanager' | 'ssm';
  readonly region: string;
  readonly arns: readonly string[];
}

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
  const distinct = [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
  const roles = new Set<string>();
  const places: Place[] = [];
  for (const source of distinct) {
    if ('ssm' in source) places.push(parameterPlace(scope, source.ssm));
    if (!('secretsManager' in source)) continue;
    if (source.roleArn !== null) roles.add(source.roleArn);
    else places.push(secretPlace(scope, source.secretsManager, source.region));
  }
  const chunks = chunked(places, SECRETS_PER_POLICY);
  if (chunks.length > POLICIES_PER_ROLE) {
    throw new Error(
      `${places.length} secrets do not fit the ${POLICIES_PER_ROLE} policies of a role (${SECRETS_PER_POLICY} each): keep several applications in one secret, with \`key\``,
    );
  }
  chunks.forEach((chunk, index) => {
    const policy = new ManagedPolicy(scope, `ReadSecrets${index + 1}`, {
      description: 'Reads the credentials that the configuration of m2m-watch names.',
      roles: [role],
      statements: statementsFor(scope, chunk),
    });
    for (const keys of new Set(chunk.map(({ region }) => keysIn(scope, region)))) {
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
  if (roles.size > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'BecomeReaders',
        actions: ['sts:AssumeRole'],
        resources: [...roles],
      }),
    );
  }
}

function statementsFor(scope: Construct, places: readonly Place[]): PolicyStatement[] {
  const groups = Map.groupBy(places, ({ service, region }) => `${service} ${region}`);
  return [...groups.values()].flatMap((group) => {
    const { service, region } = group[0] as Place;
    const arns = [...new Set(group.flatMap((place) => place.arns))];
    const isSecrets = service === 'secretsmanager';
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
          StringEquals: {
            'kms:ViaService': `${service}.${region}.${Stack.of(scope).urlSuffix}`,
          },
          StringLike: {
            [`kms:EncryptionContext:${isSecrets ? 'SecretARN' : 'PARAMETER_ARN'}`]: arns,
          },
        },
      }),
    ];
  });
}

/** Keys of any account: a secret of another one has a key that lies there. */
function keysIn(scope: Construct, region: string): string {
  return Stack.of(scope).formatArn({ service: 'kms', region, account: '*', resource: 'key/*' });
}

function secretPlace(scope: Construct, nameOrArn: string, region: string | null): Place {
  const stack = Stack.of(scope);
  if (nameOrArn.startsWith('arn:')) {
    const arnRegion = nameOrArn.split(':')[3] ?? stack.region;
    // An ARN may be given with the six random characters at its end, or without.
    const arns = /-[A-Za-z0-9]{6}$/.test(nameOrArn)
      ? [nameOrArn, `${nameOrArn}-??????`]
      : [`${nameOrArn}-??????`];
    return { service: 'secretsmanager', region: arnRegion, arns };
  }
  const arn = stack.formatArn({
    service: 'secretsmanager',
    region: region ?? stack.region,
    resource: 'secret',
    resourceName: `${nameOrArn}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return { service: 'secretsmanager', region: region ?? stack.region, arns: [arn] };
}

function parameterPlace(scope: Construct, nameOrArn: string): Place {
  const stack = Stack.of(scope);
  if (nameOrArn.startsWith('arn:')) {
    const region = nameOrArn.split(':')[3] ?? stack.region;
    return { service: 'ssm', region, arns: [nameOrArn] };
  }
  const arn = stack.formatArn({
    service: 'ssm',
    resource: 'parameter',
    resourceName: nameOrArn.replace(/^\//, ''),
  });
  return { service: 'ssm', region: stack.region, arns: [arn] };
}

function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
