// Causes of refused token requests: the credentials, what the application may have, and the request itself.

import { causesOf, rfc } from './cause-definition.ts';

const AWS_SECRETS =
  'https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html';

/** The credentials: the id, the secret, and how they are sent. */
export const CREDENTIAL_CAUSES = causesOf('credential', {
  'credentials-rejected': {
    title: 'The provider rejects the client id or the secret',
    meaning:
      'The provider refuses the token request because the client id and the secret do not match, and nothing more is known. Usual reasons: the secret was rotated, has expired where the provider does not say so, was copied wrongly, or belongs to another environment.',
    guideSection: 'invalid_client',
    fix: [
      'Compare the client id and the secret in the secret store with those that the provider shows for the application.',
      'If the secret was rotated, write the new one to the secret store.',
    ],
    help: rfc(6749, '5.2'),
  },
  'secret-rotated': {
    title: 'The secret was rotated, or the application deleted, at the provider',
    meaning:
      'The provider refuses the very credentials that it accepted before: the secret was changed there, but not in the secret store. Unless its words are about the secret, the application may have been deleted instead.',
    guideSection: 'invalid_client',
    fix: [
      'Copy the new secret from the provider to the secret store.',
      'Restart callers that keep the old secret in memory.',
    ],
    help: rfc(6749, '5.2'),
  },
  'secret-expired': {
    title: 'The secret has expired',
    meaning: 'The provider says that the secret of this application has expired.',
    guideSection: 'invalid_client',
    fix: [
      'Create a new secret at the provider.',
      'Write it to the secret store, and note when it expires.',
    ],
    help: rfc(6749, '5.2'),
  },
  'client-unknown': {
    title: 'The provider does not know the client id, or the issuer is the wrong domain',
    meaning:
      'The provider answers as if nothing existed at this address: the client id does not exist there (mistyped, deleted, or from another environment), or the issuer is not the right one.',
    guideSection: 'invalid_client',
    fix: [
      'Check that `issuer` in the configuration is that of the server that holds the application.',
      'Check that an application with {client} exists there.',
      'If both are right, check `endpoints.token` of the provider in the configuration, or `token_endpoint` in {discovery}: there may be no token endpoint at that address.',
    ],
    help: rfc(6749, '5.2'),
  },
  'client-deleted': {
    title: 'The application was deleted or disabled at the provider',
    meaning:
      'The provider says that the application is disabled or was deleted, or no longer knows a client id that it accepted before.',
    guideSection: 'invalid_client',
    fix: [
      'Find out who deleted or disabled the application, and why.',
      'Create it again with the same APIs and scopes, and write the new client id and secret to the secret store.',
    ],
    help: rfc(6749, '5.2'),
  },
  'client-authentication-mismatch': {
    title: 'The provider expects the credentials to be sent another way',
    meaning:
      'Credentials can be sent in the form body (`client_secret_post`) or in the Authorization header (`client_secret_basic`). The provider does not accept the way that was used.',
    guideSection: 'invalid_client',
    fix: [
      'Set `clientAuthentication` for {application} in the configuration to the method that it is registered for.',
    ],
    help: rfc(6749, '2.3.1'),
  },
  'client-authentication-unset': {
    title: 'The authentication method of the client is not configured',
    short: 'authentication method not configured',
    meaning:
      'The provider lists several authentication methods, none is configured, and it accepts from this client another one than the usual. m2m-watch found it by trying. It is remembered where there is a state; without one both are tried at each check.',
    severity: 'information',
    fix: [
      'Set `clientAuthentication` for {application} in the configuration to the method that is accepted.',
    ],
    help: rfc(6749, '2.3.1'),
  },
  'client-key-unknown': {
    title: 'The provider does not know the key of the client',
    short: 'key not known',
    meaning:
      'The client authenticates with an assertion that it signs (`private_key_jwt`), and the provider cannot verify the signature with the keys that are registered for it: the key was replaced, was never registered, or has another id or certificate there.',
    fix: [
      'Add the public key or the certificate of {application} at the provider, or configure the private key that belongs to the one that is registered.',
      'Compare the key id in the evidence with that at the provider, and set `keyId` or `certificate` of its `credentials` where the provider looks for them.',
    ],
    help: rfc(7523, '3'),
  },
  'assertion-audience-refused': {
    title: 'The provider wants another audience in the assertion of the client',
    short: 'audience of the assertion',
    meaning:
      'The client authenticates with an assertion that it signs (`private_key_jwt`), and its `aud` does not name the provider as the provider wants it: some want their token endpoint, others their issuer.',
    fix: [
      'Set `assertionAudience` of the `credentials` of {application} in the configuration to what the provider wants: its token endpoint or its issuer, character by character.',
    ],
    help: rfc(7523, '3'),
  },
  'assertion-algorithm-refused': {
    title: 'The provider does not accept the signature algorithm of the client',
    short: 'algorithm of the assertion',
    meaning:
      'The client authenticates with an assertion that it signs (`private_key_jwt`), with an algorithm that the provider does not accept from it.',
    fix: [
      'Set `algorithm` of the `credentials` of {application} in the configuration to the one that it is registered for.',
      'If its key cannot sign with that one, register a key that can.',
    ],
    help: rfc(7523, '5'),
  },
  'client-certificate-expired': {
    title: 'The certificate of the client has expired',
    short: 'client certificate expired',
    meaning:
      'The certificate of the key that the client signs its assertions with has expired, or the provider says so.',
    fix: [
      'Create a new key with a certificate, and register the certificate for {application} at the provider.',
      'Write both to where `privateKey` and `certificate` of the configuration read them, and note when the certificate expires.',
    ],
    help: rfc(5280, '4.1.2.5'),
  },
  'client-certificate-expiring': {
    title: 'The certificate of the client expires soon',
    short: 'client certificate expires soon',
    meaning:
      'The certificate of the key that the client signs its assertions with expires within 30 days. The application works until then.',
    severity: 'warning',
    fix: [
      'Create a new key with a certificate, and register the certificate for {application} at the provider beside the old one.',
      'Write both to where `privateKey` and `certificate` of the configuration read them, before the old one expires.',
    ],
    help: rfc(5280, '4.1.2.5'),
  },
  'secret-missing': {
    title: 'The secret does not exist in the secret store',
    meaning:
      'The secret store answers that the secret does not exist, is scheduled for deletion, or has no current version.',
    fix: [
      'Check the name of the secret in the configuration.',
      'Create or restore the secret, with a current version that holds the client id and the client secret.',
    ],
    help: AWS_SECRETS,
  },
  'secret-malformed': {
    title: 'The stored secret does not have the expected form',
    meaning:
      'The secret was read, but no client id and client secret were found in it: it is empty, is not JSON, or its fields have other names.',
    fix: [
      'Compare the stored secret with `fields`, `key` and `clientId` of the application in the configuration.',
      'Store the secret as JSON with one field for the client id and one for the client secret.',
    ],
    help: AWS_SECRETS,
  },
});

/** The provider knows the application, but does not grant what it requests. */
export const AUTHORIZATION_CAUSES = causesOf('authorization', {
  'audience-not-authorized': {
    title: 'The application is not authorised for the API',
    meaning:
      'The provider knows the application, but refuses a token for the requested audience: the application was never authorised for this API, or its authorisation was revoked.',
    guideSection: 'unauthorized_client',
    fix: [
      'Authorise the application for this API at the provider.',
      'If it should use another API, correct `audience` in the configuration.',
    ],
    help: rfc(6749, '5.2'),
  },
  'audience-unknown': {
    title: 'No API at the provider has this audience',
    meaning:
      'The provider has no API with the requested audience: it is mistyped, or the API was deleted.',
    guideSection: 'unauthorized_client',
    fix: [
      'Compare `audience` in the configuration, character by character, with the audiences of the APIs at the provider.',
    ],
    help: rfc(8707, '2'),
  },
  'grant-not-allowed': {
    title: 'The application may not use the client credentials grant',
    meaning:
      'The application exists, but it is not a machine-to-machine application, or the client credentials grant is turned off for it.',
    guideSection: 'unauthorized_client',
    fix: [
      'Check that the client id belongs to a machine-to-machine application.',
      'Turn on the client credentials grant for it, or create a machine-to-machine application.',
    ],
    help: rfc(6749, '4.4'),
  },
  'scope-not-allowed': {
    title: 'A requested scope is refused',
    meaning:
      'The provider refuses a requested scope: either the API does not define it, or the application was not given it. The reply does not say which.',
    guideSection: 'invalid_scope',
    fix: [
      'Check that the API defines the scope.',
      'Give the application the scope, or remove it from `scopes` in the configuration.',
    ],
    help: rfc(6749, '3.3'),
  },
  'token-quota-exceeded': {
    title: 'The token quota is used up',
    meaning:
      'The provider issues no more tokens in this period. Callers that hold a token keep working until it expires.',
    fix: [
      'Check the token usage at the provider, then upgrade the plan or wait for the next period.',
      'Have callers reuse a token until it expires instead of requesting one for each call.',
      'Raise `everyMinutes` of the applications in the configuration.',
    ],
    help: rfc(6585, '4'),
  },
});

/** The token request lacks something, or has a form that the provider does not accept. */
export const REQUEST_CAUSES = causesOf('request', {
  'audience-missing': {
    title: 'No audience was requested, but one is required',
    meaning:
      'No audience was sent. The provider either refuses the token request, or issues a token with an empty `aud` that the API then refuses.',
    guideSection: 'invalid_request',
    fix: ['Set `audience` of the application in the configuration to the audience of the API.'],
    help: rfc(9068, '3'),
  },
  'grant-type-unsupported': {
    title: 'The provider does not support the client credentials grant',
    meaning:
      'The token endpoint does not know grant_type=client_credentials: the grant is turned off, or this is not the token endpoint.',
    guideSection: 'invalid_request',
    fix: [
      'Check that `issuer` or `endpoints.token` in the configuration leads to the token endpoint of the provider.',
      'Turn on the client credentials grant at the provider.',
    ],
    help: rfc(6749, '4.4.2'),
  },
  'proof-required': {
    title: 'The provider or the API wants a proof that m2m-watch cannot give',
    meaning:
      'Tokens of this application are bound to a key (DPoP) or to a client certificate (mutual TLS), and a request without that proof is refused. m2m-watch sends plain bearer tokens alone.',
    fix: [
      'Check that the callers of this application send the DPoP proof or the client certificate that is wanted.',
      'Create a second application with the same API and scopes that may use plain bearer tokens, and watch that one: m2m-watch cannot give the proof.',
    ],
    help: rfc(9449, '1'),
  },
  'request-malformed': {
    title: 'The provider rejects the token request as malformed',
    meaning:
      'The provider does not accept the form of the token request: a parameter is missing, unknown, repeated or malformed.',
    guideSection: 'invalid_request',
    fix: [
      "Compare `audience`, `scopes`, `resource` and `tokenParameters` of the application in the configuration with the provider's documentation.",
      'Check that nothing between m2m-watch and the provider, such as a proxy, changes the form body or its content type.',
    ],
    help: rfc(6749, '4.4.2'),
  },
});
