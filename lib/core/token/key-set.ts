// Reads a provider's key set.

import type { KeysProblem } from '../evidence/evidence.ts';
import type { HttpOutcome, HttpRequest } from '../http/http-exchange.ts';
import { isJsonObject, type JsonObject, ownField, parseJsonBody } from '../http/json-object.ts';

/** A public key set, as its endpoint gave it (a JSON Web Key Set, RFC 7517 section 5). */
export interface KeySet {
  readonly keys: readonly JsonObject[];
}

/** What reading a key set gives: the keys, or why there are none. */
export type KeysRead =
  | { readonly kind: 'read'; readonly keySet: KeySet }
  | { readonly kind: 'unavailable'; readonly problem: KeysProblem };

/** Builds the request for a provider's key set. RFC 7517 section 8.5 names the media type. */
export function keysRequest(url: string, timeoutMs: number): HttpRequest {
  return {
    purpose: 'keys',
    method: 'GET',
    url,
    headers: { accept: 'application/jwk-set+json, application/json' },
    body: null,
    timeoutMs,
  };
}

/**
 * Reads the reply of a key endpoint, so that a refusal there is not reported as a bad signature.
 *
 * Only a 200 counts: a redirect is not followed, since keys decide whom to believe. A member of
 * `keys` that is no object is left out, as RFC 7517 section 5 asks for keys that are not understood;
 * an empty set is a set. Whether a key can be used is the verifier's question.
 */
export function readKeySet(outcome: HttpOutcome): KeysRead {
  if (outcome.kind === 'transport-failure') return { kind: 'unavailable', problem: outcome };
  if (outcome.status !== 200) {
    return { kind: 'unavailable', problem: { kind: 'status', status: outcome.status } };
  }
  if (outcome.bodyProblem !== null) return unusable(outcome.bodyProblem);
  const document = parseJsonBody(outcome.body);
  if (document.kind === 'not-json') return unusable('not-json');
  const keys = document.kind === 'object' ? ownField(document.value, 'keys') : null;
  if (!Array.isArray(keys)) return unusable('not-a-key-set');
  return { kind: 'read', keySet: { keys: keys.filter(isJsonObject) } };
}

function unusable(problem: Extract<KeysProblem, { readonly kind: 'body' }>['problem']): KeysRead {
  return { kind: 'unavailable', problem: { kind: 'body', problem } };
}
