// The call of an application's API with its fresh token, and the reading of the answer into evidence.

import type { CallConfig } from '../config/application.ts';
import { literalValues, NO_SENT_SECRETS, type SentSecrets } from '../config/sent-values.ts';
import type { CallSeen } from '../evidence/evidence.ts';
import { type Challenge, parseChallenges } from '../http/challenges.ts';
import { readErrorBody } from '../http/error-body.ts';
import type { HttpReply, HttpRequest } from '../http/http-exchange.ts';
import { Secret } from '../secret.ts';
import type { Cleaner } from '../text/redact.ts';
import { readCallRefusal } from './call-refusal.ts';

/** More of what a body says than anybody reads. */
const MAX_ERRORS = 10;

/**
 * Builds the call of an application's API with its fresh token. RFC 6750 section 2.1.
 *
 * `secrets` are those of its headers that were read from where secrets are kept.
 */
export function apiCallRequest(
  call: CallConfig,
  accessToken: Secret,
  secrets: SentSecrets['headers'] = NO_SENT_SECRETS.headers,
): HttpRequest {
  const configured = [...literalValues(call.headers), ...Object.entries(secrets)].map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return {
    purpose: 'call',
    method: call.method,
    url: call.url,
    headers: {
      accept: 'application/json, */*;q=0.5',
      ...Object.fromEntries(configured),
      authorization: new Secret(`Bearer ${accessToken.reveal()}`),
    },
    body: null,
    timeoutMs: call.timeoutMs,
  };
}

/**
 * Reads an API's answer into evidence; total.
 *
 * `sent` are the names that the token holds: a word in one of them says nothing. Of an answer with an expected status nothing is kept but the status: a healthy API's data is not
 * ours to show.
 */
export function readApiAnswer(
  reply: HttpReply,
  call: CallConfig,
  { clean, sent = [] }: { readonly clean: Cleaner; readonly sent?: readonly string[] },
): Extract<CallSeen, { readonly kind: 'answered' }> {
  const { status } = reply;
  const { method, expectStatus: expectedStatus } = call;
  const isExpected = expectedStatus.includes(status);
  const challenges = isExpected ? [] : parseChallenges(reply.headers['www-authenticate'] ?? []);
  const said = readErrorBody(isExpected ? '' : reply.body);
  // Of a page or plain words the beginning is shown as it is.
  const isEnvelope = said.format !== 'html' && said.format !== 'text';
  return {
    kind: 'answered',
    status,
    expectedStatus,
    challenges: challenges.map((challenge) => cleanChallenge(challenge, clean)),
    errors: isEnvelope ? [...said.codes, ...said.texts].slice(0, MAX_ERRORS).map(clean) : [],
    excerpt: isExpected ? '' : clean(beginningOf(reply)),
    reading: readCallRefusal({ reply, method, expectedStatus, challenges, said, sent }),
  };
}

/** How an answer begins; of a redirect, which is not followed, where it leads. */
function beginningOf({ status, headers, body }: HttpReply): string {
  const [location] = headers['location'] ?? [];
  return status >= 300 && status < 400 && location !== undefined
    ? `${body} (redirects to ${location})`.trim()
    : body;
}

function cleanChallenge({ scheme, parameters }: Challenge, clean: Cleaner): Challenge {
  const entries = Object.entries(parameters).map(([name, value]) => [clean(name), clean(value)]);
  return { scheme: clean(scheme), parameters: Object.fromEntries(entries) };
}
