// Collects what each step saw and how long it took, so that the pipeline reads as its steps.

import type { Application } from '../core/config/application.ts';
import {
  acceptedBefore,
  type CredentialsIdentity,
  type Evidence,
} from '../core/evidence/evidence.ts';
import type { HttpOutcome } from '../core/http/http-exchange.ts';
import { isAnswer, type SettledMethod } from '../core/provider/client-authentication.ts';
import { type ClientIdShape, shownClientId } from '../core/provider/client-id.ts';
import type { CheckTimings } from '../core/report/check-report.ts';
import type { Clock, CredentialsMemory, CredentialsRead } from './ports.ts';

type Seen = Partial<
  Pick<
    Evidence,
    | 'credentials'
    | 'discovery'
    | 'clientAuthentication'
    | 'tokenReply'
    | 'servesOthers'
    | 'verification'
    | 'call'
    | 'fault'
  >
>;
type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };
type TimedStep = Exclude<keyof CheckTimings, 'totalMs'>;

/** What credentials are judged with. */
interface ReadSetting {
  readonly issuer: string;
  /** What client ids look like at the provider, as far as it is known. */
  readonly shape: ClientIdShape | undefined;
  readonly memory: CredentialsMemory | null;
}

/** What one attempt sees, written down as it goes along. */
export class EvidenceTrail {
  readonly #clock: Clock;
  readonly #startedAtMs: number;
  readonly #timings = { credentialsMs: 0, discoveryMs: 0, tokenMs: 0, verifyMs: 0, callMs: 0 };
  readonly #evidence: Mutable<Evidence>;
  #identity: CredentialsIdentity | null = null;

  constructor(application: Application, clock: Clock) {
    this.#clock = clock;
    this.#startedAtMs = clock.monotonicMs();
    this.#evidence = {
      application,
      checkedAtMs: clock.nowMs(),
      clockAheadSeconds: null,
      credentials: { kind: 'skipped' },
      discovery: { kind: 'skipped' },
      clientAuthentication: null,
      tokenReply: { kind: 'skipped' },
      servesOthers: false,
      verification: { kind: 'skipped' },
      call: { kind: 'skipped' },
      fault: null,
    };
  }

  get evidence(): Evidence {
    return this.#evidence;
  }

  /** The credentials that the provider accepted in this attempt; null where it did not, or nobody remembers. */
  get accepted(): CredentialsIdentity | null {
    return this.#evidence.tokenReply.kind === 'granted' ? this.#identity : null;
  }

  /** What names the credentials of this attempt; null where nobody remembers. */
  get identity(): CredentialsIdentity | null {
    return this.#identity;
  }

  /** The method that was accepted in this attempt, or the better of two that were refused. */
  get settledMethod(): SettledMethod | null {
    const { clientAuthentication: used, tokenReply, checkedAtMs: atMs } = this.#evidence;
    if (this.#identity === null || used === null || used.chosen === 'configured') return null;
    const isAccepted = tokenReply.kind === 'granted';
    if (!isAccepted && (used.other === null || !isAnswer(used.other.reply))) return null;
    const { fingerprint, clientFingerprint } = this.#identity;
    return { method: used.method, isAccepted, fingerprint, clientFingerprint, atMs };
  }

  /** Notes the credentials that were read, without the secret, and compares them with those accepted before. */
  readCredentials(
    { credentials, secretVersion }: Extract<CredentialsRead, { readonly kind: 'read' }>,
    { issuer, shape, memory }: ReadSetting,
  ): void {
    const { clientId } = credentials;
    const secret = 'clientSecret' in credentials ? credentials.clientSecret.reveal() : null;
    const shown = shownClientId(clientId, secret, shape);
    const seen = {
      kind: 'read',
      clientId,
      secretVersion,
      ...(shown === clientId ? {} : { shownClientId: shown }),
    } as const;
    if (memory === null || memory.identify === null) {
      this.saw({ credentials: seen });
    } else {
      this.#identity = { ...memory.identify(credentials, issuer), secretVersion };
      const compared = acceptedBefore(memory.accepted, this.#identity);
      this.saw({ credentials: { ...seen, acceptedBefore: compared } });
    }
  }

  /** Adds what a step saw. */
  saw(seen: Seen): void {
    Object.assign(this.#evidence, seen);
  }

  /** Notes when a reply came, and compares our clock with its `Date`; whole seconds are its precision. */
  heard(outcome: HttpOutcome): void {
    if (outcome.kind !== 'reply') return;
    const nowMs = this.#clock.nowMs();
    this.#evidence.receivedAtMs = nowMs;
    const dateMs = Date.parse(outcome.headers['date']?.[0] ?? '');
    if (Number.isNaN(dateMs)) return;
    this.#evidence.clockAheadSeconds = Math.round((nowMs - dateMs) / 1000);
  }

  /** Runs a step and adds its duration to the timings. */
  async timed<T>(step: TimedStep, run: () => Promise<T>): Promise<T> {
    const startedAtMs = this.#clock.monotonicMs();
    try {
      return await run();
    } finally {
      this.#timings[step] += this.#clock.monotonicMs() - startedAtMs;
    }
  }

  /** The durations so far, rounded to milliseconds. */
  timings(): CheckTimings {
    const round = (durationMs: number) => Math.round(durationMs);
    return {
      credentialsMs: round(this.#timings.credentialsMs),
      discoveryMs: round(this.#timings.discoveryMs),
      tokenMs: round(this.#timings.tokenMs),
      verifyMs: round(this.#timings.verifyMs),
      callMs: round(this.#timings.callMs),
      totalMs: round(this.#clock.monotonicMs() - this.#startedAtMs),
    };
  }
}
