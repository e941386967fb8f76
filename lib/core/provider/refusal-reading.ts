// Under the providers' readings of refusals: what every one of them ends with.

import type { RefusalBasis, RefusalReading, RefusalReason } from '../evidence/readings.ts';

/** A reading that names nothing. */
export function reading(reason: RefusalReason, basis: RefusalBasis): RefusalReading {
  return { reason, basis, named: null };
}

/** What is left to read where neither words nor a code say anything. RFC 9110 section 15. */
export function byStatus(status: number): RefusalReading {
  switch (status) {
    case 401:
      return reading('credentials-rejected', 'status');
    case 407:
    case 451:
      return reading('blocked', 'status');
    case 415:
      return reading('request-malformed', 'status');
    default:
      return reading('unrecognized', 'status');
  }
}
