import { createCheckFunctions } from '../lib/wiring/lambda-check.ts';
import { readDeployed } from '../lib/wiring/lambda-invocation.ts';

/** Checks the applications that are due. The schedule starts it on every tick, with the tick's slot. */
export const handler = createCheckFunctions(readDeployed(import.meta.url)).scheduled;
