// A Lambda function's process: what AWS's own runtime for Node does, as far as a handler can tell.
// Plain JavaScript, and node:http alone, so that little of its start is not the function's own.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { env } = process;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** A failure of the function as a whole, by Lambda's own name for it. */
class RuntimeFault extends Error {
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

function call(method, path, { body, errorType } = {}) {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(errorType === undefined ? {} : { 'lambda-runtime-function-error-type': errorType }),
    };
    const url = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`;
    const sent = request(url, { method, headers, agent }, async (reply) => {
      const chunks = [];
      for await (const chunk of reply) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      if (reply.statusCode < 300) resolve({ headers: reply.headers, text });
      else reject(new Error(`the Runtime API answers ${reply.statusCode} to ${path}: ${text}`));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function post(path, thrown) {
  const isError = thrown instanceof Error;
  const errorType = isError ? thrown.name : typeof thrown;
  const errorMessage = isError ? thrown.message : String(thrown);
  const trace = isError ? (thrown.stack ?? '').split('\n') : [];
  const body = JSON.stringify({ errorType, errorMessage, trace });
  return call('POST', path, { body, errorType });
}

async function loadHandler() {
  const parts = /^([^.]+)\.(.+)$/.exec(env._HANDLER);
  if (parts === null) throw new RuntimeFault('MalformedHandlerName', `Bad handler ${env._HANDLER}`);
  const [, name, exported] = parts;
  const path = ['.js', '.mjs', '.cjs']
    .map((extension) => join(env.LAMBDA_TASK_ROOT, name + extension))
    .find(existsSync);
  if (path === undefined)
    throw new RuntimeFault('ImportModuleError', `Cannot find module '${name}'`);
  const module = await import(pathToFileURL(path).href);
  const handler = exported.split('.').reduce((value, key) => value?.[key], module);
  if (typeof handler !== 'function') {
    throw new RuntimeFault('HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  }
  // Node 24 took them away: an answer would be waited for that never comes.
  if (handler.length > 2) {
    throw new RuntimeFault('CallbackHandlerDeprecated', `${env._HANDLER} takes a callback`);
  }
  return handler;
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

let handler;
try {
  handler = await loadHandler();
} catch (thrown) {
  console.error(thrown);
  await post('init/error', thrown);
  process.exit(1);
}
for (;;) {
  const { headers, text } = await call('GET', 'invocation/next');
  const context = contextOf(headers);
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
  const path = `invocation/${context.awsRequestId}`;
  try {
    const answer = await handler(JSON.parse(text), context);
    await call('POST', `${path}/response`, { body: JSON.stringify(answer) ?? 'null' });
  } catch (thrown) {
    console.error(thrown);
    await post(`${path}/error`, thrown);
  }
}
