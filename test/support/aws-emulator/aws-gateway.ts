import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../loopback-server.ts';
import { emulatorUrl } from './account.ts';
import {
  type AwsRequest,
  neededRights,
  plainBody,
  readAwsRequest,
  secretArn,
  type WireRequest,
} from './aws-request.ts';
import { isAllowed, type RoleStatement } from './role-statements.ts';

/** What becomes of a request instead of an answer: a code of AWS, or no connection. */
export type AwsFault = { readonly code: string } | 'unreachable';

/** A gateway between the functions and the emulator, which knows no rights, no faults and no functions. */
export interface AwsGateway {
  readonly url: string;
  /** What functions asked for, in order. */
  readonly requests: readonly AwsRequest[];
  /** What was refused since the role of the function does not allow it; a deployment has none. */
  readonly denied: readonly string[];
  /** Lets requests of an access key do what statements allow. */
  admit(accessKeyId: string, statements: readonly RoleStatement[]): void;
  /** Answers with faults from now on; null ends it. */
  setFault(faultOf: ((request: AwsRequest) => AwsFault | null) | null): void;
  close(): Promise<void>;
}

/**
 * Starts the gateway. It judges rights by the deployed roles, and reports what a function starts.
 *
 * It passes everything else on to the emulator unchanged, except compression, which the emulator cannot read.
 */
export async function startAwsGateway(
  onInvoke: (functionName: string, payload: unknown) => void,
): Promise<AwsGateway> {
  const roles = new Map<string, readonly RoleStatement[]>();
  const requests: AwsRequest[] = [];
  const denied: string[] = [];
  let faultOf: (request: AwsRequest) => AwsFault | null = () => null;

  const mayDo = (accessKeyId: string, right: Parameters<typeof isAllowed>[1]) => {
    if (isAllowed(roles.get(accessKeyId) ?? [], right)) return true;
    denied.push(`${right.action} on ${right.resource}`);
    return false;
  };

  const serve = async (wire: WireRequest, response: ServerResponse): Promise<void> => {
    const request = readAwsRequest(wire);
    requests.push(request);
    const fault = faultOf(request);
    if (fault === 'unreachable') return void response.destroy();
    if (fault !== null) return refuse(response, request, fault.code);
    const { accessKeyId, action, parameters } = request;
    if (!neededRights(request).every((right) => mayDo(accessKeyId, right))) {
      return refuse(response, request, 'AccessDeniedException');
    }
    if (action === 'InvokeFunction') {
      onInvoke(String(parameters['FunctionName']), JSON.parse(wire.body.toString()));
      return void response.writeHead(202).end();
    }
    if (action === 'BatchGetSecretValue') return batch(wire, request, response);
    const answer = await forward(wire, plainBody(wire));
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  /** Each secret of a batch needs a right of its own, and is refused on its own. */
  const batch = async (wire: WireRequest, request: AwsRequest, response: ServerResponse) => {
    const ids = request.parameters['SecretIdList'] as readonly string[];
    const verdicts = ids.map((id) => {
      const single = { ...request, action: 'GetSecretValue', parameters: { SecretId: id } };
      const fault = faultOf(single);
      if (fault !== null)
        return { id, code: fault === 'unreachable' ? 'InternalServiceError' : fault.code };
      const right = {
        action: 'secretsmanager:GetSecretValue',
        resource: secretArn(id),
        context: {},
      };
      return { id, code: mayDo(request.accessKeyId, right) ? null : 'AccessDeniedException' };
    });
    const SecretIdList = verdicts.flatMap(({ id, code }) => (code === null ? [id] : []));
    const Errors = verdicts.flatMap(({ id, code }) =>
      code === null ? [] : [{ SecretId: id, ErrorCode: code, Message: 'refused' }],
    );
    const answer =
      SecretIdList.length === 0
        ? { status: 200, headers: JSON_HEADERS, body: Buffer.from('{"SecretValues":[]}') }
        : await forward(wire, Buffer.from(JSON.stringify({ SecretIdList })));
    const found = JSON.parse(answer.body.toString()) as { readonly Errors?: readonly object[] };
    const body = JSON.stringify({ ...found, Errors: [...(found.Errors ?? []), ...Errors] });
    response.writeHead(answer.status, JSON_HEADERS).end(body);
  };

  const server = createServer(async (incoming, response) => {
    const wire = await readWire(incoming);
    await serve(wire, response).catch((thrown: unknown) => {
      denied.push(String(thrown));
      response.destroy();
    });
  });
  const { port, close } = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    denied,
    admit: (accessKeyId, statements) => void roles.set(accessKeyId, statements),
    setFault: (next) => {
      faultOf = next ?? (() => null);
    },
    close,
  };
}

const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.1' };

async function readWire(incoming: IncomingMessage): Promise<WireRequest> {
  return { path: incoming.url ?? '/', headers: incoming.headers, body: await buffer(incoming) };
}

async function forward({ path, headers }: WireRequest, body: Buffer) {
  const passed = [
    'authorization',
    'content-type',
    'x-amz-target',
    'x-amz-date',
    'x-amzn-query-mode',
  ];
  const reply = await fetch(`${emulatorUrl()}${path}`, {
    method: 'POST',
    headers: passed.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, String(value)] as [string, string]];
    }),
    body: new Uint8Array(body),
  });
  return {
    status: reply.status,
    headers: { 'content-type': reply.headers.get('content-type') ?? 'text/plain' },
    body: Buffer.from(await reply.arrayBuffer()),
  };
}

/** A refusal in the form of the protocol of the service. */
function refuse(response: ServerResponse, { service }: AwsRequest, code: string): void {
  const message = 'refused by the gateway of the test';
  if (service === 'sns') {
    const name = code.replace(/Exception$/, '');
    const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    response.writeHead(403, { 'content-type': 'text/xml' }).end(xml);
    return;
  }
  response
    .writeHead(service === 'lambda' ? 403 : 400, { ...JSON_HEADERS, 'x-amzn-errortype': code })
    .end(JSON.stringify({ __type: code, message }));
}
