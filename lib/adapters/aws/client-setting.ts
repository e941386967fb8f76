/** How often an SDK client tries, the first time included; throttling and 5xx are tried again with back-off. */
const MAX_ATTEMPTS = 4;

/** A store that does not answer must not use up the time of the run. */
const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** The setting that every SDK client of m2m-watch has: bounded waits, and a few tries. */
export const CLIENT_SETTING = {
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
} as const;

/** The name that the SDK gives to what a service answered, or to what happened on the way. */
export function awsErrorName(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : typeof thrown;
}

/** Whether a conditional write was refused since its condition did not hold. */
export function isConditionFailed(thrown: unknown): boolean {
  return awsErrorName(thrown) === 'ConditionalCheckFailedException';
}

/** A list in pages of a size: a request takes so many items at most. */
export function pagesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}
