import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/** One project for each suite: package.json says which command runs which. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/loopback-only.ts', 'test/support/property-runs.ts'],
    reporters: ['default', new SummaryReporter()],
    env: {
      // What Node compiled of the sources, for the processes that tests start: half of their start.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled'),
      // The CDK's own validation takes seconds for each template. test/constructs/synth.test.ts has it,
      // and test:tools has cfn-lint.
      CDK_VALIDATION: 'false',
    },
    // Processes, not threads: some tests give up their rights for a moment, which threads may not.
    pool: 'forks',
    // One process for many files, so that each loads a module once: tests leave nothing behind.
    isolate: false,
    // On two cores the default is one at a time, which takes twice as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Only a test that hangs takes that long; a busy machine may well be ten times slower than an idle one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What a test waits for takes long on a busy machine; the default is one second.
    expect: { poll: { timeout: 100_000 } },
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
    projects: [
      { extends: true, test: { name: 'npm', include: ['test/**/*.test.ts'] } },
      { extends: true, test: { name: 'tools', include: ['test/**/*.tools.ts'] } },
      {
        extends: true,
        test: {
          name: 'aws',
          include: ['test/**/*.aws.ts'],
          globalSetup: ['test/support/aws-emulator/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          // One emulator at a time: two cores are not many.
          fileParallelism: false,
        },
      },
    ],
  },
});
