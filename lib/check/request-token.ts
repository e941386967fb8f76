// Requests a token with the method that fits the client, and once with another one where that may be the reason of a refusal.

import type { Application } from '../core/config/application.ts';
import type { SentSecrets } from '../core/config/sent-values.ts';
import type { ResolvedEndpoints } from '../core/discovery/discovery.ts';
import {
  chooseMethod,
  isSecondDecisive,
  type MethodChoice,
  methodAfter,
} from '../core/provider/client-authentication.ts';
import { isChangedByEncoding, tokenRequest } from '../core/provider/token-request.ts';
import type { Cleaner } from '../core/text/redact.ts';
import { readTokenReply, type TokenReplyRead } from '../core/token/token-reply.ts';
import type { CheckTools } from './check-application.ts';
import type { EvidenceTrail } from './evidence-trail.ts';
import type { ProvenClient } from './prove-client.ts';

/** What a token request is made from. */
export interface TokenAsk {
  readonly application: Application;
  readonly client: ProvenClient;
  readonly endpoints: Extract<ResolvedEndpoints, { readonly kind: 'resolved' }>;
  readonly tools: CheckTools;
  readonly trail: EvidenceTrail;
  /** Makes the provider's text safe. */
  readonly clean: Cleaner;
  /** The names that the request holds. */
  readonly sent: readonly string[];
  /** Those of its parameters that were read with the credentials. */
  readonly secrets: SentSecrets['tokenParameters'];
}

/** One request with one method, and what came of it. */
interface Asked {
  readonly method: MethodChoice['method'];
  readonly seen: TokenReplyRead['seen'] | Exclude<EvidenceReply, { readonly kind: 'skipped' }>;
  readonly accessToken: TokenReplyRead['accessToken'];
}

type EvidenceReply = EvidenceTrail['evidence']['tokenReply'];

/** Requests a token, and gives it; null where none was granted. The trail has the evidence. */
export async function requestToken(ask: TokenAsk): Promise<TokenReplyRead['accessToken']> {
  const { client, trail, tools } = ask;
  const choice = chooseMethod(questionOf(ask));
  const first = await requestWith(choice.method, ask);
  const nextMethod = tools.signal?.aborted ? null : methodAfter(choice, first.seen);
  const second = nextMethod === null ? null : await requestWith(nextMethod, ask);
  const isSecond = second !== null && isSecondDecisive(first.seen, second.seen);
  const [deciding, other] = isSecond ? [second, first] : [first, second];
  trail.saw({
    tokenReply: deciding.seen,
    clientAuthentication: {
      method: deciding.method,
      chosen: isSecond ? 'tried' : choice.chosen,
      usual: choice.usual,
      isEncoded: isChangedByEncoding(client.proof),
      other: other === null ? null : { method: other.method, reply: other.seen },
      assertion: client.assertion,
    },
  });
  return deciding.accessToken;
}

function questionOf({ application, endpoints, tools, trail }: TokenAsk) {
  const { session, clock, memory } = tools;
  return {
    configured: application.clientAuthentication ?? session.config.clientAuthentication,
    listed: endpoints.listedMethods,
    provider: session.provider,
    settled: memory?.settledMethod ?? null,
    identity: trail.identity,
    nowMs: clock.nowMs(),
  };
}

async function requestWith(
  method: MethodChoice['method'],
  { application, client, endpoints, tools, trail, clean, sent, secrets }: TokenAsk,
): Promise<Asked> {
  const { session, clock } = tools;
  const request = tokenRequest({
    application,
    proof: client.proof,
    tokenEndpoint: endpoints.tokenEndpoint,
    clientAuthentication: method,
    timeoutMs: session.config.timeoutMs,
    secrets,
  });
  const answered = await trail.timed('tokenMs', () =>
    session.requestToken(request, client.proof.clientId),
  );
  if (answered.kind !== 'reply') return { method, seen: answered, accessToken: null };
  trail.heard(answered);
  const { provider } = session;
  return { method, ...readTokenReply(answered, { provider, clean, sent, nowMs: clock.nowMs() }) };
}
