// What one token request proves its client with: the secret as it was read, or an assertion that is signed now.

import type { Application } from '../core/config/application.ts';
import { sourceText } from '../core/config/secret-places.ts';
import { NO_SENT_SECRETS } from '../core/config/sent-values.ts';
import type { ResolvedEndpoints } from '../core/discovery/discovery.ts';
import type { AssertionSeen, CredentialsSeen } from '../core/evidence/evidence.ts';
import { assertionAudience, assertionClaims } from '../core/provider/client-assertion.ts';
import { areSwapped } from '../core/provider/client-id.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { ClientProof, Credentials } from '../core/provider/token-request.ts';
import type { Secret } from '../core/secret.ts';
import type { CheckTools } from './check-application.ts';
import type { CredentialsRead } from './ports.ts';

/** A client with its proof, and what the assertion says if the proof is one. */
export interface ProvenClient {
  readonly proof: ClientProof;
  readonly assertion: AssertionSeen | null;
}

/** What an assertion is made for. */
interface ProofSetting {
  readonly application: Application;
  readonly endpoints: Extract<ResolvedEndpoints, { readonly kind: 'resolved' }>;
  readonly tools: Pick<CheckTools, 'session' | 'clock'>;
}

/** Signs an assertion with the private key, new for each attempt; a secret is its own proof. */
export async function proveClient(
  credentials: Credentials,
  { application, endpoints, tools: { session, clock } }: ProofSetting,
): Promise<ProvenClient> {
  if ('clientSecret' in credentials) return { proof: credentials, assertion: null };
  const { clientId, key } = credentials;
  const { tokenEndpoint, listedAlgorithms } = endpoints;
  const configured =
    'privateKey' in application.credentials ? application.credentials.assertionAudience : null;
  const { issuer } = session.config;
  const audience = configured ?? assertionAudience(session.provider, { issuer, tokenEndpoint });
  const claims = assertionClaims({ clientId, audience, nowMs: clock.nowMs() });
  return {
    proof: { clientId, assertion: await key.sign(claims) },
    assertion: {
      algorithm: key.algorithm,
      keyId: key.keyId,
      audience,
      isAudienceConfigured: configured !== null,
      listedAlgorithms,
      certificate: key.certificate,
    },
  };
}

/** What no text may show: the secret, or the assertion. A key itself never gets here. */
export function secretsOf(proof: ClientProof | Credentials): readonly Secret[] {
  if ('clientSecret' in proof) return [proof.clientSecret];
  return 'assertion' in proof ? [proof.assertion] : [];
}

/** All that no text may show of what was read for an attempt: the credentials, and the secrets of headers and parameters. */
export function secretsOfRead({
  credentials,
  sent = NO_SENT_SECRETS,
}: Extract<CredentialsRead, { readonly kind: 'read' }>): readonly Secret[] {
  return [
    ...secretsOf(credentials),
    ...Object.values(sent.headers),
    ...Object.values(sent.tokenParameters),
  ];
}

/** What is seen instead of credentials whose client id and secret are swapped; null where they are not. */
export function swappedCredentials(
  { credentials: configured }: Pick<Application, 'credentials'>,
  read: Credentials,
  { clientIdShape: shape }: Pick<Provider, 'clientIdShape'>,
): Extract<CredentialsSeen, { readonly kind: 'malformed' }> | null {
  if (shape === undefined || !('clientSecret' in read) || 'privateKey' in configured) return null;
  const { clientId, clientSecret } = read;
  if (!areSwapped({ clientId, clientSecret: clientSecret.reveal() }, shape)) return null;
  return {
    kind: 'malformed',
    source: sourceText(configured),
    problem: `the client id and the secret look swapped: the provider's client ids are ${shape.words}, and so is the secret, but not the client id`,
    swapped: shape.isDocumented ? 'certain' : 'likely',
  };
}
