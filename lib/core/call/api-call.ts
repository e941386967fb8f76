// Last step of the pipeline: the call of the API with the token, as data, and the reading of its answer.

import type { CallConfig } from '../config/application.ts';
import type { CallSeen } from '../evidence/evidence.ts';
import type { ApiError, Challenge } from '../evidence/readings.ts';
import type { HttpReply, HttpRequest } from '../http/http-exchange.ts';
import { Secret } from '../secret.ts';
import type { Cleaner } from '../text/redact.ts';
import { apiErrors } from './api-errors.ts';
import { readCallRefusal } from './call-refusal.ts';
import { parseChallenges } from './challenge.ts';

/** Builds the call of an application's API with its fresh token. RFC 6750 section 2.1. */
export function apiCallRequest(call: CallConfig, accessToken: Secret): HttpRequest {
  const configured = Object.entries(call.headers).map(
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
 * Of an answer with an expected status nothing is kept but the status: a healthy API's data is not
 * ours to show.
 */
export function readApiAnswer(
  reply: HttpReply,
  call: CallConfig,
  clean: Cleaner,
): Extract<CallSeen, { readonly kind: 'answered' }> {
  const { status } = reply;
  const expectedStatus = call.expectStatus;
  const isExpected = expectedStatus.includes(status);
  const challenges = isExpected ? [] : parseChallenges(reply.headers['www-authenticate'] ?? []);
  const errors = isExpected ? [] : apiErrors(reply.body);
  return {
    kind: 'answered',
    status,
    expectedStatus,
    challenges: challenges.map((challenge) => cleanChallenge(challenge, clean)),
    errors: errors.map((error) => cleanError(error, clean)),
    excerpt: isExpected ? '' : clean(reply.body),
    reading: readCallRefusal({ status, expectedStatus, challenges, errors, body: reply.body }),
  };
}

function cleanChallenge({ scheme, parameters }: Challenge, clean: Cleaner): Challenge {
  const entries = Object.entries(parameters).map(([name, value]) => [clean(name), clean(value)]);
  return { scheme: clean(scheme), parameters: Object.fromEntries(entries) };
}

function cleanError({ code, message }: ApiError, clean: Cleaner): ApiError {
  return {
    code: code === null ? null : clean(code),
    message: message === null ? null : clean(message),
  };
}
