// Waiting for work: for much of it in parallel, and for no longer than a signal allows.

/**
 * Runs `act` over all items, at most `limit` at a time, in order of their start.
 *
 * `act` must not reject; a rejection ends the whole and is passed on.
 */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const work = async () => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
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
