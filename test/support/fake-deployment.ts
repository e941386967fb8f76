import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import type { CredentialReader, StateStore, TokenVerifier } from '../../lib/check/ports.ts';
import { ProviderSession } from '../../lib/check/provider-session.ts';
import type { OpenShares } from '../../lib/check/run-checks.ts';
import { type RunDue, type RunDueOutcome, runDue } from '../../lib/check/run-due.ts';
import type { Application } from '../../lib/core/config/application.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { WatchConfig } from '../../lib/core/config/watch-config.ts';
import type { HttpOutcome, HttpRequest } from '../../lib/core/http/http-exchange.ts';
import { monthOf } from '../../lib/core/plan/token-budget.ts';
import { providerOf } from '../../lib/core/provider/registry.ts';
import { Secret } from '../../lib/core/secret.ts';
import { fakeClock } from './fake-clock.ts';
import { reply } from './fake-sender.ts';

/** What happens to one attempt; the first seven reach the provider's count of tokens. */
export type Behaviour =
  | 'healthy'
  | 'wrong-claims'
  | 'call-down'
  /** A token is issued, and its reply does not arrive. */
  | 'timeout'
  | 'reset'
  | 'gateway-timeout'
  /** A reply without a usable token, which the provider counts nevertheless. */
  | 'malformed'
  | 'refused'
  | 'down'
  | 'unreachable'
  | 'unreadable'
  /** The store says that there is no such secret. */
  | 'missing';

const COUNTED: ReadonlySet<Behaviour> = new Set<Behaviour>([
  'healthy',
  'wrong-claims',
  'call-down',
  'timeout',
  'reset',
  'gateway-timeout',
  'malformed',
]);

const API = 'https://api.acme.com';

/** What a fake deployment is made from. */
export interface FakeDeploymentStart {
  /** Names, with the parts of their configuration that differ. */
  readonly applications: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Parts of the configuration; `providers` has only `acme` where it is absent. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tokensPerMonth?: number;
  readonly store?: StateStore;
  /** What happens to an attempt, counted from 1 over the whole life of the application. */
  readonly behaviour: (application: string, attempt: number) => Behaviour;
}

/** The checks, the state and the judging as they are, over a provider that does what a test says. */
export function fakeDeployment(start: FakeDeploymentStart) {
  const config = configOf(start);
  const clock = fakeClock();
  const store = start.store ?? createSqliteStateStore(':memory:');
  const attempts: string[] = [];
  const attemptsOf = new Map<string, number>();
  const minted = new Map<string, number>();
  const now: Record<string, Behaviour> = {};

  const credentials: CredentialReader = {
    read: async ({ name }) => {
      attempts.push(name);
      const attempt = (attemptsOf.get(name) ?? 0) + 1;
      attemptsOf.set(name, attempt);
      const behaviour = start.behaviour(name, attempt);
      now[name] = behaviour;
      if (behaviour === 'missing')
        return { kind: 'missing', source: 'file x', reason: 'not-found' };
      return behaviour === 'unreadable'
        ? { kind: 'unreadable', source: 'file x', reason: 'file-unreadable', detail: 'gone' }
        : {
            kind: 'read',
            credentials: { clientId: name, clientSecret: new Secret(`secret-of-${name}`) },
            secretVersion: null,
          };
    },
  };
  const send = async (request: HttpRequest): Promise<HttpOutcome> => {
    const issuer = `https://${new URL(request.url).host}`;
    if (request.purpose === 'discovery') {
      return reply(200, {
        issuer,
        token_endpoint: `${issuer}/oauth2/token`,
        jwks_uri: `${issuer}/.well-known/jwks`,
      });
    }
    if (request.purpose === 'keys') return reply(200, { keys: [{ kty: 'RSA', kid: 'k1' }] });
    if (request.purpose === 'call') {
      const [, name = ''] = request.url.split('/app/');
      return reply(now[name] === 'call-down' ? 503 : 200, '');
    }
    const name = new URLSearchParams(request.body?.reveal()).get('client_id') ?? '';
    const behaviour = now[name] ?? 'healthy';
    if (COUNTED.has(behaviour)) {
      const month = monthOf(clock.nowMs());
      minted.set(month, (minted.get(month) ?? 0) + 1);
    }
    return tokenAnswer(name, behaviour);
  };
  const verifier: TokenVerifier = {
    verify: async (token, keys) => {
      const header = { algorithm: 'RS256', keyId: 'k1', type: 'jwt' };
      const [, name = '', behaviour] = token.reveal().split('.');
      const nowSeconds = Math.floor(clock.nowMs() / 1000);
      const isWrong = behaviour === 'wrong-claims';
      const claims = {
        aud: isWrong ? ['https://else.example.com'] : [API],
        azp: isWrong ? 'another' : name,
        gty: isWrong ? ['password'] : ['client_credentials'],
        exp: nowSeconds + 3600,
        iat: nowSeconds,
        iss: isWrong ? 'https://else.kinde.com' : 'https://acme.kinde.com',
        scp: [],
      };
      if (keys === null) return { kind: 'key-unknown', header, claims, knownKeyIds: [] };
      return { kind: 'verified', header, claims };
    },
  };
  const openShares = (
    applications: readonly Application[],
    signal: AbortSignal | null = null,
  ): OpenShares => {
    const byProvider = Map.groupBy(applications, ({ provider }) => provider);
    const http = { send, close: async () => {} };
    return {
      shares: [...byProvider].flatMap(([name, share]) => {
        const provider = config.providers[name];
        if (provider === undefined) return [];
        const session = new ProviderSession({
          config: provider,
          provider: providerOf(provider.type),
          http,
          verifier,
          clock,
        });
        return [{ tools: { session, credentials, http, clock, signal }, applications: share }];
      }),
      close: async () => {},
    };
  };
  return {
    config,
    clock,
    store,
    /** The applications whose credentials were read, in order: one for each attempt. */
    attempts,
    /** Tokens that the provider counts, by month. */
    minted,
    openShares,
    /** Runs the slot of the clock's time; `minutes` pass first. */
    tick: async (minutes = 0, parts: Partial<RunDue> = {}): Promise<RunDueOutcome> => {
      clock.advance(minutes * 60_000);
      const tickMs = config.schedule.tickMinutes * 60_000;
      const slotMs = clock.nowMs() - (clock.nowMs() % tickMs);
      clock.advance(1);
      return runDue({ config, store, clock, slotMs, openShares, channels: ['log'], ...parts });
    },
  };
}

/** The notices of a run, as `reason: subject line`. */
export function noticeLines({ notices }: RunDueOutcome): readonly string[] {
  return notices.map(({ reason, subject }) => `${reason}: ${subject}`);
}

function tokenAnswer(name: string, behaviour: Behaviour): HttpOutcome {
  switch (behaviour) {
    case 'refused':
      return reply(401, { error: 'invalid_client', error_description: 'no' });
    case 'down':
      return reply(503, 'down');
    case 'gateway-timeout':
      return reply(504, 'gateway timeout');
    case 'unreachable':
    case 'reset':
    case 'timeout': {
      const failure = behaviour === 'unreachable' ? 'refused' : behaviour;
      return { kind: 'transport-failure', failure, code: 'X', detail: 'none', durationMs: 1 };
    }
    case 'malformed':
      return reply(200, { expires_in: 3600 });
    default:
      return reply(200, {
        access_token: `header.${name}.${behaviour}`,
        token_type: 'bearer',
        expires_in: 3600,
      });
  }
}

function configOf({ applications, config, tokensPerMonth }: FakeDeploymentStart): WatchConfig {
  const named = Object.entries(applications).map(([name, parts]) => [
    name,
    {
      provider: 'acme',
      credentials: { file: `${name}.json` },
      audience: API,
      everyMinutes: 5,
      ...parts,
    },
  ]);
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    schedule: { tickMinutes: 5 },
    providers: {
      acme: {
        type: 'kinde',
        issuer: 'https://acme.kinde.com',
        ...(tokensPerMonth === undefined ? {} : { tokensPerMonth }),
      },
    },
    acceptOverBudget: true,
    applications: Object.fromEntries(named),
    ...config,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}
