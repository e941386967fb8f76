// Rules of the provider family: no answer, no discovery document, no keys.

import type { CauseId } from '../../causes/causes.ts';
import type { DiscoveryProblem, Evidence, KeysProblem } from '../../evidence/evidence.ts';
import type { BodyProblem, TransportFailure } from '../../http/http-exchange.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { finding, type RuleContext } from './rule.ts';

const CAUSE_OF_FAILURE = {
  dns: 'provider-unreachable',
  refused: 'provider-unreachable',
  reset: 'provider-unreachable',
  unreachable: 'provider-unreachable',
  'not-http': 'provider-unreachable',
  other: 'provider-unreachable',
  timeout: 'provider-timeout',
  tls: 'provider-tls-invalid',
} as const satisfies Readonly<Record<TransportFailure['failure'], CauseId>>;

/** Why there is no answer of the provider; a failure of no known kind is only likely what it seems. */
export function transportCause({ failure }: TransportFailure) {
  return {
    cause: CAUSE_OF_FAILURE[failure],
    confidence: failure === 'other' ? 'likely' : 'certain',
  } as const;
}

/** The words for a body that is no use. */
export const BODY_PROBLEMS = {
  'too-large': 'its body is too large',
  'not-utf8': 'its body is not UTF-8',
  undecodable: 'its body cannot be decoded',
  'timed-out': 'its body did not end in time',
  'cut-off': 'the connection ended in the middle of its body',
  'not-json': 'its body is not JSON',
  'not-object': 'its body is not a JSON object',
  'not-a-key-set': 'its body is not a JSON Web Key Set',
} as const satisfies Readonly<
  Record<BodyProblem | 'not-json' | 'not-object' | 'not-a-key-set', string>
>;

/** Reports what is wrong with the discovery document; a warning where convention took its place. */
export const findDiscovery = (
  { discovery }: Pick<Evidence, 'discovery'>,
  context: Pick<RuleContext, 'clean' | 'provider'>,
): readonly RuledFinding[] => {
  if (discovery.kind !== 'failed' && discovery.kind !== 'fallback') return [];
  const { problem } = discovery;
  const detail = discoveryDetail(problem, context);
  const seen = { step: 'discovery', confidence: 'certain' } as const;
  if (discovery.kind === 'fallback') {
    const cured = `${detail}; the usual endpoints of ${context.provider.words.name} were used`;
    return [finding({ ...seen, cause: 'discovery-invalid', severity: 'warning', detail: cured })];
  }
  if (problem.kind === 'transport-failure') {
    return [finding({ ...seen, ...transportCause(problem), detail })];
  }
  return [finding({ ...seen, cause: discoveryCause(problem), detail })];
};

/** Reports keys that could not be had: nothing is known of the signature then. */
export const findKeys = ({
  verification,
}: Pick<Evidence, 'verification'>): readonly RuledFinding[] =>
  verification.kind === 'keys-unavailable'
    ? [
        finding({
          cause: 'keys-unavailable',
          step: 'keys',
          confidence: 'certain',
          detail: keysDetail(verification.problem),
        }),
      ]
    : [];

function discoveryCause(problem: Exclude<DiscoveryProblem, TransportFailure>): CauseId {
  if (problem.kind === 'status' && problem.status === 429) return 'provider-rate-limited';
  if (problem.kind === 'status' && problem.status >= 500) return 'provider-error';
  if (problem.kind === 'body' && problem.problem === 'timed-out') return 'provider-timeout';
  if (problem.kind === 'body' && problem.problem === 'cut-off') return 'provider-unreachable';
  return 'discovery-invalid';
}

function discoveryDetail(problem: DiscoveryProblem, { clean }: Pick<RuleContext, 'clean'>): string {
  switch (problem.kind) {
    case 'transport-failure':
      return `the discovery document could not be had: ${problem.detail}`;
    case 'status':
      return `the discovery document was answered with status ${problem.status}`;
    case 'body':
      return `the discovery document was answered, but ${BODY_PROBLEMS[problem.problem]}`;
    case 'field-invalid':
      return `${problem.field} in the discovery document: ${clean(problem.detail)}`;
    case 'issuer-mismatch':
      return `the discovery document names the issuer "${clean(problem.actual)}"; expected ${problem.expected.join(' or ')}`;
    case 'endpoint-not-allowed':
      return `${problem.field} in the discovery document is "${clean(problem.url)}", which is not https on the host of the issuer or one of hosts`;
  }
}

function keysDetail(problem: KeysProblem): string {
  switch (problem.kind) {
    case 'transport-failure':
      return `the keys could not be had: ${problem.detail}`;
    case 'not-named':
      return 'the discovery document names no keys (jwks_uri), so that no token can be verified; if tokens of this provider are opaque, set tokenFormat: opaque';
    case 'status':
      return problem.status === 403
        ? 'the keys were answered with status 403, though no credentials were sent with the request: the domain or its region may be wrong, or a rule blocks this address'
        : `the keys were answered with status ${problem.status}`;
    case 'body':
      return `the keys were answered, but ${BODY_PROBLEMS[problem.problem]}`;
  }
}
