// The record of one check: what `check --format json` prints, what is stored, what incidents are judged from.

import type { Finding } from '../causes/finding.ts';
import type { CheckStatus } from '../causes/terms.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';

/** What a token held, without the token. */
export interface TokenSummary {
  readonly issuer: string | null;
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
  readonly organization: string | null;
  readonly expiresInSeconds: number | null;
  readonly algorithm: string | null;
  readonly keyId: string | null;
}

/** How long each step of the deciding attempt took, milliseconds; 0 where it was not reached. */
export interface CheckTimings {
  readonly credentialsMs: number;
  readonly discoveryMs: number;
  readonly tokenMs: number;
  readonly verifyMs: number;
  readonly callMs: number;
  readonly totalMs: number;
}

/** The record of one check of one application; holds no secret and no token. */
export interface CheckReport {
  readonly application: string;
  readonly provider: string;
  readonly clientId: string | null;
  readonly status: CheckStatus;
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  readonly attempts: number;
  readonly diagnosis: Diagnosis | null;
  readonly findings: readonly Finding[];
  readonly token: TokenSummary | null;
  readonly secretVersion: string | null;
  readonly owner: string | null;
  readonly runbook: string | null;
  readonly timings: CheckTimings;
}
