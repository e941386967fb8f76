// Causes that say nothing of the application: the provider or m2m-watch fails, or a refusal is not recognised.

import { causesOf, rfc } from './cause-definition.ts';

/** The provider itself is failing, for every application. */
export const PROVIDER_CAUSES = causesOf('provider', {
  'provider-unreachable': {
    title: 'The provider cannot be reached',
    meaning:
      'The provider did not answer: its name does not resolve, or the connection is refused, reset, or answered in another protocol.',
    fix: [
      'Check `issuer`, `endpoints` and `proxy` of the provider in the configuration.',
      'Check that the network where m2m-watch runs can reach the provider: DNS, firewall, NAT.',
    ],
    help: rfc(9110, '4.2'),
  },
  'provider-timeout': {
    title: 'The provider does not answer in time',
    meaning: 'The provider did not answer within `timeoutMs`.',
    fix: [
      'Check the status page of the provider.',
      'If the provider is only slow, raise its `timeoutMs` in the configuration.',
    ],
    help: rfc(9110, '15.6.5'),
  },
  'provider-tls-invalid': {
    title: 'The TLS certificate of the provider cannot be trusted',
    meaning:
      'The TLS handshake failed, or the certificate has expired, is for another host, or comes from an authority that is not trusted. Nothing was sent.',
    fix: [
      'Check that the host of the issuer is right.',
      'If your own proxy answers in between, name its certificate authority in `ca` of the provider in the configuration.',
    ],
    help: rfc(9525, '6'),
  },
  'provider-error': {
    title: 'The provider itself is failing',
    meaning: 'The provider answers with a server error (5xx) or the matching error code.',
    fix: [
      'Check the status page of the provider.',
      'If only some applications fail, check what runs at the provider when it issues a token, such as a hook or a rule.',
    ],
    help: rfc(9110, '15.6'),
  },
  'provider-rate-limited': {
    title: 'The provider limits the rate of requests',
    meaning:
      'The provider answers that there were too many requests, or the pause that it asked for is not over yet.',
    fix: [
      'Lower `concurrency` of the provider, or raise `everyMinutes` of its applications, in the configuration.',
      'Find out what else requests tokens at this rate.',
    ],
    help: rfc(6585, '4'),
  },
  'provider-blocked': {
    title: 'Something in front of the provider blocks the request',
    meaning:
      'A firewall, a bot protection or a proxy answered with a page of its own: the request did not reach the provider.',
    fix: [
      'Check the IP rules at the provider, and the outbound rules of the network where m2m-watch runs.',
      'Ask the provider to allow the address that m2m-watch sends from.',
    ],
    help: rfc(9110, '15.5.4'),
  },
  'discovery-invalid': {
    title: 'The discovery document is missing or cannot be trusted',
    meaning:
      'The discovery document could not be fetched, or it names another issuer or an endpoint on another host. Nothing is sent to such an endpoint.',
    fix: [
      'Check `issuer` of the provider in the configuration, and open {discovery}.',
      'If the issuer or host that it names is right, add it to `expectIssuer` or `hosts` (with its port, unless that is 443). Otherwise set `endpoints` yourself.',
    ],
    help: rfc(8414, '3.3'),
  },
  'keys-unavailable': {
    title: "The provider's keys cannot be fetched",
    meaning:
      "The key set could not be fetched, so the token's signature was not checked. APIs that verify tokens may have the same problem.",
    fix: [
      'Check that the host of the issuer, including its region, is the right one.',
      'Check the IP rules at the provider, and open the address of its keys from where m2m-watch runs.',
    ],
    help: rfc(7517, '5'),
  },
});

/** m2m-watch could not check the application, so nothing is known of it. */
export const MONITOR_CAUSES = causesOf('monitor', {
  'secret-unreadable': {
    title: 'm2m-watch cannot read the secret',
    meaning:
      'The secret could not be read, for a reason that says nothing about the secret itself: access denied, throttling, no access to the encryption key, no AWS login, a variable that is not set, or a file that cannot be read.',
    fix: [
      'Set the variables, or make the file readable, where m2m-watch runs. On your own machine, m2m-watch also reads `.env` next to the configuration.',
      'Allow the role of m2m-watch in AWS to read the secret and to use the key that encrypts it.',
      'Sign in to AWS on your own machine with `aws sso login`, or name a profile in AWS_PROFILE.',
    ],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html',
  },
  'assertion-times-refused': {
    title: 'The provider refuses the assertion of m2m-watch for its times',
    short: 'times of the assertion',
    meaning:
      'The client authenticates with an assertion that m2m-watch signs and dates by its own clock (`private_key_jwt`), and the provider says that it has expired or is not yet valid: the two clocks differ. Nothing can be said about the application.',
    fix: [
      'Check the clock of the machine that m2m-watch runs on: it should be synchronised (NTP).',
      'If it is right, the clock of the provider is not: ask whoever runs it.',
    ],
    help: rfc(7523, '3'),
  },
  'not-checked': {
    title: 'The application was not checked',
    meaning:
      'The run ended before this application was checked: somebody ended it, or it ran out of time or of token budget.',
    fix: [
      'If somebody ended the run, as with Ctrl-C, run it again.',
      'If it ran out of time, raise `everyMinutes` of some applications, or `tickMinutes`, in the configuration, so that fewer are due at once.',
      'Look for a slow provider or API that holds up the others.',
    ],
    help: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html',
  },
  'monitor-fault': {
    title: 'm2m-watch has an internal error, or its clock is wrong',
    short: 'internal error of m2m-watch',
    meaning:
      "The check ended with an internal error of m2m-watch, or its clock differs from the provider's by more than 60 s: nothing can be said about the application.",
    fix: [
      'Check the clock of the machine that m2m-watch runs on.',
      'Look for the error in the log of m2m-watch, and report it if it is a bug.',
    ],
    help: rfc(9110, '6.6.1'),
  },
});

/** The refusal is of a form that no rule recognises. */
export const UNKNOWN_CAUSES = causesOf('unknown', {
  'refusal-unrecognized': {
    title: 'The provider refuses the token request for an unknown reason',
    meaning:
      'The provider refuses the token request with a reply that m2m-watch does not recognise. The evidence holds what it said.',
    fix: [
      'Read the evidence: it holds the status and the words of the provider.',
      'Check what runs at the provider when it issues a token, such as a hook or a rule that denies it.',
    ],
    help: rfc(6749, '5.2'),
  },
});
