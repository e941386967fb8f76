// Rules of the token family: its shape, its algorithm, its key and its signature.

import { quoteValue } from '../../claims/show-value.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { cleanName } from '../../text/redact.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { finding, type RuleContext } from './rule.ts';

/** Reports why the signature of the token could not be relied on. */
export const findVerification = (
  { verification }: Pick<Evidence, 'verification'>,
  { clean }: Pick<RuleContext, 'clean'>,
): readonly RuledFinding[] => {
  const seen = { step: 'verification', confidence: 'certain' } as const;
  switch (verification.kind) {
    case 'malformed':
      return [
        finding({
          ...seen,
          cause: 'token-malformed',
          detail: `the access token is not a JWT: ${clean(verification.problem)}`,
        }),
      ];
    case 'algorithm-not-allowed': {
      const { header, allowed } = verification;
      return [
        finding({
          ...seen,
          cause: 'algorithm-not-allowed',
          expected: allowed,
          actual: header.algorithm === null ? null : cleanName(header.algorithm, clean),
          detail: `the header of the token names the algorithm ${quoteValue(header.algorithm, clean)}; allowed is ${allowed.join(', ')}`,
        }),
      ];
    }
    case 'key-unknown': {
      const { header, knownKeyIds } = verification;
      return [
        finding({
          ...seen,
          cause: 'signing-key-unknown',
          actual: header.keyId === null ? null : cleanName(header.keyId, clean),
          detail: `the header of the token names the key ${quoteValue(header.keyId, clean)}; published are ${quoteValue(knownKeyIds, clean)}`,
        }),
      ];
    }
    case 'signature-invalid':
      return [
        finding({
          ...seen,
          cause: 'signature-invalid',
          detail: `the signature fits none of the keys that the token names (tried: ${verification.keysTried})`,
        }),
      ];
    case 'keys-unavailable':
    case 'opaque':
    case 'skipped':
    case 'verified':
      return [];
  }
};
