import { describe, expect, it } from 'vitest';
import { PROVIDER_TYPE_NAMES } from '../../../lib/core/config/provider-types.ts';
import { providerOf, typeOfDiscovery, typeOfHost } from '../../../lib/core/provider/registry.ts';

function discovery(document: object) {
  const body = JSON.stringify(document);
  return {
    kind: 'reply',
    status: 200,
    headers: {},
    body,
    bodyProblem: null,
    durationMs: 1,
  } as const;
}

describe('providerOf', () => {
  it.each(PROVIDER_TYPE_NAMES)('gives the value of %s', (type) => {
    expect(providerOf(type).type).toBe(type);
  });
});

describe('typeOfHost', () => {
  it.each([
    ['acme.kinde.com', 'kinde'],
    ['login.acme.com', 'oidc'],
    ['', 'oidc'],
  ])('takes "%s" for %s', (host, type) => {
    expect(typeOfHost(host)).toBe(type);
  });
});

describe('typeOfDiscovery', () => {
  it.each([
    ['https://login.acme.com/oauth2/v2/user_profile', 'kinde'],
    ['https://login.acme.com/userinfo', 'oidc'],
  ])('takes a document with the profile at %s for %s', (profile, type) => {
    expect(typeOfDiscovery(discovery({ userinfo_endpoint: profile }))).toBe(type);
  });
});
