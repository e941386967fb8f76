// The least work that a check could do: a token request and `jwtVerify`, at the same concurrency.
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { Agent, request } from 'undici';

const [origin = '', count = '0', concurrency = '50'] = process.argv.slice(2);
const dispatcher = new Agent({ connections: Number(concurrency) });
const keys = (await (await request(`${origin}/jwks`, { dispatcher })).body.json()) as JSONWebKeySet;
const keySet = createLocalJWKSet(keys);
const body = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'bench-client',
  client_secret: 'bench-secret-value',
  audience: 'https://api.bench.example',
}).toString();

async function one(): Promise<void> {
  const reply = await request(`${origin}/token`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const { access_token: token } = (await reply.body.json()) as { access_token: string };
  await jwtVerify(token, keySet, { issuer: origin, audience: 'https://api.bench.example' });
}

let left = Number(count);
const startedAtMs = performance.now();
await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  }),
);
const seconds = (performance.now() - startedAtMs) / 1000;
process.stdout.write(`${JSON.stringify({ perSecond: Number(count) / seconds })}\n`);
await dispatcher.close();
