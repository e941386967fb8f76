// Causes that an API shows: it refuses a call with a token that is as expected, or does not serve it.

import { causesOf, rfc } from './cause-definition.ts';

/** The token is as expected, but the API refuses the call, or does not serve it. */
export const CALL_CAUSES = causesOf('call', {
  'call-token-missing': {
    title: 'The API says that it received no token',
    short: 'API says the token is missing',
    meaning:
      'The token was sent, but the API answers as if it were not: something in between removes the Authorization header, or the API looks for the token elsewhere.',
    guideSection: '401',
    fix: [
      'Check whether a gateway or proxy in front of the API drops the Authorization header.',
      'Check that `call.url` is the address of the API itself and does not redirect.',
    ],
    help: rfc(6750, '2.1'),
  },
  'call-token-expired': {
    title: 'The API says that the token has expired',
    short: 'API says the token has expired',
    meaning:
      'The API rejects as expired a token that was issued seconds ago and has not expired by the clock of m2m-watch.',
    guideSection: '401',
    fix: [
      'Check the clock of the machine that runs the API.',
      'Check whether the API caches its verdict on an earlier token.',
    ],
    pastedFix: [
      'Request a new token and call the API again: this one was probably cached too long.',
      'If a new token is refused too, compare the clocks of the API and of the provider.',
    ],
    help: rfc(6750, '3.1'),
  },
  'call-header-malformed': {
    title: 'The API says that the Authorization header is malformed',
    short: 'API says the header is malformed',
    meaning:
      'The token was sent as RFC 6750 requires, but the API cannot read the header: something in between changes it, or `call.headers` sets another one.',
    guideSection: '401',
    fix: [
      'Check whether a gateway or proxy in front of the API rewrites the Authorization header.',
      'Check that the API expects the scheme Bearer.',
    ],
    help: rfc(6750, '2.1'),
  },
  'call-unauthorized': {
    title: 'The API does not accept the token',
    short: 'API does not accept the token',
    meaning:
      'The API answers 401 to a well-formed token that has not expired: it may trust another issuer, expect another audience, or hold old keys.',
    guideSection: '401',
    fix: [
      "Check that the API accepts this token's `iss` and `aud`.",
      "Check that the API can fetch the provider's key set.",
    ],
    help: rfc(6750, '3.1'),
  },
  'call-organization-mismatch': {
    title: 'The API says that the token belongs to another organisation',
    short: 'API says it is another organisation',
    meaning:
      'The API refuses the call because the token belongs to another organisation than the route or resource.',
    guideSection: '403',
    fix: [
      'Compare the organisation of the token with the one that `call.url` belongs to.',
      'Use the credentials of the application that belongs to that organisation.',
    ],
    help: rfc(9110, '15.5.4'),
  },
  'call-scope-missing': {
    title: 'The API says that the token lacks a scope',
    short: 'API says a scope is missing',
    meaning: 'The API refuses the call because it needs a scope that the token does not have.',
    guideSection: '403',
    fix: [
      'Give the application, at the provider, the scope that the API needs.',
      'Add it to `expect.scopes` in the configuration, so that a check notices in the token when it is lost.',
    ],
    help: rfc(6750, '3.1'),
  },
  'call-forbidden': {
    title: 'The API refuses access',
    short: 'API refuses access',
    meaning: 'The API answers 403 to a genuine token, and does not say why.',
    guideSection: '403',
    fix: [
      "Compare the token's scopes and roles with what the API requires at `call.url`.",
      'Look for the reason in the log of the API.',
    ],
    help: rfc(9110, '15.5.4'),
  },
  'call-failed': {
    title: 'The API answers with an unexpected status',
    short: 'API call fails',
    meaning:
      'The API answers with a status that is not in `call.expectStatus` and says nothing about the token, or breaks off an answer whose status is. A 5xx, a 429 and an answer that is not whole only degrade the application: the API has a problem, and the credentials work.',
    pastedFix: [
      'Look for the reason in the log of the API.',
      'Compare the method and the address of the call with what the API documents.',
    ],
    fix: [
      'Check `call.url`, `call.method` and `call.expectStatus` in the configuration.',
      'Look for the reason in the log of the API.',
    ],
    help: rfc(9110, '15'),
  },
  'call-unreachable': {
    title: 'The API does not answer',
    short: 'API does not answer',
    meaning:
      'The API did not answer: its name does not resolve, the connection fails, or the request times out. The credentials work: the provider issued a token.',
    severity: 'warning',
    fix: [
      'Check whether {call} is up, and can be reached from where m2m-watch runs.',
      'Check that `call.url` in the configuration is its address.',
      'Leave the credentials of {application} as they are: the provider accepts them.',
    ],
    help: rfc(9110, '4.2'),
  },
});
