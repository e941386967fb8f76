// Under the claims comparison and the rules: which audience the token request of an application names.

import type { Application } from '../config/application.ts';

/**
 * The audiences that the token request asks for; empty where it names none.
 *
 * Resource indicators count where no audience is configured: they ask for the same. RFC 8707 section 2.
 */
export function sentAudience({ audience, resource }: Application): readonly string[] {
  return audience.length > 0 ? audience : resource;
}
