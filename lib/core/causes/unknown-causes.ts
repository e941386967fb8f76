// Part of the catalogue: a refusal of no known shape.

import type { CauseTable } from './cause-definition.ts';

/** A refusal that no rule knows. */
export const UNKNOWN_CAUSES = {
  'refusal-unrecognized': {
    family: 'unknown',
    title: 'The provider refuses in a way that is not known',
    meaning:
      'The token request is refused with an answer of no known shape. What came is kept in the evidence.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Read the evidence: it holds the status and the words of the provider.',
      'Check what runs at the provider when a token is issued, such as a workflow that denies it.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
} as const satisfies CauseTable<'unknown'>;
