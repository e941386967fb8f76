import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  type PlaceRights,
  placeOf,
  SECRET_PLACES,
  type SecretSource,
  type SecretValueSource,
} from '../core/config/secret-places.ts';
import { acknowledgeResource, REASONS } from './acknowledgements.ts';
import type { NodeFunction } from './node-function.ts';

/**
 * Lets a function read exactly the secrets and parameters that sources name, and nothing else.
 *
 * Keys are not known by name, so decryption is bound to the service and to the very secret
 * (encryption context). A source with `roleArn` gives the right to become that role, and no more.
 */
export function grantSecretAccess(
  fn: NodeFunction,
  sources: readonly (SecretSource | SecretValueSource)[],
): void {
  const secrets = grantedSecrets(sources);
  secretsByPolicy(secrets).forEach((some, index) => {
    const policy = new ManagedPolicy(fn, `ReadSecrets${index + 1}`, {
      description: 'Reads the credentials that the configuration of m2m-watch names.',
      roles: [fn.role],
      statements: statementsFor(fn, some),
    });
    for (const keys of new Set(some.map(({ region }) => keysIn(fn, region)))) {
      acknowledgeResource(policy, keys, REASONS.keysByContext);
    }
  });
  const unbound = new Set(secrets.flatMap(({ rights }) => rights.unboundActions));
  if (unbound.size > 0) {
    fn.allow({ sid: 'ReadSecretsInBatches', actions: [...unbound], resources: ['*'] });
  }
  const roles = sources.flatMap((source) => readerRole(source) ?? []);
  if (roles.length > 0) {
    const resources = [...new Set(roles)];
    fn.allow({ sid: 'BecomeReaders', actions: ['sts:AssumeRole'], resources });
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
  const { service, resource, suffix } = rights;
  if (nameOrArn.startsWith('arn:')) {
    // It can be written with what AWS appends, or without.
    if (suffix === '') return [nameOrArn];
    return [...(mayBeWhole(nameOrArn) ? [nameOrArn] : []), `${nameOrArn}${suffix}`];
  }
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

/** IAM attaches ten managed policies to a role unless a higher quota was asked for. */
export const POLICIES_PER_ROLE = 10;

/** IAM takes 6,144 characters in a managed policy; the rest is left to what is around the statements. */
const POLICY_CHARACTERS = 6_000;
/** Of the two statements for the places of one service and Region, without their resources. */
const STATEMENT_CHARACTERS = 480;
/** `arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:` and more, in front of a name. */
const ARN_CHARACTERS = 75;

/** A secret that a role reads with rights of its own. */
interface GrantedSecret {
  readonly rights: PlaceRights;
  /** Null is that of the stack. */
  readonly region: string | null;
  /** As the configuration has it. */
  readonly nameOrArn: string;
}

/** The secrets that sources name, each once. Left out: what another role reads, and what no function can read. */
export function grantedSecrets(
  sources: readonly (SecretSource | SecretValueSource)[],
): readonly GrantedSecret[] {
  const secrets = sources.flatMap((source): readonly GrantedSecret[] => {
    const place = placeOf(source);
    const { rights } = SECRET_PLACES[place];
    if (rights === null || readerRole(source) !== null) return [];
    const nameOrArn = (source as Readonly<Record<typeof place, string>>)[place];
    const ofArn = nameOrArn.startsWith('arn:') ? nameOrArn.split(':')[3] : undefined;
    const region = ofArn ?? ('region' in source ? source.region : null);
    return [{ rights, region, nameOrArn }];
  });
  return [...new Map(secrets.map((secret) => [JSON.stringify(secret), secret])).values()];
}

/** The role of another account that reads a source; null: none, the function's own role does. */
function readerRole(source: SecretSource | SecretValueSource): string | null {
  return 'roleArn' in source ? source.roleArn : null;
}

/** Puts secrets into as few policies as their names allow, in order. */
export function secretsByPolicy(
  secrets: readonly GrantedSecret[],
): readonly (readonly GrantedSecret[])[] {
  const policies: GrantedSecret[][] = [];
  let left = 0;
  for (const secret of secrets) {
    const isKnown = policies.at(-1)?.some((other) => groupOf(other) === groupOf(secret)) ?? false;
    const characters = charactersOf(secret) + (isKnown ? 0 : STATEMENT_CHARACTERS);
    if (characters > left) {
      policies.push([secret]);
      left = POLICY_CHARACTERS - charactersOf(secret) - STATEMENT_CHARACTERS;
    } else {
      policies.at(-1)?.push(secret);
      left -= characters;
    }
  }
  return policies;
}

/** Secrets of one group share their statements. */
function groupOf({ rights, region }: GrantedSecret): string {
  return `${rights.service} ${region}`;
}

/** Whether an ARN may end in the six random characters that AWS appends. */
function mayBeWhole(arn: string): boolean {
  return /-[A-Za-z0-9]{6}$/.test(arn);
}

/** Once as a resource, and once in the condition for its key. */
function charactersOf({ nameOrArn }: GrantedSecret): number {
  const isArn = nameOrArn.startsWith('arn:');
  const one = nameOrArn.length + (isArn ? 0 : ARN_CHARACTERS) + '-??????","'.length;
  return 2 * one * (isArn && mayBeWhole(nameOrArn) ? 2 : 1);
}
