import { describe, expect, it } from 'vitest';
import { issuerFromText } from '../../../lib/cli/application/described-application.ts';

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
