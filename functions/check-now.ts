import { createCheckFunctions } from '../lib/wiring/lambda-check.ts';
import { readDeployed } from '../lib/wiring/lambda-invocation.ts';

/** Checks on demand, all applications or those that the input names, and returns the report. */
export const handler = createCheckFunctions(readDeployed(import.meta.url)).onDemand;
