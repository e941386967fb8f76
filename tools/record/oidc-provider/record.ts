// Records how oidc-provider answers failing requests, as fixtures in `test/fixtures/replies`; with `--check` it
// only lists the fixtures that the installed version no longer answers with. The same files say how each reply
// must be read. People write that part, and recording keeps it.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import provider from 'oidc-provider/package.json' with { type: 'json' };
import {
  AUDIENCE,
  FAULTY_AUDIENCE,
  SECRET,
  startCertifiedServer,
} from '../../../test/proof/certified-server.ts';

/** A failing request, and the fixture for its reply. */
interface Recording {
  readonly name: string;
  /** A description of the request, for `source`. */
  readonly asked: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Readonly<Record<string, string>>;
}

/** The part of a fixture that is recorded. */
interface RecordedReply {
  readonly source: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

const GRANT = { grant_type: 'client_credentials' };
const ONE = { ...GRANT, client_id: 'one', client_secret: SECRET };

const RECORDINGS: readonly Recording[] = [
  {
    name: 'wrong-secret',
    asked: 'a wrong secret in the body',
    body: { ...ONE, client_secret: 'wrong' },
  },
  {
    name: 'wrong-secret-basic',
    asked: 'a wrong secret in a Basic header',
    headers: { authorization: `Basic ${btoa('basic:wrong')}` },
    body: GRANT,
  },
  {
    name: 'unknown-client',
    asked: 'a client that does not exist',
    body: { ...ONE, client_id: 'x' },
  },
  {
    name: 'expired-secret',
    asked: 'the right secret of a client whose client_secret_expires_at has passed',
    body: { ...ONE, client_id: 'expired' },
  },
  { name: 'authentication-absent', asked: 'no client authentication at all', body: GRANT },
  {
    name: 'authentication-twice',
    asked: 'the secret in the body and in a Basic header',
    headers: { authorization: `Basic ${btoa(`one:${SECRET}`)}` },
    body: ONE,
  },
  {
    name: 'grant-not-enabled',
    asked: 'a client of the authorization code grant alone',
    body: { ...ONE, client_id: 'web' },
  },
  {
    name: 'grant-unsupported',
    asked: 'the password grant',
    body: { ...ONE, grant_type: 'password' },
  },
  {
    name: 'grant-type-missing',
    asked: 'no grant_type',
    body: { client_id: 'one', client_secret: SECRET },
  },
  {
    name: 'resource-unknown',
    asked: 'a resource that the server does not know',
    body: { ...ONE, resource: 'https://x.example.com' },
  },
  {
    name: 'resource-not-absolute',
    asked: 'a resource that is no absolute URI',
    body: { ...ONE, resource: 'invoices' },
  },
  {
    name: 'scope-not-allowed',
    asked: 'a scope that is not in client.scope',
    body: { ...ONE, client_id: 'narrow', resource: AUDIENCE, scope: 'write:invoices' },
  },
  {
    name: 'parameter-twice',
    asked: 'two scopes as two parameters',
    body: `${new URLSearchParams(ONE)}&scope=read:invoices&scope=write:invoices`,
  },
  {
    name: 'body-not-form',
    asked: 'the parameters as JSON',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ONE),
  },
  {
    name: 'no-such-path',
    asked: 'another path than that of the token endpoint',
    path: '/nowhere',
    body: ONE,
  },
  {
    name: 'server-error',
    asked: 'a resource that makes the server fail',
    body: { ...ONE, resource: FAULTY_AUDIENCE },
  },
];

/** The headers that reading may depend on. The others differ from run to run, or say nothing. */
const KEPT_HEADERS = ['content-type', 'cache-control', 'www-authenticate', 'retry-after'] as const;

/** Replaces the server's address, whose port differs from run to run. */
const ISSUER = 'https://id.example.com';

const FOLDER = new URL('../../../test/fixtures/replies/', import.meta.url);

/** Starts the server, sends every request, and returns the replies by the names of their fixtures. */
export async function recordReplies(): Promise<ReadonlyMap<string, RecordedReply>> {
  const server = await startCertifiedServer();
  try {
    const replies = new Map<string, RecordedReply>();
    for (const recording of RECORDINGS) {
      replies.set(`oidc-provider-${recording.name}.json`, await record(recording, server.issuer));
    }
    return replies;
  } finally {
    await server.close();
  }
}

async function record(
  { asked, path = '/token', headers = {}, body }: Recording,
  issuer: string,
): Promise<RecordedReply> {
  const response = await fetch(`${issuer}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
  });
  if (response.ok)
    throw new Error(`${asked} should fail, but was answered with ${response.status}`);
  const withoutPort = (text: string) => text.replaceAll(issuer, ISSUER);
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, [withoutPort(value)]] as const];
  });
  return {
    source: `recorded from oidc-provider ${provider.version} over loopback by tools/record/oidc-provider: ${asked}`,
    status: response.status,
    headers: Object.fromEntries(kept),
    body: withoutPort(await response.text()),
  };
}

/** Finds the fixtures in a folder that differ from these replies, and says how. */
export async function findStaleReplies(
  replies: ReadonlyMap<string, RecordedReply>,
  folder: URL = FOLDER,
): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [name, { source: _, ...recorded }] of replies) {
    const fixture = await readFixture(new URL(name, folder));
    // `source` names the version that was recorded. If a newer version answers the same, nothing is outdated.
    const { status, headers, body } = fixture;
    const before = JSON.stringify({ status, headers, body });
    const now = JSON.stringify(recorded);
    if (before !== now) stale.push(`${name}: was ${before}, is ${now}`);
  }
  return stale;
}

/** Writes these replies into the fixtures of a folder, and keeps how each must be read. */
export async function writeReplies(
  replies: ReadonlyMap<string, RecordedReply>,
  folder: URL = FOLDER,
): Promise<void> {
  for (const [name, recorded] of replies) {
    const file = new URL(name, folder);
    const { reason = '', basis = '', named = null, why = '' } = await readFixture(file);
    const fixture = { ...recorded, reason, basis, named, why };
    await writeFile(file, `${JSON.stringify(fixture, null, 2)}\n`);
  }
}

/** Reads a fixture. One that does not exist yet is empty; its test then says what is missing. */
async function readFixture(file: URL): Promise<Readonly<Record<string, unknown>>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

async function main(options: readonly string[]): Promise<number> {
  const unknown = options.find((option) => option !== '--check');
  if (unknown !== undefined) {
    console.error(`record: unknown option ${unknown}: use --check or no option`);
    return 2;
  }
  const replies = await recordReplies();
  const stale = await findStaleReplies(replies);
  if (options.length === 0) {
    await writeReplies(replies);
    console.log(`wrote ${replies.size} fixtures, ${stale.length} of them new or changed`);
    return 0;
  }
  for (const line of stale) console.error(line);
  if (stale.length > 0) {
    console.error(
      'run `node bin/run.mjs tools/record/oidc-provider/record.ts`, then check how each reply must be read',
    );
    return 1;
  }
  console.log(`all ${replies.size} recorded replies are up to date`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
