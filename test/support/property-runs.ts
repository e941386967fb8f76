/**
 * Runs properties (fast-check) with the same values each time; loaded before every test file.
 *
 * `npm run fuzz` sets FUZZ_SEED to a fresh seed and asks for more runs.
 */
import fc from 'fast-check';

const FUZZ_SEED = process.env['FUZZ_SEED'];

/** How many times as many values `npm run fuzz` tries; properties with a `numRuns` multiply it by this. */
export const RUNS_FACTOR = FUZZ_SEED === undefined ? 1 : 20;

fc.configureGlobal({
  seed: FUZZ_SEED === undefined ? 20_260_101 : Number(FUZZ_SEED),
  numRuns: 100 * RUNS_FACTOR,
});
