// What the readers of AWS stores share: what a refusal says about a secret, and values read ahead for a run.

import type { Clock } from '../../check/ports.ts';
import { pagesOf } from '../aws/client-setting.ts';
import type { SourceRead } from './place-readers.ts';

/** An error that a store answered; its message is read here, and never shown. */
interface AwsRefusal {
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
function refusalOf(thrown: unknown): AwsRefusal {
  if (!(thrown instanceof Error)) return { code: '', message: '' };
  const { message } = thrown;
  // A socket error is named `Error`; its code says more.
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  return {
    code: thrown.name === 'Error' && code !== '' ? code.replaceAll('_', '') : thrown.name,
    message,
  };
}

/** What a reader of a store is made from. */
export interface StoreSetup {
  /** The Region where none is given; null is that of the process. */
  readonly region: string | null;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Reads the sources of one store; made once for a process, and prefetches for each run. */
export interface StoreSource<Source> {
  /** Reads one source fresh, unless it waits from {@link StoreSource.prefetch}. */
  read(source: Source): Promise<SourceRead>;
  /** Reads the sources of a run in pages; one entry for each application. Never throws. */
  prefetch(sources: readonly Source[]): Promise<void>;
}

/** What tells one store from another. */
interface StoreRequests<Source> {
  /** Sources of one key share one reading. */
  readonly keyOf: (source: Source) => string;
  /** Sources of one place can be read in one page. */
  readonly placeOf: (source: Source) => string;
  readonly sourcesPerPage: number;
  readonly readOne: (source: Source) => Promise<SourceRead>;
  /** What a page says of its sources; one that it says nothing of is read by itself. */
  readonly readPage: (
    page: readonly Source[],
  ) => Promise<readonly (readonly [Source, SourceRead])[]>;
}

/** A value that was not used for this long is dropped: the secret may have been rotated meanwhile. */
export const READ_AHEAD_MAX_AGE_MS = 60_000;

interface Waiting {
  readonly read: SourceRead;
  readonly readAtMs: number;
  readonly usesLeft: number;
}

/**
 * Makes the reader of a store. What is read ahead is given out once for each application that it was
 * read for.
 *
 * A second attempt therefore reads again, and nothing is kept from one run to the next for longer
 * than {@link READ_AHEAD_MAX_AGE_MS}. A page that is denied or throttled as a whole gives nothing:
 * then each source is read by itself, so that one missing permission does not hide what the others
 * would answer.
 */
export function createStoreSource<Source>(
  clock: StoreSetup['clock'],
  { keyOf, placeOf, sourcesPerPage, readOne, readPage }: StoreRequests<Source>,
): StoreSource<Source> {
  const ahead = new Map<string, Waiting>();
  const takeAhead = (key: string): SourceRead | null => {
    const found = ahead.get(key);
    if (found === undefined) return null;
    ahead.delete(key);
    if (clock.monotonicMs() - found.readAtMs > READ_AHEAD_MAX_AGE_MS) return null;
    if (found.usesLeft > 1) ahead.set(key, { ...found, usesLeft: found.usesLeft - 1 });
    return found.read;
  };
  return {
    read: async (source) =>
      takeAhead(keyOf(source)) ??
      readOne(source).catch((thrown: unknown) => readAwsRefusal(refusalOf(thrown))),
    prefetch: async (sources) => {
      ahead.clear();
      const byKey = Map.groupBy(sources, keyOf);
      const distinct = [...byKey.values()].flatMap((same) => same.slice(0, 1));
      const pages = [...Map.groupBy(distinct, placeOf).values()].flatMap((group) =>
        pagesOf(group, sourcesPerPage),
      );
      await Promise.all(
        pages.map(async (page) => {
          for (const [source, read] of await readPage(page).catch(() => [])) {
            const usesLeft = byKey.get(keyOf(source))?.length ?? 1;
            ahead.set(keyOf(source), { read, readAtMs: clock.monotonicMs(), usesLeft });
          }
        }),
      );
    },
  };
}
