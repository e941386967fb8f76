import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors, Provider } from 'oidc-provider';

export const AUDIENCE = 'https://api.acme.com';
/** Asking for it brings out a fault of the server itself. */
export const FAULTY_AUDIENCE = 'https://fault.acme.com';
export const SECRET = 'planted-secret-of-one-4711';

/** A server made of oidc-provider on loopback, and what a test may do to it. */
export interface CertifiedServer {
  readonly issuer: string;
  /** Signs tokens that ended two minutes ago, as a server with a wrong clock does. */
  issueExpired(): void;
  /** The API forgets every token from now on. */
  forgetTokens(): void;
  /** Publishes another key than the one that signs, under the same id or another. */
  changePublishedKey(keyId?: string): void;
  /** Where an API takes opaque and JWT tokens that this server knows. */
  readonly apiUrl: string;
  close(): Promise<void>;
}

/** What a server is made with; all may be left out. */
export interface CertifiedServerOptions {
  /** Whether it knows the client credentials grant. */
  readonly hasClientCredentials?: boolean;
  /** The ways to send a secret that its metadata lists, and that it takes. */
  readonly clientAuthMethods?: readonly string[];
  /** Clients that sign assertions: the key on record for each, as JWK, and its algorithm. */
  readonly keyClients?: Readonly<Record<string, { readonly jwk: object; readonly alg: string }>>;
}

/** An id and a secret in which every character that an encoding changes occurs. */
export const ODD_CLIENT = { id: 'odd:id+%2F &=~', secret: 's:e+c%r&e=t /"<\\>~4711' };

const LIFETIME_SECONDS = 600;

function newKey(kid = 'key-1') {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const names = { kid, use: 'sig', alg: 'RS256' };
  return {
    private: { ...privateKey.export({ format: 'jwk' }), ...names },
    public: { ...publicKey.export({ format: 'jwk' }), ...names },
  };
}

const M2M = {
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  client_secret: SECRET,
};

/** Starts the server. By default its metadata lists both ways to send a secret. */
export async function startCertifiedServer({
  hasClientCredentials = true,
  clientAuthMethods = ['client_secret_basic', 'client_secret_post'],
  keyClients = {},
}: CertifiedServerOptions = {}): Promise<CertifiedServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = newKey();
  const state = { isLate: false, forgets: false, published: null as object | null };
  const provider = new Provider(issuer, {
    jwks: { keys: [key.private] },
    scopes: ['read:invoices', 'write:invoices'],
    clientAuthMethods,
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
    },
    clients: [
      ...Object.entries(keyClients).map(([id, { jwk, alg }]) => ({
        ...M2M,
        client_secret: undefined,
        client_id: id,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: alg,
        jwks: { keys: [jwk] },
      })),
      { ...M2M, client_id: 'one', token_endpoint_auth_method: 'client_secret_post' },
      {
        ...M2M,
        client_id: ODD_CLIENT.id,
        client_secret: ODD_CLIENT.secret,
        token_endpoint_auth_method: 'client_secret_basic',
      },
      { ...M2M, client_id: 'basic', token_endpoint_auth_method: 'client_secret_basic' },
      {
        ...M2M,
        client_id: 'narrow',
        scope: 'read:invoices',
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        ...M2M,
        client_id: 'expired',
        client_secret_expires_at: 1,
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        client_id: 'web',
        client_secret: SECRET,
        grant_types: ['authorization_code'],
        redirect_uris: ['https://app.example.com/back'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ].filter(
      ({ grant_types: [grant = ''], token_endpoint_auth_method: method }) =>
        clientAuthMethods.includes(method) &&
        (hasClientCredentials || grant !== 'client_credentials'),
    ),
    ttl: { ClientCredentials: () => LIFETIME_SECONDS },
    formats: {
      customizers: {
        jwt: (_context: unknown, _token: unknown, jwt: { readonly payload: { exp: number } }) => {
          if (state.isLate) jwt.payload.exp -= LIFETIME_SECONDS + 120;
          return jwt;
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      clientCredentials: { enabled: hasClientCredentials },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [],
        getResourceServerInfo: (_: unknown, resource: string) => {
          if (resource === FAULTY_AUDIENCE) throw new Error('a fault of the server');
          if (resource !== AUDIENCE) throw new errors.InvalidTarget();
          return {
            scope: 'read:invoices write:invoices',
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: LIFETIME_SECONDS,
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url === '/api') {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      void provider.ClientCredentials.find(token).then((found: unknown) => {
        response.writeHead(found === undefined || state.forgets ? 401 : 200).end();
      });
    } else if (request.url === '/jwks' && state.published !== null) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [state.published] }));
    } else {
      void answer(request, response);
    }
  });
  return {
    issuer,
    apiUrl: `${issuer}/api`,
    issueExpired: () => {
      state.isLate = true;
    },
    forgetTokens: () => {
      state.forgets = true;
    },
    changePublishedKey: (keyId) => {
      state.published = newKey(keyId).public;
    },
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
