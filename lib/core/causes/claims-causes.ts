// Part of the catalogue: the token is genuine, and what it says is not what was expected.

import type { CauseTable } from './cause-definition.ts';

/** The token is issued, and its claims are not those that were expected. */
export const CLAIMS_CAUSES = {
  'issuer-mismatch': {
    family: 'claims',
    title: 'The token names another issuer',
    meaning:
      'The claim iss is not the issuer of the configuration, character by character. A custom domain and the domain of the provider are two issuers.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Set issuer of the provider in the configuration to the domain that the callers use.',
      'If the provider is right to name another one (a custom domain), add it to expectIssuer.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.1',
  },
  'token-expired': {
    family: 'claims',
    title: 'The token has expired at the moment it is issued',
    meaning:
      'A fresh token is already past exp by our clock, and our clock agrees with that of the provider.',
    guideSection: '401',
    severity: 'error',
    fix: [
      'Raise the lifetime of access tokens of the application at the provider.',
      'If a workflow at the provider changes the token, check what it does to its times.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4',
  },
  'token-not-yet-valid': {
    family: 'claims',
    title: 'The token is not valid yet',
    meaning:
      'A fresh token says by nbf or iat that it starts in the future, and our clock agrees with that of the provider.',
    guideSection: '401',
    severity: 'error',
    fix: ['Have the provider issue tokens that are valid at once.'],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.5',
  },
  'audience-mismatch': {
    family: 'claims',
    title: 'The token is not for the audience that was requested',
    meaning:
      'The claim aud lacks an audience that was requested; an empty aud is a case of it. APIs that check the audience refuse the token.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Compare audience in the configuration with the audience of the API at the provider, character by character.',
      'Check that the application is authorised for that API.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.3',
  },
  'authorized-party-mismatch': {
    family: 'claims',
    title: 'The token was issued to another client',
    meaning: 'The claim that names the client of the token is not the client id that asked for it.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check whether a cache or a proxy in front of the token endpoint hands out tokens of others.',
      'Report it to the provider if it does not.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9068.html#section-2.2',
  },
  'grant-type-mismatch': {
    family: 'claims',
    title: 'The token does not come from the client credentials grant',
    meaning: 'The claim that names the grant of the token does not hold client_credentials.',
    guideSection: null,
    severity: 'error',
    fix: ['Check that the client id is that of a machine-to-machine application.'],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4',
  },
  'organization-missing': {
    family: 'claims',
    title: 'The token names no organisation: this is a global application',
    meaning:
      'An organisation is expected and the token has none: a global application is used where one of the organisation is needed.',
    guideSection: 'org_code',
    severity: 'error',
    fix: [
      'Create a machine-to-machine application that belongs to the organisation, and use its credentials.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.3',
  },
  'organization-mismatch': {
    family: 'claims',
    title: 'The token belongs to another organisation',
    meaning: 'The token names an organisation, and it is not the one expected.',
    guideSection: '403',
    severity: 'error',
    fix: [
      'Use the credentials of the application that belongs to the organisation expected.',
      'If the other organisation is right, correct expect.organization in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.3',
  },
  'organization-unexpected': {
    family: 'claims',
    title: 'The token names an organisation, and a global application is expected',
    meaning:
      'The configuration expects a global application, and the token belongs to an organisation: it reaches less than the callers need.',
    guideSection: 'org_code',
    severity: 'error',
    fix: [
      'Use the credentials of a global application.',
      'If the organisation is right, set expect.organization in the configuration to it.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.3',
  },
  'scope-missing': {
    family: 'claims',
    title: 'The token lacks a scope',
    meaning:
      'The scopes that were granted lack at least one of those expected. Calls that need it are refused.',
    guideSection: '403',
    severity: 'error',
    fix: [
      'Give the scope to the application at the provider.',
      'If it is no longer needed, remove it from expect.scopes in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-3.3',
  },
  'scope-surplus': {
    family: 'claims',
    title: 'The token has more scopes than expected',
    meaning:
      'The scopes that were granted hold some that are not expected: the application can do more than it should.',
    guideSection: null,
    severity: 'warning',
    fix: [
      'Take the scope from the application at the provider.',
      'If it is meant to have it, add it to expect.scopes in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9700.html#section-2.3',
  },
  'claim-mismatch': {
    family: 'claims',
    title: 'A claim of the token is not as expected',
    meaning:
      'A claim that expect.claims names is absent or has another value, or a claim that the standard defines has a form that it forbids.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check what sets the claim at the provider: a property of the application, or a workflow.',
      'If the new value is right, correct expect.claims in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4',
  },
  'lifetime-out-of-range': {
    family: 'claims',
    title: 'The token lives shorter or longer than expected',
    meaning:
      'The time between the issue of the token and its end is outside expect.lifetimeSeconds, or the token does not say how long it lives.',
    guideSection: null,
    severity: 'warning',
    fix: [
      'Check the lifetime of access tokens of the application at the provider.',
      'If it is right, correct expect.lifetimeSeconds in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4',
  },
} as const satisfies CauseTable<'claims'>;
