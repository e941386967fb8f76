import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS, type CauseId, causeDefinition } from '../../../lib/core/causes/causes.ts';
import { type FixedCause, type FixSubject, fixFor } from '../../../lib/core/diagnosis/fix.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { oidc, oidcOf } from '../../../lib/core/provider/oidc.ts';
import {
  AUDIENCE,
  application,
  CLIENT_ID,
  calledApplication,
  ISSUER,
} from '../../support/evidence.ts';

/** A subject of which everything is known. */
function subject(parts: Partial<FixSubject> = {}): FixSubject {
  return {
    application: calledApplication({ expect: { organization: 'org_1' } }),
    clientId: CLIENT_ID,
    provider: kinde,
    config: { issuer: ISSUER },
    ...parts,
  };
}

const stepsFor = (fixed: FixedCause, parts: Partial<FixSubject> = {}) =>
  fixFor(fixed, subject(parts)).fix.join('\n');

/** Every combination of names that are known and names that are not. */
const anyNames = fc.record({
  provider: fc.constantFrom('kinde' as const, 'oidc' as const),
  isCalled: fc.boolean(),
  isPasted: fc.boolean(),
  clientId: fc.constantFrom(CLIENT_ID, null),
  organization: fc.constantFrom('org_1', null, undefined),
  audience: fc.subarray([AUDIENCE, 'https://b.acme.com', 'https://c.acme.com']),
  scopes: fc.subarray(['read:invoices', 'write:invoices', 'read:users']),
});

/** Verbs that a step begins with; a step for a special case begins with its condition. */
const BEGINNING =
  /^(?:Add|Allow|Ask|Authorise|Check|Compare|Configure|Copy|Correct|Create|Disable|Enable|Find|Give|Have|If|Leave|Look|Lower|Make|Open|Otherwise|Raise|Read|Remove|Report|Request|Restart|Rotate|Set|Sign|Store|Try|Turn|Use|Write) /;

const SMELLS = [
  / {2}|^ | $/,
  /\{|\}|undefined|null|\[object/,
  /""|''|``|\(\)|“”/,
  /\b(\w+) \1\b/i,
  /\bthe the\b|\bthe API at the API\b|\bthe API the API\b|\bof of\b/i,
  / [,.:;]|,,|\.\.|: \./,
  /[:>] *\.$/,
  /https:\S+\/\/|the issuer\/|the organisation\//,
];

describe('fixFor', () => {
  it.each(CAUSE_IDS)('gives steps for %s that read well, whatever is known', (cause) => {
    fc.assert(
      fc.property(anyNames, (names) => {
        const { provider, isCalled, isPasted, clientId, organization, audience, scopes } = names;
        const apply = isCalled ? calledApplication : application;
        const whom = subject({
          application: apply({ audience, expect: { organization } }),
          clientId,
          provider: { kinde, oidc }[provider],
          isPasted,
        });

        const { fix: steps, help } = fixFor({ cause, scopes }, whom);

        expect(steps.length).toBeGreaterThanOrEqual(1);
        expect(steps.length).toBeLessThanOrEqual(3);
        expect(URL.parse(help)?.protocol).toBe('https:');
        for (const step of steps) {
          expect(step).toMatch(BEGINNING);
          expect(step).toMatch(/[a-z0-9)`>"/]\.$/i);
          expect(SMELLS.filter((smell) => smell.test(step)).map(String), step).toEqual([]);
        }
      }),
    );
  });

  it.each<[CauseId, readonly string[]]>([
    ['credentials-rejected', ['billing-sync', CLIENT_ID, 'Details']],
    ['audience-not-authorized', ['billing-sync', AUDIENCE, 'Authorize application']],
    ['organization-missing', ['Organizations > org_1 > M2M apps']],
    ['call-unauthorized', [`the API at ${AUDIENCE}/health`, ISSUER, '`iss` and `aud`']],
  ])('names in the steps for %s what is ours, and where to click', (cause, texts) => {
    const steps = stepsFor({ cause });

    for (const text of texts) expect(steps).toContain(text);
  });

  it.each<[FixedCause, string]>([
    [{ cause: 'scope-missing', scopes: ['read:stock'] }, 'Enable the scope read:stock for billing'],
    [{ cause: 'scope-missing', scopes: ['a', 'b'] }, 'Enable the scopes a and b for billing'],
    [{ cause: 'scope-missing', scopes: ['a', 'b', 'c'] }, 'Enable the scopes a, b and c for'],
    [{ cause: 'scope-missing' }, 'Enable the missing scope for billing-sync'],
    [{ cause: 'audience-unknown', audience: ['https://b'] }, 'whether the API https://b exists'],
    [{ cause: 'audience-unknown', audience: [] }, 'Check whether the API exists'],
    [{ cause: 'audience-unknown' }, `Check whether the API ${AUDIENCE} exists`],
  ])('writes %j as "%s"', (fixed, text) => {
    expect(stepsFor(fixed)).toContain(text);
  });

  it('shows the page of an application that is of an organisation, and of one that is not', () => {
    const cause = 'secret-expired';
    const global = { application: application({ expect: { organization: null } }) };

    expect(stepsFor({ cause })).toContain('Kinde > Organizations > org_1 > M2M apps > the app');
    expect(stepsFor({ cause }, global)).toContain('Kinde > Settings > Applications > the app');
  });

  it('names nothing of the placeholders of a pasted reply', () => {
    const steps = stepsFor({ cause: 'call-unauthorized' }, { isPasted: true });

    expect(steps).toBe(
      `Check that the API accepts this token's \`iss\` and \`aud\`.\nCheck that it expects the audience of the API ${AUDIENCE}, and verifies tokens with the keys of the issuer.`,
    );
  });

  it("gives the catalogue's steps and page where the provider has none", () => {
    const { fix, help } = causeDefinition('secret-missing');

    expect(fixFor({ cause: 'secret-missing' }, subject())).toEqual({ fix, help });
    expect(fixFor({ cause: 'secret-rotated' }, subject({ provider: oidc })).help).toBe(
      causeDefinition('secret-rotated').help,
    );
  });

  it.each([
    ['claim-mismatch', 'Service accounts roles for roles'],
    ['client-unknown', 'whether it is disabled there'],
  ] as const)('names the place in the console of Keycloak for %s', (cause, place) => {
    const steps = stepsFor({ cause }, { provider: oidcOf('keycloak') });

    expect(steps).toContain('Keycloak > Clients');
    expect(steps).toContain(place);
  });

  it('leaves a name that it does not know as it is written', () => {
    const fixes = {
      applicationPage: { global: '', ofOrganization: '' },
      ofCause: { 'secret-missing': ['https://help', 'Look at {other}.'] as const },
    };

    const provider = { ...kinde, fixes };

    expect(fixFor({ cause: 'secret-missing' }, subject({ provider }))).toEqual({
      fix: ['Look at {other}.'],
      help: 'https://help',
    });
  });
});
