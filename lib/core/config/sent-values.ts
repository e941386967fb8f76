// The headers and parameters of an application that hold a credential: where each is read from, and what was read.

import type { Secret } from '../secret.ts';
import type { Application } from './application.ts';
import { type SecretSource, type SecretValueSource, sourcesOf } from './secret-places.ts';

/** What is sent beside the credentials and was read fresh for one attempt, by its name. */
export interface SentSecrets {
  readonly headers: Readonly<Record<string, Secret>>;
  readonly tokenParameters: Readonly<Record<string, Secret>>;
}

/** Of an application whose headers and parameters are all literal. */
export const NO_SENT_SECRETS: SentSecrets = { headers: {}, tokenParameters: {} };

/** The header or parameter that a source is for. */
export interface SentSource {
  readonly kind: keyof SentSecrets;
  readonly name: string;
  readonly source: SecretValueSource;
}

type WithSources = Pick<Application, 'credentials' | 'call' | 'tokenParameters'>;

/** Every header and parameter that names where its value is kept. */
export function sentSources({
  call,
  tokenParameters,
}: Omit<WithSources, 'credentials'>): readonly SentSource[] {
  const all = [
    ...Object.entries(call?.headers ?? {}).map((entry) => ['headers', ...entry] as const),
    ...Object.entries(tokenParameters).map((entry) => ['tokenParameters', ...entry] as const),
  ];
  return all.flatMap(([kind, name, source]) =>
    typeof source === 'string' ? [] : [{ kind, name, source }],
  );
}

/** Everything that is read for one attempt: its source, and the keys that lead to it from the application. */
export function attemptSources(application: WithSources): readonly {
  readonly source: SecretSource | SecretValueSource;
  readonly path: readonly string[];
}[] {
  const ofCredentials = sourcesOf(application.credentials);
  return [
    ...ofCredentials.map(({ source, path }) => ({ source, path: ['credentials', ...path] })),
    ...sentSources(application).map(({ kind, name, source }) => ({
      source,
      path: [...(kind === 'headers' ? ['call'] : []), kind, name],
    })),
  ];
}

/** The headers or parameters with a literal value. */
export function literalValues(
  values: Application['tokenParameters'],
): readonly (readonly [string, string])[] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
}
