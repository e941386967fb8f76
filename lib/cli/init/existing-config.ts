// The configuration that `init --add` adds to: whether it can, and the names that are free in it.

import { closeSync, openSync, readFileSync } from 'node:fs';
import {
  type Addition,
  addApplication,
  obstacleToAdding,
} from '../../config-file/add-application.ts';
import { readConfigFile } from '../../config-file/read-config-file.ts';
import type { StarterApplication } from '../../config-file/starter-config.ts';
import { pathText } from '../../core/config/config-problems.ts';
import { httpUrl } from '../../core/config/urls.ts';
import type { WatchConfig } from '../../core/config/watch-config.ts';
import { freeName, variableName } from '../application/names.ts';
import { UsageError } from '../command.ts';
import type { InitOptions } from './init-command.ts';
import type { StarterPlace } from './starter-files.ts';

/** A configuration to which an application can be added. */
export interface ExistingConfig {
  readonly text: string;
  readonly config: WatchConfig;
}

/** Reads the configuration to add to; throws a {@link UsageError} with one line if nothing can be added. */
export async function existingConfig({ file, path }: StarterPlace): Promise<ExistingConfig> {
  try {
    closeSync(openSync(path, 'r+'));
  } catch {
    throw new UsageError(`${file} cannot be changed: this user may not read and write it`);
  }
  const read = await readConfigFile(path);
  if (!read.ok) {
    const [first] = read.issues;
    const place = [first?.line ? `line ${first.line}` : '', pathText(first?.path ?? [])].filter(
      Boolean,
    );
    throw new UsageError(
      `${file} is not valid (${[...place, first?.message].join(': ')}): correct it first; \`npx m2m-watch validate\` lists every problem`,
    );
  }
  const text = textOf(path);
  const obstacle = obstacleToAdding(text);
  if (obstacle !== null) throw new UsageError(`${file} ${obstacle}`);
  return { text, config: read.value.config };
}

/** The configuration with the application; throws a {@link UsageError} if the file would not be valid. */
export function addedConfig(
  { text }: ExistingConfig,
  addition: Addition,
  file: string,
): ExistingConfig {
  const added = addApplication(text, addition);
  if (added.ok) return added.value;
  throw new UsageError(...added.issues.map((issue) => `${file} ${issue}`));
}

/** Throws a {@link UsageError} if the file is no longer as it was read. */
export function refuseChanged({ file, path }: StarterPlace, { text }: ExistingConfig): void {
  if (textOf(path) === text) return;
  throw new UsageError(`${file} was changed during the check, and is kept: run the command again`);
}

/** With the byte order mark, so that it is written again. */
function textOf(path: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(readFileSync(path));
}

/**
 * The application with names that are free in the configuration, at the provider that has its issuer
 * already, if one has.
 *
 * Throws a {@link UsageError} for a name or a type that was given and does not fit.
 */
export function fitInto(
  { config }: ExistingConfig,
  application: StarterApplication,
  { name, type }: Pick<InitOptions, 'name' | 'type'>,
): StarterApplication {
  const named = { ...application, ...namesFor(application.name, name, config) };
  const issuer = comparable(application.issuer);
  const known = Object.values(config.providers).find((one) => comparable(one.issuer) === issuer);
  if (known === undefined) {
    const isTaken = (provider: string) => Object.hasOwn(config.providers, provider);
    return { ...named, providerName: freeName(application.providerName, isTaken) };
  }
  if (type !== undefined && type !== known.type) {
    throw new UsageError(
      `--type is ${type}, but this issuer is the provider ${known.name} of the file, with type ${known.type}: leave --type out`,
    );
  }
  const { issuer: written, allowInsecureHttp } = known;
  return {
    ...named,
    providerName: known.name,
    type: known.type,
    issuer: written,
    allowInsecureHttp,
  };
}

function namesFor(
  derived: string,
  given: string | undefined,
  config: WatchConfig,
): Pick<StarterApplication, 'name' | 'variable'> {
  const names = config.applications.map((one) => one.name);
  const text = JSON.stringify(config);
  const isVariableUsed = (name: string) => text.includes(JSON.stringify(variableName(name)));
  if (given === undefined) {
    const name = freeName(derived, (one) => names.includes(one) || isVariableUsed(one));
    return { name, variable: variableName(name) };
  }
  if (names.includes(given)) {
    throw new UsageError(`--name is ${given}, which is in the file already: give another name`);
  }
  if (isVariableUsed(given)) {
    throw new UsageError(
      `--name is ${given}, whose variable ${variableName(given)} is in the file already: give another name`,
    );
  }
  return { name: given, variable: variableName(given) };
}

/** Issuers that differ only in the form of their address are one. */
function comparable(issuer: string): string {
  return (httpUrl(issuer)?.href ?? issuer).replace(/\/$/, '');
}
