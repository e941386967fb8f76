// What a refusal means for a client that signs an assertion (private_key_jwt), and what its certificate says.

import type { CauseId } from '../../causes/causes.ts';
import type { Confidence } from '../../causes/terms.ts';
import type {
  AssertionSeen,
  CertificateTimes,
  Evidence,
  TokenReplySeen,
} from '../../evidence/evidence.ts';
import type { RefusalReason } from '../../evidence/readings.ts';
import type { RuledFinding } from '../diagnosis.ts';
import {
  atLeastLikely,
  atMostLikely,
  CONFIDENCE_OF_BASIS,
  type ConfidentCause,
  finding,
  quoted,
  type Rule,
  type RuleContext,
} from './rule.ts';

type Refused = Extract<TokenReplySeen, { readonly kind: 'refused' }>;

/** The causes that only an assertion can have. */
const OF_ASSERTION: ReadonlySet<CauseId> = new Set<CauseId>([
  'client-key-unknown',
  'assertion-audience-refused',
  'assertion-times-refused',
  'assertion-algorithm-refused',
  'client-certificate-expired',
] satisfies RefusalReason[]);

/** Refusals of a client that do not say what is wrong with its assertion. */
const BARE: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'credentials-rejected',
  'client-unknown',
  'refusal-unrecognized',
]);

/** Clocks that differ by more are no longer a matter of rounding and network. */
const CLOCKS_DIFFER_SECONDS = 60;

/**
 * Judges a refusal of an assertion; null where it is about something else, or nothing more is known of it
 * than of any refusal.
 */
export function assertionCause(refused: Refused, evidence: Evidence): ConfidentCause | null {
  const { reason, basis } = refused.reading;
  const confidence = CONFIDENCE_OF_BASIS[basis];
  const used = evidence.clientAuthentication;
  if (OF_ASSERTION.has(reason)) {
    if (used === null) return { cause: reason, confidence };
    // It speaks of an assertion, and got a secret.
    return used.assertion === null
      ? { cause: 'client-authentication-mismatch', confidence: atMostLikely(confidence) }
      : ofWords(reason, { confidence, evidence, assertion: used.assertion });
  }
  const assertion = used?.assertion ?? null;
  if (assertion === null || basis === 'explicit-words') return null;
  // Servers are known that fail on an assertion whose times are wrong.
  if (reason === 'provider-error' && refused.status === 500 && clocksDiffer(evidence)) {
    return { cause: 'assertion-times-refused', confidence: 'possible' };
  }
  if (!BARE.has(reason)) return null;
  return ofBareRefusal(evidence, assertion);
}

function ofWords(
  reason: RefusalReason,
  {
    confidence,
    evidence,
    assertion,
  }: {
    readonly confidence: Confidence;
    readonly evidence: Evidence;
    readonly assertion: AssertionSeen;
  },
): ConfidentCause {
  const isOfKey = reason === 'client-key-unknown';
  if (isOfKey && daysLeft(assertion, evidence) < 0) {
    return { cause: 'client-certificate-expired', confidence: atLeastLikely(confidence) };
  }
  if (isOfKey && confidence !== 'certain' && clocksDiffer(evidence)) {
    return { cause: 'assertion-times-refused', confidence: 'likely' };
  }
  const { clockAheadSeconds: ahead } = evidence;
  const areEqual = ahead !== null && Math.abs(ahead) <= 1;
  return reason === 'assertion-times-refused' && areEqual
    ? { cause: reason, confidence: atMostLikely(confidence) }
    : { cause: reason, confidence };
}

/** A bare refusal says least; what is known of our own assertion may explain it. */
function ofBareRefusal(evidence: Evidence, assertion: AssertionSeen): ConfidentCause | null {
  if (daysLeft(assertion, evidence) < 0) {
    return { cause: 'client-certificate-expired', confidence: 'likely' };
  }
  if (clocksDiffer(evidence)) return { cause: 'assertion-times-refused', confidence: 'likely' };
  if (isUnlisted(assertion)) return { cause: 'assertion-algorithm-refused', confidence: 'likely' };
  return null;
}

function clocksDiffer({ clockAheadSeconds: ahead }: Evidence): boolean {
  return ahead !== null && Math.abs(ahead) > CLOCKS_DIFFER_SECONDS;
}

function isUnlisted({ algorithm, listedAlgorithms }: AssertionSeen): boolean {
  return listedAlgorithms.length > 0 && !listedAlgorithms.includes(algorithm);
}

const DAY_MS = 86_400_000;

/** The days until the certificate expires, by the provider's clock where it is known; negative: it has. */
function daysLeft(
  { certificate }: AssertionSeen,
  { checkedAtMs, clockAheadSeconds }: Evidence,
): number {
  if (certificate === null) return Number.POSITIVE_INFINITY;
  const nowMs = checkedAtMs - (clockAheadSeconds ?? 0) * 1000;
  return (certificate.notAfterMs - nowMs) / DAY_MS;
}

/** What is said in place of words about a secret. */
const REJECTED = {
  'credentials-rejected': {
    title: 'The provider rejects the client id or the assertion that its key signed',
    fix: [
      'Check that {client} exists at the provider, and is registered for `private_key_jwt`.',
      'Check that the public key or the certificate that is registered for it belongs to the private key in the store, and that the key id in the evidence is the one there.',
      'Check whether the provider wants its issuer as `aud`, and not its token endpoint: `assertionAudience` of its `credentials` sets it.',
    ],
  },
  'secret-rotated': {
    title: 'The key was replaced, or the application deleted, at the provider',
    fix: [
      'Add the public key or the certificate of {application} at the provider again, or write the private key that belongs to the registered one to the store.',
      'If {application} no longer exists at the provider, create it again with its key.',
    ],
  },
} as const satisfies Partial<Readonly<Record<CauseId, RuledFinding['instead']>>>;

/** How to fix it where a key is used and the catalogue's steps are about a secret; null: they fit. */
export function assertionFix(
  cause: CauseId,
  { clientAuthentication }: Evidence,
): Pick<RuledFinding, 'instead'> | null {
  if (!clientAuthentication?.assertion) return null;
  return cause === 'credentials-rejected' || cause === 'secret-rotated'
    ? { instead: REJECTED[cause] }
    : null;
}

/** What is known of the assertion, and helps to find the cause. */
export function assertionHints(cause: CauseId, evidence: Evidence): readonly string[] {
  const assertion = evidence.clientAuthentication?.assertion ?? null;
  if (assertion === null) return [];
  const { clockAheadSeconds: ahead } = evidence;
  const hints = [
    isUnlisted(assertion)
      ? `the metadata lists other algorithms for assertions than ${assertion.algorithm}`
      : null,
    cause === 'client-certificate-expired' && assertion.certificate !== null
      ? expiryText(assertion.certificate)
      : null,
    cause === 'assertion-times-refused' && ahead !== null && ahead !== 0
      ? `the clock of m2m-watch is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} the provider's`
      : null,
  ];
  return hints.filter((hint) => hint !== null);
}

/** What the assertion said, in a few words. */
export function assertionText(
  { algorithm, keyId, audience }: AssertionSeen,
  clean: RuleContext['clean'],
): string {
  const key = keyId === null ? 'no key id' : `key id ${quoted(keyId, clean)}`;
  return `signed with ${algorithm}, ${key}, aud ${quoted(audience, clean)}`;
}

/** A certificate should be replaced before this many days are left. */
const WARNED_DAYS = 30;

const STILL_ACCEPTED = {
  title: 'The certificate of the client has expired, and the provider still accepts it',
};

/** Reports a certificate that has expired or will, where the client was accepted with it. */
export const findCertificate: Rule = (evidence) => {
  const assertion = evidence.clientAuthentication?.assertion ?? null;
  const certificate = assertion?.certificate ?? null;
  if (assertion === null || certificate === null) return [];
  const left = daysLeft(assertion, evidence);
  if (evidence.tokenReply.kind !== 'granted' || left > WARNED_DAYS) return [];
  const part = { step: 'token-request', confidence: 'certain', severity: 'warning' } as const;
  const detail = expiryText(certificate);
  return [
    left < 0
      ? finding({ ...part, cause: 'client-certificate-expired', instead: STILL_ACCEPTED, detail })
      : finding({ ...part, cause: 'client-certificate-expiring', detail }),
  ];
};

function expiryText({ notAfterMs }: CertificateTimes): string {
  const at = new Date(notAfterMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
  return `the certificate of the key is valid until ${at}`;
}
