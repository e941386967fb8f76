import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ServerCertificate } from './certificates.ts';

/** A token request as it came in. */
export interface SeenTokenRequest {
  readonly authorization: string | null;
  readonly parameters: URLSearchParams;
}

/** How a local issuer behaves; what is left out is as a plain server of RFC 8414 has it. */
export interface LocalIssuerOptions {
  /** What follows the origin in its issuer, for example `/tenants/acme`. */
  readonly path?: string;
  /** Which document it has. */
  readonly discovery?: 'openid-configuration' | 'oauth-authorization-server';
  /** Fields of the document that are replaced; undefined leaves one out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The claims of its tokens besides `iss`, `iat` and `exp`; null: its tokens are opaque. */
  readonly claims?: Readonly<Record<string, unknown>> | null;
  /** The `typ` of its tokens. */
  readonly type?: string;
  /** Whether it writes its issuer with a slash at the end. */
  readonly endsInSlash?: boolean;
  readonly tls?: ServerCertificate;
  /** The name in its addresses, where a proxy knows it by another. */
  readonly host?: string;
}

/** An authorization server on loopback that shapes its tokens as one vendor or another does. */
export interface LocalIssuer {
  readonly issuer: string;
  readonly tokenRequests: readonly SeenTokenRequest[];
  /** The paths that were asked for, in order. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

const OPAQUE_TOKEN = 'opaque-token-4711';

/** Starts an issuer; every client and secret is right. */
export async function startLocalIssuer({
  path = '',
  discovery = 'openid-configuration',
  metadata = {},
  claims = {},
  type = 'at+jwt',
  endsInSlash = false,
  tls,
  host = '127.0.0.1',
}: LocalIssuerOptions = {}): Promise<LocalIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const server: Server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `${tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  const issuer = `${origin}${path}`;
  const tokenRequests: SeenTokenRequest[] = [];
  const paths: string[] = [];

  const documentPath =
    discovery === 'openid-configuration'
      ? `${path}/.well-known/openid-configuration`
      : `/.well-known/oauth-authorization-server${path}`;
  const named = endsInSlash ? `${issuer}/` : issuer;
  const document = {
    issuer: named,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    ...metadata,
  };

  async function token(): Promise<string> {
    if (claims === null) return OPAQUE_TOKEN;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: named, iat: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: type })
      .sign(privateKey);
  }

  async function answer(request: IncomingMessage): Promise<object | null> {
    const asked = request.url ?? '';
    paths.push(asked);
    if (asked === documentPath) return document;
    if (asked === `${path}/keys`) return { keys: [key] };
    if (asked === `${path}/api`) return {};
    if (asked !== `${path}/token`) return null;
    tokenRequests.push({
      authorization: request.headers.authorization ?? null,
      parameters: new URLSearchParams(await bodyOf(request)),
    });
    return { access_token: await token(), token_type: 'Bearer', expires_in: 600 };
  }

  server.on('request', (request: IncomingMessage, response) => {
    void answer(request).then((body) => {
      response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  return {
    issuer,
    tokenRequests,
    paths,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
