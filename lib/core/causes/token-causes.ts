// Causes that a token shows: its form and signature, and what its claims say.

import { causesOf, rfc } from './cause-definition.ts';

/** The provider grants a token, but the token or its signature cannot be used. */
export const TOKEN_CAUSES = causesOf('token', {
  'token-reply-malformed': {
    title: 'The token endpoint answers without a usable token',
    meaning:
      'The token endpoint answers with success, but not with a usable bearer token: the reply is not JSON, has no `access_token`, or has another `token_type`.',
    fix: [
      'Check that `issuer` or `endpoints.token` in the configuration leads to the token endpoint.',
      'Check whether a proxy or firewall answers instead of the provider.',
    ],
    help: rfc(6749, '5.1'),
  },
  'token-malformed': {
    title: 'The access token is not a JWT',
    meaning:
      'The configuration expects a JWT, but the access token is not three base64url parts with a JSON header and JSON claims.',
    fix: [
      'If the provider issues opaque tokens for this API, set `tokenFormat` to `opaque` in the configuration.',
      'Otherwise configure the provider to issue JWT access tokens for it.',
    ],
    help: rfc(7519, '7.2'),
  },
  'claims-unreadable': {
    title: 'Only the API can read the token',
    meaning:
      'The token is encrypted (JWE), or signed in a way that only its API can verify, as those of Microsoft Graph. It is taken as an opaque one: the reply and the call are checked, claims are not.',
    severity: 'information',
    fix: [
      'Request a token for an API whose tokens are signed and not encrypted, to have claims checked.',
      'If the API alone is to read its tokens, set `tokenFormat` to `opaque` in the configuration, and this is not reported any more.',
    ],
    help: rfc(7516, '3'),
  },
  'algorithm-not-allowed': {
    title: 'The token is signed with an algorithm that is not allowed',
    meaning:
      "The token's header names an algorithm that is not allowed for the provider. Unsigned tokens and shared-key signatures are never allowed.",
    fix: [
      'If the provider signs with another key pair on purpose (such as ES256), add the algorithm to `algorithms` of the provider in the configuration.',
      'If it signs with a shared secret (HS256), change that at the provider: anyone who can verify such a token can forge one, so m2m-watch refuses it.',
      'Otherwise treat the token as forged, and find out who answers at the token endpoint.',
    ],
    help: rfc(8725, '3.1'),
  },
  'signing-key-unknown': {
    title: 'The token is signed with a key that the provider does not publish',
    meaning:
      "The key id in the token's header is not in the provider's key set, which was fetched twice. APIs that verify tokens refuse this one.",
    fix: [
      'Check that the issuer is the domain that issued the token: each domain has its own keys.',
      'If the provider has just rotated its keys and the failure persists, report it to the provider.',
    ],
    help: rfc(7517, '4.5'),
  },
  'signature-invalid': {
    title: 'The signature of the token is not valid',
    meaning:
      'The provider publishes the key that the token names, but the signature does not match it. APIs that verify tokens refuse this one.',
    fix: [
      'Check that the issuer is the domain that issued the token.',
      'Find out whether something between m2m-watch and the provider changes replies. If not, report it to the provider.',
    ],
    help: rfc(7515, '5.2'),
  },
});

/** The token is genuine, but its claims are not the expected ones. */
export const CLAIMS_CAUSES = causesOf('claims', {
  'issuer-mismatch': {
    title: 'The token names another issuer',
    meaning:
      "The `iss` claim is absent, or differs from the issuer in the configuration, compared character by character. A custom domain and the provider's own domain are two issuers.",
    fix: [
      'Set `issuer` of the provider in the configuration to the domain that the callers use.',
      'If the token is right to name another issuer, such as a custom domain, add it to `expectIssuer`.',
    ],
    help: rfc(7519, '4.1.1'),
  },
  'token-expired': {
    title: 'The token has already expired when it is issued',
    meaning:
      "A new token is already past its `exp`: by its own `iat`, or by the provider's clock as the reply shows it.",
    guideSection: '401',
    fix: [
      'Raise the access token lifetime of the application at the provider.',
      'If a hook or a rule at the provider changes the token, check what it does to its times.',
    ],
    help: rfc(7519, '4.1.4'),
  },
  'token-not-yet-valid': {
    title: 'The token is not valid yet',
    meaning:
      "A new token says in `nbf` or `iat` that it becomes valid in the future, by the clock of m2m-watch, which agrees with the provider's.",
    guideSection: '401',
    fix: ['Configure the provider to issue tokens that are valid at once.'],
    help: rfc(7519, '4.1.5'),
  },
  'audience-mismatch': {
    title: 'The token is not for the requested audience',
    meaning:
      'The `aud` claim lacks a requested audience, or is empty. APIs that check the audience refuse the token.',
    fix: [
      'Compare `audience` in the configuration, character by character, with the audience of the API at the provider.',
      'Check that the application is authorised for that API.',
      'If the token has no audience at all, configure what adds one at the provider, such as a mapper or a resource. If the API expects none, let `audience` in the configuration name none.',
    ],
    help: rfc(7519, '4.1.3'),
  },
  'authorized-party-mismatch': {
    title: 'The token was issued to another client',
    meaning:
      'The claim that names the client of the token does not hold the client id that requested it. Where it is absent although the provider always writes it, the application is only degraded: signature, issuer and audience say whose token it is.',
    fix: [
      'Check whether a cache or proxy in front of the token endpoint returns the tokens of other clients.',
      'If none does, report it to the provider.',
    ],
    help: rfc(9068, '2.2'),
  },
  'grant-type-mismatch': {
    title: 'The token does not come from the client credentials grant',
    meaning:
      'The claim that names the grant of the token does not hold `client_credentials`, or is absent, which only degrades the application.',
    fix: ['Check that the client id belongs to a machine-to-machine application.'],
    help: rfc(6749, '4.4'),
  },
  'organization-missing': {
    title: 'The token names no organisation: this is a global application',
    meaning:
      'An organisation is expected, but the token names none: the credentials belong to a global application instead of one of the organisation.',
    guideSection: 'org_code',
    fix: [
      'Create a machine-to-machine application that belongs to the organisation, and use its credentials.',
    ],
    help: rfc(7519, '4.3'),
  },
  'organization-mismatch': {
    title: 'The token belongs to another organisation',
    meaning: 'The token names an organisation, but not the expected one.',
    guideSection: '403',
    fix: [
      'Use the credentials of the application that belongs to the expected organisation.',
      'If the other organisation is right, correct `expect.organization` in the configuration.',
    ],
    help: rfc(7519, '4.3'),
  },
  'organization-unexpected': {
    title: 'The token belongs to an organisation, but a global application is expected',
    meaning:
      'The configuration expects a global application, but the token belongs to an organisation: it reaches less than the callers need.',
    guideSection: 'org_code',
    fix: [
      'Use the credentials of a global application.',
      'If the organisation is right, set `expect.organization` in the configuration to it.',
    ],
    help: rfc(7519, '4.3'),
  },
  'scope-missing': {
    title: 'The token lacks a scope',
    meaning:
      'The granted scopes lack at least one of the expected scopes, or the token lacks one that the reply grants. Calls that need it are refused.',
    guideSection: '403',
    fix: [
      'Give {application} {scopes} at the provider. If the scope is optional there, add it to `scopes` in the configuration: it is granted only where it is requested.',
      'If it is no longer needed, remove it from `expect.scopes` in the configuration.',
    ],
    help: rfc(6749, '3.3'),
  },
  'scope-surplus': {
    title: 'The token has more scopes than expected',
    meaning:
      'The granted scopes include some that are not expected: the application can do more than it should.',
    severity: 'warning',
    fix: [
      'Remove the scope from the application at the provider.',
      'If the application should have it, add it to `expect.scopes` in the configuration.',
    ],
    help: rfc(9700, '2.3'),
  },
  'claim-mismatch': {
    title: 'A claim of the token is not as expected',
    meaning:
      'A claim named in `expect.claims` is absent, has another value or lacks an element, or a time of the token is no whole number of seconds.',
    fix: [
      'Check what sets the claim at the provider: a property of the application, a hook or a rule.',
      'If the new value is right, correct `expect.claims` in the configuration.',
    ],
    help: rfc(7519, '4'),
  },
  'lifetime-out-of-range': {
    title: 'The token lifetime is out of the expected range',
    short: 'token lifetime out of range',
    meaning:
      'The time between issue and expiry is outside `expect.lifetimeSeconds`, less than a minute although that is not expected, or impossible, or the token does not say when it expires.',
    severity: 'warning',
    fix: [
      'Check the access token lifetime of the application at the provider.',
      'If it is right, correct `expect.lifetimeSeconds` in the configuration.',
    ],
    help: rfc(7519, '4.1.4'),
  },
});
