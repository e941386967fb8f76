// Reads credentials from environment variables, whole: no character is trimmed.

import type { SourceOf, SourceRead } from './source-read.ts';

/** Variables by name; absent or undefined: not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variables themselves, or how they are read anew for each secret. */
export type VariableSource = Variables | (() => Promise<Variables>);

/** The variables as they are now. */
export async function currentVariables(source: VariableSource): Promise<Variables> {
  return typeof source === 'function' ? source() : source;
}

/** Reads the variables that a source names; a missing one is `unreadable`, an empty one `malformed`. */
export function readEnvironmentSource(
  { env }: SourceOf<'env'>,
  environment: Variables,
): SourceRead {
  const names = typeof env === 'string' ? [env] : [env.clientId, env.clientSecret];
  const missing = names.filter((name) => environment[name] === undefined);
  if (missing.length > 0) {
    const detail = `${variables(missing)} not set`;
    return { kind: 'unreadable', reason: 'variable-missing', detail };
  }
  const empty = names.filter((name) => environment[name] === '');
  if (empty.length > 0) return { kind: 'malformed', problem: `${variables(empty)} empty` };
  const [first = '', second = ''] = names.map((name) => environment[name]);
  return typeof env === 'string'
    ? { kind: 'text', text: first, secretVersion: null }
    : { kind: 'pair', clientId: first, clientSecret: second, secretVersion: null };
}

function variables(names: readonly string[]): string {
  return names.length === 1
    ? `environment variable ${names[0]} is`
    : `environment variables ${names.join(' and ')} are`;
}
