import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type FunctionAnswer,
  type FunctionStart,
  type RuntimeApi,
  startRuntimeApi,
} from './runtime-api.ts';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));
const LOOPBACK_ONLY = new URL('../loopback-only.ts', import.meta.url).href;
const DEFAULT_TIMEOUT_MS = 60_000;

/** What a function is started from. */
export interface LambdaSetup {
  /** Of its code: what `LAMBDA_TASK_ROOT` names. */
  readonly folder: string;
  /** @default 'index.handler' */
  readonly handler?: string;
  /** Of the deployment. The process gets nothing else but `PATH` and what Lambda sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's timeout, from the start of an invocation; one minute where it is absent. */
  readonly timeoutMs?: number;
  /** Whether connections that leave this machine are refused; a measurement does without. Default: true. */
  readonly isLoopbackOnly?: boolean;
}

/** How an invocation ended, and what the function wrote meanwhile, of its start too where there was one. */
export type Invoked = FunctionAnswer & { readonly log: string };

/** A function with at most one process, as one execution environment of Lambda. */
export interface Lambda {
  /** Of the present process; another one follows where that ended or ran out of time. */
  readonly pid: number | undefined;
  /** From the start of the first process to its first poll; null where it never came to one. */
  readonly startMs: number | null;
  /** One after another; what an invocation throws is returned. */
  invoke(
    event: unknown,
    options?: { readonly requestId?: string; readonly timeoutMs?: number },
  ): Promise<Invoked>;
  /** Everything that was written so far. */
  log(): string;
  /** The lines of the log that are JSON objects, parsed. */
  logEvents(): readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

/**
 * Starts a function as Lambda does: its own process, polling the Runtime API for work.
 *
 * A start that fails is no error here: each invocation then tries it again, and answers with it.
 */
export async function startLambda(setup: LambdaSetup): Promise<Lambda> {
  const { folder, handler = 'index.handler', timeoutMs = DEFAULT_TIMEOUT_MS } = setup;
  const logFolder = mkdtempSync(join(tmpdir(), 'm2m-watch-lambda-'));
  const logFile = join(logFolder, 'log');
  const log = () => readFileSync(logFile, 'utf8');
  const open = () => startProcess({ ...setup, folder, handler, logFile });
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:function';
  let process = await open();
  const { startMs } = process;
  let last: Promise<unknown> = Promise.resolve();
  let heard = 0;

  const invokeNext: Lambda['invoke'] = async (event, options = {}) => {
    if (!process.isAlive()) {
      await process.stop();
      process = await open();
    }
    const { start } = process;
    const limitMs = options.timeoutMs ?? timeoutMs;
    const answer =
      start.kind === 'error'
        ? start
        : await process.run({
            event,
            requestId: options.requestId ?? crypto.randomUUID(),
            timeoutMs: limitMs,
            functionArn,
          });
    const whole = log();
    const written = whole.slice(heard);
    heard = whole.length;
    return { ...answer, log: written };
  };

  return {
    get pid() {
      return process.pid;
    },
    startMs,
    invoke: (event, options) => {
      const invoked = last.then(() => invokeNext(event, options));
      last = invoked.catch(() => {});
      return invoked;
    },
    log,
    logEvents: () =>
      log()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    stop: async () => {
      await process.stop();
      rmSync(logFolder, { recursive: true, force: true });
    },
  };
}

interface FunctionProcess {
  readonly pid: number | undefined;
  readonly start: FunctionStart;
  readonly startMs: number | null;
  isAlive(): boolean;
  run(work: {
    readonly event: unknown;
    readonly requestId: string;
    readonly timeoutMs: number;
    readonly functionArn: string;
  }): Promise<FunctionAnswer>;
  stop(): Promise<void>;
}

async function startProcess(
  setup: LambdaSetup & { readonly handler: string; readonly logFile: string },
): Promise<FunctionProcess> {
  const api = await startRuntimeApi();
  const startedAtMs = performance.now();
  const { child, ended } = spawnFunction(setup, api);
  const exited = ended.then(() => exitFault(child));
  const start = await Promise.race([api.started, exited]);
  const startMs = start.kind === 'polled' ? performance.now() - startedAtMs : null;
  let stopped: Promise<void> | null = null;
  const stop = () => {
    child.kill('SIGKILL');
    stopped ??= ended.then(() => api.close());
    return stopped;
  };
  if (start.kind === 'error') await stop();
  return {
    pid: child.pid,
    start,
    startMs,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    run: async ({ timeoutMs, requestId, ...work }) => {
      const overdue = Promise.withResolvers<FunctionAnswer>();
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
        overdue.resolve({ kind: 'error', errorType: 'Sandbox.Timedout', errorMessage, trace: [] });
      }, timeoutMs);
      const invocation = { ...work, requestId, deadlineMs: Date.now() + timeoutMs };
      const answer = await Promise.race([api.run(invocation), exited, overdue.promise]);
      clearTimeout(timer);
      // Lambda ends a process that outlasted its time.
      if (answer.kind === 'error' && answer.errorType === 'Sandbox.Timedout') await stop();
      return answer;
    },
    stop,
  };
}

function spawnFunction(
  {
    folder,
    handler,
    environment,
    logFile,
    isLoopbackOnly = true,
  }: LambdaSetup & { readonly handler: string; readonly logFile: string },
  api: RuntimeApi,
): { readonly child: ChildProcess; readonly ended: Promise<unknown> } {
  // A file, not a pipe: what was written before an answer has arrived by then, in order.
  const output = openSync(logFile, 'a');
  const guard = isLoopbackOnly
    ? ['--disable-warning=ExperimentalWarning', '--import', LOOPBACK_ONLY]
    : [];
  const child = spawn(process.execPath, [...guard, BOOTSTRAP], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'function',
      AWS_SECRET_ACCESS_KEY: 'function',
      AWS_SESSION_TOKEN: 'function',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'function',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/function',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/23/[$LATEST]0',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      ...environment,
      _HANDLER: handler,
      LAMBDA_TASK_ROOT: folder,
      AWS_LAMBDA_RUNTIME_API: api.address,
    },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  return { child, ended: once(child, 'exit') };
}

function exitFault({
  exitCode,
  signalCode,
}: ChildProcess): FunctionAnswer & { readonly kind: 'error' } {
  const how = signalCode === null ? `status ${exitCode}` : signalCode;
  const errorMessage = `the process of the function exited with ${how}`;
  return { kind: 'error', errorType: 'Runtime.ExitError', errorMessage, trace: [] };
}
