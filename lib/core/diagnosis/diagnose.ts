// After the evidence is complete, before the report: which cause it is, how sure that is, what mends it.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { Finding } from '../causes/finding.ts';
import type { CheckStatus } from '../causes/terms.ts';
import { sentAudience } from '../claims/sent-audience.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Diagnosis, RuledFinding } from './diagnosis.ts';
import { evidenceLines } from './evidence-lines.ts';
import { mendingOf } from './mending.ts';
import { findCall } from './rules/call.ts';
import { findClaims, findClock } from './rules/claims.ts';
import { findStoredCredentials } from './rules/credential.ts';
import { findFault, findIncomplete } from './rules/monitor.ts';
import { findDiscovery, findKeys } from './rules/provider.ts';
import { findTokenReply } from './rules/refusal.ts';
import type { Rule, RuleContext } from './rules/rule.ts';
import { findVerification } from './rules/token.ts';

/** What the evidence of one attempt comes to. */
export interface Judgement {
  readonly status: CheckStatus;
  /** Null exactly where the application is healthy. */
  readonly diagnosis: Diagnosis | null;
  readonly findings: readonly Finding[];
}

/** Each rule before those that its finding explains: the first error found leads. */
const RULES: readonly Rule[] = [
  // Without credentials nothing was asked.
  findStoredCredentials,
  // A discovery document that cannot be trusted ends the attempt before credentials are sent.
  findDiscovery,
  // Without a token there is nothing to look at.
  findTokenReply,
  // A token that is no JWT, or is not signed as it should be, may say anything in its claims.
  findVerification,
  // Without keys the same, for a reason that says nothing of the token.
  findKeys,
  // Claims that are out of line explain what an API makes of the token.
  findClaims,
  // The API has the last word on a token that is as expected.
  findCall,
  // Whatever else is out of line is so by any clock; only the token's times hang on ours.
  findClock,
];

/**
 * Judges the evidence of one attempt: status, leading cause and all findings.
 *
 * Total and pure: any evidence gives the same judgement, and nothing is thrown. Evidence is healthy
 * only if a token was granted, looked at and, where a call is configured, used.
 */
export function diagnose(evidence: Evidence, context: RuleContext): Judgement {
  const findings = findAll(evidence, context);
  const leading = findings.find(({ severity }) => severity === 'error') ?? findings[0];
  if (leading === undefined) return { status: 'healthy', diagnosis: null, findings: [] };
  return {
    status: statusOf(leading),
    diagnosis: diagnosisOf(leading, { evidence, findings, context }),
    findings: findings.map(asFinding),
  };
}

function findAll(evidence: Evidence, context: RuleContext): readonly RuledFinding[] {
  // After a fault of ours, what the last step saw may be of our making.
  const faults = findFault(evidence, context);
  if (faults.length > 0) return faults;
  const findings = RULES.flatMap((rule) => rule(evidence, context));
  return context.isPasted === true || findings.some(({ severity }) => severity === 'error')
    ? findings
    : [...findings, ...findIncomplete(evidence)];
}

/** A warning degrades; of a broken provider or monitor nothing follows for the application. */
function statusOf({ cause, severity }: RuledFinding): CheckStatus {
  if (severity === 'warning') return 'degraded';
  const { family } = causeDefinition(cause);
  return family === 'provider' || family === 'monitor' ? 'undetermined' : 'unhealthy';
}

function diagnosisOf(
  leading: RuledFinding,
  seen: {
    readonly evidence: Evidence;
    readonly findings: readonly RuledFinding[];
    readonly context: RuleContext;
  },
): Diagnosis {
  const { evidence, findings, context } = seen;
  const { application, credentials } = evidence;
  const { cause, confidence } = leading;
  const { family, guideSection } = causeDefinition(cause);
  const clientId = credentials.kind === 'read' ? credentials.clientId : application.clientId;
  return {
    cause,
    family,
    confidence,
    title: titleOf(leading, evidence),
    guideSection,
    ...mendingOf(leading, { ...context, application, clientId }),
    evidence: evidenceLines(evidence, findings, context),
  };
}

/** The catalogue's title, with the name that it is about where that is one of ours. */
function titleOf(leading: RuledFinding, { application }: Evidence): string {
  const { cause, claim, scopes = [], audience = sentAudience(application) } = leading;
  const { title } = causeDefinition(cause);
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
