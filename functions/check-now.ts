import { readDeployed } from '../lib/wiring/deployed-config.ts';
import { createCheckFunctions } from '../lib/wiring/lambda-check.ts';

/** Started on demand, with the names of applications or for all; answers with the report. */
export const handler = createCheckFunctions(readDeployed(import.meta.url)).onDemand;
