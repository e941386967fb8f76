// Beside the readers of AWS: what an answer other than a value says about the secret.

import type { SourceRead } from './source-read.ts';

/** What a store answered instead of a value; the message is read here, and never shown. */
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

/** What the SDK throws without credentials, and what services answer to credentials that are over or unknown. */
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
const SET_REGION = 'set AWS_REGION, or `region` beside the source';

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
 * Only what says that there is no secret is `missing`; all else is `unreadable`, since nothing is
 * known of the application then.
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
  // The SDK has no name of its own for it.
  if (message === 'Region is missing') {
    return { kind: 'unreadable', reason: 'no-region', detail: SET_REGION };
  }
  if (DENIED.has(code)) return { kind: 'unreadable', reason: 'access-denied', detail };
  if (THROTTLED.has(code)) return { kind: 'unreadable', reason: 'throttled', detail };
  return { kind: 'unreadable', reason: 'other', detail };
}

/** What was thrown by a client, as a refusal; a failure on the way has the name of its error. */
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
