import { gunzipSync } from 'node:zlib';
import { ACCOUNT, REGION } from './account.ts';

/** A request of an SDK client, as far as rights and faults are about it. */
export interface AwsRequest {
  readonly accessKeyId: string;
  /** As it stands in the signature, for example `monitoring` for CloudWatch. */
  readonly service: string;
  /** The operation, for example `PutMetricData`. */
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** One right that a request needs. */
export interface Right {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys. */
  readonly context: Readonly<Record<string, string>>;
}

/** A request as it came over the wire. */
export interface WireRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** Reads what a client asks for, in each of the protocols that our clients speak. */
export function readAwsRequest({ path, headers, body }: WireRequest): AwsRequest {
  const credential = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(
    text(headers['authorization']),
  );
  const [, accessKeyId = '', service = ''] = credential ?? [];
  const content = plainBody({ path, headers, body }).toString();
  const [, functionName] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
  if (functionName !== undefined) {
    const FunctionName = decodeURIComponent(functionName);
    return { accessKeyId, service, action: 'InvokeFunction', parameters: { FunctionName } };
  }
  const target = text(headers['x-amz-target']);
  if (target !== '') {
    const action = target.split('.').at(-1) ?? '';
    return { accessKeyId, service, action, parameters: JSON.parse(content) };
  }
  const { Action: action = '', ...parameters } = Object.fromEntries(new URLSearchParams(content));
  return { accessKeyId, service, action, parameters };
}

/** The body without the compression that the client for CloudWatch uses. */
export function plainBody({ headers, body }: WireRequest): Buffer {
  return text(headers['content-encoding']).includes('gzip') ? gunzipSync(body) : body;
}

/**
 * The rights that a request needs, as IAM's reference of service authorization has them.
 *
 * @throws Error for an operation that no function of ours is known to use.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export function neededRights({ service, action, parameters }: AwsRequest): readonly Right[] {
  const right = (name: string, resource: string, context: Right['context'] = {}) => [
    { action: name, resource, context },
  ];
  switch (service) {
    case 'dynamodb':
      return tableRights(action, parameters);
    case 'monitoring':
      return right(`cloudwatch:${action}`, '*', {
        'cloudwatch:namespace': String(parameters['Namespace']),
      });
    case 'secretsmanager':
      return action === 'BatchGetSecretValue'
        ? right(`secretsmanager:${action}`, '*')
        : right(`secretsmanager:${action}`, secretArn(String(parameters['SecretId'])));
    case 'ssm': {
      const names = [parameters['Names'] ?? parameters['Name']].flat().map(String);
      return names.flatMap((name) =>
        right(`ssm:${action}`, arn('ssm', `parameter/${name.replace(/^\//, '')}`)),
      );
    }
    case 'sns':
      return right(`sns:${action}`, String(parameters['TopicArn']));
    case 'lambda':
      return right(`lambda:${action}`, arn('lambda', `function:${parameters['FunctionName']}`));
    default:
      throw new Error(`a function asked ${service} for ${action}, which nobody expected`);
  }
}

/** The ARN of a secret: a name stands for the secret with six characters of AWS's own behind it. */
export function secretArn(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : arn('secretsmanager', `secret:${nameOrArn}-AbCdEf`);
}

function tableRights(action: string, parameters: AwsRequest['parameters']): readonly Right[] {
  const right = (name: string, table: unknown): Right => ({
    action: `dynamodb:${name}`,
    resource: arn('dynamodb', `table/${table}`),
    context: {},
  });
  const items = parameters['TransactItems'] as readonly Record<string, TableOf>[] | undefined;
  if (items !== undefined) {
    return items.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) =>
        right(kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`, TableName),
      ),
    );
  }
  const tables = Object.keys(Object(parameters['RequestItems']));
  return (tables.length > 0 ? tables : [parameters['TableName']]).map((table) =>
    right(action, table),
  );
}

interface TableOf {
  readonly TableName: string;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

function text(header: string | readonly string[] | undefined): string {
  return header === undefined ? '' : String(header);
}
