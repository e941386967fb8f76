import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/loopback-only.ts', 'test/support/property-runs.ts'],
    reporters: ['default', new SummaryReporter()],
    // Processes, not threads: some tests give up their rights for a moment, which threads may not.
    pool: 'forks',
    // On two cores the default is one at a time, which takes twice as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Scenarios wait for real timeouts and the launcher starts processes, on as few as two cores.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    coverage: {
      provider: 'v8',
      include: ['lib/**', 'functions/**'],
      exclude: ['lib/dashboard/page/**'],
      reporter: ['text', 'lcov'],
      thresholds: { 'lib/core/**': { 100: true } },
    },
  },
});
