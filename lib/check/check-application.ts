// The whole check of one application, step by step: read this file to know what a check does.

import { apiCallRequest, readApiAnswer } from '../core/call/api-call.ts';
import { withUnreadable } from '../core/claims/unreadable-token.ts';
import type { Application } from '../core/config/application.ts';
import { NO_SENT_SECRETS, type SentSecrets } from '../core/config/sent-values.ts';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import { isSilentRefusal } from '../core/diagnosis/rules/client.ts';
import { mayBeSent } from '../core/diagnosis/rules/token.ts';
import type {
  AssertionSeen,
  CallSeen,
  CredentialsIdentity,
  Evidence,
} from '../core/evidence/evidence.ts';
import type { SettledMethod } from '../core/provider/client-authentication.ts';
import { buildCheckReport } from '../core/report/build-check-report.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import { Secret } from '../core/secret.ts';
import type { KnownSecrets } from '../core/text/known-secrets.ts';
import { type Cleaner, createCleaner } from '../core/text/redact.ts';
import { tokensAtMost } from '../core/token/token-reply.ts';
import { EvidenceTrail } from './evidence-trail.ts';
import { nameOfFault } from './monitor-error.ts';
import type { Clock, CredentialReader, CredentialsMemory, HttpSender } from './ports.ts';
import { proveClient, secretsOf, secretsOfRead, swappedCredentials } from './prove-client.ts';
import type { ProviderSession } from './provider-session.ts';
import { requestToken } from './request-token.ts';

/** What one check needs besides the application. */
export interface CheckTools {
  readonly session: ProviderSession;
  readonly credentials: CredentialReader;
  readonly http: HttpSender;
  readonly clock: Clock;
  /** What was read and granted in this run so far; no text of a peer shows any of it. */
  readonly known: KnownSecrets;
  /** When it aborts, what is under way ends as `not-checked`, whatever it has seen so far. */
  readonly signal: AbortSignal | null;
  /** Absent where nothing is remembered between checks. */
  readonly memory?: CredentialsMemory;
  /** Receives what the attempt saw, for whoever shows more than the report. */
  readonly onEvidence?: (evidence: Evidence) => void;
}

/** The outcome of one check: its report, and what it cost. */
export interface CheckOutcome {
  readonly report: CheckReport;
  /** Tokens that the provider issued for it, usable or not. */
  readonly tokensMinted: number;
  /** Tokens that it may have cost: a reply that was lost may have held one. */
  readonly tokensAtMost: number;
  /** The credentials, where the provider accepted them and somebody remembers. */
  readonly accepted: CredentialsIdentity | null;
  /** The method to use first from now on; null where nothing new was learned, or nobody remembers. */
  readonly settledMethod: SettledMethod | null;
  /**
   * Judges it again at the end of the run, where it depends on whether the provider serves others; null
   * where it does not.
   */
  readonly judgeAgain: (() => CheckOutcome) | null;
}

/**
 * Checks one application with a fresh secret and a fresh token.
 *
 * Never throws: what the application, provider or network did is in the report, and an internal error
 * is a report of the `monitor` family, so that it looks neither unhealthy nor healthy.
 */
export async function checkApplication(
  application: Application,
  tools: CheckTools,
): Promise<CheckOutcome> {
  const trail = new EvidenceTrail(application, tools.clock);
  const clean = createCleaner(tools.known);
  await walk(application, { tools, trail, clean }).catch((thrown: unknown) => {
    trail.saw({ fault: { kind: 'monitor-fault', detail: nameOfFault(thrown) } });
  });
  if (tools.signal?.aborted) {
    trail.saw({ fault: { kind: 'not-checked', detail: 'the run was ended during this check' } });
  }
  tools.onEvidence?.(trail.evidence);
  return outcomeOf(trail, tools.session, clean);
}

/** The outcome for an application that was not checked, for a reason that is no fault of it. */
export function notChecked(
  application: Application,
  {
    session,
    clock,
    seen,
  }: Pick<CheckTools, 'session' | 'clock'> & { readonly seen: NotCheckedSeen },
): CheckOutcome {
  const trail = new EvidenceTrail(application, clock);
  trail.saw(seen);
  return outcomeOf(trail, session, createCleaner([]));
}

/** Why it was not: m2m-watch ended the run, or its provider serves nobody. */
type NotCheckedSeen = Partial<Pick<Evidence, 'fault' | 'tokenReply'>>;

/** What the steps of one attempt share. */
interface Attempt {
  readonly tools: CheckTools;
  readonly trail: EvidenceTrail;
  readonly clean: Cleaner;
}

async function walk(application: Application, { tools, trail, clean }: Attempt): Promise<void> {
  const { session, credentials, known } = tools;

  const read = await trail.timed('credentialsMs', () => credentials.read(application));
  if (read.kind !== 'read') return trail.saw({ credentials: read });
  const { issuer } = session.config;
  const shape = session.provider.clientIdShape;
  trail.readCredentials(read, { issuer, shape, memory: tools.memory ?? null });
  learnAll(known, [...secretsOfRead(read), ...hiddenClientId(trail.evidence)]);
  const isRefused = () => {
    const swapped = swappedCredentials(application, read.credentials, session.provider);
    if (swapped !== null) trail.saw({ credentials: swapped });
    return swapped !== null;
  };
  if (isRefused()) return;

  const endpoints = await trail.timed('discoveryMs', () => session.endpoints());
  trail.saw({ discovery: endpoints.seen });
  // Discovery may have shown which server it is.
  if (endpoints.kind === 'failed' || isRefused()) return;

  const client = await proveClient(read.credentials, { application, endpoints, tools });
  learnAll(known, secretsOf(client.proof));
  const { headers, tokenParameters } = read.sent ?? NO_SENT_SECRETS;
  const sent = sentNames(application, read.credentials.clientId, client.assertion);
  const token = await requestToken({
    application,
    client,
    endpoints,
    tools,
    trail,
    clean,
    sent,
    secrets: tokenParameters,
  });
  if (token === null) return;
  known.learn(token);
  session.noteServed(read.credentials.clientId);

  const isOpaque = application.tokenFormat === 'opaque';
  const verification = isOpaque
    ? ({ kind: 'opaque' } as const)
    : withUnreadable(await trail.timed('verifyMs', () => session.verify(token)), {
        application,
        provider: session.provider,
        config: session.config,
      });
  trail.saw({ verification });

  if (application.call !== null) {
    const { provider, config } = session;
    const call = mayBeSent(trail.evidence, { provider, config, clean })
      ? await trail.timed('callMs', () =>
          callApi({ application, token, tools, clean, sent, secrets: headers }),
        )
      : ({ kind: 'withheld' } as const);
    trail.saw({ call });
  }
}

function learnAll(known: KnownSecrets, secrets: readonly Secret[]): void {
  for (const secret of secrets) known.learn(secret);
}

/** A client id that is not shown whole may be the secret, so nobody else's text may show it either. */
function hiddenClientId({ credentials }: Evidence): readonly Secret[] {
  return credentials.kind === 'read' && credentials.shownClientId !== undefined
    ? [new Secret(credentials.clientId)]
    : [];
}

/** What a request names, in itself or in its token: a word in a name of ours says nothing. */
function sentNames(
  { audience, resource, scopes, expect }: Application,
  clientId: string,
  assertion: AssertionSeen | null,
): readonly string[] {
  const ofAssertion = assertion === null ? [] : [assertion.keyId ?? '', assertion.audience];
  return [clientId, ...ofAssertion, ...audience, ...resource, ...(scopes ?? []), ...expect.scopes];
}

async function callApi({
  application: { call },
  token,
  tools,
  clean,
  sent,
  secrets,
}: {
  readonly application: Application;
  readonly token: Secret;
  readonly tools: CheckTools;
  readonly clean: Cleaner;
  readonly sent: readonly string[];
  readonly secrets: SentSecrets['headers'];
}): Promise<CallSeen> {
  if (call === null) return { kind: 'skipped' };
  const outcome = await tools.http.send(apiCallRequest(call, token, secrets));
  return outcome.kind === 'reply' ? readApiAnswer(outcome, call, { clean, sent }) : outcome;
}

function outcomeOf(trail: EvidenceTrail, session: ProviderSession, clean: Cleaner): CheckOutcome {
  const { provider, config } = session;
  const { credentials } = trail.evidence;
  const servesOthers = credentials.kind === 'read' && session.servesOthers(credentials.clientId);
  trail.saw({ servesOthers });
  const { evidence } = trail;
  const judgement = diagnose(evidence, { provider, config, clean });
  const timings = trail.timings();
  const isOpen = isSilentRefusal(evidence.tokenReply) && !servesOthers;
  return {
    report: buildCheckReport({ evidence, judgement, provider, config, clean, timings }),
    tokensMinted: evidence.tokenReply.kind === 'granted' ? 1 : 0,
    tokensAtMost: tokensAtMost(evidence),
    accepted: trail.accepted,
    settledMethod: trail.settledMethod,
    judgeAgain: isOpen ? () => outcomeOf(trail, session, clean) : null,
  };
}
