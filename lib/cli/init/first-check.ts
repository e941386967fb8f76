// The check that `init` makes of an application before it is in any file.

import type { StarterApplication } from '../../config-file/starter-config.ts';
import type { CauseId } from '../../core/causes/causes.ts';
import {
  CLIENT_SECRET_METHODS,
  type ClientAuthentication,
  KEY_METHOD,
} from '../../core/config/client-methods.ts';
import { ANY_PROVIDER } from '../../core/config/provider-types.ts';
import type { Evidence } from '../../core/evidence/evidence.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import type { Secret } from '../../core/secret.ts';
import { checkSetupOf } from '../application/described-application.ts';
import { type CliIo, say } from '../cli-io.ts';
import { runCheck } from '../run-check.ts';
import { addedConfig, type ExistingConfig } from './existing-config.ts';
import { NOTHING_PINNED } from './pin-token.ts';
import type { StarterPlace } from './starter-files.ts';

/** What the check is made from. */
interface FirstCheckSetup {
  readonly application: StarterApplication;
  /** Null: it has a private key. */
  readonly secret: Secret | null;
  readonly place: StarterPlace;
  /** The configuration that the application is added to; null for a new one. */
  readonly existing: ExistingConfig | null;
  /** Whether nobody said what form its tokens have. */
  readonly mayBeOpaque: boolean;
}

/** The outcome of the check. */
interface FirstCheck {
  readonly report: RunReport;
  readonly isInterrupted: boolean;
  /** With how its client authenticates and what form its tokens have, if that was found out. */
  readonly application: StarterApplication;
  readonly verification: Evidence['verification'];
}

/**
 * Checks the application once, with the provider of the file if that has its issuer.
 *
 * Many servers issue opaque tokens unless they are configured otherwise, and nobody who is asked knows that:
 * where a token has not the form of a JWT, the application is checked again as one with opaque tokens.
 */
export async function firstCheck(setup: FirstCheckSetup, io: CliIo): Promise<FirstCheck> {
  const checked = await checkWithMethods(setup, io);
  const { verification } = checked;
  const isOpaque = verification.kind === 'malformed' && verification.isOpaque === true;
  // Every token of a product that is known by its type is a JWT.
  const isKnown = setup.application.type !== ANY_PROVIDER;
  if (!isOpaque || isKnown || !setup.mayBeOpaque || checked.isInterrupted) return checked;
  say(io, 'the token is no JWT, so it is taken as opaque: its claims are not checked');
  const application = { ...setup.application, tokenFormat: 'opaque' } as const;
  return checkWith(checked.application.clientAuthentication, { ...setup, application }, io);
}

/**
 * How the provider authenticates its clients there may be wrong for this one, so the other way is
 * tried after a refusal of the credentials.
 */
async function checkWithMethods(setup: FirstCheckSetup, io: CliIo): Promise<FirstCheck> {
  const { application, existing } = setup;
  const configured = existing?.config.providers[application.providerName]?.clientAuthentication;
  const [method, ...others] = methodsToTry(configured ?? null, application);
  const first = await checkWith(method, setup, io);
  const [other] = others;
  if (other === undefined || !mayBeOfMethod(first) || first.isInterrupted) return first;
  const second = await checkWith(other, setup, io);
  return mayBeOfMethod(second) ? first : second;
}

/** Null: what the check finds out by itself. */
type Method = ClientAuthentication | null;

/** What the file says of the provider comes first, where it fits the credentials. */
function methodsToTry(
  configured: Method,
  { privateKey }: StarterApplication,
): readonly [Method, ...Method[]] {
  if (configured === null) return [null];
  if (privateKey !== null) return [KEY_METHOD];
  const [basic, post] = CLIENT_SECRET_METHODS;
  return configured === post ? [post, basic] : [basic, post];
}

/** Refusals that a client may get because it authenticated in another way than it is registered for. */
const OF_METHOD: ReadonlySet<CauseId> = new Set<CauseId>([
  'client-authentication-mismatch',
  'credentials-rejected',
  'client-unknown',
]);

function mayBeOfMethod({ report: { reports } }: FirstCheck): boolean {
  return reports.some(({ diagnosis }) => diagnosis !== null && OF_METHOD.has(diagnosis.cause));
}

async function checkWith(
  method: Method,
  { application, secret, place, existing }: FirstCheckSetup,
  io: CliIo,
): Promise<FirstCheck> {
  const tried = { ...application, clientAuthentication: method };
  const alone = checkSetupOf(tried, secret, place.directory);
  const config =
    existing === null
      ? alone.config
      : addedConfig(existing, { application: tried, pinned: NOTHING_PINNED }, place.file).config;
  const seen: Evidence[] = [];
  const onEvidence = (evidence: Evidence) => void seen.push(evidence);
  const { report, isInterrupted } = await runCheck({ ...alone, config, onEvidence }, io);
  const [checked] = report.reports;
  return {
    report: withoutAdvice(report),
    isInterrupted,
    application: { ...application, clientAuthentication: checked?.clientAuthentication ?? null },
    verification: seen.at(-1)?.verification ?? { kind: 'skipped' },
  };
}

/** Without the advice to configure the method: the file that is written has it. */
function withoutAdvice(report: RunReport): RunReport {
  const reports = report.reports.map((one) => ({
    ...one,
    findings: one.findings.filter(({ cause }) => cause !== 'client-authentication-unset'),
  }));
  return { ...report, reports };
}
