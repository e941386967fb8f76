import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applicationName,
  freeName,
  providerName,
  variableName,
} from '../../../lib/cli/application/names.ts';
import { NAME_PATTERN } from '../../../lib/core/config/quoting.ts';

describe('the name of an application', () => {
  it.each([
    ['billing-sync', 'billing-sync'],
    ['svc_billing', 'svc-billing'],
    ['SVC_BILLING', 'svc-billing'],
    ['BillingSync', 'billingsync'],
    ['billingSyncAPI', 'billingsyncapi'],
    ['billing.sync.prod2', 'billing-sync-prod2'],
    ['m2m-gateway', 'm2m-gateway'],
    ['crm', 'crm'],
    ['k8s-operator-042', 'k8s-operator-042'],
    ['https://apps.acme.com/billing', 'apps-acme-com-billing'],
    ['3scale-sync', '3scale-sync'],
    ['oauth2-proxy', 'oauth2-proxy'],
  ])('is the client id %s where that is a name: %s', (clientId, name) => {
    expect(applicationName(clientId, ['https://api.acme.com'])).toBe(name);
  });

  it.each([
    ['Kinde', 'd4d3c5b74e064badb9625a4aa6241bcc'],
    ['Auth0', 'IxNKQ8cGBcbF6sRjFpPcOcRG3RKDCLfG'],
    ['Okta', '0oabskvc6442nkvQO0h7'],
    ['Okta, without digits', '0oaBskVcNkvQOhfTbXw'],
    ['Entra', '6731de76-14a6-49ae-97bc-6eba6914391e'],
    ['Cognito', '1example23456789abcdefghij'],
    ['Cognito', '3ddsi0m58alsiggmnhc2oqadkq'],
    ['Zitadel', '312909075212468632'],
    ['Zitadel, older', '178204173316174381@acme'],
    [
      'Salesforce',
      '3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0QqEWhqKpoW3svG3XHrXDiCQjK1mdgAvhCscA9GE',
    ],
    ['GitHub', 'Iv1.8a61f9b3a7aba766'],
    ['WorkOS', 'client_01HXYZ4D5E6F7G8H9JKMNPQRST'],
    ['WSO2', 'qYxgmhkvSjoKZkvMYqoftYzzIaBd'],
    ['Authlib', 'BgHkLzQwVtRxNpSdFmJcYbTe'],
    ['groups of four', 'a1b2-c3d4-e5f6'],
    ['no word', '日本'],
    ['longer than a name', 'billing-'.repeat(9)],
  ])('is not one that a program drew: %s, %s', (_, clientId) => {
    expect(applicationName(clientId, ['https://api.acme.com'])).toBe('api-acme-com');
  });

  it('is none of a thousand ids that a program drew', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const draw = (letters: string, length: number) =>
      [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
    const drawn = Array.from({ length: 200 }, () => [
      randomUUID(),
      randomBytes(16).toString('hex'),
      randomBytes(4).toString('hex').replace(/^./, '7'),
      draw(alphabet, 32),
      `0oa${draw(alphabet, 17)}`,
      draw(alphabet.slice(26), 26),
    ]).flat();

    const names = drawn.map((clientId) => applicationName(clientId));

    expect(new Set(names)).toEqual(new Set(['my-app']));
  });

  it.each([
    [['https://api.acme.com'], 'api-acme-com'],
    [['https://api.acme.com/v1/'], 'api-acme-com-v1'],
    [['Invoices API', 'other'], 'invoices-api'],
    [['urn:acme:invoices'], 'acme-invoices'],
    [['日本'], 'my-app'],
    [[], 'my-app'],
  ])('else is from the audience %j: %s', (audience, name) => {
    expect(applicationName('d4d3c5b74e064badb9625a4aa6241bcc', audience)).toBe(name);
  });
});

describe('other names', () => {
  it.each([
    ['https://acme.kinde.com', 'acme'],
    ['https://acme.au.kinde.com', 'acme'],
    ['https://login.acme.com/realms/a', 'login-acme-com'],
    ['http://[::1]:1', '1'],
    ['no address', 'provider'],
  ])('of a provider at %s: %s', (issuer, name) => {
    expect(providerName(issuer)).toBe(name);
  });

  it('of a variable is one that the configuration takes', () => {
    expect(variableName('billing-sync')).toBe('M2M_BILLING_SYNC_CLIENT_SECRET');
  });

  it('are always names, and name variables, whatever they are derived from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const name of [applicationName(text), applicationName('', [text])]) {
          expect(name).toMatch(NAME_PATTERN);
          expect(variableName(name)).toMatch(/^[A-Z_][A-Z0-9_]{0,127}$/);
        }
        expect(providerName(`https://${text}`)).toMatch(NAME_PATTERN);
      }),
    );
  });

  it('are numbered where they are taken, and stay names', () => {
    const taken = ['crm', 'crm-2', 'x'.repeat(63), `${'y'.repeat(60)}-yy`];
    const isTaken = (name: string) => taken.includes(name);

    expect(freeName('erp', isTaken)).toBe('erp');
    expect(freeName('crm', isTaken)).toBe('crm-3');
    expect(freeName('x'.repeat(63), isTaken)).toBe(`${'x'.repeat(61)}-2`);
    expect(freeName(`${'y'.repeat(60)}-yy`, isTaken)).toBe(`${'y'.repeat(60)}-2`);
  });
});
