import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const seed = process.env['FUZZ_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
process.stderr.write(
  `Properties run with seed ${seed}. To repeat this run: FUZZ_SEED=${seed} npm run fuzz\n` +
    'Keep the counterexample of a failure in the `examples` of its property.\n',
);

/** `npm run fuzz`: the tests with properties, each with a fresh seed and twenty times as many runs. */
export default defineConfig({
  test: {
    include: globSync('test/**/*.test.ts').filter((file) =>
      readFileSync(file, 'utf8').includes("'fast-check'"),
    ),
    env: { FUZZ_SEED: seed },
    setupFiles: ['test/support/loopback-only.ts', 'test/support/property-runs.ts'],
    reporters: ['default', new SummaryReporter()],
    pool: 'forks',
    testTimeout: 600_000,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
