import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/** `npm run test:aws`: everything that needs the AWS emulator; the other tests do without it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['test/**/*.aws.ts'],
    globalSetup: ['test/support/aws-emulator/global-setup.ts'],
    setupFiles: ['test/support/loopback-only.ts'],
    reporters: ['default', new SummaryReporter()],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // One emulator at a time: two cores are not many.
    fileParallelism: false,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
