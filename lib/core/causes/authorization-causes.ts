// Part of the catalogue: who the application is was accepted, what it asked for was not.

import type { CauseTable } from './cause-definition.ts';

/** The provider knows the application and does not grant what it asks for. */
export const AUTHORIZATION_CAUSES = {
  'audience-not-authorized': {
    family: 'authorization',
    title: 'The application is not authorised for the API',
    meaning:
      'The provider knows the application and refuses a token for the audience requested: the API was never authorised for it, or was revoked.',
    guideSection: 'unauthorized_client',
    severity: 'error',
    fix: [
      'Authorise the application for the API with the audience of the configuration, at the provider.',
      'If it should use another API, correct audience in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
  'audience-unknown': {
    family: 'authorization',
    title: 'No API at the provider has this audience',
    meaning:
      'The provider has no API with the audience requested: it is mistyped, or the API was deleted.',
    guideSection: 'unauthorized_client',
    severity: 'error',
    fix: [
      'Compare audience in the configuration with the audiences of the APIs at the provider, character by character.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc8707.html#section-2',
  },
  'grant-not-allowed': {
    family: 'authorization',
    title: 'The application may not use the client credentials grant',
    meaning:
      'The application exists, but it is not a machine-to-machine application, or the client credentials grant is turned off for it.',
    guideSection: 'unauthorized_client',
    severity: 'error',
    fix: [
      'Check that the client id is that of a machine-to-machine application.',
      'Turn the client credentials grant on for it, or create a machine-to-machine application.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4',
  },
  'scope-not-allowed': {
    family: 'authorization',
    title: 'A requested scope is refused',
    meaning:
      'The provider refuses a scope that was requested: the API does not define it, or the application was not given it. Which of the two is not known.',
    guideSection: 'invalid_scope',
    severity: 'error',
    fix: [
      'Check that the API defines the scope.',
      'Give the scope to the application, or remove it from scopes in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-3.3',
  },
  'scope-not-defined': {
    family: 'authorization',
    title: 'The API does not define a requested scope',
    meaning:
      'The provider refuses a scope that the API does not define: it is mistyped, or it was removed from the API.',
    guideSection: 'invalid_scope',
    severity: 'error',
    fix: ['Define the scope on the API again, or remove it from scopes in the configuration.'],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-3.3',
  },
  'scope-not-assigned': {
    family: 'authorization',
    title: 'The application was not given a requested scope',
    meaning: 'The provider refuses a scope that the API defines and the application does not have.',
    guideSection: 'invalid_scope',
    severity: 'error',
    fix: ['Give the scope to the application at the provider.'],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-3.3',
  },
  'token-quota-exceeded': {
    family: 'authorization',
    title: 'The quota of tokens is used up',
    meaning:
      'The provider says that no more tokens are issued in this period. Callers that hold a token work until it runs out.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Look up the use of tokens at the provider, and raise the plan or wait for the next period.',
      'Have callers keep a token until it expires instead of asking for one per call.',
      'Raise everyMinutes of the applications in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6585.html#section-4',
  },
} as const satisfies CauseTable<'authorization'>;
