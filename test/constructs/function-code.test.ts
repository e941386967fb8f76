import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../lib/constructs/function-code.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'm2m-watch-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files that went into a bundle, as its source map names them. */
function sourcesOf(output: string): readonly string[] {
  const map = JSON.parse(readFileSync(join(output, 'index.mjs.map'), 'utf8')) as {
    readonly sources: readonly string[];
  };
  return map.sources;
}

describe('bundleFunction', () => {
  it('gives one ES module that Node imports, with undici and its `require` of Node modules', async () => {
    const entry = join(folder, 'entry.ts');
    const undici = join(ROOT, 'node_modules', 'undici', 'index.js');
    writeFileSync(
      entry,
      `import { Agent } from ${JSON.stringify(undici)};\nexport const handler = async (): Promise<string> => { const agent = new Agent(); await agent.close(); return 'ran'; };\n`,
    );

    bundleFunction(entry, folder);

    const bundle: { readonly handler: () => Promise<string> } = await import(
      pathToFileURL(join(folder, 'index.mjs')).href
    );
    expect(await bundle.handler()).toBe('ran');
  });

  it('fails with the reason of the bundler', () => {
    const entry = join(folder, 'broken.ts');
    writeFileSync(entry, "import './not-there.ts';\n");

    expect(() => bundleFunction(entry, folder)).toThrow(/cannot bundle .*broken\.ts: .*not-there/s);
  });

  it.each(['check', 'check-now', 'notify'])(
    'keeps what only a laptop or a deployment needs out of %s, and its size where it is',
    (name) => {
      bundleFunction(join(ROOT, 'functions', `${name}.ts`), folder);

      const sources = sourcesOf(folder);
      const unwanted =
        /node_modules\/(aws-cdk-lib|constructs|cdk-nag|yaml|commander|zod)\/|lib\/(standin|cli|config-file|constructs)\//;
      expect(sources.filter((source) => unwanted.test(source))).toEqual([]);
      expect(sources.some((source) => source.endsWith(`functions/${name}.ts`))).toBe(true);
      // Wanted is 1.0 MB for check: undici whole and the SDK clients are what is left to slim.
      expect(statSync(join(folder, 'index.mjs')).size).toBeLessThanOrEqual(1_600_000);
    },
  );
});
