import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startRuntimeApi } from './runtime-api.ts';
import { type Lambda, startLambda } from './start-lambda.ts';

const root = mkdtempSync(join(tmpdir(), 'm2m-watch-lambda-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const running: Lambda[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((lambda) => lambda.stop()));
});

/** Starts a function of which the module is the given text. */
async function start(
  module: string,
  options: Partial<Parameters<typeof startLambda>[0]> = {},
): Promise<Lambda> {
  const folder = mkdtempSync(join(root, 'code-'));
  writeFileSync(join(folder, 'index.mjs'), module);
  const lambda = await startLambda({ folder, environment: {}, ...options });
  running.push(lambda);
  return lambda;
}

describe('startLambda', () => {
  it('gives the handler event and context, and returns its answer', async () => {
    const lambda = await start(
      `export const handler = async (event, context) => ({
         event, id: context.awsRequestId, left: context.getRemainingTimeInMillis(), name: context.functionName,
         arn: context.invokedFunctionArn, trace: process.env._X_AMZN_TRACE_ID });`,
    );

    const invoked = await lambda.invoke({ a: 1 }, { requestId: 'first', timeoutMs: 5_000 });

    expect(invoked).toMatchObject({
      kind: 'response',
      payload: {
        event: { a: 1 },
        id: 'first',
        name: 'function',
        arn: expect.stringMatching(/^arn:aws:lambda:/),
        trace: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/),
      },
    });
    const { left } = (invoked as { payload: { left: number } }).payload;
    expect(left).toBeGreaterThan(1_000);
    expect(left).toBeLessThanOrEqual(5_000);
    expect(lambda.startMs).toBeGreaterThan(0);
  });

  it('gives the process the environment of the deployment and nothing of its parent but PATH', async () => {
    process.env['M2M_TEST_INHERITED'] = 'yes';
    const lambda = await start('export const handler = async () => process.env;', {
      environment: { TABLE_NAME: 'table', AWS_REGION: 'eu-west-1' },
    });
    delete process.env['M2M_TEST_INHERITED'];

    const { payload } = (await lambda.invoke({})) as { readonly payload: Record<string, string> };

    expect(payload).toMatchObject({ TABLE_NAME: 'table', AWS_REGION: 'eu-west-1', TZ: ':UTC' });
    const lambdas = /^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_)/;
    expect(
      Object.keys(payload)
        .filter((name) => !lambdas.test(name))
        .toSorted(),
    ).toEqual(['LANG', 'PATH', 'TABLE_NAME', 'TZ']);
  });

  it('keeps one process for one invocation after another, each with its own part of the log', async () => {
    const lambda = await start(
      `console.log('started'); let calls = 0;
       export const handler = async ({ name }) => {
         console.log(JSON.stringify({ name })); console.error('beside ' + name); return ++calls; };`,
    );

    const both = await Promise.all([lambda.invoke({ name: 'a' }), lambda.invoke({ name: 'b' })]);

    expect(both).toEqual([
      { kind: 'response', payload: 1, log: 'started\n{"name":"a"}\nbeside a\n' },
      { kind: 'response', payload: 2, log: '{"name":"b"}\nbeside b\n' },
    ]);
    expect(lambda.logEvents()).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  it('answers with what the handler throws, and goes on', async () => {
    const lambda = await start(
      "export const handler = async (event) => { if (event === 'bad') throw new TypeError('no'); };",
    );

    expect(await lambda.invoke('bad')).toMatchObject({
      kind: 'error',
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: expect.arrayContaining(['TypeError: no']),
      log: expect.stringContaining('TypeError: no'),
    });
    expect(await lambda.invoke('good')).toEqual({ kind: 'response', payload: null, log: '' });
  });

  it('ends a process that outlasts its time, and starts another for the next invocation', async () => {
    const lambda = await start(
      `export const handler = async (event) => event ?? new Promise((resolve) => setTimeout(resolve, 60_000));`,
    );
    const { pid } = lambda;

    const late = await lambda.invoke(null, { requestId: 'late', timeoutMs: 200 });
    const next = await lambda.invoke('next');

    expect(late).toMatchObject({
      kind: 'error',
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: late Error: Task timed out after 0.20 seconds',
    });
    expect(next).toMatchObject({ kind: 'response', payload: 'next' });
    expect(lambda.pid).not.toBe(pid);
  });

  it('reports a process that exits by itself, and starts another for the next invocation', async () => {
    const lambda = await start(
      "export const handler = async (event) => (event === 'again' ? 'alive' : process.exit(3));",
    );

    expect(await lambda.invoke({})).toMatchObject({
      kind: 'error',
      errorType: 'Runtime.ExitError',
      errorMessage: 'the process of the function exited with status 3',
    });
    expect(await lambda.invoke('again')).toMatchObject({ kind: 'response', payload: 'alive' });
  });

  it.each([
    ['throws when it is loaded', "throw new RangeError('no table');", 'RangeError', 'no table'],
    ['exports no handler', 'export {};', 'Runtime.HandlerNotFound', /index\.handler is undefined/],
    [
      'takes a callback, which Node 24 gives to none',
      'export const handler = (event, context, callback) => callback(null);',
      'Runtime.CallbackHandlerDeprecated',
      /takes a callback/,
    ],
    ['ends while it is loaded', 'process.exit(7);', 'Runtime.ExitError', /status 7/],
  ])('answers with the start where a module %s', async (_, module, errorType, message) => {
    const lambda = await start(module);

    expect(lambda.startMs).toBeNull();
    expect(await lambda.invoke({})).toMatchObject({
      kind: 'error',
      errorType,
      errorMessage: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it.each([
    ['a module that is not there', 'other.handler', 'Runtime.ImportModuleError'],
    ['no name of an export', 'index', 'Runtime.MalformedHandlerName'],
  ])('answers with the start where the handler names %s', async (_, handler, errorType) => {
    const lambda = await start('export const handler = async () => 1;', { handler });

    expect(await lambda.invoke({})).toMatchObject({ kind: 'error', errorType });
  });

  it('refuses connections that leave this machine', async () => {
    const lambda = await start(
      "export const handler = async () => { await fetch('http://192.0.2.1/').catch(({ cause }) => { throw cause; }); };",
    );

    expect(await lambda.invoke({})).toMatchObject({
      kind: 'error',
      errorMessage: expect.stringContaining('tests talk to loopback only'),
    });
  });

  it('leaves no process behind when it is stopped', async () => {
    const lambda = await start(
      'setInterval(() => {}, 1000); export const handler = async () => 1;',
    );
    const pid = lambda.pid ?? 0;

    await lambda.stop();
    running.splice(0);

    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});

describe('startRuntimeApi', () => {
  it('refuses an answer to what it never gave out, and paths that it does not have', async () => {
    const api = await startRuntimeApi();
    const base = `http://${api.address}/2018-06-01/runtime`;
    const post = (path: string) => fetch(`${base}/${path}`, { method: 'POST', body: '{}' });

    const replies = await Promise.all([post('invocation/other/response'), post('exit/error')]);

    await api.close();
    expect(replies.map(({ status }) => status)).toEqual([400, 404]);
  });
});
