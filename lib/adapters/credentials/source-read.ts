// What the readers of places answer, and how a source finds the reader of its place.

import type { CredentialsRead } from '../../check/ports.ts';
import { placeOf, type SecretPlace, type SecretSource } from '../../core/config/secret-places.ts';

/** A source at one place, for example `SourceOf<'file'>`. */
export type SourceOf<Place extends SecretPlace> = Extract<SecretSource, Record<Place, unknown>>;

/** What a place holds, whole and unread, or why nothing was got from it. */
export type SourceRead =
  | { readonly kind: 'text'; readonly text: string; readonly secretVersion: string | null }
  | {
      readonly kind: 'pair';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly secretVersion: string | null;
    }
  | WithoutSource<Exclude<CredentialsRead, { readonly kind: 'read' }>>;

/** A reader for every place: a place that has none does not compile. Readers throw for faults of their own only. */
export type PlaceReaders = {
  readonly [Place in SecretPlace]: (source: SourceOf<Place>) => Promise<SourceRead>;
};

/** The readers of what is on this machine, and of what is in a store elsewhere: together all of them. */
export type LocalReaders = Pick<PlaceReaders, 'env' | 'file'>;
export type StoreReaders = Omit<PlaceReaders, keyof LocalReaders>;

/** Some of the readers; a place without one is `not-available`. */
export type SourceReaders = Partial<PlaceReaders>;

/** Reads a source with the reader of its place. */
export async function readSource(
  source: SecretSource,
  readers: SourceReaders,
): Promise<SourceRead> {
  const place = placeOf(source);
  const reader = readers[place] as ((source: SecretSource) => Promise<SourceRead>) | undefined;
  if (reader !== undefined) return reader(source);
  const detail = `reading from ${place} is not available here`;
  return { kind: 'unreadable', reason: 'not-available', detail };
}

type WithoutSource<T> = T extends unknown ? Omit<T, 'source'> : never;
