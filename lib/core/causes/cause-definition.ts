// What every row of the catalogue of causes says, and the families that the rows belong to.

import type { Severity } from './terms.ts';

/** The families of causes with a line for the documentation, in the order in which they are listed. */
export const FAMILIES = {
  credential: 'The provider does not accept the credentials, or they cannot be used.',
  authorization: 'The provider knows the application, but does not grant what it requests.',
  request: 'The provider does not accept the form of the token request.',
  token: 'The provider replied, but not with a token that can be trusted.',
  claims: 'The token is genuine, but its claims are not the expected ones.',
  call: 'The token is as expected, but the call to the API fails.',
  provider: 'The provider itself is failing, for every application.',
  monitor: 'm2m-watch could not check the application.',
  unknown: 'No rule recognises the failure.',
} as const;

/** A family of causes: it says who has to act, and the status of the application follows from it. */
export type CauseFamily = keyof typeof FAMILIES;

/** The names of all families, in order. */
export const FAMILY_NAMES = Object.keys(FAMILIES) as readonly string[] as readonly CauseFamily[];

/** A section of Kinde's guide "Troubleshoot M2M token errors". */
type GuideSection =
  | 'invalid_client'
  | 'unauthorized_client'
  | 'invalid_scope'
  | 'invalid_request'
  | '401'
  | '403'
  | 'org_code';

/** One cause: the same in reports, documentation and tests, and for every provider. */
export interface CauseDefinition {
  readonly family: CauseFamily;
  /** One line that stands alone, without a full stop. */
  readonly title: string;
  /** A few words for the subject line of a notice, for example `secret rotated`. */
  readonly short: string;
  /** One or two sentences for the documentation and `causes ID`. */
  readonly meaning: string;
  readonly guideSection: GuideSection | null;
  /** The severity of its findings, unless the rule has a reason for another. */
  readonly severity: Severity;
  /** One to three general steps in the imperative, for {@link fillIn}; a provider's own steps take their place. */
  readonly fix: readonly string[];
  /** The same for a reply that somebody pasted: nothing was sent then. @default fix */
  readonly pastedFix?: readonly string[];
  /** A page that explains more. */
  readonly help: string;
}

/** A cause as it is written in the catalogue: what most causes have in common is left out. */
interface CauseRow
  extends Pick<CauseDefinition, 'title' | 'meaning' | 'fix' | 'pastedFix' | 'help'> {
  /** @default the id, with spaces */
  readonly short?: string;
  /** @default none */
  readonly guideSection?: GuideSection;
  /** @default 'error' */
  readonly severity?: Severity;
}

/** The causes of one family by their public ids, each with every part. */
export function causesOf<Id extends string>(
  family: CauseFamily,
  rows: Readonly<Record<Id, CauseRow>>,
): Readonly<Record<Id, CauseDefinition>> {
  const defined = Object.entries<CauseRow>(rows).map(([id, row]) => [
    id,
    {
      family,
      short: id.replaceAll('-', ' '),
      guideSection: null,
      severity: 'error',
      ...row,
    } satisfies CauseDefinition,
  ]);
  return Object.fromEntries(defined) as Record<Id, CauseDefinition>;
}

/**
 * What stands in braces in a step, where nothing more is known: a noun phrase that reads well in every
 * sentence.
 */
const GENERAL_NAMES = {
  application: 'the application',
  client: 'the client id',
  issuer: 'the issuer',
  discovery: 'its discovery document',
  api: 'the API',
  scopes: 'the missing scope',
  organization: 'the organisation',
  organizationName: 'the organisation',
  call: 'the API',
} as const;

/** Names by what stands in braces. */
export type StepNames = Readonly<Record<string, string>>;

/** Fills in what stands in braces in a step, with general words where no name is given. */
export function fillIn(step: string, names: StepNames = {}): string {
  const all: StepNames = { ...GENERAL_NAMES, ...names };
  return step.replace(/\{(\w+)\}/g, (whole, name: string) => all[name] ?? whole);
}

/** The address of a section of an RFC. */
export function rfc(number: number, section: string): string {
  return `https://www.rfc-editor.org/rfc/rfc${number}.html#section-${section}`;
}
