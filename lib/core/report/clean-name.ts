// Where a peer's text is a name that is compared or copied (a scope, an audience), and not prose.

import { withLinks } from './provider-text.ts';
import type { Cleaner } from './redact.ts';

/**
 * Cleans a name, and leaves it as it is where cleaning would only break links in it.
 *
 * A scope or an audience may be a URL, and one that has been changed can no longer be compared.
 */
export function cleanName(name: string, clean: Cleaner): string {
  const cleaned = clean(name);
  return withLinks(cleaned) === name ? name : cleaned;
}
