// How a cause is fixed for one application: the provider's own steps where it has some, else the catalogue's.

import { fillIn, type StepNames } from '../causes/cause-definition.ts';
import { type CauseId, causeDefinition } from '../causes/causes.ts';
import { sentAudience } from '../claims/claim-values.ts';
import type { Application } from '../config/application.ts';
import type { ProviderConfig } from '../config/provider-config.ts';
import type { Provider } from '../provider/provider.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Steps, and a page that explains more. */
export type Fix = Pick<Diagnosis, 'fix' | 'help'>;

/** Whom a fix is for; every name in it is one of ours. */
export interface FixSubject {
  /** Null where it is not known. */
  readonly clientId: string | null;
  readonly application: Application;
  readonly provider: Provider;
  readonly config: Pick<ProviderConfig, 'issuer'>;
  /** Whether application and configuration are placeholders, which no step may name. @default false */
  readonly isPasted?: boolean;
}

/** A cause with the names that it is about, each one of ours. */
export interface FixedCause {
  readonly cause: CauseId;
  readonly scopes?: readonly string[];
  /** Absent: the audiences that were requested. */
  readonly audience?: readonly string[];
  /** Steps in place of the catalogue's. */
  readonly instead?: { readonly fix?: readonly string[] };
  /** Steps after the others. */
  readonly further?: readonly string[];
}

/** The steps that fix a cause, with the names that it is about. */
export function fixFor(fixed: FixedCause, subject: FixSubject): Fix {
  const { fix, pastedFix, help } = causeDefinition(fixed.cause);
  const { fixes } = subject.provider;
  const names = namesOf(fixed, subject);
  const { further = [] } = fixed;
  const general = (steps: readonly string[]) => ({
    fix: [...steps, ...further].map((step) => fillIn(step, names)),
    help,
  });
  if (subject.isPasted === true && pastedFix !== undefined) return general(pastedFix);
  if (fixed.instead?.fix !== undefined) return general(fixed.instead.fix);
  const own = fixes?.ofCause[fixed.cause];
  if (fixes === null || own === undefined) return general(fix);
  const { global, ofOrganization } = fixes.applicationPage;
  const isOfOrganization = typeof subject.application.expect.organization === 'string';
  const page = fillIn(isOfOrganization ? ofOrganization : global, names);
  const [ownHelp, ...steps] = own;
  const all = [...steps, ...further];
  return { fix: all.map((step) => fillIn(step, { ...names, page })), help: ownHelp };
}

/** What stands in braces in a provider's steps, as words that read well in every sentence. */
function namesOf({ scopes = [], audience }: FixedCause, subject: FixSubject): StepNames {
  const { application, clientId, config, provider, isPasted = false } = subject;
  const organization = application.expect.organization ?? null;
  const call = isPasted ? undefined : application.call?.url;
  return {
    application: isPasted ? 'the application' : application.name,
    client: clientId === null ? 'the client id' : `the client id ${clientId}`,
    issuer: isPasted ? 'the issuer' : config.issuer,
    discovery: isPasted ? 'its discovery document' : `${config.issuer}${provider.discoveryPath}`,
    api: namedAs('the API', audience ?? sentAudience(application)),
    scopes: scopes.length === 0 ? 'the missing scope' : namedAs('the scope', scopes),
    organization: namedAs('the organisation', organization === null ? [] : [organization]),
    organizationName: organization ?? 'the organisation',
    call: call === undefined ? 'the API' : `the API at ${call}`,
  };
}

/** `the scope a`, `the scopes a and b`, `the scopes a, b and c`, or without names where there are none. */
function namedAs(noun: string, names: readonly string[]): string {
  if (names.length < 2) return [noun, ...names].join(' ');
  return `${noun}s ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
