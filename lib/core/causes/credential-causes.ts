// Part of the catalogue: the client id, its secret, and how the client proves itself.

import type { CauseTable } from './cause-definition.ts';

/** The application cannot prove who it is: id, secret or the way they are sent. */
export const CREDENTIAL_CAUSES = {
  'credentials-rejected': {
    family: 'credential',
    title: 'The provider rejects the client id or the secret',
    meaning:
      'The token request is refused because the client id and secret do not belong together, and nothing more is known. Usual reasons: the secret was rotated, copied wrongly, or belongs to another environment.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: [
      'Compare the client id and the secret in the store with those that the provider shows for the application.',
      'If the secret was rotated, write the new one to the store.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
  'secret-rotated': {
    family: 'credential',
    title: 'The secret was rotated at the provider',
    meaning:
      'The very credentials that the provider accepted before are refused now: the secret was changed there and not in the store. A provider that says the same of a client id that it does not know may have lost the application instead.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: [
      'Copy the new secret from the provider to the store that the application reads; if the application is gone there, create it again.',
      'Restart callers that hold the old secret in memory.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
  'secret-expired': {
    family: 'credential',
    title: 'The secret has expired',
    meaning: 'The provider says that the secret of this application is past its date.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: [
      'Create a new secret at the provider.',
      'Write it to the store that the application reads, and note when it expires.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
  'stored-secret-ahead': {
    family: 'credential',
    title: 'The stored secret is newer than the one that the provider accepts',
    meaning:
      'The current version in the store was never accepted and is refused, while the version before it is accepted: somebody changed the store and not the provider.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: [
      'Find out which secret the provider holds, and write that one to the store as the current version.',
      'If the new secret was meant to go live, finish the rotation at the provider.',
    ],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html',
  },
  'promotion-unfinished': {
    family: 'credential',
    title: 'A rotation was not finished: the pending secret works, the current one does not',
    meaning:
      'The version labelled AWSPENDING is accepted by the provider and the one labelled AWSCURRENT is refused: a rotation stopped before its last step.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: ['Move the label AWSCURRENT to the version that is labelled AWSPENDING.'],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html',
  },
  'client-unknown': {
    family: 'credential',
    title: 'The provider does not know the client id, or this is not its domain',
    meaning:
      'The provider answers as if there were nothing at this place: the client id does not exist there (mistyped, deleted, another environment), or the issuer is not the domain of the tenant.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: [
      'Check that the issuer in the configuration is the domain of the tenant that holds the application.',
      'Check that an application with this client id exists there.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
  'client-deleted': {
    family: 'credential',
    title: 'The application was deleted or disabled at the provider',
    meaning: 'The provider accepted this client id before and does not know it now.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: [
      'Ask who deleted or disabled the application.',
      'Create it again, grant it the same APIs and scopes, and write the new client id and secret to the store.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
  'client-authentication-mismatch': {
    family: 'credential',
    title: 'The provider wants the credentials sent in another way',
    meaning:
      'Credentials may be sent in the form body (client_secret_post) or in the Authorization header (client_secret_basic); the provider does not take the way that was used.',
    guideSection: 'invalid_client',
    severity: 'error',
    fix: [
      'Set clientAuthentication of the provider in the configuration to the method that the provider supports for this application.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3.1',
  },
  'secret-missing': {
    family: 'credential',
    title: 'The store has no such secret',
    meaning:
      'The store answers, and says that the secret does not exist, is about to be deleted, or has no current version.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check the name of the secret in the configuration.',
      'Create or restore the secret, with a current version that holds the client id and the client secret.',
    ],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html',
  },
  'secret-malformed': {
    family: 'credential',
    title: 'The stored secret does not have the shape expected',
    meaning:
      'The secret was read, but a client id and a client secret could not be taken from it: it is empty, not JSON, or its fields have other names.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Compare the shape of the secret with fields, key and clientId of the application in the configuration.',
      'Store the secret as JSON with one field for the client id and one for the client secret.',
    ],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html',
  },
} as const satisfies CauseTable<'credential'>;
