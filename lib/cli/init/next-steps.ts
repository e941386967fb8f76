// What `init` prints when it is done: the files that it wrote, and command lines to run next.
import type { Command } from 'commander';
import type { StarterApplication } from '../../config-file/starter-config.ts';
import { escapeTerminal } from '../../core/text/escape.ts';
import { type FoundSecret, SECRET_VARIABLE } from '../application/client-secret.ts';
import { DEFAULT_CONFIG_FILE } from '../command.ts';
import { joinLines, padText, textWidth } from '../terminal-text.ts';

/** What was written. */
interface Written {
  readonly file: string;
  readonly application: StarterApplication;
  /** Whether it was added to others. */
  readonly isAdded: boolean;
  /** Null: it has a private key. */
  readonly secret: FoundSecret | null;
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
    escapeTerminal(`Written: ${file}${isSecretKept ? '; .env, which holds the secret' : ''}`),
    '',
    'Next:',
    ...commands.map(([line, purpose]) => `  ${padText(line, width)}  # ${purpose}`),
  ]);
}

function nextCommands({
  file,
  application: { name, variable },
  isAdded,
  secret,
  isSecretKept,
}: Written): readonly (readonly [line: string, purpose: string])[] {
  const config = file === DEFAULT_CONFIG_FILE ? '' : ` --config ${shellWord(file)}`;
  const app = isAdded ? ` --app ${name}` : '';
  const check = [`npx m2m-watch check${config}${app}`, 'check it again, with the file'] as const;
  if (secret === null || isSecretKept || secret.variable === variable) {
    return [check, [`npx m2m-watch serve${config}`, 'keep checking it, until Ctrl-C']];
  }
  // The secret is in another variable, or has to be given once more.
  return secret.from === 'environment'
    ? [[`export ${variable}="$${SECRET_VARIABLE}"`, 'set the variable that the file names'], check]
    : [[`read -rs ${variable} && export ${variable}`, 'then paste the secret'], check];
}

/** The command line that gives every option and answer again, so that only the secret is asked for. */
export function repeatCommand(
  command: Command,
  { issuer, clientId, audience }: StarterApplication,
): string {
  const answers = { issuer, clientId, audience: audience.length === 0 ? false : audience };
  const values: Record<string, unknown> = { ...command.opts(), ...answers };
  const words = command.options.flatMap((option) => {
    const value = values[option.attributeName()];
    if (value === !option.negate) return [option.long];
    const isGiven = value !== undefined && typeof value !== 'boolean' && !option.negate;
    return isGiven ? [value].flat().flatMap((one) => [option.long, one]) : [];
  });
  return ['npx', 'm2m-watch', command.name(), ...words.map(String)].map(shellWord).join(' ');
}

/** A word that a shell reads as it is. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
