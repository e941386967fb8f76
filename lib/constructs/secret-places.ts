// Beside the access to secrets: what the sources of a configuration come to, and how it fits the policies of a role.

import type { SecretSource, SecretValueSource } from '../core/config/credential-source.ts';

/** IAM attaches ten managed policies to a role unless a higher quota was asked for. */
export const POLICIES_PER_ROLE = 10;

/** IAM takes 6,144 characters in a managed policy; the rest is left to what is around the statements. */
const POLICY_CHARACTERS = 6_000;
/** Of the two statements for the places of one service and Region, without their resources. */
const STATEMENT_CHARACTERS = 480;
/** `arn:aws-us-gov:secretsmanager:ap-southeast-1:123456789012:secret:` and more, in front of a name. */
const ARN_CHARACTERS = 75;

/** A secret or parameter that a role reads with rights of its own. */
export interface SecretPlace {
  readonly service: 'secretsmanager' | 'ssm';
  /** Null is that of the stack. */
  readonly region: string | null;
  /** As the configuration has it. */
  readonly nameOrArn: string;
}

/** The places that sources name, each once; those that another role reads are left out. */
export function secretPlaces(
  sources: readonly (SecretSource | SecretValueSource)[],
): readonly SecretPlace[] {
  const places = sources.flatMap((source): readonly SecretPlace[] => {
    if ('ssm' in source) return [{ service: 'ssm', ...placeOf(source.ssm, null) }];
    if (!('secretsManager' in source) || source.roleArn !== null) return [];
    return [{ service: 'secretsmanager', ...placeOf(source.secretsManager, source.region) }];
  });
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

/** Puts places into as few policies as their names allow, in order. */
export function placesByPolicy(
  places: readonly SecretPlace[],
): readonly (readonly SecretPlace[])[] {
  const policies: SecretPlace[][] = [];
  let left = 0;
  for (const place of places) {
    const isKnown = policies.at(-1)?.some((other) => groupOf(other) === groupOf(place)) ?? false;
    const characters = charactersOf(place) + (isKnown ? 0 : STATEMENT_CHARACTERS);
    if (characters > left) {
      policies.push([place]);
      left = POLICY_CHARACTERS - charactersOf(place) - STATEMENT_CHARACTERS;
    } else {
      policies.at(-1)?.push(place);
      left -= characters;
    }
  }
  return policies;
}

/** Places of one group share their statements. */
export function groupOf({ service, region }: SecretPlace): string {
  return `${service} ${region}`;
}

/** Whether an ARN of a secret may be the whole one: with the six random characters at its end. */
export function mayBeWhole(arn: string): boolean {
  return /-[A-Za-z0-9]{6}$/.test(arn);
}

function placeOf(
  nameOrArn: string,
  region: string | null,
): Pick<SecretPlace, 'region' | 'nameOrArn'> {
  const ofArn = nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[3] ?? null) : null;
  return { nameOrArn, region: ofArn ?? region };
}

/** Once as a resource, and once in the condition for its key. */
function charactersOf({ nameOrArn }: SecretPlace): number {
  const isArn = nameOrArn.startsWith('arn:');
  const one = nameOrArn.length + (isArn ? 0 : ARN_CHARACTERS) + '-??????","'.length;
  return 2 * one * (isArn && mayBeWhole(nameOrArn) ? 2 : 1);
}
