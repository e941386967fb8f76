import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { decodeJwt } from 'jose';
import type { ClientAuthenticationMethod } from './tenant-records.ts';

/** The endpoints of the stand-in; `other` is any path that it does not serve. */
export type Endpoint = 'token' | 'discovery' | 'keys' | 'management' | 'api' | 'other';

/** The client credentials of a request, decoded. */
interface ReceivedCredentials {
  readonly method: ClientAuthenticationMethod;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** One received request, as the stand-in logs it. */
export interface ReceivedRequest {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as a form if its content type says so, otherwise empty. */
  readonly form: URLSearchParams;
  readonly credentials: ReceivedCredentials | null;
  /** The client id of the credentials, or `azp` of the bearer token, unverified. */
  readonly clientId: string | null;
}

/** An HTTP reply, before it is sent. */
export interface Reply {
  readonly status: number;
  /** Several values are sent as several header lines. */
  readonly headers: Readonly<OutgoingHttpHeaders>;
  readonly body: string | Buffer;
}

/** Builds a JSON reply; `content-type` is `application/json` unless `headers` says otherwise. */
export function jsonReply(status: number, body: unknown, headers: Reply['headers'] = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** Builds a plain-text reply. */
export function textReply(status: number, body: string, headers: Reply['headers'] = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** Decodes a request; never throws, whatever a client sends. */
export function readRequest(
  raw: Omit<ReceivedRequest, 'form' | 'credentials' | 'clientId'>,
): ReceivedRequest {
  const { authorization, 'content-type': type = '' } = raw.headers;
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(type);
  const form = new URLSearchParams(isForm ? raw.body : '');
  const credentials = basicCredentials(authorization) ?? postedCredentials(form);
  const clientId = credentials?.clientId ?? authorizedParty(authorization);
  return { ...raw, form, credentials, clientId };
}

/** The token of an `Authorization: Bearer` header, or null. RFC 6750 section 2.1. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization ?? '')?.[1] ?? null;
}

function postedCredentials(form: URLSearchParams): ReceivedCredentials | null {
  const clientId = form.get('client_id') ?? '';
  if (clientId === '') return null;
  return { method: 'client_secret_post', clientId, clientSecret: form.get('client_secret') ?? '' };
}

// RFC 6749 section 2.3.1: both halves are form-encoded before they are joined and base64-encoded.
function basicCredentials(authorization: string | undefined): ReceivedCredentials | null {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  if (colon < 1) return null;
  const clientId = formDecoded(pair.slice(0, colon));
  const clientSecret = formDecoded(pair.slice(colon + 1));
  return { method: 'client_secret_basic', clientId, clientSecret };
}

function formDecoded(half: string): string {
  return new URLSearchParams(`half=${half.replaceAll('&', '%26')}`).get('half') ?? '';
}

function authorizedParty(authorization: string | undefined): string | null {
  try {
    const party = decodeJwt(bearerToken(authorization) ?? '')['azp'];
    return party === undefined ? null : String(party);
  } catch {
    return null;
  }
}
