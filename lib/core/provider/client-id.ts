// What may be printed of a client id that was read: it may be the secret, where the two were swapped.

import { isName } from '../config/quoting.ts';
import { hasSecretForm, looksLikeSecret } from '../text/secret-shapes.ts';

/** What every client id of a provider looks like. */
export interface ClientIdShape {
  readonly pattern: RegExp;
  /** The same in words, for example `32 hexadecimal digits`. */
  readonly words: string;
  /** Whether the provider's documentation says so; else every id that is known has it. */
  readonly isDocumented: boolean;
}

/** A UUID, in any case. RFC 9562 section 4 */
export const UUID_CLIENT_ID: ClientIdShape = {
  pattern: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  words: 'a UUID',
  isDocumented: true,
};

/** Stands for a client id that may be a secret. */
const REDACTED_ID = '[redacted]';

const SHOWN_CHARACTERS = 4;

/** What servers give as ids, and seldom as secrets: UUIDs, hexadecimal digits, numbers. */
const COMMON_ID = /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{20,40}|\d{1,20})$/i;

/** Random ids of servers that have no shape of their own: django-oauth-toolkit, authentik. */
const RANDOM_ID = /^(?:[A-Za-z0-9]{32}|[A-Za-z0-9]{40})$/;

/**
 * Whether client id and secret were swapped: the secret has the shape of an id at this provider, and the id has not.
 */
export function areSwapped(
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  shape: ClientIdShape | undefined,
): boolean {
  return shape !== undefined && !shape.pattern.test(clientId) && shape.pattern.test(clientSecret);
}

/**
 * A client id as reports show it: as it is, redacted, or by its first four characters.
 *
 * `secret` is what was read with it; null: nothing was. docs/decisions/client-id-that-is-a-secret.md says why.
 */
export function shownClientId(
  clientId: string,
  secret: string | null,
  shape: ClientIdShape | undefined,
): string {
  if (clientId === secret || hasSecretForm(clientId)) return REDACTED_ID;
  if (shape?.pattern.test(clientId) || isName(clientId)) return clientId;
  const looksSwapped = secret !== null && randomness(clientId) > randomness(secret);
  const isNoId = shape !== undefined && randomness(clientId) === 2;
  if (isNoId || looksSwapped) return REDACTED_ID;
  return looksLikeSecret(clientId) && !RANDOM_ID.test(clientId)
    ? `${clientId.slice(0, SHOWN_CHARACTERS)}…`
    : clientId;
}

/** How little a text says: 0 for a name, 1 for what servers give as ids, 2 for anything else. */
function randomness(text: string): number {
  if (isName(text)) return 0;
  return COMMON_ID.test(text) ? 1 : 2;
}
