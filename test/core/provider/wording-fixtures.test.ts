import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseJsonBody } from '../../../lib/core/http/json-object.ts';
import {
  DIALECTS,
  GENERAL_WORDINGS,
  UNSEEN_WORDINGS,
} from '../../../lib/core/provider/dialects.ts';
import { fositeText, type Wording } from '../../../lib/core/provider/refusal-text.ts';
import { REPLY_FIXTURE_NAMES, replyFixture } from '../../support/reply-fixtures.ts';

/** The tables in the order in which replies of any server are looked up. */
const TABLES: readonly (readonly Wording[])[] = [
  ...Object.values(DIALECTS).map(({ wordings }) => wordings),
  GENERAL_WORDINGS,
];
const WORDINGS = TABLES.flat();

const REPLIES = REPLY_FIXTURE_NAMES.map((name) => {
  const body = parseJsonBody(replyFixture(name).body);
  const field = (key: string) => (body.kind === 'object' ? String(body.value[key] ?? '') : '');
  return { code: field('error'), text: fositeText(field('error_description')).hint };
});

/** The alternatives of a pattern, split at each bar that stands in no group and no class. */
function alternatives({ source, flags }: RegExp): readonly RegExp[] {
  const parts = [''];
  let depth = 0;
  for (const [token] of source.matchAll(/\\.|\[(?:\\.|[^\]])*\]|./g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === '|' && depth === 0) parts.push('');
    else parts.push(`${parts.pop()}${token}`);
  }
  return parts.map((part) => new RegExp(part, flags));
}

function matches({ codes }: Wording, pattern: RegExp): boolean {
  return REPLIES.some(
    ({ code, text }) =>
      text !== '' && (codes === undefined || codes.includes(code)) && pattern.test(text),
  );
}

describe('wordings', () => {
  it.each(WORDINGS.filter((wording) => !UNSEEN_WORDINGS.includes(wording)))(
    '$pattern is backed by a recorded reply, each of its alternatives',
    (wording) => {
      const remembered = alternatives(wording.pattern).filter((one) => !matches(wording, one));

      expect(remembered).toEqual([]);
    },
  );

  it.each(WORDINGS.filter((wording) => !UNSEEN_WORDINGS.includes(wording)))(
    '$pattern decides how a recorded reply is read',
    (wording) => {
      const table = TABLES.find((one) => one.includes(wording)) ?? [];
      const decided = REPLIES.filter(
        ({ code, text }) =>
          text !== '' &&
          table.find(
            ({ pattern, codes }) =>
              (codes === undefined || codes.includes(code)) && pattern.test(text),
          ) === wording,
      );

      expect(decided.length).toBeGreaterThan(0);
    },
  );

  it.each(UNSEEN_WORDINGS)(
    '$pattern is in no recorded reply, or it would belong to those seen',
    (wording) => {
      expect(matches(wording, wording.pattern)).toBe(false);
    },
  );
});

/** Servers that the documentation has no configuration for. */
const UNDOCUMENTED: readonly string[] = ['oidcProvider', 'workos'];

describe('dialects', () => {
  const guide = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8');

  it.each(Object.entries(DIALECTS).filter(([name]) => !UNDOCUMENTED.includes(name)))(
    'has a section of docs/providers.md for %s',
    (_, { title }) => {
      expect(guide, `write a section "## ${title}" with a working configuration`).toContain(
        `\n## ${title}\n`,
      );
    },
  );

  it('are recognised by what a pasted text mentions, each by itself', () => {
    const servers = Object.values(DIALECTS);
    const mentioned = (text: string) =>
      servers.filter(({ mentions }) => mentions?.test(text)).map(({ title }) => title);

    expect(mentioned('POST https://acme.eu.auth0.com/oauth/token')).toEqual(['Auth0']);
    expect(mentioned('https://id.acme.com/realms/acme/protocol/x')).toEqual(['Keycloak']);
    expect(mentioned('AADSTS7000215: Invalid')).toEqual(['Microsoft Entra ID']);
    expect(mentioned('an error of nobody')).toEqual([]);
  });
});
