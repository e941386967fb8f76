// Part of the catalogue: m2m-watch could not do its part.

import type { CauseTable } from './cause-definition.ts';

/** The monitor could not look: nothing is known of the application. */
export const MONITOR_CAUSES = {
  'secret-unreadable': {
    family: 'monitor',
    title: 'm2m-watch cannot read the secret',
    meaning:
      'The secret could not be read for a reason that says nothing about it: access denied, throttled, the key denied, no login to AWS, a variable not set or a file not readable.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Set the variables, or make the file readable, where m2m-watch runs; on a machine of yours .env beside the configuration is read too.',
      'In AWS, let its role read the secret and use the key that encrypts it.',
      'On your own machine, sign in to AWS first: `aws sso login`, or name a profile in AWS_PROFILE.',
    ],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html',
  },
  'not-checked': {
    family: 'monitor',
    title: 'The application was not checked',
    meaning: 'The run ended before it was the turn of this application: time or budget ran out.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Raise everyMinutes of some applications or tickMinutes in the configuration, so that fewer are due at once.',
      'Look for a slow provider or API that holds up the others.',
    ],
    help: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html',
  },
  'monitor-fault': {
    family: 'monitor',
    title: 'm2m-watch itself has a fault',
    meaning:
      'The check ended in a fault of the monitor, or its clock is more than 60 s apart from that of the provider: nothing can be said of the application.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check the clock of the machine that m2m-watch runs on.',
      'Look into the log of m2m-watch, and report the fault if it is one.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc9110.html#section-6.6.1',
  },
} as const satisfies CauseTable<'monitor'>;
