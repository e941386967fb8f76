// The first step of every entry: what somebody wrote becomes the configuration, or all of its problems.

import type { Result } from '../result.ts';
import type { Application, WrittenApplication } from './application.ts';
import { KEY_METHOD } from './client-methods.ts';
import type { ConfigProblem } from './config-problems.ts';
import { crossChecks } from './cross-checks.ts';
import { problemsOf, unknownKey, wordsOf } from './problem-wording.ts';
import type { ProviderConfig } from './provider-config.ts';
import { PROVIDER_TYPES } from './provider-types.ts';
import { withoutTrailingSlash } from './urls.ts';
import { type WatchConfig, type WrittenConfig, watchConfigSchema } from './watch-config.ts';

/**
 * Parses a configuration that was read from YAML or JSON.
 *
 * Never throws. All problems are found at once, one for each path; no problem quotes a value that
 * may be a secret.
 */
export function parseConfig(input: unknown): Result<WatchConfig, ConfigProblem> {
  const parsed = watchConfigSchema.safeParse(input, { error: wordsOf });
  const refused = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue));
  const issues = withoutEchoes([...hiddenKeys(input, []), ...refused, ...crossChecks(input)]);
  if (issues.length > 0 || !parsed.success) return { ok: false, issues };
  const { providers, applications, ...rest } = parsed.data;
  const byName = Object.fromEntries(
    Object.entries(providers).map(([name, written]) => [name, providerOf(name, written)]),
  );
  const value: WatchConfig = {
    ...rest,
    providers: byName,
    applications: Object.entries(applications).map(([name, written]) =>
      applicationOf(name, written, byName),
    ),
  };
  return { ok: true, value };
}

/** A provider by its name; discovery and tokens write an issuer without a slash at its end. */
function providerOf(name: string, written: WrittenConfig['providers'][string]): ProviderConfig {
  const issuer = withoutTrailingSlash(written.issuer);
  return { ...written, name, issuer, expectIssuer: written.expectIssuer.map(withoutTrailingSlash) };
}

/** Fills in what an application takes from elsewhere: its name, its provider's usual pace, its scopes. */
function applicationOf(
  name: string,
  { expect, everyMinutes, ...application }: WrittenApplication,
  providers: WatchConfig['providers'],
): Application {
  // The cross-checks refuse an application of an unknown provider.
  const { type } = providers[application.provider] as ProviderConfig;
  const usual = 'privateKey' in application.credentials ? KEY_METHOD : null;
  return {
    ...application,
    name,
    clientAuthentication: application.clientAuthentication ?? usual,
    everyMinutes: everyMinutes ?? PROVIDER_TYPES[type].defaultEveryMinutes,
    expect: { ...expect, scopes: expect.scopes ?? expectedOf(application.scopes ?? []) },
  };
}

/** The scopes that a token holds where they are granted: Entra's `<API>/.default` asks for all, and is none. */
function expectedOf(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !scope.endsWith('/.default'));
}

/** `__proto__` as a key of its own, which libraries pass over in silence. */
function hiddenKeys(value: unknown, path: ConfigProblem['path']): readonly ConfigProblem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    return key === '__proto__' ? [unknownKey(here)] : hiddenKeys(inner, here);
  });
}

/**
 * The problems without those that only follow from another.
 *
 * The first at each path stands; a block that holds an unknown key is not said to lack something as
 * a whole, since the unknown key is probably what it lacks.
 */
export function withoutEchoes<Problem extends ConfigProblem>(
  problems: readonly Problem[],
): readonly Problem[] {
  const blocksWithOddKeys = new Set(
    problems.filter(({ about }) => about === 'key').map(({ path }) => pathKey(path.slice(0, -1))),
  );
  const byPath = new Map<string, Problem>();
  for (const problem of problems) {
    const key = pathKey(problem.path);
    const follows = problem.about === 'value' && blocksWithOddKeys.has(key);
    if (!follows && !byPath.has(key)) byPath.set(key, problem);
  }
  return [...byPath.values()];
}

function pathKey(path: ConfigProblem['path']): string {
  return JSON.stringify(path);
}
