import { elements, query } from './account.ts';
import type { Right } from './aws-request.ts';

/** One statement of a policy, as IAM holds it. */
export interface RoleStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** Every statement of every policy of a role, as the emulator holds them after a deployment. */
export async function roleStatements(roleName: string): Promise<readonly RoleStatement[]> {
  const ask = (parameters: Readonly<Record<string, string>>) =>
    query('iam', { RoleName: roleName, ...parameters });
  const inline = elements(
    elements(await ask({ Action: 'ListRolePolicies' }), 'PolicyNames').join(''),
    'member',
  );
  const attached = elements(await ask({ Action: 'ListAttachedRolePolicies' }), 'PolicyArn');
  const documents = await Promise.all([
    ...inline.map(async (PolicyName) =>
      elements(await ask({ Action: 'GetRolePolicy', PolicyName }), 'PolicyDocument'),
    ),
    ...attached.map(async (PolicyArn) =>
      elements(
        await query('iam', { Action: 'GetPolicyVersion', PolicyArn, VersionId: 'v1' }),
        'Document',
      ),
    ),
  ]);
  return documents.flat().flatMap((document) => {
    const json = document.startsWith('%7B') ? decodeURIComponent(document) : document;
    const { Statement } = JSON.parse(json) as { Statement: RoleStatement | RoleStatement[] };
    return Statement;
  });
}

/**
 * Whether statements give a right: one allows it, and none denies it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isAllowed(statements: readonly RoleStatement[], right: Right): boolean {
  const concerned = statements.filter((statement) => concerns(statement, right));
  return (
    concerned.some(({ Effect }) => Effect === 'Allow') &&
    concerned.every(({ Effect }) => Effect !== 'Deny')
  );
}

function concerns({ Action, Resource, Condition = {} }: RoleStatement, right: Right): boolean {
  return (
    [Action].flat().some((pattern) => matches(pattern, right.action)) &&
    [Resource].flat().some((pattern) => matches(pattern, right.resource)) &&
    Object.entries(Condition).every(([operator, keys]) => {
      if (!/^String(Equals|Like)$/.test(operator)) {
        throw new Error(`the rights are judged without the operator ${operator}: add it`);
      }
      return Object.entries(keys).every(([key, values]) => {
        const actual = right.context[key];
        return actual !== undefined && [values].flat().some((value) => matches(value, actual));
      });
    })
  );
}

function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(value);
}
