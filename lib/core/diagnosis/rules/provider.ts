// Rules of the provider family: no answer, no trusted discovery document, no keys.

import type { CauseId } from '../../causes/causes.ts';
import type { ProviderConfig } from '../../config/provider-config.ts';
import { PROVIDER_TYPES } from '../../config/provider-types.ts';
import type { DiscoveryProblem, Evidence, KeysProblem } from '../../evidence/evidence.ts';
import type { BodyProblem, TransportFailure } from '../../http/http-exchange.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { finding, quoted, type RuleContext } from './rule.ts';

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

/** Why the provider did not answer; a failure of no known kind is only likely what it seems. */
export function transportCause({ failure }: TransportFailure) {
  return {
    cause: CAUSE_OF_FAILURE[failure],
    confidence: failure === 'other' ? 'likely' : 'certain',
  } as const;
}

/** What is wrong with a body, in words. */
export const BODY_PROBLEMS = {
  'too-large': 'its body is too large',
  'not-utf8': 'its body is not UTF-8',
  undecodable: 'its body cannot be decoded',
  'timed-out': 'its body did not arrive in time',
  'cut-off': 'the connection or its data ended in the middle of its body',
  'not-json': 'its body is not JSON',
  'not-object': 'its body is not a JSON object',
  'not-a-key-set': 'its body is not a JSON Web Key Set',
} as const satisfies Readonly<
  Record<BodyProblem | 'not-json' | 'not-object' | 'not-a-key-set', string>
>;

/** What the words about a discovery document need. */
type DiscoveryContext = Pick<RuleContext, 'clean' | 'provider'> & {
  readonly config: Pick<ProviderConfig, 'issuer'>;
};

/** Reports what is wrong with the discovery document; a warning where convention took its place. */
export const findDiscovery = (
  { discovery }: Pick<Evidence, 'discovery'>,
  context: DiscoveryContext,
): readonly RuledFinding[] => {
  if (discovery.kind !== 'failed' && discovery.kind !== 'fallback') return [];
  const { problem } = discovery;
  const detail = discoveryDetail(problem, context);
  const seen = { step: 'discovery', confidence: 'certain' } as const;
  if (discovery.kind === 'fallback') {
    return [
      finding({
        ...seen,
        cause: 'discovery-invalid',
        severity: 'warning',
        detail: `${detail}; the usual endpoints of ${PROVIDER_TYPES[context.provider.type].title} were used`,
      }),
    ];
  }
  if (problem.kind === 'transport-failure') {
    return [finding({ ...seen, ...transportCause(problem), detail })];
  }
  return [finding({ ...seen, cause: discoveryCause(problem), detail })];
};

/** Reports keys that could not be fetched: nothing is known of the signature then. */
export const findKeys = ({
  verification,
}: Pick<Evidence, 'verification'>): readonly RuledFinding[] => {
  if (verification.kind !== 'keys-unavailable') return [];
  const detail = keysDetail(verification.problem);
  return [finding({ cause: 'keys-unavailable', step: 'keys', confidence: 'certain', detail })];
};

function discoveryCause(problem: Exclude<DiscoveryProblem, TransportFailure>): CauseId {
  if (problem.kind === 'status' && problem.status === 429) return 'provider-rate-limited';
  if (problem.kind === 'status' && problem.status >= 500) return 'provider-error';
  if (problem.kind === 'body' && problem.problem === 'timed-out') return 'provider-timeout';
  if (problem.kind === 'body' && problem.problem === 'cut-off') return 'provider-unreachable';
  return 'discovery-invalid';
}

function discoveryDetail(
  problem: DiscoveryProblem,
  { clean, provider, config }: DiscoveryContext,
): string {
  const document = `the discovery document ${config.issuer}${provider.discoveryPath}`;
  const said = 'said' in problem && problem.said !== '' ? `: ${quoted(problem.said, clean)}` : '';
  switch (problem.kind) {
    case 'transport-failure':
      return `${document} could not be fetched: ${problem.detail}`;
    case 'status':
      return `the request for ${document} returned status ${problem.status}${said}`;
    case 'body':
      return `${document} was returned, but ${BODY_PROBLEMS[problem.problem]}${said}`;
    case 'field-invalid':
      return `${problem.field} in ${document}: ${clean(problem.detail)}`;
    case 'issuer-mismatch':
      return `${document} names the issuer "${clean(problem.actual)}"; expected ${problem.expected.join(' or ')}`;
    case 'endpoint-not-allowed':
      return `${problem.field} in ${document} is "${clean(problem.url)}", which is neither on the issuer's origin nor https on a host of \`hosts\``;
  }
}

function keysDetail(problem: KeysProblem): string {
  switch (problem.kind) {
    case 'transport-failure':
      return `the keys could not be fetched: ${problem.detail}`;
    case 'not-named':
      return 'the discovery document names no keys (jwks_uri), so no token can be verified; if the tokens of this provider are opaque, set `tokenFormat: opaque`';
    case 'status':
      return problem.status === 403
        ? 'the request for the keys returned status 403, although no credentials were sent: the domain or its region may be wrong, or a rule blocks this address'
        : `the request for the keys returned status ${problem.status}`;
    case 'body':
      return `the keys were returned, but ${BODY_PROBLEMS[problem.problem]}`;
  }
}
