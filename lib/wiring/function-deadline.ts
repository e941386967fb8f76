/** What a function knows about its invocation; Lambda's own context fits. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Kept for judging, saving and publishing after the last check. */
const RECORDING_MS = 25_000;
/** Of an invocation that is short as a whole, no more than this part is kept for that. */
const RECORDING_SHARE = 0.4;

/** The end of the checks of an invocation. */
export interface Deadline {
  /** Aborts while there is still time to record what was done. */
  readonly signal: AbortSignal;
  /** Clears the timer. */
  clear(): void;
}

/** Sets the end of the checks from the time that the invocation has left. */
export function functionDeadline(
  invocation: Pick<Invocation, 'getRemainingTimeInMillis'>,
): Deadline {
  const remainingMs = invocation.getRemainingTimeInMillis();
  const checksMs = remainingMs - Math.min(RECORDING_MS, remainingMs * RECORDING_SHARE);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.max(0, checksMs));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** What a promise gives, or `otherwise` once a signal aborts: what is under way goes on unheard. */
export async function untilAborted<T>(
  work: Promise<T>,
  { signal, otherwise }: { readonly signal: AbortSignal; readonly otherwise: T },
): Promise<T> {
  if (signal.aborted) return otherwise;
  const settled = new AbortController();
  const aborted = new Promise<T>((resolve) => {
    signal.addEventListener('abort', () => resolve(otherwise), { signal: settled.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    settled.abort();
  }
}
