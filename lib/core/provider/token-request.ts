// The token request as data; nothing is sent here.

import type { Application } from '../config/application.ts';
import type { ClientAuthentication } from '../config/client-methods.ts';
import { literalValues, NO_SENT_SECRETS, type SentSecrets } from '../config/sent-values.ts';
import type { HttpRequest } from '../http/http-exchange.ts';
import { Secret } from '../secret.ts';
import type { SigningKey } from './client-assertion.ts';

/** A client id and its secret. */
interface SecretCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** A client id and its private key. */
interface KeyCredentials {
  readonly clientId: string;
  readonly key: SigningKey;
}

/** What an application authenticates with, read fresh for one attempt. */
export type Credentials = SecretCredentials | KeyCredentials;

/** What a token request proves the client with: its secret, or an assertion that its key has signed. */
export type ClientProof =
  | SecretCredentials
  | { readonly clientId: string; readonly assertion: Secret };

/** All that a token request is made from. */
export interface TokenRequestParts {
  readonly application: Application;
  readonly proof: ClientProof;
  readonly tokenEndpoint: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly timeoutMs: number;
  /** Those of `tokenParameters` that were read from where secrets are kept. @default none */
  readonly secrets?: SentSecrets['tokenParameters'];
}

/**
 * Builds a client credentials token request. RFC 6749 sections 2.3.1 and 4.4.2, RFC 7523 section 2.2, RFC 8707
 * section 2.
 *
 * A secret goes where `clientAuthentication` says, and only there; an assertion is always in the body. Each audience and each
 * resource is a parameter of its own. `tokenParameters` are added at the end; a name that is
 * already sent, or that carries credentials, keeps our value.
 */
export function tokenRequest(parts: TokenRequestParts): HttpRequest {
  const { application, proof, tokenEndpoint, clientAuthentication, timeoutMs } = parts;
  const { secrets = NO_SENT_SECRETS.tokenParameters } = parts;
  const inHeader =
    clientAuthentication === 'client_secret_basic' && 'clientSecret' in proof ? proof : null;
  const parameters = new URLSearchParams([
    ['grant_type', 'client_credentials'],
    ...(inHeader === null ? proofParameters(proof) : []),
    ...requestedParameters(application),
  ]);
  const further = [
    ...literalValues(application.tokenParameters),
    ...Object.entries(secrets).map(([name, value]) => [name, value.reveal()] as const),
  ];
  for (const [name, value] of further) {
    if (!CREDENTIAL_PARAMETERS.has(name) && !parameters.has(name)) parameters.append(name, value);
  }
  return {
    purpose: 'token',
    method: 'POST',
    url: tokenEndpoint,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(inHeader === null ? {} : { authorization: basicAuthorization(inHeader) }),
    },
    body: new Secret(parameters.toString()),
    timeoutMs,
  };
}

/** Never taken from `tokenParameters`, whichever way the client authenticates. */
const CREDENTIAL_PARAMETERS: ReadonlySet<string> = new Set([
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]);

type Parameter = [name: string, value: string];

/** `client_id` is optional with an assertion (RFC 7521 section 4.2); Entra and Okta read it. */
function proofParameters(proof: ClientProof): Parameter[] {
  const client: Parameter = ['client_id', proof.clientId];
  if ('clientSecret' in proof) return [client, ['client_secret', proof.clientSecret.reveal()]];
  return [
    client,
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', proof.assertion.reveal()],
  ];
}

function requestedParameters({ audience, resource, scopes }: Application): Parameter[] {
  return [
    ...audience.map((value): Parameter => ['audience', value]),
    ...resource.map((value): Parameter => ['resource', value]),
    // An empty list requests nothing in particular: `scope=` would be refused by some providers.
    ...(scopes === null || scopes.length === 0 ? [] : [['scope', scopes.join(' ')] as Parameter]),
  ];
}

/**
 * The Basic header with both halves form-encoded before they are joined.
 *
 * RFC 6749 section 2.3.1 requires it, so that a colon in the id and any character in the secret
 * arrive whole; what is encoded is plain ASCII, which is all that `btoa` takes.
 */
function basicAuthorization({ clientId, clientSecret }: SecretCredentials): Secret {
  const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret.reveal())}`;
  return new Secret(`Basic ${btoa(pair)}`);
}

/** Whether form-encoding changes the client id or the secret, so that a server has to decode them. */
export function isChangedByEncoding(proof: ClientProof): boolean {
  if (!('clientSecret' in proof)) return false;
  const { clientId, clientSecret } = proof;
  return [clientId, clientSecret.reveal()].some((value) => formEncoded(value) !== value);
}

/** A space as `%20`, which decodes as `+` does, and also at servers that decode nothing but percent signs. */
function formEncoded(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice('='.length).replaceAll('+', '%20');
}
