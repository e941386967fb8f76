import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../lib/core/provider/dialects/dialects.ts';

const CORE = new URL('../../../lib/core/', import.meta.url);

const read = (path: string) => readFileSync(new URL(path, CORE), 'utf8');
const rules = readdirSync(new URL('diagnosis/rules/', CORE)).map((file) => ({
  file,
  text: read(`diagnosis/rules/${file}`),
}));

/** Comments and our own ids, such as `audience-missing`, are no texts of a provider. */
const withoutOurIds = (text: string) =>
  text.replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*$/gm, '').replaceAll(/'[a-z]+(?:-[a-z]+)+'/g, '');

/** The general sentences of the token endpoint, as the provider's module quotes them. */
const sentences = [...read('provider/refusal-text.ts').matchAll(/'([A-Z][^'\n]{20,})'/g)].flatMap(
  ([, sentence]) => sentence ?? [],
);

/** The patterns by which texts of providers are known. */
const patterns = [...Object.values(DIALECTS).flatMap(({ wordings }) => wordings)].map(
  ({ pattern }) => pattern,
);

const CODES =
  /\b(?:invalid_(?:client|request|scope|grant|token|target)|unauthorized_client|unsupported_grant_type|access_denied|insufficient_scope|server_error|temporarily_unavailable|slow_down|SCOPE_MISSING)\b/;
const CLAIM_NAMES = /\b(?:org_code|azp|gty|scp)\b/;
const NAMES = /\b(?:kinde|fosite|ory|auth0|okta|cognito|entra|keycloak)\b/i;

describe('diagnosis/rules', () => {
  it('has rules, and there are texts of a provider to look for', () => {
    expect(rules.length).toBeGreaterThan(4);
    expect(sentences.length).toBeGreaterThan(5);
    expect(patterns.length).toBeGreaterThan(5);
  });

  it.each(rules)('holds no wording of a provider in $file', ({ text }) => {
    expect(sentences.filter((sentence) => text.includes(sentence))).toEqual([]);
    expect(patterns.filter((pattern) => pattern.test(withoutOurIds(text)))).toEqual([]);
  });

  it.each(rules)('holds no error code, claim name or name of a provider in $file', ({ text }) => {
    expect(text).not.toMatch(CODES);
    expect(text).not.toMatch(CLAIM_NAMES);
    expect(text).not.toMatch(NAMES);
  });
});
