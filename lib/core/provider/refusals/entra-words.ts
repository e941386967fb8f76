// Numbers in the texts of Microsoft Entra ID's token endpoint.

import type { RefusalReason } from '../../evidence/readings.ts';
import type { Wording } from './wording.ts';

/**
 * What each number stands for; the sentences around them change.
 *
 * Source: MicrosoftDocs/entra-docs `docs/identity-platform/reference-error-codes.md`, which warns
 * that numbers may change too: where one is not in this table, the `error` code decides.
 */
const REASON_OF_NUMBER = {
  '7000215': 'credentials-rejected',
  '7000222': 'secret-expired',
  '700016': 'client-unknown',
  '7000112': 'client-unknown',
  '500011': 'audience-unknown',
  '70011': 'scope-not-allowed',
  '1002012': 'scope-not-allowed',
  '90055': 'rate-limited',
} as const satisfies Readonly<Record<string, RefusalReason>>;

/** One entry for each number; a longer number that begins alike is another one. */
export const ENTRA_WORDS: readonly Wording[] = Object.entries(REASON_OF_NUMBER).map(
  ([number, reason]) => ({
    pattern: new RegExp(`\\bAADSTS${number}\\b`),
    reason,
    basis: 'explicit-words',
  }),
);
