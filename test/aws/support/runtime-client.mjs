// A Lambda function's process: what AWS's own runtime for Node does, as far as handlers can tell.
// Arguments: the path of the module. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { pathToFileURL } from 'node:url';

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const post = (path, value) =>
  fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(value ?? null) });
const asError = (thrown) => ({
  errorType: thrown?.name ?? typeof thrown,
  errorMessage: String(thrown?.message ?? thrown),
});

let handler;
try {
  ({ handler } = await import(pathToFileURL(process.argv[2]).href));
} catch (thrown) {
  console.error(thrown);
  await post('init/error', asError(thrown));
  process.exit(1);
}
for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const awsRequestId = next.headers.get('lambda-runtime-aws-request-id');
  const deadlineMs = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const context = { awsRequestId, getRemainingTimeInMillis: () => deadlineMs - Date.now() };
  try {
    await post(`invocation/${awsRequestId}/response`, await handler(await next.json(), context));
  } catch (thrown) {
    await post(`invocation/${awsRequestId}/error`, asError(thrown));
  }
}
