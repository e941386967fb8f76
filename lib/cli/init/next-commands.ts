// Command lines that `init` prints: what to run next, and how to try again.
import { type FoundSecret, SECRET_VARIABLE } from '../application/client-secret.ts';
import type { DescribedApplication } from '../application/described-application.ts';
import { DEFAULT_CONFIG_FILE } from '../command.ts';
import { joinLines, padText, textWidth } from '../terminal-text.ts';
import type { InitOptions } from './init-command.ts';

/** What `init` wrote. */
export interface Written {
  readonly file: string;
  readonly application: DescribedApplication;
  readonly secret: FoundSecret;
  /** Whether `.env` now holds the secret. */
  readonly isSecretKept: boolean;
}

/** Names the files that were written, and the commands to run next. */
export function nextSteps(written: Written): string {
  const { file, isSecretKept } = written;
  const commands = nextCommands(written);
  const width = Math.max(...commands.map(([line]) => textWidth(line)));
  return joinLines([
    '',
    padText(`Written: ${file}${isSecretKept ? '; .env, which holds the secret' : ''}`, 0),
    '',
    'Next:',
    ...commands.map(([line, purpose]) => `  ${padText(line, width)}  # ${purpose}`),
  ]);
}

function nextCommands({
  file,
  application,
  secret,
  isSecretKept,
}: Written): readonly (readonly [line: string, purpose: string])[] {
  const { variable } = application;
  const config = file === DEFAULT_CONFIG_FILE ? '' : ` --config ${shellWord(file)}`;
  const check = [`npx m2m-watch check${config}`, 'checks it with the file'] as const;
  if (isSecretKept || secret.variable === variable) {
    return [check, [`npx m2m-watch serve${config}`, 'continues to check, until Ctrl-C']];
  }
  // The secret is in another variable, or has to be given once more.
  return secret.from === 'environment'
    ? [[`export ${variable}="$${SECRET_VARIABLE}"`, 'the variable that the file names'], check]
    : [[`read -rs ${variable} && export ${variable}`, 'then paste the secret'], check];
}

/** The command line that gives everything again, so that only the secret is asked for. */
export function repeatCommand(
  { issuer, clientId, audience, scopes, allowInsecureHttp }: DescribedApplication,
  options: InitOptions,
): string {
  const { type, tokenFormat, name, config, force, envFile, secretStdin } = options;
  const words = [
    ...['npx', 'm2m-watch', 'init'],
    ...['--issuer', issuer, '--client-id', clientId],
    ...(audience.length === 0 ? ['--no-audience'] : audience.flatMap((one) => ['--audience', one])),
    ...scopes.flatMap((scope) => ['--scope', scope]),
    ...(type === undefined ? [] : ['--type', type]),
    ...(tokenFormat === undefined ? [] : ['--token-format', tokenFormat]),
    ...(name === undefined ? [] : ['--name', name]),
    ...(allowInsecureHttp ? ['--allow-insecure-http'] : []),
    ...(config === undefined ? [] : ['--config', config]),
    ...(force === true ? ['--force'] : []),
    ...(envFile ? [] : ['--no-env-file']),
    ...(secretStdin === true ? ['--secret-stdin'] : []),
  ];
  return words.map(shellWord).join(' ');
}

/** A word that a shell reads as it is. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
