import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const tests = (process.env['MUTATE_TESTS'] ?? '').split(',').filter((folder) => folder !== '');

/** `npm run mutate`: the tests of one folder. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: tests.map((folder) => `${folder}/**/*.test.ts`),
    setupFiles: ['test/support/loopback-only.ts', 'test/support/property-runs.ts'],
    pool: 'threads',
    testTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
