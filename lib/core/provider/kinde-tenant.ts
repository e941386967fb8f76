// Beside the Kinde provider: by what a tenant of Kinde is known where nobody says that it is one.

import type { HttpOutcome } from '../http/http-exchange.ts';
import { ownText, parseJsonBody } from '../http/json-object.ts';

/** Whether a host is on Kinde's own domain; regions have a label of their own, as `acme.au.kinde.com`. */
export function isKindeHost(hostname: string): boolean {
  return hostname.endsWith('.kinde.com');
}

/**
 * Whether a discovery document is Kinde's, as at a custom domain; total.
 *
 * Its address of the user's profile has a path that no other server is known to have.
 * https://docs.kinde.com/developer-tools/about/using-kinde-without-an-sdk/
 */
export function isKindeDiscovery(outcome: HttpOutcome): boolean {
  if (outcome.kind !== 'reply' || outcome.status !== 200) return false;
  const body = parseJsonBody(outcome.body);
  if (body.kind !== 'object') return false;
  const profile = ownText(body.value, 'userinfo_endpoint') ?? '';
  return profile.endsWith('/oauth2/v2/user_profile');
}
