// Part of the catalogue: the provider does not do its part, so nothing is known of the application.

import type { CauseTable } from './cause-definition.ts';

/** The provider does not answer as one, whoever asks. */
export const PROVIDER_CAUSES = {
  'provider-unreachable': {
    family: 'provider',
    title: 'The provider cannot be reached',
    meaning:
      'There was no answer from the provider: its name does not resolve, or the connection is refused, reset or answered in another protocol.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check issuer, endpoints and proxy of the provider in the configuration.',
      'Check that the place where m2m-watch runs has a way to the provider: DNS, firewall, NAT.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-4.2',
  },
  'provider-timeout': {
    family: 'provider',
    title: 'The provider does not answer in time',
    meaning: 'The provider did not answer within timeoutMs.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Look at the status page of the provider.',
      'If it is only slow, raise timeoutMs of the provider in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.5',
  },
  'provider-tls-invalid': {
    family: 'provider',
    title: 'The certificate of the provider is not acceptable',
    meaning:
      'The TLS handshake fails or the certificate is expired, for another host or from an authority that is not trusted. Nothing was sent.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check that the host of the issuer is the right one.',
      'If a proxy of your own stands in between, name its authority in ca of the provider in the configuration.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9525.html#section-6',
  },
  'provider-error': {
    family: 'provider',
    title: 'The provider has a fault of its own',
    meaning: 'The provider answers with a server error (5xx) or the equivalent error code.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Look at the status page of the provider.',
      'If only some applications are affected, check what runs at the provider when a token is issued, such as a workflow.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6',
  },
  'provider-rate-limited': {
    family: 'provider',
    title: 'The provider limits the rate of requests',
    meaning:
      'The provider answers that there were too many requests, or asked for a pause that is not over.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Lower concurrency of the provider, or raise everyMinutes of its applications in the configuration.',
      'Find out what else asks for tokens at this rate.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6585.html#section-4',
  },
  'provider-blocked': {
    family: 'provider',
    title: 'Something in front of the provider blocks the request',
    meaning:
      'A page of a firewall, a bot protection or a proxy came instead of an OAuth reply: the request did not reach the provider.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check IP rules at the provider and on the way out of the network where m2m-watch runs.',
      'Ask the provider to allow the address that m2m-watch comes from.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.4',
  },
  'discovery-invalid': {
    family: 'provider',
    title: 'The discovery document is missing or cannot be trusted',
    meaning:
      'The discovery document could not be had, or names another issuer or an endpoint on a foreign host. Nothing is sent to such an endpoint.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check issuer of the provider in the configuration, and open its discovery document.',
      'If the issuer or a host in it is right, add it to expectIssuer or hosts; or set endpoints by hand.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc8414.html#section-3.3',
  },
  'keys-unavailable': {
    family: 'provider',
    title: 'The keys of the provider cannot be read',
    meaning:
      'The key set could not be had, so that the signature of the token could not be checked. APIs that verify tokens may have the same problem.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check that the host of the issuer, its region included, is that of the tenant.',
      'Check IP rules at the provider, and open the address of its keys from where m2m-watch runs.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7517.html#section-5',
  },
} as const satisfies CauseTable<'provider'>;
