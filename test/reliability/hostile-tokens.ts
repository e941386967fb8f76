// The table of hostile tokens and keys.
import { FORGED_TOKENS } from './forged-tokens.ts';
import { HOSTILE_CLAIMS } from './hostile-claims.ts';
import { HOSTILE_KEYS } from './hostile-keys.ts';
import type { HostileToken } from './hostile-token.ts';

/** Every token and key set that the suite has checked. */
export const HOSTILE_TOKENS: readonly HostileToken[] = [
  ...FORGED_TOKENS,
  ...HOSTILE_KEYS,
  ...HOSTILE_CLAIMS,
];
