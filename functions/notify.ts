import { readDeployed } from '../lib/wiring/deployed-config.ts';
import { createNotifyFunction } from '../lib/wiring/lambda-notify.ts';

/** Started after each run and on its own tick: sends what waits, and reminders. */
export const handler = createNotifyFunction(readDeployed(import.meta.url));
