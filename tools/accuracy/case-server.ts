// A server on loopback that answers as each case says: discovery, keys, token endpoint and API.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AccuracyCase } from './cases.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A running server of cases; each case has an issuer of its own. */
export interface CaseServer {
  issuerOf(id: string): string;
  close(): Promise<void>;
}

/** The client id that a case's application has. */
export function clientIdOf(id: string): string {
  return `client-${id}`;
}

/** Starts the server on a free port of 127.0.0.1. */
export async function startCaseServer(cases: readonly AccuracyCase[]): Promise<CaseServer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }];
  const byId = new Map(cases.map((one) => [one.id, one]));
  let origin = '';
  const issuerOf = (id: string) => `${origin}/${id}`;

  async function answer(url: string): Promise<Answer> {
    const [, id = '', ...rest] = url.split('/');
    const one = byId.get(id);
    if (one === undefined) return { status: 404, body: {} };
    const issuer = issuerOf(id);
    switch (rest.join('/')) {
      case '.well-known/openid-configuration':
        return one.discovery ?? { status: 200, body: metadata(issuer) };
      case 'keys':
        return { status: 200, body: { keys } };
      case 'token':
        return one.refusal ?? { status: 200, body: await grantOf(one, issuer, privateKey) };
      case 'api':
        return one.call ?? { status: 200, body: {} };
      default:
        return { status: 404, body: {} };
    }
  }

  const server = createServer((request: IncomingMessage, response) => {
    request.resume();
    void answer(request.url ?? '').then(({ status, headers = {}, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuerOf,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function metadata(issuer: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
}

async function grantOf(
  one: AccuracyCase,
  issuer: string,
  key: CryptoKey,
): Promise<Readonly<Record<string, unknown>>> {
  const fields = {
    access_token: one.opaque ?? (await tokenOf(one, issuer, key)),
    token_type: 'Bearer',
    expires_in: 600,
    ...one.reply,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** A token that is as the configuration expects, but for what the case says of it. */
async function tokenOf(one: AccuracyCase, issuer: string, key: CryptoKey): Promise<string> {
  const { audience, scopes, expect } = one.application as {
    readonly audience: string | null;
    readonly scopes?: readonly string[];
    readonly expect?: { readonly scopes?: readonly string[] };
  };
  const now = Math.floor(Date.now() / 1000);
  const clientId = clientIdOf(one.id);
  const token = new SignJWT({
    iss: issuer,
    iat: now,
    exp: one.token === 'exp-past' ? now - 30 : now + 600,
    ...(audience === null ? {} : { aud: audience }),
    ...(one.token === 'graph-nonce' ? { aud: 'https://graph.microsoft.com' } : {}),
    azp: clientId,
    client_id: clientId,
    scope: (expect?.scopes ?? scopes ?? []).join(' '),
  });
  const header = { alg: 'RS256', kid: 'key-1', typ: 'JWT' };
  if (one.token !== 'graph-nonce') return token.setProtectedHeader(header).sign(key);
  // Microsoft Graph signs with the SHA-256 of the nonce in its place.
  const nonce = 'AQABAAAAAAD';
  const hashed = createHash('sha256').update(nonce).digest('base64url');
  const signed = await token.setProtectedHeader({ ...header, nonce: hashed }).sign(key);
  const sent = Buffer.from(JSON.stringify({ ...header, nonce })).toString('base64url');
  return [sent, ...signed.split('.').slice(1)].join('.');
}
