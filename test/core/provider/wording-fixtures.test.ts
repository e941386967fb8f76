import { describe, expect, it } from 'vitest';
import { parseJsonBody } from '../../../lib/core/http/json-object.ts';
import { fositeText } from '../../../lib/core/provider/fosite-text.ts';
import { AUTH0_WORDS } from '../../../lib/core/provider/refusals/auth0-words.ts';
import { ENTRA_WORDS } from '../../../lib/core/provider/refusals/entra-words.ts';
import { FOSITE_WORDS } from '../../../lib/core/provider/refusals/fosite-words.ts';
import { GENERAL_WORDS, UNSEEN_WORDS } from '../../../lib/core/provider/refusals/general-words.ts';
import { KEYCLOAK_WORDS } from '../../../lib/core/provider/refusals/keycloak-words.ts';
import { NODE_OIDC_PROVIDER_WORDS } from '../../../lib/core/provider/refusals/node-oidc-provider-words.ts';
import { OKTA_WORDS } from '../../../lib/core/provider/refusals/okta-words.ts';
import type { Wording } from '../../../lib/core/provider/refusals/wording.ts';
import { ZITADEL_WORDS } from '../../../lib/core/provider/refusals/zitadel-words.ts';
import { REPLY_FIXTURE_NAMES, replyFixture } from '../../support/reply-fixtures.ts';

/** The tables in the order in which replies of any server are looked up. */
const TABLES: readonly (readonly Wording[])[] = [
  ENTRA_WORDS,
  AUTH0_WORDS,
  OKTA_WORDS,
  KEYCLOAK_WORDS,
  ZITADEL_WORDS,
  NODE_OIDC_PROVIDER_WORDS,
  FOSITE_WORDS,
  GENERAL_WORDS,
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
  it.each(WORDINGS.filter((wording) => !UNSEEN_WORDS.includes(wording)))(
    '$pattern is backed by a recorded reply, each of its alternatives',
    (wording) => {
      const remembered = alternatives(wording.pattern).filter((one) => !matches(wording, one));

      expect(remembered).toEqual([]);
    },
  );

  it.each(WORDINGS.filter((wording) => !UNSEEN_WORDS.includes(wording)))(
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

  it.each(UNSEEN_WORDS)(
    '$pattern is in no recorded reply, or it would belong to those seen',
    (wording) => {
      expect(matches(wording, wording.pattern)).toBe(false);
    },
  );
});
