// Ids of clients and of keys: they may be random and are public, unless somebody wrote the secret in their place.

import { hasSecretForm, looksLikeSecret } from '../text/secret-shapes.ts';

/** Random ids that servers give: 32 characters at Auth0, also with what it adds in `sub`; 40 at django-oauth-toolkit and authentik. */
const RANDOM_CLIENT_ID = /^(?:[A-Za-z0-9]{32}(?:@clients)?|[A-Za-z0-9]{40})$/;

/** A thumbprint of a key or a certificate in base64url, of SHA-1 or SHA-256. RFC 7638, RFC 7515 section 4.1.8 */
const THUMBPRINT = /^(?:[A-Za-z0-9_-]{27}|[A-Za-z0-9_-]{43})$/;

/** What is wrong with a text as a client id, or null. */
export function clientIdProblem(value: string): string | null {
  return isPublic(value, RANDOM_CLIENT_ID)
    ? null
    : 'looks like a secret and not like a client id: if the two are swapped, put them right; the secret stays where `credentials` names it, and the id stands here';
}

/** What is wrong with a text as the id of a key, or null. */
export function keyIdProblem(value: string): string | null {
  return isPublic(value, THUMBPRINT)
    ? null
    : 'looks like a secret and not like the id of a key: write the `kid` that the provider shows beside the public key';
}

function isPublic(value: string, random: RegExp): boolean {
  return !hasSecretForm(value) && (random.test(value) || !looksLikeSecret(value));
}
