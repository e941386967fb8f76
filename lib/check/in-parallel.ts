// Runs the checks of one provider in parallel, up to its concurrency.

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
