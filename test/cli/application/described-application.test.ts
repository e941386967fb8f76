import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applicationName,
  issuerFromText,
  providerName,
  variableName,
} from '../../../lib/cli/application/described-application.ts';
import { NAME_PATTERN } from '../../../lib/core/config/fields.ts';

describe('issuerFromText', () => {
  it.each([
    ['acme.kinde.com', 'https://acme.kinde.com'],
    [' https://acme.kinde.com ', 'https://acme.kinde.com'],
    ['login.acme.com:8443/realms/a', 'https://login.acme.com:8443/realms/a'],
    ['https://acme.com/.well-known/openid-configuration', 'https://acme.com'],
    ['https://acme.com/x/.well-known/openid-configuration', 'https://acme.com/x'],
    ['https://acme.com/.well-known/oauth-authorization-server', 'https://acme.com'],
    ['127.0.0.1:8080', 'https://127.0.0.1:8080'],
    ['acme', 'acme'],
    ['ftp://acme.com', 'ftp://acme.com'],
    ['user@acme.com', 'user@acme.com'],
    ['', ''],
  ])('takes %j for %j', (text, issuer) => {
    expect(issuerFromText(text, false)).toBe(issuer);
  });

  it.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost', 'http://localhost'],
    ['[::1]:1', 'http://[::1]:1'],
    ['acme.kinde.com', 'https://acme.kinde.com'],
  ])('takes %j for %j where http is allowed on loopback', (text, issuer) => {
    expect(issuerFromText(text, true)).toBe(issuer);
  });
});

describe('names', () => {
  it.each([
    [['https://api.acme.com'], 'api-acme-com'],
    [['https://api.acme.com/v1/'], 'api-acme-com-v1'],
    [['Invoices API', 'other'], 'invoices-api'],
    [['urn:acme:invoices'], 'acme-invoices'],
    [['日本'], 'my-app'],
    [[], 'my-app'],
  ])('of an application for %j: %s', (audience, name) => {
    expect(applicationName(audience)).toBe(name);
  });

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
        const name = applicationName([text]);

        expect(name).toMatch(NAME_PATTERN);
        expect(providerName(`https://${text}`)).toMatch(NAME_PATTERN);
        expect(variableName(name)).toMatch(/^[A-Z_][A-Z0-9_]{0,127}$/);
      }),
    );
  });
});
