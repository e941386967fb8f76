import { SECRET_VARIABLE } from '../application/client-secret.ts';
import type { NamedApplication } from '../application/described-application.ts';
import { DEFAULT_CONFIG_FILE } from '../load-config.ts';
import type { InitOptions } from './init.ts';

/** A command line, and what it is for. */
export type NextCommand = readonly [line: string, purpose: string];

/** Where the next command finds the client secret. */
export type SecretAt =
  /** In the variable that the configuration names. */
  | 'variable'
  /** In the variable `M2M_CLIENT_SECRET` of this shell. */
  | 'given-variable'
  /** Nowhere: it has to be given once more. */
  | 'nowhere';

/** The two commands that come after a configuration was written. */
export function nextCommands({
  variable,
  file,
  secretAt,
}: {
  readonly variable: string;
  readonly file: string;
  readonly secretAt: SecretAt;
}): readonly [NextCommand, NextCommand] {
  const config = file === DEFAULT_CONFIG_FILE ? '' : ` --config ${quoted(file)}`;
  const check: NextCommand = [`npx m2m-watch check${config}`, 'checks it by the file'];
  switch (secretAt) {
    case 'variable':
      return [check, [`npx m2m-watch serve${config}`, 'goes on checking, until Ctrl-C']];
    case 'given-variable':
      return [[`export ${variable}="$${SECRET_VARIABLE}"`, 'where the file looks for it'], check];
    case 'nowhere':
      return [[`read -rs ${variable} && export ${variable}`, 'then paste the secret'], check];
  }
}

/** The command line that asks for nothing that was given already but the secret. */
export function repeatCommand(
  { issuer, clientId, audience, scopes, allowInsecureHttp }: NamedApplication,
  options: InitOptions & {
    readonly config?: string;
    readonly force?: boolean;
    readonly envFile: boolean;
  },
): string {
  const words = [
    ...['npx', 'm2m-watch', 'init'],
    ...['--issuer', issuer, '--client-id', clientId],
    ...(audience.length === 0 ? ['--no-audience'] : audience.flatMap((one) => ['--audience', one])),
    ...scopes.flatMap((scope) => ['--scope', scope]),
    ...(options.type === undefined ? [] : ['--type', options.type]),
    ...(options.tokenFormat === undefined ? [] : ['--token-format', options.tokenFormat]),
    ...(options.name === undefined ? [] : ['--name', options.name]),
    ...(allowInsecureHttp ? ['--allow-insecure-http'] : []),
    ...(options.config === undefined ? [] : ['--config', options.config]),
    ...(options.force === true ? ['--force'] : []),
    ...(options.envFile ? [] : ['--no-env-file']),
    ...(options.secretStdin === true ? ['--secret-stdin'] : []),
  ];
  return words.map(quoted).join(' ');
}

/** A word as a shell takes it whole. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
