import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ServerCertificate } from './certificates.ts';
import { listenOnLoopback } from './loopback-server.ts';

/** A token request as it came in. */
export interface SeenTokenRequest {
  readonly authorization: string | null;
  readonly parameters: URLSearchParams;
}

/** A reply without a token. */
export interface Refusal {
  readonly status: number;
  /** JSON, text as it is, or nothing. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the reply never comes. */
  readonly hangs?: boolean;
}

/** The id and secret that a request carries, and by which method; null where it carries none. */
export function presented({ authorization, parameters }: SeenTokenRequest) {
  if (authorization?.startsWith('Basic ')) {
    const pair = Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
    const [clientId = '', clientSecret = ''] = pair
      .split(':')
      .map((half) => decodeURIComponent(half.replaceAll('+', ' ')));
    return { method: 'client_secret_basic', clientId, clientSecret } as const;
  }
  const [clientId, clientSecret] = [parameters.get('client_id'), parameters.get('client_secret')];
  return clientId === null || clientSecret === null
    ? null
    : ({ method: 'client_secret_post', clientId, clientSecret } as const);
}

/** How a local issuer behaves; by default it is a plain server of RFC 8414. */
export interface LocalIssuerOptions {
  /** What follows the origin in its issuer, for example `/tenants/acme`. */
  readonly path?: string;
  /** Which document it has. */
  readonly discovery?: 'openid-configuration' | 'oauth-authorization-server';
  /** Fields of the document that are replaced; undefined leaves one out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The claims of its tokens apart from `iss`, `iat` and `exp`; null: its tokens are opaque. */
  readonly claims?: Readonly<Record<string, unknown>> | null;
  /** What becomes of a signed token before it is sent. @default nothing */
  readonly seal?: (token: string) => string | Promise<string>;
  /** Fields of the token reply that are replaced. */
  readonly reply?: Readonly<Record<string, unknown>>;
  /** The `typ` of its tokens. */
  readonly type?: string;
  /** Whether it writes its issuer with a slash at the end. */
  readonly endsInSlash?: boolean;
  /** Answers a token request instead of a grant; null grants. */
  readonly refuse?: (
    request: SeenTokenRequest,
    tokenEndpoint: string,
  ) => Refusal | null | Promise<Refusal | null>;
  /** Headers of every answer, for example the `Date` of another clock. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: ServerCertificate;
  /** The name in its addresses, where a proxy knows it by another. */
  readonly host?: string;
}

/** An authorization server on loopback that shapes its tokens as one vendor or another does. */
export interface LocalIssuer {
  readonly issuer: string;
  readonly tokenRequests: readonly SeenTokenRequest[];
  /** The paths that were requested, in order. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

const OPAQUE_TOKEN = 'opaque-token-4711';

/** Starts an issuer that accepts every client and secret. */
export async function startLocalIssuer({
  path = '',
  discovery = 'openid-configuration',
  metadata = {},
  claims = {},
  seal = (token) => token,
  reply = {},
  type = 'at+jwt',
  endsInSlash = false,
  refuse = () => null,
  tls,
  host = '127.0.0.1',
  headers = {},
}: LocalIssuerOptions = {}): Promise<LocalIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  const { port, close } = await listenOnLoopback(server);
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
    const requested = request.url ?? '';
    paths.push(requested);
    if (requested === documentPath) return document;
    if (requested === `${path}/keys`) return { keys: [key] };
    if (requested === `${path}/api`) return {};
    if (requested !== `${path}/token`) return null;
    const seen = {
      authorization: request.headers.authorization ?? null,
      parameters: new URLSearchParams(await text(request)),
    };
    tokenRequests.push(seen);
    const refusal = await refuse(seen, `${issuer}/token`);
    if (refusal !== null) return { refusal };
    return {
      access_token: await seal(await token()),
      token_type: 'Bearer',
      expires_in: 600,
      ...reply,
    };
  }

  server.on('request', (request: IncomingMessage, response) => {
    void answer(request).then((body) => {
      const {
        status,
        body: said = '',
        headers: own = {},
        hangs = false,
      }: Refusal = (body as { refusal?: Refusal } | null)?.refusal ?? {
        status: body === null ? 404 : 200,
        body: body ?? {},
      };
      if (hangs) return;
      const type = said === '' ? {} : { 'content-type': 'application/json' };
      response.writeHead(status, { ...type, ...headers, ...own });
      response.end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  return {
    issuer,
    tokenRequests,
    paths,
    close,
  };
}
