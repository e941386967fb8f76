// Every server of the table of dialects is read and recognised; a made-up one shows that the table alone decides.

import { describe, expect, it } from 'vitest';
import { DIALECTS, type Dialect } from '../../lib/core/provider/dialects.ts';
import { oidc } from '../../lib/core/provider/oidc.ts';
import { readRefusal } from '../../lib/core/provider/read-refusal.ts';

const MADE_UP: Dialect = {
  title: 'Made-up Server',
  mentions: /\bmadeup\b/i,
  wordings: [{ pattern: /no such thing as (?<named>\S+)/i, reason: 'audience-unknown' }],
};

const refused = {
  reply: {
    kind: 'reply',
    status: 400,
    headers: {},
    body: '{"error":"invalid_request","error_description":"No such thing as https://api"}',
    bodyProblem: null,
    durationMs: 1,
  },
  error: 'invalid_request',
  description: 'No such thing as https://api',
} as const;

describe.each(Object.values(DIALECTS))('the dialect of $title', ({ mentions, wordings }) => {
  it('is looked up by a provider of type oidc', () => {
    for (const wording of wordings) expect(oidc.refusals.wordings).toContain(wording);
  });

  it('is recognised by `explain` where its name is in the paste', () => {
    if (mentions !== null) expect(oidc.mentions).toContain(mentions);
  });
});

it('reads a text by its wording, and without one by the code', () => {
  const rules = { ...oidc.refusals, wordings: MADE_UP.wordings };

  expect(readRefusal(refused, rules)).toEqual({
    reason: 'audience-unknown',
    basis: 'explicit-words',
    named: 'https://api',
  });
  expect(readRefusal(refused, oidc.refusals)).toMatchObject({
    reason: 'request-malformed',
    basis: 'error-code',
  });
});
