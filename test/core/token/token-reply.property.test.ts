import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyProblem } from '../../../lib/core/http/http-exchange.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';

const context = { provider: kinde, clean: createCleaner([]) };

const fields = fc.record(
  {
    access_token: fc.oneof(fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,40}$/), fc.jsonValue()),
    token_type: fc.oneof(fc.constantFrom('bearer', 'Bearer', 'BEARER', 'mac'), fc.jsonValue()),
    expires_in: fc.oneof(fc.nat(), fc.jsonValue()),
    scope: fc.oneof(fc.constantFrom('', 'read:a write:b'), fc.jsonValue()),
    error: fc.oneof(fc.constantFrom('invalid_client', 'invalid_scope'), fc.jsonValue()),
    error_description: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const bodies = fc.oneof(
  fields.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.string({ unit: 'binary' }),
);
const headers = fc.dictionary(
  fc.oneof(fc.constantFrom('retry-after', 'date', 'content-type', 'ratelimit-reset'), fc.string()),
  fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
);
const problems = fc.constantFrom<BodyProblem | null>(
  null,
  'too-large',
  'not-utf8',
  'undecodable',
  'timed-out',
  'cut-off',
);

describe('readTokenReply', () => {
  it('is total, and has a token exactly where it says granted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(200, 400, 401, 403, 404, 429, 500),
          fc.integer({ min: 100, max: 599 }),
        ),
        headers,
        bodies,
        problems,
        (status, replyHeaders, body, bodyProblem) => {
          const { seen, accessToken } = readTokenReply(
            { kind: 'reply', status, headers: replyHeaders, body, bodyProblem, durationMs: 1 },
            context,
          );

          expect(seen.status).toBe(status);
          expect(accessToken !== null).toBe(seen.kind === 'granted');
        },
      ),
    );
  });
});
