import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../loopback-server.ts';

/** Why a function failed, as its runtime reports it. */
export interface FunctionFault {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What a function answered, or what it threw. */
export type FunctionAnswer =
  | { readonly kind: 'response'; readonly payload: unknown }
  | ({ readonly kind: 'error' } & FunctionFault);

/** How the start of a function ended: with the first poll for work, or with what it reported. */
export type FunctionStart =
  | { readonly kind: 'polled' }
  | ({ readonly kind: 'error' } & FunctionFault);

/** One piece of work for a function. */
export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** The time at which Lambda ends it. */
  readonly deadlineMs: number;
  readonly functionArn: string;
}

/** The Lambda Runtime API for one process of one function. */
export interface RuntimeApi {
  /** Host and port, as `AWS_LAMBDA_RUNTIME_API` holds them. */
  readonly address: string;
  /** The first poll, or what the function said of its start instead. */
  readonly started: Promise<FunctionStart>;
  /** Gives the function one piece of work with its next poll; one at a time. */
  run(invocation: Invocation): Promise<FunctionAnswer>;
  close(): Promise<void>;
}

const PREFIX = '/2018-06-01/runtime/';

interface Work {
  readonly invocation: Invocation;
  readonly settle: (answer: FunctionAnswer) => void;
}

/**
 * Serves the Runtime API on a free port of loopback.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const started = Promise.withResolvers<FunctionStart>();
  let waiting: Work | null = null;
  let running: Work | null = null;
  let poll: ServerResponse | null = null;

  const handOver = () => {
    if (waiting === null || poll === null) return;
    const { requestId, event, deadlineMs, functionArn } = waiting.invocation;
    poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(deadlineMs),
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': traceId(),
    });
    poll.end(JSON.stringify(event ?? null));
    [running, waiting, poll] = [waiting, null, null];
  };
  const settle = (requestId: string, answer: FunctionAnswer): boolean => {
    if (running?.invocation.requestId !== requestId) return false;
    running.settle(answer);
    running = null;
    return true;
  };

  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(PREFIX, '');
    const body = await text(request);
    if (request.method === 'GET' && path === 'invocation/next') {
      poll = response;
      started.resolve({ kind: 'polled' });
      return handOver();
    }
    const [, requestId = '', kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (request.method === 'POST' && path === 'init/error') {
      started.resolve({ kind: 'error', ...faultIn(body) });
      return reply(response, 202, { status: 'OK' });
    }
    if (request.method !== 'POST' || kind === undefined) {
      return reply(response, 404, { errorType: 'NotFound', errorMessage: path });
    }
    const isTaken = settle(
      requestId,
      kind === 'response'
        ? { kind: 'response', payload: JSON.parse(body) }
        : { kind: 'error', ...faultIn(body) },
    );
    if (isTaken) return reply(response, 202, { status: 'OK' });
    reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
  });
  const { port, close } = await listenOnLoopback(server);

  return {
    address: `127.0.0.1:${port}`,
    started: started.promise,
    run: (invocation) =>
      new Promise((settleWith) => {
        waiting = { invocation, settle: settleWith };
        handOver();
      }),
    close,
  };
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function faultIn(body: string): FunctionFault {
  const {
    errorType = '',
    errorMessage = '',
    trace = [],
  } = JSON.parse(body) as Partial<FunctionFault>;
  return { errorType, errorMessage, trace };
}

function traceId(): string {
  const hex = crypto.randomUUID().replaceAll('-', '');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8)};Parent=${hex.slice(0, 16)};Sampled=0`;
}
