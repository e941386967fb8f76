// How a refusal of the client is fixed, and what else is known that helps to find its cause.

import type { CauseId } from '../../causes/causes.ts';
import {
  type AcceptedBefore,
  type ClientAuthenticationSeen,
  clientIdToShow,
  type Evidence,
} from '../../evidence/evidence.ts';
import type { ClientMethod, RefusalBasis } from '../../evidence/readings.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { assertionFix, assertionHints } from './assertion.ts';
import { acceptedBefore, isMethodOf, type Refused } from './client.ts';
import { finding, type RuleContext } from './rule.ts';

/** What the provider's own words say is the right way outranks its usual one. */
const METHOD_STEPS = {
  client_secret_basic: [
    'Set `clientAuthentication: client_secret_basic` for {application} in the configuration: the provider expects that method.',
  ],
  client_secret_post: [
    'Set `clientAuthentication: client_secret_post` for {application} in the configuration: the provider expects that method.',
  ],
  private_key_jwt: [
    'Configure `clientAuthentication: private_key_jwt` for {application}, with its private key: it is registered for a signed assertion, and not for a secret.',
    'Or change the authentication method of {application} at the provider to a client secret.',
  ],
  assertion: [
    'If {application} is registered with a key or a certificate, configure `clientAuthentication: private_key_jwt` for it, with its private key.',
    'Otherwise change the authentication method of {application} at the provider to a client secret: m2m-watch sends no assertion that is signed with the secret.',
  ],
  none: [
    'Make {application} a confidential client at the provider, and give it a secret: it is registered as a public client, which has none and may not use client credentials.',
  ],
  other: [
    'Change the authentication method of {application} at the provider to a client secret or a private key: m2m-watch sends no client certificate, and no assertion that is signed with the secret.',
  ],
} as const satisfies Readonly<Record<ClientMethod, readonly string[]>>;

/** Where it has a key, and is registered for a secret. */
const SECRET_STEPS = [
  'Change the authentication method of {application} at the provider to `private_key_jwt`, with its public key or its certificate: it is registered for a secret.',
  'Or write its secret to the store, and configure it in `credentials` in place of the key.',
];

const METHOD_TITLES: Partial<Readonly<Record<ClientMethod, string>>> = {
  private_key_jwt: 'The client is registered for private_key_jwt, and not for a secret',
  assertion: 'The client is registered for a signed assertion, and not for a secret',
  none: 'The client is registered as a public client, which may not use client credentials',
};

/** How to fix it, where more is known than the cause. */
export function clientFix(
  cause: CauseId,
  { reading: { basis, method } }: Refused,
  { evidence, context }: RefusalSeen,
): Pick<RuledFinding, 'instead' | 'further'> {
  const { clientAuthentication } = evidence;
  const isOfMethod = cause === 'client-authentication-mismatch';
  if (isOfMethod && method !== undefined && !isMethodOf(method, clientAuthentication)) {
    const title = METHOD_TITLES[method];
    const isForSecret = method === 'client_secret_basic' || method === 'client_secret_post';
    const fix =
      isForSecret && clientAuthentication?.assertion ? SECRET_STEPS : METHOD_STEPS[method];
    return { instead: { ...(title && { title }), fix } };
  }
  const ofAssertion = assertionFix(cause, evidence);
  if (ofAssertion !== null) return ofAssertion;
  const isExpired = isPerhapsExpired(cause, basis, { evidence, context });
  const ofExpiry = isExpired ? [IF_EXPIRED] : [];
  if (cause === 'secret-rotated') {
    // Words about the secret are not said of a client that does not exist.
    if (basis === 'explicit-words') {
      return { instead: { title: 'The secret was rotated at the provider' } };
    }
    return {
      ...(isExpired && { instead: ROTATED_OR_EXPIRED }),
      further: [...ofExpiry, IF_DELETED],
    };
  }
  const other = clientAuthentication?.other ?? null;
  const ofEncoding = isPerhapsNotDecoded(cause, clientAuthentication)
    ? [other === null ? IF_NOT_DECODED : IF_NEITHER_DECODED]
    : [];
  const isOpen = cause === 'credentials-rejected' && basis !== 'explicit-words';
  // A method that is named beside this cause is the one that was used: the server takes no other.
  const isOfNone = isOpen && (method !== undefined || isOfNoMethod(evidence));
  const isOfOne =
    isOpen && !isOfNone && ofEncoding.length === 0 && isOfOneMethod(clientAuthentication);
  const ofMethod = isOfNone ? [IF_OTHER_METHOD] : isOfOne ? [IF_NOT_THIS_METHOD] : [];
  const further = [...ofEncoding, ...ofExpiry, ...ofMethod];
  return further.length === 0 ? {} : { further };
}

/** What a refusal is seen in. */
interface RefusalSeen {
  readonly evidence: Evidence;
  readonly context: RuleContext;
}

const ROTATED_OR_EXPIRED = {
  title: 'The secret was rotated or has expired, or the application was deleted, at the provider',
};
const IF_EXPIRED =
  'If the secret of {application} has expired at the provider, make a new one, and write it to the secret store.';
const IF_DELETED =
  'If {application} no longer exists at the provider, create it again, and write its new credentials to the secret store.';
const IF_NOT_DECODED =
  'If client id and secret are right, set `clientAuthentication: client_secret_post` for {application} in the configuration, or use a secret of letters and digits alone.';
const IF_NEITHER_DECODED =
  'If client id and secret are right, give {application} a secret of letters and digits alone.';
const IF_OTHER_METHOD =
  'If client id and secret are right, check at the provider how {application} must authenticate: it may be registered for another method than those in the evidence, or as a public client.';

const IF_NOT_THIS_METHOD =
  'If client id and secret are right, check at the provider how {application} must authenticate, and set `clientAuthentication` to that in the configuration: no other method was tried.';

/** Servers are known that refuse a secret which has expired as they refuse a wrong one. */
function isPerhapsExpired(
  cause: CauseId,
  basis: RefusalBasis,
  { evidence: { clientAuthentication: used }, context }: RefusalSeen,
): boolean {
  const isOfSecret = used === null || used.method.startsWith('client_secret_');
  return (
    context.provider.hidesExpiry === true &&
    isOfSecret &&
    basis !== 'explicit-words' &&
    (cause === 'credentials-rejected' || cause === 'secret-rotated')
  );
}

/** Whether another method was refused too, and not because the one that was used is right. */
function isOfNoMethod({ clientAuthentication: used }: Evidence): boolean {
  const reply = used?.other?.reply;
  return reply?.kind === 'refused' && reply.reading.method !== used?.method;
}

/** Whether no other method with a secret was tried although there is one: it is configured, or was accepted before. */
function isOfOneMethod(used: ClientAuthenticationSeen | null): boolean {
  if (used === null || used.assertion !== null || used.other !== null) return false;
  return used.chosen === 'configured' || used.chosen === 'accepted-before';
}

/** Servers are known that take the halves of `client_secret_basic` as they stand there. */
function isPerhapsNotDecoded(cause: CauseId, used: ClientAuthenticationSeen | null): boolean {
  const isOfMethod = cause === 'credentials-rejected' || cause === 'client-authentication-mismatch';
  return isOfMethod && used?.method === 'client_secret_basic' && used.isEncoded;
}

const HISTORY_HINTS = {
  these: 'the very same client id and secret were accepted before',
  client:
    'this client id was accepted before with another secret: the stored secret has changed since',
  // The name of credentials is made of the client id, the issuer and a key: any of them may have changed.
  others:
    'other credentials were accepted before: the client id, the issuer or the key of the state has changed since',
  unknown: null,
} as const satisfies Readonly<Record<AcceptedBefore, string | null>>;

const NOT_DECODED =
  'client id or secret has characters that `client_secret_basic` form-encodes (RFC 6749 section 2.3.1), and some servers do not decode them';

/** What is known besides a refusal of the client, and helps to find the cause. */
export function clientHints(
  cause: CauseId,
  { reading: { basis, method } }: Refused,
  { evidence, context }: RefusalSeen,
): readonly string[] {
  const { credentials, discovery, clientAuthentication: used } = evidence;
  const { config, isPasted = false } = context;
  const history = HISTORY_HINTS[acceptedBefore(evidence)];
  const hints: (string | null)[] = [
    used?.assertion ? (history?.replaceAll('secret', 'key') ?? null) : history,
    ...assertionHints(cause, evidence),
  ];
  if (isPerhapsNotDecoded(cause, used)) hints.push(NOT_DECODED);
  if (isPerhapsExpired(cause, basis, { evidence, context })) {
    hints.push('the secret may have expired: this server refuses it in the same words then');
  }
  if (method !== undefined && method === used?.method) {
    hints.push('that is the method that was used');
  }
  if (cause === 'client-unknown') {
    const client =
      credentials.kind === 'read' ? `client id ${clientIdToShow(evidence)}` : 'client id';
    const issuer = isPasted ? 'this domain' : config.issuer;
    hints.push(
      `either the ${client} does not exist at ${issuer}, or that is not the right issuer`,
      discovery.kind === 'fallback'
        ? 'discovery failed there too, which suggests a wrong domain'
        : null,
      basis === 'status' ? noEndpointHint(discovery) : null,
    );
  }
  return hints.filter((hint) => hint !== null);
}

/** What else a status alone may mean: nothing takes token requests at this address. */
function noEndpointHint(discovery: Evidence['discovery']): string {
  const address = 'tokenEndpoint' in discovery ? discovery.tokenEndpoint : 'this address';
  return `or there is no token endpoint at ${address}: compare \`endpoints.token\`, or \`token_endpoint\` in the discovery document`;
}

/** Says that a method is accepted which nobody configured, where it is not the usual one. */
export function findUnsetMethod({ clientAuthentication: used }: Evidence): readonly RuledFinding[] {
  if (used === null || used.chosen === 'configured' || used.method === used.usual) return [];
  const { method, other, isEncoded } = used;
  const isOfEncoding = isEncoded && other?.method === 'client_secret_basic';
  return [
    finding({
      cause: 'client-authentication-unset',
      step: 'token-request',
      confidence: 'certain',
      expected: method,
      detail: `${method} is accepted, and not ${used.usual}, which is usual: set \`clientAuthentication: ${method}\` in the configuration${isOfEncoding ? `; ${NOT_DECODED}` : ''}`,
    }),
  ];
}
