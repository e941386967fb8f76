import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readErrorBody } from '../../../lib/core/http/error-body.ts';
import { DIALECTS } from '../../../lib/core/provider/dialects/dialects.ts';
import { plainCode } from '../../../lib/core/provider/refusal-codes.ts';
import { fositeText, type Wording } from '../../../lib/core/provider/refusal-text.ts';
import { readCases } from '../../../tools/accuracy/cases.ts';
import { REPLY_FIXTURE_NAMES, replyFixture } from '../../support/reply-fixtures.ts';

/** The tables in the order in which replies of any server are looked up; Entra's numbers are of its reference. */
const TABLES: readonly (readonly Wording[])[] = Object.entries(DIALECTS)
  .filter(([name]) => name !== 'entra')
  .map(([, { wordings }]) => wordings);
const WORDINGS = TABLES.flat();

const BODIES = [
  ...REPLY_FIXTURE_NAMES.map((name) => replyFixture(name).body),
  ...(await readCases()).flatMap(({ refusal }) =>
    refusal === undefined
      ? []
      : typeof refusal.body === 'string'
        ? refusal.body
        : JSON.stringify(refusal.body),
  ),
];
const REPLIES = BODIES.flatMap((body) => {
  const { codes, texts } = readErrorBody(body);
  const hints = texts.map((text) => fositeText(text).hint);
  return [...hints, ...codes].map((text) => ({ codes: codes.map(plainCode), text }));
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
    (reply) =>
      reply.text !== '' &&
      (codes === undefined || reply.codes.some((code) => codes.includes(code))) &&
      pattern.test(reply.text),
  );
}

describe('wordings', () => {
  it.each(WORDINGS)(
    '$pattern is backed by a recorded reply, each of its alternatives',
    (wording) => {
      const remembered = alternatives(wording.pattern).filter((one) => !matches(wording, one));

      expect(remembered).toEqual([]);
    },
  );

  it.each(WORDINGS)('$pattern decides how a recorded reply is read', (wording) => {
    const table = TABLES.find((one) => one.includes(wording)) ?? [];
    const decided = REPLIES.filter(
      (reply) =>
        reply.text !== '' &&
        table.find(
          ({ pattern, codes }) =>
            (codes === undefined || reply.codes.some((code) => codes.includes(code))) &&
            pattern.test(reply.text),
        ) === wording,
    );

    expect(decided.length).toBeGreaterThan(0);
  });
});

/** Servers that the documentation has no configuration for. */
const UNDOCUMENTED: readonly string[] = ['oidc-provider', 'workos', 'apigee', 'github'];

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
