// From complete evidence to a judgement: the status, the leading cause with its confidence, and all findings.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { Finding } from '../causes/finding.ts';
import { type CheckStatus, STEPS, type Step } from '../causes/terms.ts';
import { quoteValue, sentAudience } from '../claims/claim-values.ts';
import { isPossibleLifetime } from '../claims/time-values.ts';
import { clientIdToShow, type Evidence } from '../evidence/evidence.ts';
import type { Diagnosis, EvidenceLine, RuledFinding } from './diagnosis.ts';
import { fixFor } from './fix.ts';
import { findCertificate } from './rules/assertion.ts';
import { findFault, findIncomplete, findStoredCredentials } from './rules/attempt.ts';
import { findCall } from './rules/call.ts';
import { authenticationLine } from './rules/client.ts';
import { findDiscovery, findKeys } from './rules/provider.ts';
import { findTokenReply } from './rules/refusal.ts';
import type { Rule, RuleContext } from './rules/rule.ts';
import { findClaims, findClock, findUnreadable, findVerification } from './rules/token.ts';

/** What the evidence of one attempt comes to. */
export interface Judgement {
  readonly status: CheckStatus;
  /** Null exactly where the application is healthy: an information alone needs none. */
  readonly diagnosis: Diagnosis | null;
  readonly findings: readonly Finding[];
}

/** Each rule before those whose findings it explains: the first error found leads. */
const RULES: readonly Rule[] = [
  // Without credentials nothing was requested.
  findStoredCredentials,
  // A discovery document that cannot be trusted ends the attempt before credentials are sent.
  findDiscovery,
  // Without a token there is nothing to check.
  findTokenReply,
  // What its client authenticates with works, but not for long.
  findCertificate,
  // A token that is no JWT, or is not signed as it should be, may say anything in its claims.
  findVerification,
  findUnreadable,
  // The same without keys, for a reason that says nothing about the token.
  findKeys,
  // Claims that are not as expected explain why an API refuses the token.
  findClaims,
  // The API has the last word on a token that is as expected.
  findCall,
  // Everything else is so by any clock; only the token's times depend on ours.
  findClock,
];

/**
 * Judges the evidence of one attempt: status, leading cause and all findings.
 *
 * Total and pure: any evidence gives the same judgement, and nothing is thrown. Evidence is healthy
 * only if a token was granted, verified and, where a call is configured, used.
 */
export function diagnose(evidence: Evidence, context: RuleContext): Judgement {
  const findings = findAll(evidence, context);
  const leading = LEADING.map((leads) => findings.find(leads)).find((found) => found !== undefined);
  if (leading === undefined) {
    return { status: 'healthy', diagnosis: null, findings: findings.map(asFinding) };
  }
  return {
    status: statusOf(leading),
    diagnosis: {
      ...diagnosisOf(leading, evidence, context),
      evidence: evidenceLines(evidence, findings, context),
    },
    findings: findings.map(asFinding),
  };
}

/** Which finding leads: the first that the first of these picks out. */
const LEADING: readonly ((finding: RuledFinding) => boolean)[] = [
  ({ severity }) => severity === 'error',
  // An API that is down is an outage; every other warning only deserves a look.
  ({ severity, step }) => severity === 'warning' && step === 'call',
  ({ severity }) => severity === 'warning',
];

function findAll(evidence: Evidence, context: RuleContext): readonly RuledFinding[] {
  // After an error of m2m-watch, what the last step saw may be of its making.
  const faults = findFault(evidence, context);
  if (faults.length > 0) return faults;
  const findings = RULES.flatMap((rule) => rule(evidence, context));
  return context.isPasted === true || findings.some(({ severity }) => severity === 'error')
    ? findings
    : [...findings, ...findIncomplete(evidence)];
}

/** A warning degrades; a failing provider or monitor says nothing about the application. */
function statusOf({ cause, severity }: RuledFinding): CheckStatus {
  if (severity === 'warning') return 'degraded';
  const { family } = causeDefinition(cause);
  return family === 'provider' || family === 'monitor' ? 'undetermined' : 'unhealthy';
}

function diagnosisOf(
  leading: RuledFinding,
  evidence: Evidence,
  context: RuleContext,
): Omit<Diagnosis, 'evidence'> {
  const { application } = evidence;
  const { cause, confidence } = leading;
  const { family, guideSection } = causeDefinition(cause);
  const clientId = clientIdToShow(evidence);
  const title = titleOf(leading, evidence);
  const fix = fixFor(leading, { ...context, application, clientId });
  return { cause, family, confidence, title, guideSection, ...fix };
}

/** The catalogue's title, with the name that it is about where that is one of ours. */
function titleOf(leading: RuledFinding, { application }: Evidence): string {
  const { cause, claim, scopes = [], audience = sentAudience(application) } = leading;
  const title = leading.instead?.title ?? causeDefinition(cause).title;
  const about = TITLED_BY_AUDIENCE.has(cause) ? audience : scopes;
  const names = cause === 'claim-mismatch' && claim !== null ? [claim] : about;
  return names.length === 0 ? title : `${title}: ${names.join(', ')}`;
}

const TITLED_BY_AUDIENCE: ReadonlySet<CauseId> = new Set([
  'audience-not-authorized',
  'audience-unknown',
  'audience-mismatch',
]);

function asFinding({ cause, severity, claim, expected, actual, detail }: RuledFinding): Finding {
  return { cause, severity, claim, expected, actual, detail };
}

const MAX_LINES_PER_STEP = 5;

/**
 * What the check saw: at each step the findings, or in short that it passed.
 *
 * Of many findings at one step the first few are shown; all are in the findings of the report.
 */
function evidenceLines(
  evidence: Evidence,
  findings: readonly RuledFinding[],
  context: RuleContext,
): readonly EvidenceLine[] {
  return STEPS.flatMap((step): readonly EvidenceLine[] => {
    const details = findings.filter((found) => found.step === step).map(({ detail }) => detail);
    const shown = details.slice(0, MAX_LINES_PER_STEP);
    const left = details.length - shown.length;
    const lines = [
      ...(step === 'token-request' ? [authenticationLine(evidence, context)] : []),
      ...(details.length === 0 ? [passedLine(step, evidence, context)] : shown),
      ...(left > 0 ? [`and ${left} more`] : []),
    ];
    return lines.filter((saw) => saw !== null).map((saw) => ({ step, saw }));
  });
}

function passedLine(step: Step, evidence: Evidence, { clean }: RuleContext): string | null {
  const { credentials, tokenReply, verification, call } = evidence;
  switch (step) {
    case 'credentials':
      return credentials.kind === 'read' && credentials.secretVersion !== null
        ? `version ${credentials.secretVersion} of the secret was read`
        : null;
    case 'token-request': {
      if (tokenReply.kind !== 'granted') return null;
      const { status, expiresInSeconds } = tokenReply;
      const isSaid = expiresInSeconds !== null && isPossibleLifetime(expiresInSeconds);
      const validFor = isSaid ? ` valid for ${expiresInSeconds} s` : '';
      return `status ${status}, a token${validFor}`;
    }
    case 'verification': {
      if (verification.kind === 'opaque') return 'not inspected: the token is opaque';
      if (verification.kind !== 'verified') return null;
      const { algorithm, keyId } = verification.header;
      return `valid signature: ${quoteValue(algorithm, clean)}, key ${quoteValue(keyId, clean)}`;
    }
    case 'call':
      if (call.kind === 'answered') return `status ${call.status}, as expected`;
      return call.kind === 'withheld'
        ? 'not called: a token is sent to the API only if its signature, issuer, audience and times are right'
        : null;
    case 'discovery':
    case 'keys':
    case 'claims':
      return null;
  }
}
