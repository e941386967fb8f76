import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { createCleaner } from '../../../lib/core/report/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';

interface Fixture {
  readonly source: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly reason: string;
  readonly basis: string;
  readonly named: string | null;
  readonly why: string;
}

const folder = new URL('../../fixtures/replies/', import.meta.url);
const names = readdirSync(folder).filter((name) => /^kinde-.*\.json$/.test(name));

function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture;
}

describe("Kinde's replies", () => {
  it('are at hand', () => {
    expect(names.length).toBeGreaterThan(20);
  });

  it.each(names)('%s is read as it says', (name) => {
    const { status, headers, body, reason, basis, named, source, why } = fixture(name);

    const { seen, accessToken } = readTokenReply(
      { kind: 'reply', status, headers, body, bodyProblem: null, durationMs: 1 },
      { provider: kinde, clean: createCleaner([]) },
    );

    expect(seen).toMatchObject({ kind: 'refused', status, reading: { reason, basis, named } });
    expect(accessToken).toBeNull();
    expect(source.length * why.length).toBeGreaterThan(0);
  });
});
