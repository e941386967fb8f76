import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const CLIENT = fileURLToPath(new URL('./runtime-client.mjs', import.meta.url));

/** How an invocation ended. */
export type Invoked =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string };

/** One process of a function, behind an implementation of the Lambda Runtime API of its own. */
export interface FunctionProcess {
  /** From the start of the process to its first poll. */
  readonly startMs: number;
  /** What it wrote so far. */
  output(): string;
  /** The lines of its log, parsed. */
  log(): readonly Readonly<Record<string, unknown>>[];
  invoke(event: unknown, options?: { readonly timeoutMs?: number }): Promise<Invoked>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly id: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  readonly settle: (invoked: Invoked) => void;
}

/** Starts a function's module in a process with nothing but the given environment, and waits for its first poll. */
export async function startFunctionProcess({
  modulePath,
  environment,
}: {
  readonly modulePath: string;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<FunctionProcess> {
  const waiting: Waiting[] = [];
  const running = new Map<string, Waiting>();
  const firstPoll = Promise.withResolvers<void>();
  let poll: ServerResponse | null = null;
  let output = '';

  const give = () => {
    const [next] = waiting;
    if (next === undefined || poll === null) return;
    waiting.shift();
    running.set(next.id, next);
    poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(next.deadlineMs),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:f',
    });
    poll.end(JSON.stringify(next.event));
    poll = null;
  };
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      poll = response;
      firstPoll.resolve();
      give();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || 'null');
    response.writeHead(202).end();
    if (path === 'init/error') return firstPoll.reject(new Error(JSON.stringify(body)));
    const [, id = '', kind] = path.split('/');
    const { settle } = running.get(id) ?? {};
    settle?.(kind === 'response' ? { kind: 'answered', answer: body } : failedWith(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const startedAt = performance.now();
  const child = spawn(process.execPath, [CLIENT, modulePath], {
    env: {
      ...environment,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      AWS_LAMBDA_FUNCTION_NAME: 'function',
      TZ: ':UTC',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const hear = (chunk: Buffer) => {
    output += String(chunk);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = once(child, 'exit').then(() => {
    firstPoll.reject(new Error(`the function's process ended: ${output.slice(-2000)}`));
    for (const { settle } of [...waiting, ...running.values()]) {
      settle({ kind: 'failed', errorType: 'Runtime.ExitError', errorMessage: output.slice(-2000) });
    }
  });
  await firstPoll.promise;
  const startMs = performance.now() - startedAt;

  return {
    startMs,
    output: () => output,
    log: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    invoke: (event, { timeoutMs = 60_000 } = {}) =>
      new Promise((settle) => {
        const id = crypto.randomUUID();
        waiting.push({ id, event, deadlineMs: Date.now() + timeoutMs, settle });
        give();
      }),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      server.close();
      server.closeAllConnections();
    },
  };
}

function failedWith(body: unknown): Invoked {
  const { errorType = '', errorMessage = '' } = Object(body) as Record<string, string>;
  return { kind: 'failed', errorType, errorMessage };
}
