// One thing in a token that is not as expected, and what claims are compared with.

import type { ClaimsCause } from '../causes/causes.ts';
import type { Severity } from '../causes/terms.ts';
import type { Application } from '../config/application.ts';
import type { Claims } from '../evidence/evidence.ts';
import type { ClaimNames } from '../provider/provider.ts';
import type { Cleaner } from '../text/redact.ts';
import type { DifferentElements } from './claim-difference.ts';
import { asIs, quoteValue, showValue } from './claim-values.ts';

/** In which way a claim is not as expected. */
type MismatchReason =
  /** Expected, and not there (an empty `aud` or organisation included). */
  | 'missing'
  /** There, with another value. */
  | 'mismatch'
  /** There, in a form that the standard forbids. */
  | 'invalid'
  /** There, and not expected. */
  | 'surplus'
  /** A time or duration outside its bounds. */
  | 'out-of-range';

/** One thing in a token that is not as expected; `expected` and `actual` are bounded, `actual` cleaned. */
export interface Mismatch {
  readonly cause: ClaimsCause;
  /** Null where the tokens of the provider have no such claim at all. */
  readonly claim: string | null;
  readonly expected: unknown;
  readonly actual: unknown;
  readonly reason: MismatchReason;
  readonly severity: Severity;
  /** One line in our words; values of the token in it are cleaned and quoted. */
  readonly detail: string;
  /** The scopes that it is about, each one from the configuration. */
  readonly scopes?: readonly string[];
  /** The audiences that it is about, each one that was requested. */
  readonly audience?: readonly string[];
  /** Of a list or object the elements that differ, in place of two whole ones. */
  readonly elements?: DifferentElements;
  /** Whether it is so by the clock alone: at another time, or by another clock, it may not be. */
  readonly isByClock?: true;
  /** Title and steps in place of the catalogue's: less is known, or something else can be done. */
  readonly instead?: { readonly title?: string; readonly fix?: readonly string[] };
}

/** All that the claims of one token are compared with. */
export interface Comparison {
  readonly claims: Claims;
  readonly application: Application;
  /** Where the provider's tokens keep what is compared. */
  readonly names: ClaimNames;
  /** The issuers that `iss` may be, the configured one first. */
  readonly issuers: readonly string[];
  /** Whether `iss` may be one of the issuers with one slash more at its end. @default false */
  readonly mayEndIssuerInSlash?: boolean;
  /** The client id that requested the token. */
  readonly clientId: string;
  /** What is shown of it. @default all of it */
  readonly shownClientId?: string;
  /** Seconds since the epoch, by the provider's clock as far as it is known, else by ours. */
  readonly nowSeconds: number;
  /** How far the provider's clock may be from that. */
  readonly toleranceSeconds: number;
  /** `expires_in` of the token reply. */
  readonly expiresInSeconds: number | null;
  /** `scope` of the token reply, split; used where no claim of the token names scopes. */
  readonly replyScopes: readonly string[] | null;
  readonly clean: Cleaner;
}

/** A mismatch before its values are made fit to be shown. */
export type RawMismatch = Omit<Mismatch, 'severity'> & { readonly severity?: Severity };

/** Makes a mismatch fit to be shown; a value that is not there becomes null. */
export function shownMismatch(raw: RawMismatch, clean: Cleaner): Mismatch {
  return {
    ...raw,
    severity: raw.severity ?? 'error',
    expected: showValue(raw.expected, asIs),
    actual: showValue(raw.actual, clean),
    ...(raw.elements === undefined ? {} : { elements: shownElements(raw.elements, clean) }),
  };
}

/** More than a sentence names. */
const MAX_ELEMENTS = 20;

function shownElements({ lacking, surplus }: DifferentElements, clean: Cleaner): DifferentElements {
  return {
    lacking: lacking.slice(0, MAX_ELEMENTS).map((element) => showValue(element, clean)),
    surplus: surplus.slice(0, MAX_ELEMENTS).map((element) => showValue(element, clean)),
  };
}

/** What a list lacks and what is not expected in it, completing `roles …`. */
export function elementsText({ lacking, surplus }: DifferentElements, clean: Cleaner): string {
  if (lacking.length === 0 && surplus.length === 0) return 'has the elements in another order';
  const named = (elements: readonly unknown[]) =>
    quoteValue(elements.length === 1 ? elements[0] : elements, clean);
  const lacks = lacking.length === 0 ? [] : [`lacks ${named(lacking)}`];
  const has = surplus.length === 0 ? [] : [`has ${named(surplus)}, which is not expected`];
  return [...lacks, ...has].join(' and ');
}

/** The sentence about a claim that has another value than expected, or none. */
export function differs(
  claim: string,
  {
    expected,
    actual,
    clean,
  }: { readonly expected: unknown; readonly actual: unknown; readonly clean: Cleaner },
): string {
  const wanted = quoteValue(expected, asIs);
  return actual === undefined
    ? `the token has no ${claim}; expected ${wanted}`
    : `${claim} is ${quoteValue(actual, clean)}; expected ${wanted}`;
}
