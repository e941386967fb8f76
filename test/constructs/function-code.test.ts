import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunctions, entriesWith, functionFile } from '../../lib/constructs/function-code.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'm2m-watch-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a function with the SDK inside may weigh, all its parts together, minified. */
const BYTES_MAX = 1_100_000;

function modulesIn(output: string): readonly string[] {
  return readdirSync(output)
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => join(output, name));
}

/** The files that went into a bundle, as its source maps name them. */
function sourcesOf(output: string): readonly string[] {
  return modulesIn(output).flatMap((path) => {
    const map = JSON.parse(readFileSync(`${path}.map`, 'utf8')) as {
      readonly sources: readonly string[];
    };
    return map.sources;
  });
}

describe('bundleFunctions', () => {
  it('gives one ES module that Node imports, with undici and its `require` of Node modules', async () => {
    const entry = join(folder, 'entry.ts');
    const undici = join(ROOT, 'node_modules', 'undici', 'index.js');
    writeFileSync(
      entry,
      `import { Agent } from ${JSON.stringify(undici)};\nexport const handler = async (): Promise<string> => { const agent = new Agent(); await agent.close(); return 'ran'; };\n`,
    );

    bundleFunctions([entry], folder);

    const bundle: { readonly handler: () => Promise<string> } = await import(
      pathToFileURL(join(folder, 'entry.mjs')).href
    );
    expect(await bundle.handler()).toBe('ran');
  });

  it('fails with the reason of the bundler', () => {
    const entry = join(folder, 'faulty.ts');
    writeFileSync(entry, "import './not-there.ts';\n");

    expect(() => bundleFunctions([entry], folder)).toThrow(
      /cannot bundle .*faulty\.ts: .*not-there/s,
    );
  });

  it('gives the same bytes wherever it writes them, so that nothing is deployed again', () => {
    const bytesOf = (output: string) => {
      bundleFunctions([functionFile('notify')], output);
      const files = readdirSync(output).map((name) => [name, readFileSync(join(output, name))]);
      return createHash('sha256').update(JSON.stringify(files)).digest('hex');
    };

    expect(bytesOf(join(folder, 'one'))).toBe(bytesOf(join(folder, 'deeper', 'other')));
  });

  it.each(['check', 'notify'] as const)(
    'keeps what only a laptop or a deployment needs out of %s, and its size within 1.1 MB',
    (name) => {
      const output = join(folder, name);

      bundleFunctions(entriesWith(name).map(functionFile), output);

      const sources = sourcesOf(output);
      const unwanted =
        /node_modules\/(aws-cdk-lib|constructs|cdk-nag|yaml|commander|zod|bowser)\/|client-sso|llhttp-wasm|lib\/(standin|cli|config-file|constructs)\//;
      expect(sources.filter((source) => unwanted.test(source))).toEqual([]);
      expect(sources.some((source) => source.endsWith(`functions/${name}.ts`))).toBe(true);
      const bytes = modulesIn(output).reduce((sum, path) => sum + statSync(path).size, 0);
      expect(bytes).toBeLessThanOrEqual(BYTES_MAX);
    },
  );

  it('bundles `check-now` with `check`, and the stores of secrets in files of their own', () => {
    const output = join(folder, 'check');
    bundleFunctions(entriesWith('check-now').map(functionFile), output);

    expect(readdirSync(output)).toEqual(expect.arrayContaining(['check.mjs', 'check-now.mjs']));
    // Only what a handler imports from the first is read at its start.
    const partsAtStart = (file: string): readonly string[] => {
      const text = readFileSync(join(output, file), 'utf8');
      const parts = [...text.matchAll(/(?:from|import)"\.\/(part-\w+\.mjs)"/g)].map(
        ([, part = '']) => part,
      );
      return [file, ...parts.flatMap(partsAtStart)];
    };
    const atStart = [...new Set(partsAtStart('check.mjs'))].map((file) =>
      readFileSync(join(output, file), 'utf8'),
    );
    expect(atStart.join('')).toContain('PutMetricData');
    // The names of operations in the SDK; the names of rights have a service in front.
    const stores = /"GetParameters"|"BatchGetSecretValue"|"AssumeRole"/;
    expect(atStart.join('')).not.toMatch(stores);
    const whole = readdirSync(output).map((file) => readFileSync(join(output, file), 'utf8'));
    expect(whole.join('').match(new RegExp(stores, 'g'))).toEqual(
      expect.arrayContaining(['"GetParameters"', '"BatchGetSecretValue"', '"AssumeRole"']),
    );
  });
});
