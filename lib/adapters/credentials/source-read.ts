// Between the readers of places and the credential reader: what a place may answer.

import type { CredentialsRead } from '../../check/ports.ts';
import type { SecretSource } from '../../core/config/credential-source.ts';

/** The kinds of places that credentials are read from. */
export type SourceKind = 'env' | 'file' | 'secretsManager' | 'ssm';

/** A source of one kind, for example `SourceOf<'file'>`. */
export type SourceOf<Kind extends SourceKind> = Extract<SecretSource, Record<Kind, unknown>>;

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

/** Reads a place of one kind; returns what the place answers, and throws for faults of its own only. */
export type SourceReader<Kind extends SourceKind> = (source: SourceOf<Kind>) => Promise<SourceRead>;

/** Readers by the kind of source; a kind without one is `not-available`. */
export type SourceReaders = { readonly [Kind in SourceKind]?: SourceReader<Kind> };

type WithoutSource<T> = T extends unknown ? Omit<T, 'source'> : never;
