// Beside the readers of AWS: values that were read in a batch at the start of a run wait here for their check.

import type { Clock } from '../../check/ports.ts';
import type { SourceRead } from './source-read.ts';

/** After that long a value that waited is thrown away: a secret may have been rotated meanwhile. */
export const READ_AHEAD_MAX_AGE_MS = 60_000;

interface Waiting {
  readonly read: SourceRead;
  readonly readAtMs: number;
  readonly usesLeft: number;
}

/**
 * Values read ahead, each given out once for each application that it was read for.
 *
 * So a second attempt always reads again, and nothing is ever kept from one run to the next for
 * longer than {@link READ_AHEAD_MAX_AGE_MS}.
 */
export class ReadAhead {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Forgets everything: a run begins. */
  clear(): void {
    this.#waiting.clear();
  }

  put(key: string, waiting: { readonly read: SourceRead; readonly uses: number }): void {
    const { read, uses } = waiting;
    this.#waiting.set(key, { read, readAtMs: this.#clock.monotonicMs(), usesLeft: uses });
  }

  /** A value that nobody had yet, or null. */
  take(key: string): SourceRead | null {
    const found = this.#waiting.get(key);
    if (found === undefined) return null;
    this.#waiting.delete(key);
    if (this.#clock.monotonicMs() - found.readAtMs > READ_AHEAD_MAX_AGE_MS) return null;
    if (found.usesLeft > 1) this.#waiting.set(key, { ...found, usesLeft: found.usesLeft - 1 });
    return found.read;
  }
}

/** How often each key occurs, in the order of first occurrence. */
export function countKeys(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** A list in pages of a size. */
export function pagesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}
