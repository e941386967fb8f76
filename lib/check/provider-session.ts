// What all checks of one run share at one provider: its discovery document, its keys and its pauses.

import type { ProviderConfig } from '../core/config/provider-config.ts';
import { ANY_PROVIDER } from '../core/config/provider-types.ts';
import {
  discoveryRequest,
  type ResolvedEndpoints,
  resolveEndpoints,
  secondDiscoveryRequest,
} from '../core/discovery/discovery.ts';
import type { TokenReplySeen, VerificationSeen } from '../core/evidence/evidence.ts';
import type { HttpOutcome, HttpReply, HttpRequest } from '../core/http/http-exchange.ts';
import { retryAfterSeconds } from '../core/http/http-exchange.ts';
import { parseJsonBody } from '../core/http/json-object.ts';
import { dialectOf } from '../core/provider/dialects/dialects.ts';
import type { Provider } from '../core/provider/provider.ts';
import { isLimitOfAll } from '../core/provider/rate-limit.ts';
import { providerOf } from '../core/provider/registry.ts';
import type { Secret } from '../core/secret.ts';
import { type KeysRead, keysRequest, readKeySet } from '../core/token/key-set.ts';
import type { Clock, HttpSender, TokenVerifier } from './ports.ts';

/** So many clients that were asked to pause, and none that was served, are no coincidence. */
const CLIENTS_TO_PAUSE_ALL = 3;

/** What a session is made from. */
export interface ProviderSessionParts {
  readonly config: ProviderConfig;
  readonly provider: Provider;
  readonly http: HttpSender;
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
}

/**
 * One provider during one run: discovery and keys are asked once and kept, for this run only.
 *
 * A client that is asked for a pause (429 with `Retry-After` or `RateLimit-Reset`) gets it: its requests
 * wait for as long as their own timeout allows, and are not sent where the pause is longer. All clients
 * pause only where several were asked to and none was served since, or where the reply says so.
 */
export class ProviderSession {
  readonly config: ProviderConfig;
  readonly #parts: ProviderSessionParts;
  #provider: Provider;
  #endpoints: Promise<ResolvedEndpoints> | null = null;
  #keys: Promise<KeysRead> | null = null;
  #refetchedKeys: Promise<KeysRead> | null = null;
  /** Until when each client was asked to pause. */
  readonly #pauses = new Map<string, number>();
  /** Clients that were asked to pause since any was served. */
  readonly #limitedSince = new Set<string>();
  #allPauseUntilMs = 0;
  readonly #served = new Set<string>();

  constructor(parts: ProviderSessionParts) {
    this.config = parts.config;
    this.#provider = parts.provider;
    this.#parts = parts;
  }

  /** The provider as far as it is known: any server, until its addresses or headers show which one it is. */
  get provider(): Provider {
    return this.#provider;
  }

  /** Notes that a client got a token in this run. */
  noteServed(clientId: string): void {
    this.#served.add(clientId);
    this.#allPauseUntilMs = 0;
    this.#limitedSince.clear();
  }

  /** Whether another client than this one got a token in this run so far. */
  servesOthers(clientId: string): boolean {
    return this.#served.size > (this.#served.has(clientId) ? 1 : 0);
  }

  /** Where tokens and keys are had; asks discovery at most once in a run. */
  endpoints(): Promise<ResolvedEndpoints> {
    this.#endpoints ??= this.#discover();
    return this.#endpoints;
  }

  /** Sends a client's token request, after a pause that the provider asked for. */
  async requestToken(
    request: HttpRequest,
    clientId: string,
  ): Promise<HttpOutcome | Extract<TokenReplySeen, { readonly kind: 'not-sent' }>> {
    const { http } = this.#parts;
    const first = (await this.#pause(request, clientId)) ?? (await http.send(request));
    // Only a refusal is read by a dialect: a token is the same whoever issued it.
    const isRefused = first.kind === 'reply' && first.status !== 200;
    if (isRefused && this.#provider === this.#parts.provider) {
      this.#recognize({ ...first, body: '' }, null);
    }
    if (first.kind !== 'reply' || first.status !== 429) return first;
    const pauseMs = this.#notePause(first, clientId);
    if (pauseMs === null || pauseMs > request.timeoutMs) return first;
    return (await this.#pause(request, clientId)) ?? (await http.send(request));
  }

  /** Verifies a token with the provider's keys; fetches them once more for an id that is not among them. */
  async verify(token: Secret): Promise<VerificationSeen> {
    const { verifier, config } = this.#parts;
    // The keys are fetched only once there is a token that they could verify.
    const hasKeys = this.#keys !== null;
    const first = hasKeys ? null : await verifier.verify(token, null, config.algorithms);
    if (first !== null && first.kind !== 'key-unknown') return first;

    this.#keys ??= this.#fetchKeys();
    const keys = await this.#keys;
    const keySet = keys.kind === 'read' ? keys.keySet : null;
    const verdict = await verifier.verify(token, keySet, config.algorithms);
    if (verdict.kind !== 'key-unknown') return verdict;
    if (keys.kind === 'unavailable') {
      const { header, claims } = verdict;
      return { kind: 'keys-unavailable', header, claims, problem: keys.problem };
    }

    this.#refetchedKeys ??= this.#fetchKeys();
    const refetched = await this.#refetchedKeys;
    return refetched.kind === 'read'
      ? verifier.verify(token, refetched.keySet, config.algorithms)
      : verdict;
  }

  async #discover(): Promise<ResolvedEndpoints> {
    const { config, provider, http } = this.#parts;
    const request = discoveryRequest(config, provider);
    const first = request === null ? null : await http.send(request);
    const resolved = resolveEndpoints({ config, provider, outcome: first });
    this.#recognize(first, resolved);
    if (first === null || resolved.kind === 'resolved') return resolved;
    const second = secondDiscoveryRequest(config, provider, first);
    const outcome = second === null ? first : await http.send(second);
    // Where neither place has a document, the first one is what people look at.
    if (outcome.kind !== 'reply' || outcome.status !== 200) return resolved;
    const resolvedSecond = resolveEndpoints({ config, provider, outcome });
    this.#recognize(outcome, resolvedSecond);
    return resolvedSecond;
  }

  /** Takes the dialect of the server that shows itself, unless one is configured. */
  #recognize(outcome: HttpOutcome | null, resolved: ResolvedEndpoints | null): void {
    const { type, issuer, dialect } = this.config;
    if (type !== ANY_PROVIDER) return;
    const reply = outcome?.kind === 'reply' ? outcome : null;
    const body = parseJsonBody(reply?.body ?? '');
    const isResolved = resolved?.kind === 'resolved';
    const name =
      dialect ??
      dialectOf({
        issuer,
        tokenEndpoint: isResolved ? resolved.tokenEndpoint : null,
        keysEndpoint: isResolved ? resolved.keysEndpoint : null,
        metadata: body.kind === 'object' ? body.value : null,
        headers: Object.keys(reply?.headers ?? {}),
      });
    if (name !== null) this.#provider = providerOf(type, name);
  }

  async #fetchKeys(): Promise<KeysRead> {
    const endpoints = await this.endpoints();
    if (endpoints.kind === 'failed') throw new TypeError('keys asked for without endpoints');
    if (endpoints.keysEndpoint === null) {
      return { kind: 'unavailable', problem: { kind: 'not-named' } };
    }
    const request = keysRequest(endpoints.keysEndpoint, this.config.timeoutMs);
    const outcome = await this.#parts.http.send(request);
    return readKeySet(outcome);
  }

  /** Notes a pause that a client was asked for, and gives it; null where the reply names none. */
  #notePause(reply: HttpReply, clientId: string): number | null {
    const nowMs = this.#parts.clock.nowMs();
    const askedSeconds = retryAfterSeconds(reply, nowMs);
    if (askedSeconds === null) return null;
    this.#pauses.set(clientId, nowMs + askedSeconds * 1000);
    this.#limitedSince.add(clientId);
    const isOfAll = isLimitOfAll(reply.body) || this.#limitedSince.size >= CLIENTS_TO_PAUSE_ALL;
    if (isOfAll) this.#allPauseUntilMs = Math.max(...this.#pauses.values());
    return askedSeconds * 1000;
  }

  /** Waits out a pause; gives what to report where it lasts longer than the request may take. */
  async #pause(
    request: HttpRequest,
    clientId: string,
  ): Promise<Extract<TokenReplySeen, { readonly kind: 'not-sent' }> | null> {
    const { clock } = this.#parts;
    const untilMs = Math.max(this.#allPauseUntilMs, this.#pauses.get(clientId) ?? 0);
    const remainingMs = untilMs - clock.nowMs();
    if (remainingMs <= 0) return null;
    if (remainingMs > request.timeoutMs) {
      const retryAfter = Math.ceil(remainingMs / 1000);
      return { kind: 'not-sent', reason: 'provider-paused', retryAfterSeconds: retryAfter };
    }
    await clock.waitMs(remainingMs);
    return null;
  }
}
