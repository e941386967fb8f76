import { readDeployed } from '../lib/wiring/deployed-config.ts';
import { createCheckFunctions } from '../lib/wiring/lambda-check.ts';

/** Checks on demand, all applications or those that the input names, and returns the report. */
export const handler = createCheckFunctions(readDeployed(import.meta.url)).onDemand;
