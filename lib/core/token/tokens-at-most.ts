// Beside the token reply: what an attempt may have cost, since a reply that is lost may have held a token.

import type { Evidence } from '../evidence/evidence.ts';
import type { TransportFailure } from '../http/http-exchange.ts';

/** Failures after which the provider may have had the whole request. */
const MAY_HAVE_ARRIVED: ReadonlySet<TransportFailure['failure']> = new Set<
  TransportFailure['failure']
>(['reset', 'timeout', 'not-http', 'other']);

/** A gateway that did not wait for the answer (RFC 9110 section 15.6.5): the provider may have given one. */
const GATEWAY_TIMEOUT = 504;

/** How many tokens the provider may have issued for an attempt, seen by us or not. */
export function tokensAtMost({
  discovery,
  tokenReply,
  fault,
}: Pick<Evidence, 'discovery' | 'tokenReply' | 'fault'>): 0 | 1 {
  const isKnownWhere = discovery.kind === 'used' || discovery.kind === 'fallback';
  // Broken off: the request may have been on its way, whatever was seen of it.
  if (fault !== null) return isKnownWhere ? 1 : 0;
  switch (tokenReply.kind) {
    case 'granted':
    case 'malformed':
      return 1;
    case 'transport-failure':
      return MAY_HAVE_ARRIVED.has(tokenReply.failure) ? 1 : 0;
    case 'refused':
      return tokenReply.status === GATEWAY_TIMEOUT ? 1 : 0;
    case 'not-sent':
    case 'skipped':
      return 0;
  }
}
