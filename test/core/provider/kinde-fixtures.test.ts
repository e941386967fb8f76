import { describe, expect, it } from 'vitest';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';
import { REPLY_FIXTURE_NAMES, replyFixture } from '../../support/reply-fixtures.ts';

const names = REPLY_FIXTURE_NAMES.filter((name) => name.startsWith('kinde-'));

describe("Kinde's replies", () => {
  it('are at hand', () => {
    expect(names.length).toBeGreaterThan(20);
  });

  it.each(names)('%s is read as it says', (name) => {
    const { status, headers, body, reason, basis, named, source, why } = replyFixture(name);

    const { seen, accessToken } = readTokenReply(
      { kind: 'reply', status, headers, body, bodyProblem: null, durationMs: 1 },
      { provider: kinde, clean: createCleaner([]) },
    );

    expect(seen).toMatchObject({ kind: 'refused', status, reading: { reason, basis, named } });
    expect(accessToken).toBeNull();
    expect([source, why]).not.toContain('');
  });
});
