// GitHub: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const github: Dialect = {
  title: 'GitHub',
  mentions: /\bgithub\.com\/login\b/i,
  server: { hosts: ['github.com'] },
  wordings: [],
  fixes: consoleFixes({
    product: 'GitHub',
    clients: 'Settings > Developer settings',
    secret: [
      'Settings > Developer settings > the app > Client secrets > Generate a new client secret',
      'https://docs.github.com/en/apps/maintaining-github-apps/modifying-a-github-app-registration',
    ],
    isSecretShownOnce: true,
  }),
};
