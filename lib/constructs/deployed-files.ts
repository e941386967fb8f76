import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ConfigProblem, shown } from '../core/config/config-problems.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';

/** A configuration as functions get it. */
export interface DeployedFiles {
  /** The files that it names are beside it, under names of their own. */
  readonly config: WatchConfig;
  /** Their contents by those names. */
  readonly files: Readonly<Record<string, string>>;
}

/** Takes the certificates along that a configuration names; relative paths start at `baseDirectory`. */
export function deployedFiles(config: WatchConfig, baseDirectory: string): DeployedFiles {
  const files: Record<string, string> = {};
  const providers = Object.entries(config.providers).map(([name, provider]) => {
    if (provider.ca === null) return [name, provider] as const;
    const file = `ca-${name}.pem`;
    files[file] = readFileSync(resolve(baseDirectory, provider.ca.file), 'utf8');
    return [name, { ...provider, ca: { ...provider.ca, file } }] as const;
  });
  return { config: { ...config, providers: Object.fromEntries(providers) }, files };
}

/** Certificates that are not where the configuration says. */
export function missingCertificates(
  { providers }: WatchConfig,
  baseDirectory: string,
): readonly ConfigProblem[] {
  return Object.values(providers).flatMap(({ name, ca }): readonly ConfigProblem[] => {
    if (ca === null) return [];
    try {
      const text = readFileSync(resolve(baseDirectory, ca.file), 'utf8');
      if (text.includes('-----BEGIN CERTIFICATE-----')) return [];
      return [problem(name, ca.file, 'holds no certificate')];
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return [problem(name, ca.file, `cannot be read (${code})`)];
    }
  });
}

function problem(provider: string, file: string, what: string): ConfigProblem {
  return {
    path: ['providers', provider, 'ca', 'file'],
    message: `is \`${shown(file)}\`, which ${what}: name a file of certificates in PEM form`,
    about: 'value',
  };
}
