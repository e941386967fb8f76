import { decodeJwt, decodeProtectedHeader } from 'jose';
import { onTestFinished } from 'vitest';
import type { ApplicationCredentials } from '../../lib/standin/tenant-records.ts';
import {
  type FaultyStandin,
  type FaultyStandinOptions,
  startFaultyStandin,
} from '../support/transport-faults.ts';

/** The audience of the one API that {@link standinWithApplication} registers. */
export const INVOICES = 'https://invoices.acme.com';

/** Starts a stand-in that ends with the test. */
export async function started(options: FaultyStandinOptions = {}): Promise<FaultyStandin> {
  const standin = await startFaultyStandin(options);
  onTestFinished(() => standin.close());
  return standin;
}

/** A stand-in with one API of two scopes and one application that has both. */
export async function standinWithApplication(
  options: FaultyStandinOptions = {},
): Promise<{ readonly standin: FaultyStandin; readonly credentials: ApplicationCredentials }> {
  const standin = await started(options);
  const scopes = ['read:invoices', 'write:invoices'];
  standin.tenant.addApi({ name: 'Invoices', audience: INVOICES, scopes });
  const credentials = standin.tenant.addApplication({
    name: 'Billing sync',
    apis: { [INVOICES]: scopes },
  });
  return { standin, credentials };
}

/** A reply, as tests look at it. */
export interface SeenReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; empty if it is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts a form to the token endpoint; null leaves a parameter out. */
export async function postForm(
  standin: Pick<FaultyStandin, 'issuer'>,
  form: Readonly<Record<string, string | null>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<SeenReply> {
  const given = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== null);
  return seen(
    await fetch(`${standin.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(given),
      headers,
      redirect: 'manual',
    }),
  );
}

/** Requests a token for {@link INVOICES} with the credentials in the body; `change` alters the form. */
export function requestToken(
  standin: Pick<FaultyStandin, 'issuer'>,
  credentials: ApplicationCredentials,
  change: Readonly<Record<string, string | null>> = {},
): Promise<SeenReply> {
  return postForm(standin, {
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    audience: INVOICES,
    ...change,
  });
}

/** A GET, with a bearer token where one is given. */
export async function get(url: string, token?: string): Promise<SeenReply> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return seen(await fetch(url, { headers, redirect: 'manual' }));
}

/** The token of a reply; throws an error that shows the reply if it has none. */
export function tokenOf(reply: SeenReply): string {
  const token = reply.body['access_token'];
  if (typeof token !== 'string')
    throw new Error(`no access_token in: ${reply.status} ${reply.text}`);
  return token;
}

/** The claims of a reply's token, unverified. */
export function claimsOf(reply: SeenReply): Readonly<Record<string, unknown>> {
  return decodeJwt(tokenOf(reply));
}

/** The header of a reply's token. */
export function headerOf(reply: SeenReply): Readonly<Record<string, unknown>> {
  return { ...decodeProtectedHeader(tokenOf(reply)) };
}

async function seen(response: Response): Promise<SeenReply> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, body: parsed(text) };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
