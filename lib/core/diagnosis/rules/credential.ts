// Rules of the stored credentials: the store has none, what it has is unusable, or it cannot be read.

import type { CredentialsSeen } from '../../evidence/evidence.ts';
import { finding, type Rule } from './rule.ts';

type Seen<Kind> = Extract<CredentialsSeen, { readonly kind: Kind }>;

const MISSING = {
  'not-found': 'there is no such secret',
  'pending-deletion': 'the secret is about to be deleted',
  'no-current-version': 'the secret has no current version',
} as const satisfies Readonly<Record<Seen<'missing'>['reason'], string>>;

const UNREADABLE = {
  'access-denied': 'access is denied',
  'key-denied': 'the key that encrypts it may not be used',
  throttled: 'the store limits the rate of requests',
  'no-login': 'm2m-watch is not signed in to AWS',
  'no-region': 'no Region is set',
  'variable-missing': 'the variable is not set',
  'file-unreadable': 'the file cannot be read',
  'not-available': 'this source is not available',
  other: 'reading failed',
} as const satisfies Readonly<Record<Seen<'unreadable'>['reason'], string>>;

/** Reports what reading the credentials from their store gave instead of them. */
export const findStoredCredentials: Rule = ({ credentials }) => {
  const stored = { step: 'credentials', confidence: 'certain' } as const;
  switch (credentials.kind) {
    case 'missing': {
      const detail = `${credentials.source}: ${MISSING[credentials.reason]}`;
      return [finding({ ...stored, cause: 'secret-missing', detail })];
    }
    case 'malformed': {
      const detail = `${credentials.source}: ${credentials.problem}`;
      return [finding({ ...stored, cause: 'secret-malformed', detail })];
    }
    case 'unreadable': {
      const why = UNREADABLE[credentials.reason];
      const { source, reason, detail: said } = credentials;
      // The adapter names the variables: the source would only repeat them.
      const detail = reason === 'variable-missing' ? said : `${source}: ${why} (${said})`;
      return [finding({ ...stored, cause: 'secret-unreadable', detail })];
    }
    case 'read':
    case 'skipped':
      return [];
  }
};
