// What every entry of the catalogue of causes says.

import type { Severity } from './terms.ts';

/** The families that causes belong to, in the order in which the documentation lists them. */
export const FAMILIES = [
  'credential',
  'authorization',
  'request',
  'token',
  'claims',
  'call',
  'provider',
  'monitor',
  'hygiene',
  'unknown',
] as const;

/** A family of causes: who has to act, and what the status of the application follows from. */
export type CauseFamily = (typeof FAMILIES)[number];

/** A section of Kinde's guide "Troubleshoot M2M token errors". */
export type GuideSection =
  | 'invalid_client'
  | 'unauthorized_client'
  | 'invalid_scope'
  | 'invalid_request'
  | '401'
  | '403'
  | 'org_code';

/** One entry of the catalogue: provider-neutral, and the same in reports, documentation and tests. */
export interface CauseDefinition<Family extends CauseFamily = CauseFamily> {
  readonly family: Family;
  /** One line that stands alone, without a full stop. */
  readonly title: string;
  /** One or two sentences for the documentation and `causes ID`. */
  readonly meaning: string;
  readonly guideSection: GuideSection | null;
  /** The severity of its findings unless the rule has a reason for another. */
  readonly severity: Severity;
  /** One to three general steps in the imperative; a provider's own steps come first. */
  readonly fix: readonly string[];
  /** A documentation page. */
  readonly help: string;
}

/** The causes of one family by their public ids. */
export type CauseTable<Family extends CauseFamily> = Readonly<
  Record<string, CauseDefinition<Family>>
>;
