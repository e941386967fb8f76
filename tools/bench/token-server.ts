import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/**
 * A provider that takes next to no time: it answers every token request with one token, signed beforehand.
 *
 * It runs as a process of its own, so that only the client is measured. The token endpoint of the
 * tenant `hanging` never answers. The server prints its origin once it listens.
 */
const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
const AUDIENCE = 'https://api.bench.example';
const nowSeconds = Math.floor(Date.now() / 1000);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/hanging/token') return;
    response.setHeader('content-type', 'application/json');
    response.end(replies.get(request.url ?? '') ?? '{}');
  });
});
server.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port to listen on');
const origin = `http://127.0.0.1:${address.port}`;

const jwks = JSON.stringify({
  keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }],
});
const replies = new Map<string, string>();
for (const tenant of [...Array.from({ length: 9 }, (_, index) => `/tenant-${index}`), '/hanging']) {
  const issuer = `${origin}${tenant}`;
  const token = await new SignJWT({
    azp: 'bench-client',
    gty: ['client_credentials'],
    scope: 'read:bench',
    scp: [],
    v: '2',
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience([AUDIENCE])
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + 86_400)
    .setJti(crypto.randomUUID())
    .sign(privateKey);
  replies.set(
    `${tenant}/.well-known/openid-configuration`,
    JSON.stringify({
      issuer,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    }),
  );
  replies.set(`${tenant}/jwks`, jwks);
  replies.set(
    `${tenant}/token`,
    JSON.stringify({ access_token: token, expires_in: 86_399, scope: '', token_type: 'bearer' }),
  );
}
process.stdout.write(`${origin}\n`);
