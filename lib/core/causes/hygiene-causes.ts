// Part of the catalogue: what works today and should not be left so.

import type { CauseTable } from './cause-definition.ts';

/** The application works, and its secret is not looked after as it should be. */
export const HYGIENE_CAUSES = {
  'secret-too-old': {
    family: 'hygiene',
    title: 'The secret is older than allowed',
    meaning: 'The current version of the secret is older than maxSecretAgeDays allows.',
    guideSection: null,
    severity: 'warning',
    fix: ['Rotate the secret at the provider and write the new one to the store.'],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html',
  },
  'rotation-stuck': {
    family: 'hygiene',
    title: 'A rotation has been pending for more than a day',
    meaning:
      'A version has carried the label AWSPENDING for more than a day: a rotation began and neither finished nor was given up.',
    guideSection: null,
    severity: 'warning',
    fix: ['Finish the rotation, or remove the pending version.'],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html',
  },
  'previous-secret-accepted': {
    family: 'hygiene',
    title: 'The previous secret still works',
    meaning:
      'The provider accepts the secret that was replaced for longer than previousSecretMustDie allows: whoever has a copy of it still has access.',
    guideSection: null,
    severity: 'warning',
    fix: ['Delete the previous secret at the provider.'],
    help: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html',
  },
} as const satisfies CauseTable<'hygiene'>;
