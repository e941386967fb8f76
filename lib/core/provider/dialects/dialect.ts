// What is known of one server, or of one library that servers are built on: its dialect.

import type { ClientAuthentication } from '../../config/client-methods.ts';
import type { ClientIdShape } from '../client-id.ts';
import type {
  AssertionAudience,
  ClaimNames,
  ProviderFixes,
  UnverifiableTokens,
} from '../provider.ts';
import type { RefusalCodes } from '../refusal-codes.ts';
import type { Wording } from '../refusal-text.ts';

/** How a server is recognised without asking for its name; what is given must all hold, but for `hosts` and `headers`. */
export interface ServerSigns {
  /** Domains that are this server's alone, with every host below them: one sign is enough. */
  readonly hosts?: readonly string[];
  /** Headers that it alone sends: one sign is enough. */
  readonly headers?: readonly string[];
  readonly issuer?: RegExp;
  /** The usual paths of its endpoints. */
  readonly paths?: { readonly token?: RegExp; readonly keys?: RegExp };
  /** Fields of its metadata that others do not have. */
  readonly metadata?: readonly string[];
}

/** One server. */
export interface Dialect {
  /** Its name as people write it; docs/providers.md has a section under this heading, where it has discovery. */
  readonly title: string;
  /** How a pasted text shows that it is about this server; null where nothing does. */
  readonly mentions: RegExp | null;
  /** How its address, metadata and headers show it. */
  readonly server: ServerSigns;
  /** Its texts, each with a source, in the order in which they are looked up. */
  readonly wordings: readonly Wording[];
  /** What it means by codes, where that differs from the standards. */
  readonly codes?: RefusalCodes;
  /** Where its tokens keep what is compared, where that differs from the standards. */
  readonly claimNames?: Partial<ClaimNames>;
  /** The method that its clients are registered for by default; absent: `client_secret_basic`. */
  readonly clientAuthentication?: ClientAuthentication;
  /** What each of its client ids looks like; absent: they differ. */
  readonly clientIdShape?: ClientIdShape;
  /** Whether its secrets can expire, and it refuses one that has in the words for a wrong one. */
  readonly hidesExpiry?: true;
  /** APIs of it whose tokens nobody else can verify. */
  readonly unverifiable?: UnverifiableTokens;
  /** What an assertion of a client has as `aud`; absent: the address of the token endpoint. */
  readonly assertionAudience?: AssertionAudience;
  /** Its console's own steps, each with a source; null where none is known, and general words stand. */
  readonly fixes: ProviderFixes | null;
}
