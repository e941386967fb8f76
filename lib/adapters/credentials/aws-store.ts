// What the readers of AWS stores share: what a refusal says about a secret, and values read ahead for a run.

import type { Clock } from '../../check/ports.ts';
import type { SourceRead } from './place-readers.ts';

/** An error that a store answered; its message is read here, and never shown. */
export interface AwsRefusal {
  readonly code: string;
  readonly message: string;
}

const THROTTLED: ReadonlySet<string> = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'TooManyUpdates',
]);

const DENIED: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException']);

/** What the SDK throws without credentials, and what services answer to expired or unknown ones. */
const NO_LOGIN: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'MissingAuthenticationTokenException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

const SIGN_IN = 'run `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID';
const SET_REGION = 'set AWS_REGION, or `region` next to the source';

const KEY_DENIED: ReadonlySet<string> = new Set([
  'DecryptionFailure',
  'EncryptionFailure',
  'InvalidKeyId',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
]);

/**
 * Reads a refusal of Secrets Manager or Systems Manager.
 *
 * Only an answer that there is no such secret is `missing`; every other one is `unreadable`, since it
 * says nothing about the application.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export function readAwsRefusal({ code, message }: AwsRefusal): SourceRead {
  if (code === 'ResourceNotFoundException' || code === 'ParameterNotFound') {
    const reason = /staging label/i.test(message) ? 'no-current-version' : 'not-found';
    return { kind: 'missing', reason };
  }
  if (code === 'InvalidRequestException' && /delet/i.test(message)) {
    return { kind: 'missing', reason: 'pending-deletion' };
  }
  const isOfTheKey = /\bkms\b|ciphertext|customer master key/i.test(message);
  const detail = /^[A-Za-z0-9]{1,80}$/.test(code) ? code : 'an answer of no known shape';
  if (KEY_DENIED.has(code) || (DENIED.has(code) && isOfTheKey)) {
    return { kind: 'unreadable', reason: 'key-denied', detail };
  }
  if (NO_LOGIN.has(code)) {
    return { kind: 'unreadable', reason: 'no-login', detail: `${code}: ${SIGN_IN}` };
  }
  // The SDK has no name for this error.
  if (message === 'Region is missing') {
    return { kind: 'unreadable', reason: 'no-region', detail: SET_REGION };
  }
  if (DENIED.has(code)) return { kind: 'unreadable', reason: 'access-denied', detail };
  if (THROTTLED.has(code)) return { kind: 'unreadable', reason: 'throttled', detail };
  return { kind: 'unreadable', reason: 'other', detail };
}

/** What an SDK client threw, as a refusal; a network failure has the name of its error. */
export function refusalOf(thrown: unknown): AwsRefusal {
  if (!(thrown instanceof Error)) return { code: '', message: '' };
  const { message } = thrown;
  // A socket error is named `Error`; its code says more.
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  return {
    code: thrown.name === 'Error' && code !== '' ? code.replaceAll('_', '') : thrown.name,
    message,
  };
}

/** A value that was not used for this long is dropped: the secret may have been rotated meanwhile. */
export const READ_AHEAD_MAX_AGE_MS = 60_000;

interface Waiting {
  readonly read: SourceRead;
  readonly readAtMs: number;
  readonly usesLeft: number;
}

/**
 * Values read ahead, each given out once for each application that it was read for.
 *
 * A second attempt therefore reads again, and nothing is kept from one run to the next for longer
 * than {@link READ_AHEAD_MAX_AGE_MS}.
 */
export class ReadAhead {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Forgets everything: a run begins. */
  clear(): void {
    this.#waiting.clear();
  }

  put(key: string, waiting: { readonly read: SourceRead; readonly uses: number }): void {
    const { read, uses } = waiting;
    this.#waiting.set(key, { read, readAtMs: this.#clock.monotonicMs(), usesLeft: uses });
  }

  /** A value that is still to be used, or null. */
  take(key: string): SourceRead | null {
    const found = this.#waiting.get(key);
    if (found === undefined) return null;
    this.#waiting.delete(key);
    if (this.#clock.monotonicMs() - found.readAtMs > READ_AHEAD_MAX_AGE_MS) return null;
    if (found.usesLeft > 1) this.#waiting.set(key, { ...found, usesLeft: found.usesLeft - 1 });
    return found.read;
  }
}

/** How often each key occurs, in the order of first occurrence. */
export function countKeys(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** A list in pages of a size. */
export function pagesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  );
}
