// What every recorder shares: sends requests to a server that it runs, and writes the replies as cases of the
// accuracy measurement.

import { writeFile } from 'node:fs/promises';
import type { AccuracyCase } from '../accuracy/cases.ts';

/** A request, and what its reply must be named. */
export interface Recording {
  /** What is asked, in a few words; the id of the case ends with it. */
  readonly name: string;
  readonly situation?: string;
  /** The causes that are right by how the server was set up, best first. */
  readonly wanted: readonly string[];
  readonly why: string;
  /** What of the case the reply becomes; `granted` stands for a token. @default refusal */
  readonly as?: 'refusal' | 'granted' | 'call' | 'discovery';
  readonly path?: string;
  /** @default POST with a body, GET without */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readonly<Record<string, string>>;
  /** Whether the client signs an assertion, and has no secret. */
  readonly isSigned?: boolean;
  /** @default APPLICATION */
  readonly application?: Readonly<Record<string, unknown>>;
}

/** A server that runs, and how its replies are made the same in every run. */
export interface RecordedServer {
  /** Its name in ids and files. */
  readonly name: string;
  /** Its name in cases. */
  readonly server: string;
  /** Its name and version as people write them. */
  readonly title: string;
  readonly origin: string;
  readonly tokenPath: string;
  /** What differs from run to run, and what stands for it; the origin always does. */
  readonly replaced?: readonly (readonly [RegExp, string])[];
}

/** The audience and the scope of every application, unless a recording says otherwise. */
export const APPLICATION = { audience: 'https://api.acme.com', scopes: ['read:invoices'] };
/** The same where the server issues tokens that are no JWTs. */
export const OPAQUE_APPLICATION = { ...APPLICATION, tokenFormat: 'opaque' };
/** The secret of every client; it is not in any reply. */
export const SECRET = 'the-secret-of-this-recording-0123';
export const GRANT = { grant_type: 'client_credentials' };

const STANDS_FOR_ORIGIN = 'https://id.acme.com';
const FOLDER = new URL('../../test/fixtures/cases/', import.meta.url);

/** The headers that reading may depend on. The others differ from run to run, or say nothing. */
const KEPT_HEADERS = [
  'content-type',
  'cache-control',
  'www-authenticate',
  'server',
  'allow',
  'location',
  'retry-after',
  'dpop-nonce',
] as const;

/** The parameters of a client that sends its secret in the body. */
export function post(client: string, secret: string = SECRET): Readonly<Record<string, string>> {
  return { ...GRANT, client_id: client, client_secret: secret };
}

/** The headers of a client that sends its secret in a Basic header. */
export function basic(client: string, secret: string = SECRET): Readonly<Record<string, string>> {
  return { authorization: `Basic ${btoa(`${client}:${secret}`)}` };
}

/** Requests a token that must be granted, and returns it. */
export async function fetchToken(
  url: string,
  body: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(body) });
  const reply = (await response.json()) as { readonly access_token?: string };
  if (reply.access_token === undefined) {
    throw new Error(
      `${url} answered ${response.status} ${JSON.stringify(reply)} instead of a token`,
    );
  }
  return reply.access_token;
}

/** Sends every request, and writes the replies as the cases of this server. */
export async function writeCases(
  server: RecordedServer,
  recordings: readonly Recording[],
): Promise<void> {
  const cases: AccuracyCase[] = [];
  const unexpected: string[] = [];
  for (const recording of recordings) {
    const one = await record(server, recording);
    if (typeof one === 'string') unexpected.push(one);
    else cases.push(one);
  }
  if (unexpected.length > 0) throw new Error(unexpected.join('\n'));
  const file = new URL(`recorded-${server.name}.jsonl`, FOLDER);
  await writeFile(file, cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
  console.log(`recorded ${cases.length} replies of ${server.title}`);
}

/** Makes a case of the reply; a text if it refuses what must be granted, or the reverse. */
async function record(
  server: RecordedServer,
  recording: Recording,
): Promise<AccuracyCase | string> {
  const { name, situation, wanted, why, as = 'refusal', body } = recording;
  const { path = server.tokenPath, method = body === undefined ? 'GET' : 'POST' } = recording;
  const response = await fetch(`${server.origin}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      // As m2m-watch asks: some servers answer with a page or a login where HTML is accepted.
      accept: as === 'call' ? 'application/json, */*;q=0.5' : 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...recording.headers,
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' ? body : new URLSearchParams(body).toString() }),
  });
  const text = await response.text();
  if (response.ok !== (as === 'granted')) {
    return `${name}: answered with ${response.status} ${text}`;
  }
  const id = `r-${server.name}-${name}`;
  const constant = (value: string) => withoutDifferences(server, value);
  const headers = KEPT_HEADERS.flatMap((header) => {
    const value = response.headers.get(header);
    if (value === null) return [];
    // Some servers name the methods in another order in every run.
    const stable = header === 'allow' ? value.split(/,\s*/).toSorted().join(', ') : constant(value);
    return [[header, stable] as const];
  });
  const answer = {
    status: response.status,
    headers: Object.fromEntries(headers),
    body: parsed(constant(text)),
  };
  const application: Readonly<Record<string, unknown>> = recording.application ?? APPLICATION;
  return {
    id,
    type: 'oidc',
    server: server.server,
    ...(situation === undefined ? {} : { situation }),
    wanted,
    why,
    source: `${server.title}, recorded by tools/record/${server.name}`,
    ...(as === 'granted'
      ? {
          reply: fieldsBesideToken(answer.body),
          ...(application['tokenFormat'] === 'opaque' ? { opaque: `opaque-${id}` } : {}),
        }
      : { [as]: answer }),
    ...(recording.isSigned === true ? { isSigned: true } : {}),
    application,
  };
}

function withoutDifferences({ origin, replaced = [] }: RecordedServer, value: string): string {
  return replaced.reduce(
    (text, [pattern, constant]) => text.replaceAll(pattern, constant),
    value.replaceAll(origin, STANDS_FOR_ORIGIN),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The fields of a granted reply but its token; null where the reply lacks what others have. */
function fieldsBesideToken(body: unknown): Readonly<Record<string, unknown>> {
  const { access_token: _, ...fields } = body as Readonly<Record<string, unknown>>;
  return { token_type: null, expires_in: null, ...fields };
}
