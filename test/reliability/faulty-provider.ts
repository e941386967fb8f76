// A provider at the level of bytes: it serves each request as it should, but for the one that a fault is about.
import { createConnection, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { type RawServer, rawReply, startRawServer } from '../support/raw-server.ts';

/** The requests of a check that a fault can be about, in their order. */
export const PLACES = ['discovery', 'token', 'keys', 'api'] as const;

/** One of the requests of a check. */
export type Place = (typeof PLACES)[number];

/** A request that a fault is about, with the reply that it should get. */
export interface FaultyExchange {
  readonly socket: Socket;
  readonly place: Place;
  /** The whole right reply, head and body. */
  readonly right: Buffer;
  /** The body of the right reply. */
  readonly body: Buffer;
  /** The fields of that body. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly origin: string;
  /** Counted from 1 on this connection, over all places. */
  readonly requestOfConnection: number;
}

/** What a peer does with one request instead of answering it. */
export type Misbehaviour = (exchange: FaultyExchange) => void;

/** How a provider misbehaves. */
export interface ProviderBehaviour {
  readonly place?: Place;
  readonly onRequest?: Misbehaviour;
  /** Called for each connection instead of serving it. */
  readonly onConnection?: (socket: Socket) => void;
  /** Serves TLS, with what else the server does there. */
  readonly tls?: TlsOptions;
  /** The host in its addresses. @default 127.0.0.1 */
  readonly host?: string;
  /** The port in its addresses, where a tunnel leads to its own. */
  readonly scheme?: 'http' | 'https';
}

/** A provider with a fault. */
export interface FaultyProvider {
  readonly origin: string;
  readonly server: RawServer;
  /** Requests that came to the API. */
  readonly apiRequests: () => number;
}

interface Signer {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

let signer: Promise<Signer> | null = null;

/** One key pair for all of them: they differ in their issuers. */
async function newSigner(): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  return { privateKey, jwk };
}

/** The audience of every token. */
export const AUDIENCE = 'https://api.acme.com';

const PLACE_OF_PATH: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['/.well-known/openid-configuration', 'discovery'],
  ['/token', 'token'],
  ['/keys', 'keys'],
  ['/api', 'api'],
]);

/** Starts a provider that behaves so. */
export async function startFaultyProvider(behaviour: ProviderBehaviour): Promise<FaultyProvider> {
  const { place, onRequest, onConnection, tls, host = '127.0.0.1' } = behaviour;
  signer ??= newSigner();
  const { privateKey, jwk } = await signer;
  const fieldsOf = async (asked: Place): Promise<Readonly<Record<string, unknown>>> => {
    if (asked === 'discovery') {
      return { issuer: origin, token_endpoint: `${origin}/token`, jwks_uri: `${origin}/keys` };
    }
    if (asked === 'keys') return { keys: [jwk] };
    if (asked === 'api') return { status: 'ok' };
    const token = await new SignJWT({ iss: origin, aud: AUDIENCE, sub: 'client', scope: 'read' })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'at+jwt' })
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey);
    return { access_token: token, token_type: 'Bearer', expires_in: 600 };
  };

  let apiRequests = 0;
  const server = await startRawServer({
    ...(tls === undefined ? {} : { tls }),
    ...(onConnection === undefined ? {} : { onConnection }),
    onRequest: async ({ socket, head, requestOfConnection }) => {
      const asked = PLACE_OF_PATH.get(/^\S+ ([^ ?]+)/.exec(head)?.[1] ?? '');
      if (asked === undefined) {
        socket.write(rawReply(404));
        return;
      }
      if (asked === 'api') apiRequests += 1;
      const fields = await fieldsOf(asked);
      const body = Buffer.from(JSON.stringify(fields));
      const right = rawReply(200, body, ['content-type: application/json']);
      if (onRequest === undefined || (place !== undefined && place !== asked)) {
        socket.write(right);
      } else {
        onRequest({ socket, place: asked, right, body, fields, origin, requestOfConnection });
      }
    },
  });
  const scheme = behaviour.scheme ?? (tls === undefined ? 'http' : 'https');
  const origin = `${scheme}://${host}:${server.port}`;
  return { origin, server, apiRequests: () => apiRequests };
}

/** Starts a proxy that opens a tunnel to the port that is asked for, on this machine, or does something else. */
export function startFaultyProxy(instead?: (socket: Socket) => void): Promise<RawServer> {
  return startRawServer({
    onRequest: ({ socket, head }) => {
      if (instead !== undefined) {
        instead(socket);
        return;
      }
      const port = Number(/^CONNECT [^:]+:(\d+) /.exec(head)?.[1]);
      socket.removeAllListeners('data');
      const upstream = createConnection(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
    },
  });
}
