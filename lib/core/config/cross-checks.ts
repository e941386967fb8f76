// Checks the keys of a configuration against each other.

import { NOT_SHOWN } from '../text/provider-text.ts';
import { isSecretName } from '../text/secret-shapes.ts';
import { KEY_METHOD } from './client-methods.ts';
import { type ConfigProblem, valueProblem } from './config-problems.ts';
import { firstHints } from './nearest-names.ts';
import { DEFAULT_TICK_MINUTES } from './provider-config.ts';
import { ANY_PROVIDER, PROVIDER_TYPES, type ProviderTypeRow } from './provider-types.ts';
import { isName, quoted, quotedName } from './quoting.ts';
import { httpUrl, isLoopback } from './urls.ts';

type Path = ConfigProblem['path'];
type Block = Readonly<Record<string, unknown>>;
type Problems = Generator<ConfigProblem, void>;

/**
 * The problems between keys, found in whatever can be read of the input.
 *
 * Values of a wrong shape are passed over, since the schema names them: so a typo in one place
 * does not hide an unknown provider in another.
 */
export function* crossChecks(input: unknown): Problems {
  const root = blockOf(input);
  const providers = blockOf(root['providers']);
  const known = knownNames(providers);
  const applications = blockOf(root['applications']);
  for (const [name, provider] of Object.entries(providers)) {
    yield* insecureProvider(['providers', name], blockOf(provider));
    yield* uselessDialect(['providers', name, 'dialect'], blockOf(provider));
    yield* refusedMethod(['providers', name, 'clientAuthentication'], blockOf(provider), provider);
  }
  for (const [name, value] of Object.entries(applications)) {
    const application = blockOf(value);
    const call = blockOf(application['call']);
    const path = ['applications', name];
    if (providers === root['providers'])
      yield* unknownProvider([...path, 'provider'], application['provider'], known);
    yield* offBeat([...path, 'everyMinutes'], application, root);
    yield* insecure([...path, 'call', 'url'], call['url'], call);
    yield* twoClientIds([...path, 'clientId'], application);
    yield* keysAndMethods(path, application, root['providers']);
    yield* unreadClaims([...path, 'expect'], application);
    yield* doubleHeaders([...path, 'call', 'headers'], call['headers']);
    yield* literalCredentials([...path, 'call', 'headers'], call['headers']);
    yield* literalCredentials([...path, 'tokenParameters'], application['tokenParameters']);
  }
  yield* unknownInMaintenance(root['maintenance'], knownNames(applications));
}

/** Only `oidc` stands for servers that differ. */
function* uselessDialect(path: Path, { type, dialect }: Block): Problems {
  if (dialect === undefined || dialect === null || type === ANY_PROVIDER || type === undefined)
    return;
  yield valueProblem(path, `is for \`type: ${ANY_PROVIDER}\` alone: remove it`);
}

function* insecureProvider(path: Path, provider: Block): Problems {
  yield* insecure([...path, 'issuer'], provider['issuer'], provider);
  for (const [index, issuer] of listOf(provider['expectIssuer']).entries()) {
    yield* insecure([...path, 'expectIssuer', index], issuer, provider);
  }
  const endpoints = blockOf(provider['endpoints']);
  for (const key of ['token', 'keys']) {
    yield* insecure([...path, 'endpoints', key], endpoints[key], provider);
  }
}

/** An address in a block that may allow `http:` on loopback. */
function* insecure(path: Path, value: unknown, { allowInsecureHttp }: Block): Problems {
  const url = typeof value === 'string' ? httpUrl(value) : null;
  if (url === null || url.protocol === 'https:') return;
  if (!isLoopback(url.hostname)) {
    yield valueProblem(path, 'must begin with https: (http is for loopback only)');
  } else if (allowInsecureHttp !== true) {
    yield valueProblem(path, 'must begin with https:, or set allowInsecureHttp: true beside it');
  }
}

/** The names of a block, and hints for a few that are not among them. */
interface KnownNames {
  readonly names: ReadonlySet<string>;
  readonly hint: (given: string) => string;
}

function knownNames(block: Block): KnownNames {
  const names = Object.keys(block);
  const hint = firstHints();
  // A name that may be a secret is no hint.
  const shownNames = names.filter((name) => quotedName(name) !== NOT_SHOWN);
  return { names: new Set(names), hint: (given) => hint(given, shownNames) };
}

function* unknownProvider(path: Path, given: unknown, known: KnownNames): Problems {
  if (typeof given !== 'string' || given === '') return;
  if (known.names.has(given)) return;
  const others = [...known.names].slice(0, 5).map(quotedName);
  const rest = others.length === 0 ? '; there are none' : `; there are ${others.join(', ')}`;
  const advice = known.hint(given) || rest;
  yield valueProblem(path, `is ${quoted(given)}, which is no provider${advice}`);
}

function* offBeat(path: Path, application: Block, root: Block): Problems {
  const tickMinutes = blockOf(root['schedule'])['tickMinutes'] ?? DEFAULT_TICK_MINUTES;
  const { type } = blockOf(ownValue(root['providers'], application['provider']));
  const { defaultEveryMinutes } = blockOf(ownValue(PROVIDER_TYPES, type));
  const everyMinutes = application['everyMinutes'] ?? defaultEveryMinutes;
  if (!isCount(tickMinutes, 60) || !isCount(everyMinutes, 1440)) return;
  if (everyMinutes % tickMinutes === 0) return;
  const next = Math.ceil(everyMinutes / tickMinutes) * tickMinutes;
  const origin = application['everyMinutes'] === undefined ? ' by default' : '';
  yield valueProblem(
    path,
    `is ${everyMinutes}${origin}, which is no multiple of schedule.tickMinutes (${tickMinutes}): write ${next}, for example`,
  );
}

function* twoClientIds(path: Path, { clientId, credentials }: Block): Problems {
  if (clientId === undefined) return;
  if (blockOf(blockOf(credentials)['env'])['clientId'] === undefined) return;
  yield valueProblem(
    path,
    'stands here and in credentials.env: keep one; with a literal client id write credentials: { env: VARIABLE }',
  );
}

/** A private key and the method that uses it go together, and the client id stands beside them. */
function* keysAndMethods(path: Path, application: Block, providers: unknown): Problems {
  const { credentials, clientId } = application;
  const provider = blockOf(ownValue(providers, application['provider']));
  const method = application['clientAuthentication'] ?? provider['clientAuthentication'];
  const hasKey = blockOf(credentials)['privateKey'] !== undefined;
  if (hasKey && method !== undefined && method !== KEY_METHOD) {
    yield valueProblem(
      [...path, 'credentials', 'privateKey'],
      `is for clientAuthentication: ${KEY_METHOD}, and the method of this application is another one: set clientAuthentication: ${KEY_METHOD} beside \`credentials\`, or name a secret instead`,
    );
  } else if (hasKey || method === KEY_METHOD) {
    if (!hasKey) {
      yield valueProblem(
        [...path, 'credentials'],
        `names no private key, which clientAuthentication: ${KEY_METHOD} needs: write for example { privateKey: { file: keys/billing-sync.pem } }`,
      );
    }
    if (clientId === undefined) {
      yield valueProblem(
        [...path, 'clientId'],
        `is missing: with clientAuthentication: ${KEY_METHOD}, write the client id here`,
      );
    }
    yield* refusedMethod(
      [...path, 'clientAuthentication'],
      { clientAuthentication: KEY_METHOD },
      provider,
    );
  }
}

/** A method that no client of the type of provider can have. */
function* refusedMethod(path: Path, { clientAuthentication }: Block, provider: unknown): Problems {
  const row = ownValue(PROVIDER_TYPES, blockOf(provider)['type']) as ProviderTypeRow | undefined;
  if (clientAuthentication !== KEY_METHOD || row === undefined || row.takesAssertions) return;
  yield valueProblem(
    path,
    `cannot be ${KEY_METHOD}: applications of ${row.title} authenticate with a client secret`,
  );
}

/** The claims of an opaque token are read by nobody but its issuer and the API. RFC 6749 section 1.4. */
function* unreadClaims(path: Path, { tokenFormat, expect }: Block): Problems {
  if (tokenFormat !== 'opaque') return;
  for (const key of ['organization', 'claims']) {
    if (blockOf(expect)[key] === undefined) continue;
    yield valueProblem(
      [...path, key],
      'cannot be checked with tokenFormat: opaque, whose claims are not read: remove it',
    );
  }
}

/** A header or parameter that holds a credential by its name, and stands here itself. */
function* literalCredentials(path: Path, values: unknown): Problems {
  for (const [name, value] of Object.entries(blockOf(values))) {
    if (typeof value !== 'string' || !isSecretName(name)) continue;
    yield valueProblem(
      [...path, name],
      `is a credential by its name: there is no place for a secret here; name where it is kept, for example { env: ${variableFor(name)} } or { secretsManager: m2m/${variableFor(name).toLowerCase().replaceAll('_', '-')} }`,
    );
  }
}

/** A name of a variable that fits a header or parameter. */
function variableFor(name: string): string {
  return isName(name) ? name.toUpperCase().replace(/[^A-Z0-9]+/g, '_') : 'API_KEY';
}

/** Names of headers do not differ by case. RFC 9110 section 5.1. */
function* doubleHeaders(path: Path, headers: unknown): Problems {
  const before = new Set<string>();
  for (const name of Object.keys(blockOf(headers))) {
    const lower = name.toLowerCase();
    if (before.has(lower)) yield valueProblem([...path, name], 'stands twice: remove one');
    before.add(lower);
  }
}

function* unknownInMaintenance(windows: unknown, known: KnownNames): Problems {
  for (const [index, window] of listOf(windows).entries()) {
    for (const [place, name] of listOf(blockOf(window)['applications']).entries()) {
      if (typeof name !== 'string' || name === '' || name === '*') continue;
      if (known.names.has(name)) continue;
      yield valueProblem(
        ['maintenance', index, 'applications', place],
        `is ${quoted(name)}, which is no application${known.hint(name)}`,
      );
    }
  }
}

/** Out of bounds is what the schema says already. */
function isCount(value: unknown, atMost: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= atMost;
}

function ownValue(value: unknown, key: unknown): unknown {
  const block = blockOf(value);
  return typeof key === 'string' && Object.hasOwn(block, key) ? block[key] : undefined;
}

function blockOf(value: unknown): Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Block)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
