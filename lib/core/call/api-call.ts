// The call of an application's API with its fresh token, and the reading of the answer into evidence.

import type { CallConfig } from '../config/application.ts';
import type { CallSeen } from '../evidence/evidence.ts';
import type { ApiError, Challenge } from '../evidence/readings.ts';
import type { HttpReply, HttpRequest } from '../http/http-exchange.ts';
import {
  isJsonObject,
  type JsonObject,
  ownField,
  ownText,
  parseJsonBody,
} from '../http/json-object.ts';
import { Secret } from '../secret.ts';
import type { Cleaner } from '../text/redact.ts';
import { parseChallenges, readCallRefusal } from './call-refusal.ts';

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

const MAX_ERRORS = 10;

/**
 * The errors that a body names, as they came; total, at most ten.
 *
 * Understood: Kinde's `errors` as an array or as one object, OAuth's `error` with
 * `error_description`, `error` as an object, `code` with `message`, `message` alone, and the `title`
 * and `detail` of RFC 9457.
 */
export function apiErrors(body: string): readonly ApiError[] {
  const parsed = parseJsonBody(body);
  if (parsed.kind !== 'object') return [];
  const listed = ownField(parsed.value, 'errors');
  const items = Array.isArray(listed) ? listed.slice(0, MAX_ERRORS) : [listed];
  return [
    ...items.map(listedError),
    errorOf(ownField(parsed.value, 'error')),
    errorOf(parsed.value),
  ]
    .filter((error) => error !== null)
    .slice(0, MAX_ERRORS);
}

function listedError(item: unknown): ApiError | null {
  return typeof item === 'string' && item !== '' ? { code: null, message: item } : errorOf(item);
}

function errorOf(item: unknown): ApiError | null {
  if (!isJsonObject(item)) return null;
  const code = codeOf(item);
  const message =
    ownText(item, 'message') ??
    ownText(item, 'error_description') ??
    ownText(item, 'detail') ??
    ownText(item, 'title');
  return code === null && message === null ? null : { code, message };
}

function codeOf(item: JsonObject): string | null {
  const code = ownField(item, 'code') ?? ownField(item, 'error');
  return typeof code === 'number'
    ? String(code)
    : typeof code === 'string' && code !== ''
      ? code
      : null;
}
