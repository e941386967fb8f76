import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface LockedPackage {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

const MANIFEST: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  read('package.json'),
);
const LOCKED = Object.entries<LockedPackage>(JSON.parse(read('package-lock.json')).packages).filter(
  ([path]) => path !== '',
);

describe('the packages', () => {
  it('have exact versions', () => {
    const versions = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
      Object.entries(MANIFEST[kind] ?? {}),
    );

    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual(
      [],
    );
  });

  it('have a hash in the lock file, each, or lie in one that has', () => {
    const bare = LOCKED.filter(
      ([, { integrity = '', inBundle = false }]) => !inBundle && !/^sha512-/.test(integrity),
    );

    expect(LOCKED.length).toBeGreaterThan(100);
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it('come from the registry of npm', () => {
    const elsewhere = LOCKED.filter(
      ([, { resolved, inBundle = false }]) =>
        !inBundle && resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
    );

    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });

  it('run no install script: one has one, which works without it, and .npmrc turns it off', () => {
    const scripts = LOCKED.filter(([, { hasInstallScript = false }]) => hasInstallScript);

    expect(scripts.map(([path]) => path)).toEqual(['node_modules/esbuild']);
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });

  it('that run in production are few', () => {
    expect(Object.keys(MANIFEST['dependencies'] ?? {}).length).toBeLessThanOrEqual(15);
  });

  it('include the Node for older machines', () => {
    for (const name of Object.keys(MANIFEST['optionalDependencies'] ?? {})) {
      const locked = LOCKED.find(([path]) => path === `node_modules/${name}`);
      expect(locked?.[1].integrity).toMatch(/^sha512-/);
    }
  });

  it('are installed by npm ci alone, by the launcher and in CI', () => {
    for (const path of ['bin/launcher/install-once.mjs', '.ci/run']) {
      expect(read(path)).not.toMatch(/npm['",\s]+(?:install|i|add|update)\b/);
    }
    expect(read('bin/launcher/install-once.mjs')).toMatch(/['"]ci['"]/);
  });
});
