import { readDeployed } from '../lib/wiring/lambda-invocation.ts';
import { createNotifyFunction } from '../lib/wiring/lambda-notify.ts';

/** Sends waiting notices, and reminders. It is started after each run, and by its own schedule. */
export const handler = createNotifyFunction(readDeployed(import.meta.url));
