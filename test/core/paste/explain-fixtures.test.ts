import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Explained, explainPaste, type Paste } from '../../../lib/core/paste/explain-paste.ts';

interface Fixture {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly reason: string;
  readonly basis: string;
}

/** What only says its cause where it is known that Cognito answered. */
const OF_ITS_SERVER_ALONE: readonly string[] = ['cognito-grant-not-enabled.json'];

const folder = new URL('../../fixtures/replies/', import.meta.url);
const all = readdirSync(folder)
  .filter((name) => !OF_ITS_SERVER_ALONE.includes(name))
  .map((name) => ({
    name,
    ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture),
  }));

const CONFIDENCE_OF_BASIS: Readonly<Record<string, string>> = {
  'explicit-words': 'certain',
  'documented-reply': 'likely',
  'error-code': 'possible',
  status: 'possible',
};

function explained(text: string, given: Partial<Paste> = {}): Explained {
  const paste = { text, provider: null, from: null, status: null, headers: {}, ...given };
  const explanation = explainPaste(paste);
  if (explanation.kind !== 'explained') throw new Error(JSON.stringify(explanation));
  return explanation;
}

const typeOf = (name: string) => (name.startsWith('kinde-') ? 'kinde' : 'oidc');

/**
 * Replies that are the same, letter by letter, where they mean something else: at Kinde a bare
 * `unauthorized_client` is about the audience, and an API says `insufficient_scope` in no other way.
 * The other meaning is named beside the first, with the option that leads to it.
 */
const OTHERWISE: Readonly<Record<string, string>> = {
  'kinde-guide-unauthorized-client.json': '--provider kinde',
  'kinde-insufficient-scope.json': '--from token',
};

/** The cause that is named, and the one that an option leads to where the text has two meanings. */
function expectCause({ diagnosis, otherwise }: Explained, fixture: Fixture & { name: string }) {
  const options = OTHERWISE[fixture.name];
  if (options === undefined) expect(diagnosis.cause).toBe(fixture.reason);
  else expect(otherwise).toContainEqual({ options, cause: fixture.reason });
}

/** As `curl -i` prints a reply. */
function curlInclude({ status, headers, body }: Fixture): string {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    values.map((value) => `${name}: ${value}`),
  );
  return [`HTTP/2 ${status} `, ...lines, '', body].join('\r\n');
}

const withBody = all.filter(({ body }) => body !== '');

describe('explainPaste', () => {
  it('has every recorded reply to explain', () => {
    expect(all.length).toBeGreaterThan(60);
    expect(withBody.length).toBeGreaterThan(55);
  });

  it.each(all)('names the cause of $name from what curl -i prints', (fixture) => {
    const explanation = explained(curlInclude(fixture));

    expectCause(explanation, fixture);
    expect(explanation.assumed).not.toContain('status');
  });

  it.each(withBody)('names the cause of $name from its body alone', (fixture) => {
    const explanation = explained(fixture.body);

    expectCause(explanation, fixture);
    // A page has its status in its title.
    expect(explanation.assumed.includes('status')).toBe(!fixture.body.startsWith('<'));
  });

  it.each(withBody)('names the cause of $name from a line of a log that holds it', (fixture) => {
    const { status, body } = fixture;
    const line = JSON.stringify({ level: 'error', msg: `token request failed: ${body}` });

    const log = `2026-11-28T03:00:00Z worker[7]: status=${status} ${line}`;

    expectCause(explained(log), fixture);
  });

  it.each(all)('has the same confidence in $name as a check, given who answered', (fixture) => {
    const given = { provider: typeOf(fixture.name), from: 'token' } as const;

    const { diagnosis } = explained(curlInclude(fixture), given);

    expect(diagnosis.cause).toBe(fixture.reason);
    expect(diagnosis.confidence).toBe(CONFIDENCE_OF_BASIS[fixture.basis]);
  });
});
