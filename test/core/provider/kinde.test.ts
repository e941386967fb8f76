import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS, type CauseId, causeDefinition } from '../../../lib/core/causes/causes.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import type { FixSubject } from '../../../lib/core/provider/provider.ts';

const SUBJECT: FixSubject = {
  application: 'billing-sync',
  clientId: 'client-1',
  issuer: 'https://acme.kinde.com',
  audience: ['https://api.acme.com'],
  scopes: ['read:invoices', 'write:invoices'],
  expectedOrganization: 'org_1234',
  callUrl: 'https://api.acme.com/health',
};

const NAMELESS: FixSubject = {
  ...SUBJECT,
  clientId: null,
  audience: [],
  scopes: [],
  expectedOrganization: null,
  callUrl: null,
};

/** Families that Kinde's dashboard or status page has something to do with. */
const KINDE_FAMILIES = ['credential', 'authorization', 'request', 'claims', 'call'];

/** Nothing at Kinde mends these: they are about the secret store, our clock, or the API itself. */
const NOT_AT_KINDE: readonly CauseId[] = [
  'secret-missing',
  'secret-malformed',
  'token-not-yet-valid',
  'call-failed',
  'call-unreachable',
];

const withSteps = CAUSE_IDS.filter((cause) => kinde.fixSteps(cause, SUBJECT) !== null);

describe('kinde', () => {
  it('falls back to the conventional endpoints of the issuer', () => {
    expect(kinde.fallbackEndpoints?.('https://acme.kinde.com')).toEqual({
      token: 'https://acme.kinde.com/oauth2/token',
      keys: 'https://acme.kinde.com/.well-known/jwks',
    });
  });
});

describe('fixSteps of kinde', () => {
  it('knows steps for every cause that its dashboard mends', () => {
    const missing = CAUSE_IDS.filter(
      (cause) =>
        KINDE_FAMILIES.includes(causeDefinition(cause).family) &&
        !NOT_AT_KINDE.includes(cause) &&
        !withSteps.includes(cause),
    );

    expect(missing).toEqual([]);
  });

  it.each(withSteps)(
    'gives one to three whole sentences for %s, with and without names',
    (cause) => {
      for (const subject of [SUBJECT, NAMELESS]) {
        const steps = kinde.fixSteps(cause, subject) ?? [];

        expect(steps.length).toBeGreaterThanOrEqual(1);
        expect(steps.length).toBeLessThanOrEqual(3);
        for (const step of steps) {
          expect(step).toMatch(/^[A-Z].*\.$/);
          expect(step).not.toMatch(/undefined|null|\[object/);
        }
      }
    },
  );

  it.each<[CauseId, readonly string[]]>([
    ['credentials-rejected', ['billing-sync', 'client-1', 'Details']],
    ['audience-not-authorized', ['billing-sync', 'https://api.acme.com', 'Authorize application']],
    ['scope-not-allowed', ['read:invoices and write:invoices', 'Manage scopes']],
    ['organization-missing', ['org_1234', 'Organizations > org_1234 > M2M apps']],
    ['call-scope-missing', ['read:invoices', 'https://api.acme.com']],
    ['call-unauthorized', ['https://api.acme.com/health', 'https://acme.kinde.com']],
  ])('names in the steps for %s what is ours, and where to click', (cause, texts) => {
    const steps = (kinde.fixSteps(cause, SUBJECT) ?? []).join(' ');

    for (const text of texts) expect(steps).toContain(text);
  });

  it('leaves to the catalogue what is not mended at Kinde', () => {
    expect(kinde.fixSteps('secret-missing', SUBJECT)).toBeNull();
    expect(kinde.helpLink('secret-missing')).toBeNull();
  });
});

describe('helpLink of kinde', () => {
  it.each(withSteps)("leads to Kinde's own pages for %s", (cause) => {
    expect(kinde.helpLink(cause)).toMatch(
      /^https:\/\/(?:docs\.kinde\.com\/[a-z0-9/-]+\/(?:#[a-z0-9_-]+)?|status\.kinde\.com\/)$/,
    );
  });

  it("leads to the guide's section for each of its codes", () => {
    expect(kinde.helpLink('credentials-rejected')).toContain('#invalid_client');
    expect(kinde.helpLink('audience-not-authorized')).toContain('#unauthorized_client');
    expect(kinde.helpLink('scope-not-allowed')).toContain('#invalid_scope');
    expect(kinde.helpLink('request-malformed')).toContain('#invalid_request');
  });
});

describe("Kinde's words", () => {
  it('stand in no module of the registry or the contract', () => {
    for (const file of ['provider.ts', 'registry.ts']) {
      const source = readFileSync(
        new URL(`../../../lib/core/provider/${file}`, import.meta.url),
        'utf8',
      );

      expect(source).not.toMatch(/whitelisted|authorization grant|POST body/i);
    }
  });
});
