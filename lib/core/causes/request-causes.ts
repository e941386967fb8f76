// Part of the catalogue: the token request itself is not what the provider wants.

import type { CauseTable } from './cause-definition.ts';

/** The token request lacks something or has a form that the provider does not take. */
export const REQUEST_CAUSES = {
  'audience-missing': {
    family: 'request',
    title: 'No audience was requested, and one is needed',
    meaning:
      'No audience was sent. Either the token request is refused for it, or a token with an empty aud is issued that the API then refuses.',
    guideSection: 'invalid_request',
    severity: 'error',
    fix: ['Set audience of the application in the configuration to the audience of the API.'],
    help: 'https://www.rfc-editor.org/rfc/rfc9068.html#section-3',
  },
  'grant-type-unsupported': {
    family: 'request',
    title: 'The provider does not support the client credentials grant',
    meaning:
      'The token endpoint does not know grant_type=client_credentials: the grant is off for the tenant, or this is not the token endpoint.',
    guideSection: 'invalid_request',
    severity: 'error',
    fix: [
      'Check that the issuer, or endpoints.token in the configuration, leads to the token endpoint of the provider.',
      'Turn the client credentials grant on at the provider.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4.2',
  },
  'request-malformed': {
    family: 'request',
    title: 'The provider calls the token request malformed',
    meaning:
      'The provider refuses the form of the token request: a parameter is missing, unknown, repeated or in a form that it does not take.',
    guideSection: 'invalid_request',
    severity: 'error',
    fix: [
      'Check audience, scopes, resource and tokenParameters of the application in the configuration against the documentation of the provider.',
      'Check that nothing between here and the provider, such as a proxy, changes the form body or its content type.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4.2',
  },
} as const satisfies CauseTable<'request'>;
