// What a refusal of the client means: by its words, by how it authenticated, and by what was accepted before.

import type { CauseId } from '../../causes/causes.ts';
import type { Confidence } from '../../causes/terms.ts';
import type {
  AcceptedBefore,
  ClientAuthenticationSeen,
  Evidence,
  TokenReplySeen,
} from '../../evidence/evidence.ts';
import type { ClientMethod } from '../../evidence/readings.ts';
import { assertionCause, assertionText } from './assertion.ts';
import {
  atLeastLikely,
  atMostLikely,
  CONFIDENCE_OF_BASIS,
  type ConfidentCause,
  quoted,
  type RuleContext,
} from './rule.ts';

/** A token request that was refused. */
export type Refused = Extract<TokenReplySeen, { readonly kind: 'refused' }>;

/** Judges a refusal of the client itself; null where it is about something else. */
export function clientCause(refused: Refused, evidence: Evidence): ConfidentCause | null {
  const ofAssertion = assertionCause(refused, evidence);
  if (ofAssertion !== null) return ofAssertion;
  const { reason, basis } = refused.reading;
  const confidence = CONFIDENCE_OF_BASIS[basis];
  // Others are served, so it is no firewall in the way: the provider refuses this client.
  if (isSilentRefusal(refused) && evidence.servesOthers) {
    const judged = rejected(confidence, evidence);
    return reason === 'provider-blocked' || judged.cause === 'secret-rotated' ? judged : null;
  }
  switch (reason) {
    case 'credentials-rejected':
      return rejected(confidence, evidence);
    case 'client-unknown':
      return { cause: unknownCause(refused, evidence), confidence };
    case 'client-authentication-mismatch':
      return mismatchCause(refused, evidence);
    default:
      return null;
  }
}

/** A 403 that says nothing but its status: of the provider, or of somebody in front of it. */
export function isSilentRefusal(reply: TokenReplySeen): boolean {
  if (reply.kind !== 'refused' || reply.status !== 403) return false;
  const said = [reply.error, reply.description].filter((text) => text !== null);
  return said.every((text) => /^(?:(?:403 )?forbidden\.?|JSON without a field)$/i.test(text));
}

/** What the provider accepted before and refuses now was changed there, and not in the store. */
function rejected(confidence: Confidence, evidence: Evidence): ConfidentCause {
  return acceptedBefore(evidence) === 'these'
    ? { cause: 'secret-rotated', confidence: atLeastLikely(confidence) }
    : { cause: 'credentials-rejected', confidence };
}

function unknownCause({ status, reading: { basis } }: Refused, evidence: Evidence): CauseId {
  const before = acceptedBefore(evidence);
  const wasKnown = before === 'these' || before === 'client';
  // Any other status alone is about the address, and where discovery failed too the domain may be gone.
  const isOfClient = basis !== 'status' || status === 404;
  return wasKnown && isOfClient && evidence.discovery.kind === 'used'
    ? 'client-deleted'
    : 'client-unknown';
}

function mismatchCause(
  { reading: { basis, method } }: Refused,
  evidence: Evidence,
): ConfidentCause {
  const cause = 'client-authentication-mismatch';
  const confidence = CONFIDENCE_OF_BASIS[basis];
  const used = evidence.clientAuthentication;
  const isOfUsed = method !== undefined && isMethodOf(method, used);
  if (basis === 'explicit-words') {
    // It asks for what it got: something else is the matter.
    return { cause, confidence: isOfUsed ? 'possible' : confidence };
  }
  if (method !== undefined && !isOfUsed) return { cause, confidence };
  // Some servers say the same of a wrong secret, and then say it of every method.
  if (acceptedBefore(evidence) === 'these') return rejected(confidence, evidence);
  return isOfUsed || used?.other?.reply.kind === 'refused'
    ? { cause: 'credentials-rejected', confidence: 'possible' }
    : { cause, confidence: atMostLikely(confidence) };
}

/** Whether a method that a refusal names is the one that was used. */
export function isMethodOf(named: ClientMethod, used: ClientAuthenticationSeen | null): boolean {
  return named === used?.method || (named === 'assertion' && used?.method === 'private_key_jwt');
}

/** How the credentials compare with those that were accepted before. */
export function acceptedBefore({ credentials }: Evidence): AcceptedBefore {
  return credentials.kind === 'read' ? (credentials.acceptedBefore ?? 'unknown') : 'unknown';
}

const CHOSEN = {
  configured: 'as configured',
  'accepted-before': 'which was accepted before',
  usual: 'as is usual here',
  tried: null,
} as const satisfies Readonly<Record<ClientAuthenticationSeen['chosen'], string | null>>;

/** How the client authenticated, in one line; null where no token was requested. */
export function authenticationLine(
  { clientAuthentication: used }: Evidence,
  { clean }: Pick<RuleContext, 'clean'>,
): string | null {
  if (used === null) return null;
  const { method, chosen, other, assertion } = used;
  const why = CHOSEN[chosen];
  const plain = why === null ? method : `${method}, ${why}`;
  const how = assertion === null ? plain : `${plain}; ${assertionText(assertion, clean)}`;
  if (other === null) return `client authentication: ${how}`;
  const tried = chosen === 'tried' ? 'first' : 'then';
  return `client authentication: ${how}; ${tried} ${other.method}: ${replyText(other.reply, clean)}`;
}

function replyText(reply: TokenReplySeen, clean: RuleContext['clean']): string {
  if (reply.kind === 'refused') return refusalText(reply, clean);
  return reply.kind === 'transport-failure' ? reply.detail : 'no usable answer';
}

/** What a refusal says, in one line. */
export function refusalText(
  { status, error, description, retryAfterSeconds }: Refused,
  clean: RuleContext['clean'],
): string {
  const parts = [
    `status ${status}`,
    error === null ? null : `error ${quoted(error, clean)}`,
    description === null ? null : `text ${quoted(description, clean)}`,
    retryAfterSeconds === null ? null : `retry after ${retryAfterSeconds} s`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}
