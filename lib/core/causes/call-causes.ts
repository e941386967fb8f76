// Part of the catalogue: the token is as expected, and the API does not serve the call.

import type { CauseTable } from './cause-definition.ts';

/** The API refuses the call made with the token, or does not serve it. */
export const CALL_CAUSES = {
  'call-token-missing': {
    family: 'call',
    title: 'The API says that it was given no token',
    meaning:
      'The token was sent, and the API answers as if there were none: something in between removes the Authorization header, or the API looks for it elsewhere.',
    guideSection: '401',
    severity: 'error',
    fix: [
      'Check whether a gateway or a proxy in front of the API drops the Authorization header.',
      'Check that call.url is the address of the API itself and does not lead elsewhere.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6750.html#section-2.1',
  },
  'call-token-expired': {
    family: 'call',
    title: 'The API says that the token has expired',
    meaning:
      'A token that was issued seconds ago and is not expired by our clock is called expired by the API.',
    guideSection: '401',
    severity: 'error',
    fix: [
      'Check the clock of the machine that the API runs on.',
      'Check whether the API keeps the outcome of an earlier token in a cache.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1',
  },
  'call-header-malformed': {
    family: 'call',
    title: 'The API calls the Authorization header malformed',
    meaning:
      'The token was sent as RFC 6750 says, and the API cannot read the header: something in between changes it, or call.headers sets another one.',
    guideSection: '401',
    severity: 'error',
    fix: [
      'Check whether a gateway or a proxy in front of the API rewrites the Authorization header.',
      'Check that the API expects the scheme Bearer.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6750.html#section-2.1',
  },
  'call-unauthorized': {
    family: 'call',
    title: 'The API does not accept the token',
    meaning:
      'The API answers 401 to a well-formed token that has not expired: it may trust another issuer, expect another audience or hold old keys.',
    guideSection: '401',
    severity: 'error',
    fix: [
      'Compare the issuer and the audience that the API is set up for with those of the token.',
      'Check that the API can read the key set of the provider.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1',
  },
  'call-organization-mismatch': {
    family: 'call',
    title: 'The API says that the token belongs to another organisation',
    meaning:
      'The API refuses the call because the organisation of the token is not that of the route or the resource.',
    guideSection: '403',
    severity: 'error',
    fix: [
      'Compare the organisation of the token with that of call.url.',
      'Use the credentials of the application that belongs to that organisation.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.4',
  },
  'call-scope-missing': {
    family: 'call',
    title: 'The API says that the token lacks a scope',
    meaning: 'The API refuses the call because it needs a scope that the token does not have.',
    guideSection: '403',
    severity: 'error',
    fix: [
      'Give the scope that the API needs to the application at the provider.',
      'Add it to expect.scopes in the configuration, so that its loss is seen in the token.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1',
  },
  'call-forbidden': {
    family: 'call',
    title: 'The API refuses access',
    meaning: 'The API answers 403 to a genuine token and does not say why.',
    guideSection: '403',
    severity: 'error',
    fix: [
      'Compare the scopes and the organisation of the token with what the API asks for at call.url.',
      'Look into the log of the API for the reason.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.4',
  },
  'call-failed': {
    family: 'call',
    title: 'The API answers with a status that is not expected',
    meaning:
      'The API answers, with a status that is neither among call.expectStatus nor one about the token. With 5xx or 429 the application is degraded only: the API has a problem, the token may be fine.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check call.url, call.method and call.expectStatus in the configuration.',
      'Look into the log of the API.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15',
  },
  'call-unreachable': {
    family: 'call',
    title: 'The API does not answer',
    meaning:
      'There was no answer from the API: its name does not resolve, the connection fails, or the time runs out. The token itself is as expected.',
    guideSection: null,
    severity: 'warning',
    fix: [
      'Check that the host of call.url is right and can be reached from where m2m-watch runs.',
      'Check whether the API is up.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-4.2',
  },
} as const satisfies CauseTable<'call'>;
