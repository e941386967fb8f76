// WorkOS AuthKit: how it is recognised.

import type { Dialect } from './dialect.ts';

/** None of its texts are known. */
export const workos: Dialect = {
  title: 'WorkOS',
  mentions: /\b(?:workos|authkit)\b/i,
  server: { hosts: ['authkit.app', 'workos.com'] },
  wordings: [],
  fixes: null,
};
