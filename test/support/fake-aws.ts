import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { ServerCertificate } from './certificates.ts';
import { listenOnLoopback } from './loopback-server.ts';

/** One request of an SDK client, as it arrived. */
export interface AwsCall {
  /** As the service names it, for example `PutMetricData`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Of the signature. */
  readonly region: string;
  readonly accessKeyId: string;
}

/** What a service answers instead of an output. */
export class AwsRefusal extends Error {
  override readonly name = 'AwsRefusal';
  readonly code: string;
  readonly status: number;
  /** What the answer says besides. */
  readonly fields: object;

  constructor(code: string, { message = '', status = 400, fields = {} } = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** Gives the output of an operation or a body as it is, throws an {@link AwsRefusal}, or never answers with `null`. */
export type AwsAnswer = (
  input: Readonly<Record<string, unknown>>,
  call: AwsCall,
) => object | string | null | Promise<object | string | null>;

/** An AWS account on loopback that is empty and takes whatever is written. */
export interface FakeAws {
  readonly url: string;
  /** What a process needs to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every request so far, or those of one operation, in order. */
  calls(operation?: string): readonly AwsCall[];
  /** Answers an operation in another way from now on. */
  answer(operation: string, answer: AwsAnswer): void;
  /** What an operation is answered by now. */
  answerOf(operation: string): AwsAnswer;
  /** Ends what `breakOff` began. */
  reconnect(operation: string): void;
  /** Breaks every connection from now on, as a service does that cannot be reached. */
  breakOff(operation: string): void;
  close(): Promise<void>;
}

const NOT_THERE = () => {
  throw new AwsRefusal('ResourceNotFoundException', {
    message: "Secrets Manager can't find the specified secret.",
  });
};

/** What an account answers in which nothing is. */
const EMPTY_ACCOUNT: Readonly<Record<string, AwsAnswer>> = {
  GetSecretValue: NOT_THERE,
  BatchGetSecretValue: ({ SecretIdList: ids }) => ({
    SecretValues: [],
    Errors: (ids as readonly string[]).map((SecretId) => ({
      SecretId,
      ErrorCode: 'ResourceNotFoundException',
      Message: "Secrets Manager can't find the specified secret.",
    })),
  }),
  GetParameter: () => {
    throw new AwsRefusal('ParameterNotFound');
  },
  GetParameters: ({ Names: names }) => ({ Parameters: [], InvalidParameters: names }),
  GetItem: () => ({}),
  PutItem: () => ({}),
  UpdateItem: () => ({}),
  DeleteItem: () => ({}),
  Query: () => ({ Items: [], Count: 0 }),
  TransactWriteItems: () => ({}),
  BatchWriteItem: () => ({ UnprocessedItems: {} }),
  PutMetricData: () => ({}),
  Invoke: () => ({}),
  Publish: () => ({ MessageId: 'message' }),
  GetTopicAttributes: () => ({ Attributes: { SubscriptionsConfirmed: '1' } }),
};

/** Starts the account; it speaks JSON as DynamoDB does, query as SNS does, and what Lambda is invoked with. */
export async function startFakeAws(tls?: ServerCertificate): Promise<FakeAws> {
  const calls: AwsCall[] = [];
  const answers = new Map(Object.entries(EMPTY_ACCOUNT));
  const interrupted = new Set<string>();
  const listener: RequestListener = async (request, response) => {
    const { call, form } = await readCall(request);
    calls.push(call);
    const { operation } = call;
    if (interrupted.has(operation)) return void request.socket.destroy();
    try {
      const answer = answers.get(operation);
      if (answer === undefined) throw new AwsRefusal('UnknownOperationException');
      const output = await answer(call.input, call);
      if (output === null) return;
      const [type, body] =
        typeof output === 'string' ? ['text/html', output] : written(form, operation, output);
      response.writeHead(form === 'rest' ? 202 : 200, { 'content-type': type }).end(body);
    } catch (thrown) {
      if (!(thrown instanceof AwsRefusal)) throw thrown;
      const { code, message, status, fields } = thrown;
      const headers = { 'content-type': CONTENT_TYPES[form], 'x-amzn-errortype': code };
      response
        .writeHead(status, headers)
        .end(
          form === 'query'
            ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
            : JSON.stringify({ __type: code, message, ...fields }),
        );
    }
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const { port, close } = await listenOnLoopback(server);
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAFAKE',
      AWS_SECRET_ACCESS_KEY: 'fake',
    },
    calls: (operation) => calls.filter((call) => [undefined, call.operation].includes(operation)),
    answer: (operation, answer) => void answers.set(operation, answer),
    answerOf: (operation) => answers.get(operation) ?? NOT_THERE,
    reconnect: (operation) => void interrupted.delete(operation),
    breakOff: (operation) => void interrupted.add(operation),
    close,
  };
}

/** How an operation is written on the wire. */
type Form = 'json' | 'query' | 'rest';

const CONTENT_TYPES: Readonly<Record<Form, string>> = {
  json: 'application/x-amz-json-1.1',
  query: 'text/xml',
  rest: 'application/json',
};

async function readCall(
  request: IncomingMessage,
): Promise<{ readonly call: AwsCall; readonly form: Form }> {
  const bytes = await buffer(request);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  const text = (isZipped ? gunzipSync(bytes) : bytes).toString();
  const [, accessKeyId = '', region = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
  const signed = { accessKeyId, region };
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const operation = target.split('.')[1] ?? '';
    return { form: 'json', call: { operation, input: JSON.parse(text || '{}'), ...signed } };
  }
  const [, functionName] = /^\/2015-03-31\/functions\/([^/]+)\//.exec(request.url ?? '') ?? [];
  if (functionName !== undefined) {
    const input = {
      FunctionName: decodeURIComponent(functionName),
      InvocationType: request.headers['x-amz-invocation-type'],
      Payload: text,
    };
    return { form: 'rest', call: { operation: 'Invoke', input, ...signed } };
  }
  const { Action: operation = '', ...input } = Object.fromEntries(new URLSearchParams(text));
  return { form: 'query', call: { operation, input, ...signed } };
}

function written(form: Form, operation: string, output: object): readonly [string, string] {
  const type = CONTENT_TYPES[form];
  if (form !== 'query') return [type, JSON.stringify(output)];
  const result = Object.entries(output).map(([name, value]) => xmlOf(name, value));
  return [
    type,
    `<${operation}Response><${operation}Result>${result.join('')}</${operation}Result></${operation}Response>`,
  ];
}

/** `Attributes` is a map, which the query protocol writes as entries; all other objects are structures. */
function xmlOf(name: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return `<${name}>${String(value)}</${name}>`;
  const inner = Object.entries(value).map(([key, each]) =>
    name === 'Attributes'
      ? `<entry><key>${key}</key><value>${String(each)}</value></entry>`
      : xmlOf(key, each),
  );
  return `<${name}>${inner.join('')}</${name}>`;
}
