// Checks the keys of a configuration against each other.

import { type ConfigProblem, shown, valueProblem } from './config-problems.ts';
import { didYouMean } from './nearest-names.ts';
import { DEFAULT_TICK_MINUTES } from './provider-config.ts';
import { PROVIDER_TYPES } from './provider-types.ts';
import { httpUrl, isLoopback } from './urls.ts';

type Path = ConfigProblem['path'];
type Block = Readonly<Record<string, unknown>>;

/**
 * The problems between keys, found in whatever can be read of the input.
 *
 * Values of a wrong shape are passed over, since the schema names them: so a typo in one place
 * does not hide an unknown provider in another.
 */
export function crossChecks(input: unknown): readonly ConfigProblem[] {
  const root = blockOf(input);
  const providers = blockOf(root['providers']);
  const applications = blockOf(root['applications']);
  return [
    ...Object.entries(providers).flatMap(([name, provider]) =>
      insecureProvider(['providers', name], blockOf(provider)),
    ),
    ...Object.entries(applications).flatMap(([name, value]) => {
      const application = blockOf(value);
      const path = ['applications', name];
      return [
        ...unknownProvider([...path, 'provider'], application['provider'], root['providers']),
        ...offBeat({ path: [...path, 'everyMinutes'], application, providers, root }),
        ...insecureCall([...path, 'call'], blockOf(application['call'])),
        ...twoClientIds(path, application),
        ...unreadClaims(path, application),
        ...doubleHeaders([...path, 'call', 'headers'], blockOf(application['call'])['headers']),
      ];
    }),
    ...unknownInMaintenance(root['maintenance'], Object.keys(applications)),
  ];
}

function insecureProvider(path: Path, provider: Block): readonly ConfigProblem[] {
  const allowed = provider['allowInsecureHttp'] === true;
  const endpoints = blockOf(provider['endpoints']);
  return [
    ...insecure([...path, 'issuer'], provider['issuer'], allowed),
    ...listOf(provider['expectIssuer']).flatMap((issuer, index) =>
      insecure([...path, 'expectIssuer', index], issuer, allowed),
    ),
    ...['token', 'keys'].flatMap((key) =>
      insecure([...path, 'endpoints', key], endpoints[key], allowed),
    ),
  ];
}

function insecureCall(path: Path, call: Block): readonly ConfigProblem[] {
  return insecure([...path, 'url'], call['url'], call['allowInsecureHttp'] === true);
}

function insecure(path: Path, value: unknown, allowed: boolean): readonly ConfigProblem[] {
  const url = typeof value === 'string' ? httpUrl(value) : null;
  if (url === null || url.protocol === 'https:') return [];
  if (!isLoopback(url.hostname)) {
    return [valueProblem(path, 'must begin with https: (http is for loopback only)')];
  }
  return allowed
    ? []
    : [valueProblem(path, 'must begin with https:, or set allowInsecureHttp: true beside it')];
}

function unknownProvider(path: Path, given: unknown, all: unknown): readonly ConfigProblem[] {
  const providers = blockOf(all);
  if (all !== providers || typeof given !== 'string' || given === '') return [];
  if (Object.hasOwn(providers, given)) return [];
  const known = Object.keys(providers);
  const near = didYouMean(given, known);
  const others = known.slice(0, 5).map((name) => `\`${shown(name)}\``);
  const rest = others.length === 0 ? '; there are none' : `; there are ${others.join(', ')}`;
  return [
    valueProblem(path, `is \`${shown(given)}\`, which is no provider${near === '' ? rest : near}`),
  ];
}

function offBeat({
  path,
  application,
  providers,
  root,
}: {
  readonly path: Path;
  readonly application: Block;
  readonly providers: Block;
  readonly root: Block;
}): readonly ConfigProblem[] {
  const tickMinutes = blockOf(root['schedule'])['tickMinutes'] ?? DEFAULT_TICK_MINUTES;
  const type = blockOf(ownValue(providers, application['provider']))['type'];
  const usual = blockOf(ownValue(PROVIDER_TYPES, type))['defaultEveryMinutes'];
  const everyMinutes = application['everyMinutes'] ?? usual;
  if (!isCount(tickMinutes, 60) || !isCount(everyMinutes, 1440)) return [];
  if (everyMinutes % tickMinutes === 0) return [];
  const next = Math.ceil(everyMinutes / tickMinutes) * tickMinutes;
  const origin = application['everyMinutes'] === undefined ? ' by default' : '';
  const message = `is ${everyMinutes}${origin}, which is no multiple of schedule.tickMinutes (${tickMinutes}): write ${next}, for example`;
  return [valueProblem(path, message)];
}

function twoClientIds(path: Path, application: Block): readonly ConfigProblem[] {
  const inVariable = blockOf(blockOf(application['credentials'])['env'])['clientId'];
  if (application['clientId'] === undefined || inVariable === undefined) return [];
  return [
    valueProblem(
      [...path, 'clientId'],
      'stands here and in credentials.env: keep one; with a literal client id write credentials: { env: VARIABLE }',
    ),
  ];
}

/** The claims of an opaque token are read by nobody but its issuer and the API. RFC 6749 section 1.4. */
function unreadClaims(path: Path, application: Block): readonly ConfigProblem[] {
  if (application['tokenFormat'] !== 'opaque') return [];
  const expect = blockOf(application['expect']);
  return ['organization', 'claims']
    .filter((key) => expect[key] !== undefined)
    .map((key) =>
      valueProblem(
        [...path, 'expect', key],
        'cannot be checked with tokenFormat: opaque, whose claims are not read: remove it',
      ),
    );
}

/** Names of headers do not differ by case. RFC 9110 section 5.1. */
function doubleHeaders(path: Path, headers: unknown): readonly ConfigProblem[] {
  const names = Object.keys(blockOf(headers));
  const lower = names.map((name) => name.toLowerCase());
  return names
    .filter((_, index) => lower.indexOf(lower[index] as string) !== index)
    .map((name) => valueProblem([...path, name], 'stands twice: remove one'));
}

function unknownInMaintenance(
  windows: unknown,
  known: readonly string[],
): readonly ConfigProblem[] {
  return listOf(windows).flatMap((window, index) =>
    listOf(blockOf(window)['applications']).flatMap((name, place) =>
      typeof name !== 'string' || name === '' || name === '*' || known.includes(name)
        ? []
        : [
            valueProblem(
              ['maintenance', index, 'applications', place],
              `is \`${shown(name)}\`, which is no application${didYouMean(name, known)}`,
            ),
          ],
    ),
  );
}

/** Out of bounds is what the schema says already. */
function isCount(value: unknown, atMost: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= atMost;
}

function ownValue(block: Block, key: unknown): unknown {
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
