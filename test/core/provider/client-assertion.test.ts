import { describe, expect, it } from 'vitest';
import { DIALECT_NAMES } from '../../../lib/core/config/provider-types.ts';
import { assertionAudience, assertionClaims } from '../../../lib/core/provider/client-assertion.ts';
import { providerOf } from '../../../lib/core/provider/registry.ts';

const ADDRESSES = {
  issuer: 'https://auth.acme.com',
  tokenEndpoint: 'https://auth.acme.com/oauth/token',
};

describe('the claims of an assertion', () => {
  const claims = assertionClaims({
    clientId: 'client-1',
    audience: 'https://auth.acme.com/token',
    nowMs: 1_795_000_000_900,
  });

  it('name the client twice, and the server', () => {
    expect(claims).toMatchObject({
      iss: 'client-1',
      sub: 'client-1',
      aud: 'https://auth.acme.com/token',
    });
  });

  it('are whole seconds, a little in the past, and end within five minutes', () => {
    const { iat, nbf, exp } = claims;

    expect({ iat, nbf }).toEqual({ iat: 1_794_999_995, nbf: 1_794_999_995 });
    expect(exp - iat).toBeLessThanOrEqual(300);
    expect(exp).toBe(1_795_000_120);
  });
});

describe('whom an assertion is for', () => {
  it.each(DIALECT_NAMES.filter((name) => name !== 'auth0'))(
    'is the token endpoint at a server of the dialect %s',
    (name) => {
      expect(assertionAudience(providerOf('oidc', name), ADDRESSES)).toBe(ADDRESSES.tokenEndpoint);
    },
  );

  it('is the token endpoint at any server, and the issuer with a slash at Auth0', () => {
    expect(assertionAudience(providerOf('oidc'), ADDRESSES)).toBe(ADDRESSES.tokenEndpoint);
    expect(assertionAudience(providerOf('oidc', 'auth0'), ADDRESSES)).toBe(
      'https://auth.acme.com/',
    );
  });
});
