// Between a check and the state: a report with what only planning and judging need to know of it.

import type { CredentialsIdentity } from '../evidence/accepted-before.ts';
import type { CheckReport } from '../report/check-report.ts';

/** Why a due application was not tried at all: its provider does not serve, or its tokens are used up. */
export type NotTriedReason = 'provider-down' | 'token-budget';

/** One check as judging takes it: its report, and what it cost. */
export interface CheckRecord {
  readonly report: CheckReport;
  /** Tokens that the provider issued for it, usable or not, as far as is known. */
  readonly tokensMinted: number;
  /** Tokens that are counted for it: where a reply was lost, the one that it may have held. */
  readonly tokensAtMost: number;
  /** Null for a check that was made; else the report's cause is `not-checked`. */
  readonly notTried: NotTriedReason | null;
  /** The credentials, where the provider accepted them in this check. */
  readonly accepted: CredentialsIdentity | null;
}
