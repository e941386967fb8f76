import { describe, expect, it } from 'vitest';
import { addApplication, obstacleToAdding } from '../../lib/config-file/add-application.ts';
import type { PinnedToken, StarterApplication } from '../../lib/config-file/starter-config.ts';
import { starterConfig } from '../../lib/config-file/starter-config.ts';

const application: StarterApplication = {
  name: 'stock-feed',
  providerName: 'acme',
  type: 'oidc',
  issuer: 'https://id.acme.com',
  allowInsecureHttp: false,
  clientId: 'stock_feed',
  variable: 'M2M_STOCK_FEED_CLIENT_SECRET',
  audience: [],
  scopes: [],
  tokenFormat: 'jwt',
  clientAuthentication: null,
  privateKey: null,
};
const pinned: PinnedToken = {
  scopes: ['read:stock'],
  organization: undefined,
  lifetimeSeconds: null,
  claims: {},
};

/** The lines of the application, at the usual indentation. */
const ADDED = `
  stock-feed:
    provider: acme
    clientId: stock_feed
    # The secret is read from this variable, which .env in this folder may set.
    credentials: { env: M2M_STOCK_FEED_CLIENT_SECRET }
    # The API that the token is requested for; null: none is requested.
    audience: null
    # What the token held when this was written. Keep what the callers need.
    expect:
      scopes: [read:stock]
      # surplusScopes: warn
      # lifetimeSeconds: { atLeast: 3600, atMost: 86400 }
      # claims: { some.claim: value }
`;

const HEAD = `version: 1   # of the format
providers:
  acme: { type: oidc,   issuer: "https://id.acme.com" }   # ours
`;
const FIRST = `applications:

  # The first one.
  billing-sync:   # do not rename
    provider:   acme
    credentials: {env: BILLING}
    audience: 'https://api.acme.com'
    expect:
      scopes:
      - read:invoices    # all readers
`;

/** The text with the application, wherever it was put; fails if anything else changed. */
function added(text: string, more: Partial<StarterApplication> = {}): string {
  const result = addApplication(text, { application: { ...application, ...more }, pinned });
  expect(result).toMatchObject({ ok: true });
  return result.ok ? result.value.text : '';
}

describe('an application that is added', () => {
  it('stands after the last one, and every other character stays', () => {
    expect(added(HEAD + FIRST)).toBe(HEAD + FIRST + ADDED);
  });

  it.each([
    ['the comments of the last one', '    # owner: me\n\n    # runbook: none\n', ''],
    ['a comment about what follows', '', '\n# Who gets notices:\nnotify:\n  email: [a@acme.com]\n'],
    ['a comment at the margin, at the end', '', '\n\n# The end.'],
    ['blank lines at the end', '', '\n\n'],
    ['the end of the document', '', '...\n'],
    ['both', '    # owner: me\n', '# next\ndeployment: x # y\n'],
  ])('stands where it belongs beside %s', (_, before, after) => {
    const start = HEAD + FIRST + before;

    expect(added(start + after)).toBe(start + ADDED + after);
  });

  it('stands after a last line without a line break, and after the last text of a block', () => {
    const text = `${HEAD}${FIRST}    owner: |-\n      me`;

    expect(added(text)).toBe(`${text}\n${ADDED}`);
    expect(
      added(`${HEAD}${FIRST}    call:\n      url: "https://a.example/\\\n        x"\n`),
    ).toContain(ADDED);
  });

  it('stands before the providers where these come last', () => {
    const text = `version: 1\n${FIRST}providers:\n  other: { type: oidc, issuer: https://b.example }\n  acme:\n    type: oidc\n    issuer: https://id.acme.com\n`;

    expect(added(text.replace('acme', 'acme'), { providerName: 'acme' })).toContain(
      `${ADDED}providers:`,
    );
  });

  it('needs no block of providers where its provider is in the file', () => {
    const text = `version: 1\nproviders: { acme: { type: oidc, issuer: https://id.acme.com } }\n${FIRST}`;
    const more = { ...application, providerName: 'second' };

    expect(added(text)).toBe(text + ADDED);
    expect(addApplication(text, { application: more, pinned })).toEqual({
      ok: false,
      issues: [
        expect.stringMatching(/^has its providers in braces, and none with this issuer: add/),
      ],
    });
  });

  it('brings its provider, after the last one', () => {
    const text = added(HEAD + FIRST, { providerName: 'second', issuer: 'https://b.example' });

    expect(text).toBe(
      `${HEAD}  second:\n    type: oidc\n    issuer: https://b.example\n${FIRST}${ADDED.replace('acme', 'second')}`,
    );
  });

  it('is indented as the others, in their line breaks, behind a byte order mark', () => {
    const wide = (text: string) => text.replace(/^ +/gm, (spaces) => spaces + spaces);
    const text = wide(HEAD + FIRST);

    expect(added(text)).toBe(text + wide(ADDED));
    const crlf = `\uFEFF${HEAD}${FIRST}`.replaceAll('\n', '\r\n');
    expect(added(crlf)).toBe(crlf + ADDED.replaceAll('\n', '\r\n'));
  });

  it('follows the one that init wrote, whose comments stay with it', () => {
    const first = { ...application, name: 'billing-sync', providerName: 'acme' };
    const text = starterConfig({ schema: './s.json', application: first, pinned });
    const notify = text.indexOf('\n# Who gets a notice');

    expect(added(text)).toBe(text.slice(0, notify) + ADDED + text.slice(notify));
  });

  it('is checked as often as the runs of the file allow', () => {
    const text = (HEAD + FIRST).replace('version: 1', 'version: 1\nschedule: { tickMinutes: 10 }');
    const others = text.replace('    provider', '    everyMinutes: 20\n    provider');

    expect(added(others)).toBe(
      `${others}${ADDED}    # A multiple of schedule.tickMinutes.\n    everyMinutes: 20\n`,
    );
  });

  it('that would make the file invalid is refused with the reason', () => {
    const more = { ...application, providerName: 'second', issuer: 'http://b.example' };

    expect(addApplication(HEAD + FIRST, { application: more, pinned })).toEqual({
      ok: false,
      issues: [
        expect.stringMatching(
          /^would not be valid with this application: providers\.second\.issuer must begin with https:/,
        ),
      ],
    });
  });
});

describe('a file to which nothing can be added', () => {
  it.each([
    [
      'JSON',
      JSON.stringify({ version: 1, providers: { a: {} }, applications: { b: {} } }),
      'braces',
    ],
    ['applications in braces', `${HEAD}applications: { a: { provider: acme } }\n`, 'braces'],
    ['no application', `${HEAD}applications: {}\n`, 'braces'],
    ['an anchor', (HEAD + FIRST).replace('{env', '&env {env'), 'anchors'],
    ['a list', '- a\n', 'braces'],
  ])('has %s: one line says so', (_, text, word) => {
    expect(obstacleToAdding(text)).toMatch(
      new RegExp(
        `^[^\\n]*${word}[^\\n]*: add the application yourself \\(docs/configuration\\.md\\)$`,
      ),
    );
  });

  it('is written in a way that is not known', () => {
    const text = `${HEAD}applications:\n  ? a\n  : provider: acme\n    credentials: { env: A }\n    audience: null\n`;

    expect(obstacleToAdding(text)).toBeNull();
    expect(addApplication(text, { application, pinned }).ok).toBe(false);
  });

  it('is none that is written as people do', () => {
    expect(obstacleToAdding(HEAD + FIRST)).toBeNull();
  });
});
