import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Why findings of cdk-nag's AwsSolutions rules are accepted, each where it is. */
export const REASONS = {
  noResourceLevel:
    'cloudwatch:PutMetricData, secretsmanager:BatchGetSecretValue and the network interface actions of a VPC know no resources; the first is bound to one namespace, and the second gives nothing without GetSecretValue, which is granted secret by secret.',
  keysByContext:
    'The keys of secrets are not known by name; decryption is bound to the service and, by encryption context, to the very secrets.',
  isFingerprintKey:
    'Rotation would only make m2m-watch forget which credentials were accepted before; the key opens nothing.',
  isDeadLetterQueue: 'It is the dead-letter queue itself.',
} as const;

/** Accepts one finding of cdk-nag on a construct and all below it, with the reason. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** Accepts that a policy names a resource with a wildcard in it, and no other such resource. */
export function acknowledgeResource(construct: IConstruct, arn: string, reason: string): void {
  const resolved: unknown = Stack.of(construct).resolve(arn);
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${asFindingText(resolved)}]`, reason);
}

/** cdk-nag writes references as `<AWS::Region>` and `<Resource.Attribute>`. */
function asFindingText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [entry] = Object.entries(value);
  const [name, content] = entry ?? ['', ''];
  if (name === 'Fn::Join' && Array.isArray(content)) {
    const parts: unknown = content[1];
    return Array.isArray(parts) ? parts.map(asFindingText).join(String(content[0])) : '';
  }
  return `<${Array.isArray(content) ? content.join('.') : String(content)}>`;
}
