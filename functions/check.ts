import { readDeployed } from '../lib/wiring/deployed-config.ts';
import { createCheckFunctions } from '../lib/wiring/lambda-check.ts';

/** Started by the schedule on every tick, with its slot. */
export const handler = createCheckFunctions(readDeployed(import.meta.url)).scheduled;
