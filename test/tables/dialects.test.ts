// Every server of the table of dialects is read and recognised; a made-up one shows that the table alone decides.

import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../lib/core/config/provider-types.ts';
import { fixFor } from '../../lib/core/diagnosis/fix.ts';
import { REFUSAL_REASONS } from '../../lib/core/evidence/readings.ts';
import type { Dialect } from '../../lib/core/provider/dialects/dialect.ts';
import { DIALECTS, dialectOf, type ServerSeen } from '../../lib/core/provider/dialects/dialects.ts';
import { oidc } from '../../lib/core/provider/oidc.ts';
import type { ProviderFixes } from '../../lib/core/provider/provider.ts';
import { readRefusal } from '../../lib/core/provider/read-refusal.ts';
import { providerOf } from '../../lib/core/provider/registry.ts';
import { application, CLIENT_ID } from '../support/evidence.ts';

const MADE_UP: Dialect = {
  title: 'Made-up Server',
  mentions: /\bmadeup\b/i,
  server: { hosts: ['madeup.example'] },
  fixes: null,
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
  said: { format: 'json', codes: ['invalid_request'], texts: ['No such thing as https://api'] },
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

/** Places and words that are of one server alone, as far as its fixes name them. */
function ownWords(fixes: ProviderFixes | null): readonly string[] {
  const steps = Object.values(fixes?.ofCause ?? {}).flatMap(([, ...own]) => own);
  const places = steps.map((step) => step.split(/ under |: | with /).at(-1) ?? '');
  return places.filter((place) => place.length > 20 && / > |`/.test(place));
}

/** Words of Kinde's dashboard and guide. */
const OF_KINDE = /kinde|tenant|workflow|organi[sz]ation|machine to machine|authorize application/i;

describe.each(Object.entries(DIALECTS))(
  'the fixes at a server of the dialect %s',
  (name, dialect) => {
    const others = Object.entries(DIALECTS)
      .filter(([other]) => other !== name)
      .map(([other, { title, fixes }]) => ({ other, title, words: ownWords(fixes) }));
    const provider = providerOf('oidc', name as DialectName);
    const own = new Set(ownWords(dialect.fixes));

    it.each(REFUSAL_REASONS)('for %s name its own places or none', (cause) => {
      const subject = {
        clientId: CLIENT_ID,
        application: application(),
        provider,
        config: { issuer: 'https://id.acme.com' },
      };

      const { fix, help } = fixFor({ cause, scopes: ['read:invoices'] }, subject);

      const text = fix.join(' ');
      expect(text).not.toMatch(OF_KINDE);
      expect(help).not.toMatch(/kinde/);
      for (const { other, title, words } of others) {
        const foreign = words.filter((word) => !own.has(word) && text.includes(word));
        expect(foreign, `words of ${other}`).toEqual([]);
        expect(text).not.toContain(title);
      }
    });
  },
);

describe('a server is recognised', () => {
  const seen = (parts: Partial<ServerSeen>): ServerSeen => ({
    issuer: 'https://id.acme.com',
    tokenEndpoint: null,
    keysEndpoint: null,
    metadata: null,
    headers: [],
    ...parts,
  });

  it.each<[string, Partial<ServerSeen>]>([
    ['auth0', { issuer: 'https://acme.eu.auth0.com' }],
    ['auth0', { metadata: { mfa_challenge_endpoint: 'x' } }],
    ['okta', { issuer: 'https://acme.okta.com/oauth2/default' }],
    ['okta', { headers: ['date', 'x-okta-request-id'] }],
    [
      'okta',
      {
        tokenEndpoint: 'https://id.acme.com/oauth2/default/v1/token',
        keysEndpoint: 'https://id.acme.com/oauth2/default/v1/keys',
      },
    ],
    ['entra', { issuer: 'https://login.microsoftonline.com/x/v2.0' }],
    ['cognito', { issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x' }],
    ['cognito', { tokenEndpoint: 'https://acme.auth.eu-central-1.amazoncognito.com/oauth2/token' }],
    [
      'keycloak',
      { tokenEndpoint: 'https://id.acme.com/realms/acme/protocol/openid-connect/token' },
    ],
    ['zitadel', { issuer: 'https://acme.eu1.zitadel.cloud' }],
    ['hydra', { metadata: { credentials_endpoint_draft_00: 'x' } }],
    ['pingone', { issuer: 'https://auth.pingone.eu/x/as' }],
    [
      'duende',
      {
        tokenEndpoint: 'https://id.acme.com/connect/token',
        keysEndpoint: 'https://id.acme.com/.well-known/openid-configuration/jwks',
      },
    ],
    ['salesforce', { issuer: 'https://acme.my.salesforce.com' }],
    ['wso2', { issuer: 'https://api.asgardeo.io/t/acme/oauth2/token' }],
    [
      'uaa',
      {
        tokenEndpoint: 'https://uaa.acme.com/oauth/token',
        keysEndpoint: 'https://uaa.acme.com/token_keys',
      },
    ],
    ['apigee', { headers: ['x-apigee-message-id'] }],
    [
      'spring',
      {
        tokenEndpoint: 'https://id.acme.com/oauth2/token',
        keysEndpoint: 'https://id.acme.com/oauth2/jwks',
        metadata: { tls_client_certificate_bound_access_tokens: true },
      },
    ],
    [
      'authlib',
      {
        tokenEndpoint: 'https://id.acme.com/oauth/token',
        keysEndpoint: 'https://id.acme.com/oauth/jwks.json',
      },
    ],
    ['github', { tokenEndpoint: 'https://github.com/login/oauth/access_token' }],
    ['workos', { issuer: 'https://acme.authkit.app' }],
    [
      'oidc-provider',
      {
        tokenEndpoint: 'https://id.acme.com/token',
        keysEndpoint: 'https://id.acme.com/jwks',
        metadata: { claims_parameter_supported: false, claim_types_supported: ['normal'] },
      },
    ],
  ])('as %s by %j', (name, parts) => {
    expect(dialectOf(seen(parts))).toBe(name);
  });

  it.each<Partial<ServerSeen>>([
    {},
    { issuer: 'https://auth0.com.evil.example' },
    { issuer: 'https://notokta.com' },
    { issuer: 'no address' },
    { tokenEndpoint: 'https://id.acme.com/oauth2/token', keysEndpoint: 'https://id.acme.com/keys' },
  ])('as none by %j', (parts) => {
    expect(dialectOf(seen(parts))).toBeNull();
  });
});
