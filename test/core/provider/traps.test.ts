// Texts that were made up to mislead: lists, guesses, denials, names and addresses with trap words in them.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readApiAnswer } from '../../../lib/core/call/api-call.ts';
import { oidc } from '../../../lib/core/provider/oidc.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';
import { calledApplication } from '../../support/evidence.ts';
import { reply } from '../../support/fake-sender.ts';

/** A text, and the reasons that are right for it. */
interface Trap {
  readonly from: 'token' | 'call';
  readonly status: number;
  readonly wanted: readonly string[];
  readonly body: string;
}

const TRAPS = readFileSync(new URL('../../fixtures/traps.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Trap);

const clean = createCleaner([]);
const sent = [
  ...['client-acme', 'https://api.acme.com', 'read:invoices', 'waf:read', 'captcha:verify'],
  ...['zscaler.read', 'barracuda-sync'],
];

/** The reason that is read, by the name of its cause. */
function reasonOf({ from, status, body }: Trap): string {
  if (from === 'token') {
    const { seen } = readTokenReply(reply(status, body), { provider: oidc, clean, sent });
    return seen.kind === 'refused' ? seen.reading.reason : seen.kind;
  }
  const { call } = calledApplication();
  if (call === null) throw new TypeError('the application has a call');
  const { reason } = readApiAnswer(reply(status, body), call, { clean, sent }).reading;
  return reason === 'audience-missing' || reason === 'not-yet-valid' ? 'unauthorized' : reason;
}

describe('a text that misleads', () => {
  it.each(TRAPS)('$from $status $body', (trap) => {
    expect(trap.wanted).toContain(reasonOf(trap));
  });
});
