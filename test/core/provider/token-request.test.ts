import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Application } from '../../../lib/core/config/application.ts';
import type { ClientAuthentication } from '../../../lib/core/config/client-methods.ts';
import { tokenRequest } from '../../../lib/core/provider/token-request.ts';
import { Secret } from '../../../lib/core/secret.ts';
import { application } from '../../support/evidence.ts';

const SECRET = 'a+b&=%/~é ';

const APPLICATION: Application = {
  ...application(),
  audience: ['https://api.acme.com'],
  scopes: null,
};

function request({
  clientAuthentication = 'client_secret_post',
  clientId = 'client-1',
  clientSecret = SECRET,
  ...application
}: Partial<Application> & {
  readonly clientAuthentication?: ClientAuthentication;
  readonly clientId?: string;
  readonly clientSecret?: string;
} = {}) {
  const built = tokenRequest({
    application: { ...APPLICATION, ...application },
    proof: { clientId, clientSecret: new Secret(clientSecret) },
    tokenEndpoint: 'https://acme.kinde.com/oauth2/token',
    clientAuthentication,
    timeoutMs: 10_000,
  });
  const { authorization } = built.headers;
  return {
    built,
    body: built.body?.reveal() ?? '',
    parameters: [...new URLSearchParams(built.body?.reveal())],
    authorization: authorization instanceof Secret ? authorization.reveal() : null,
  };
}

const formDecoded = (half: string) => new URLSearchParams(`v=${half}`).get('v');

/** What a server does with a Basic header: base64, the first colon, then decoding of each half. */
function basicHalves(
  authorization: string | null,
  decoded: (half: string) => string | null = formDecoded,
): readonly (string | null)[] {
  const pair = Buffer.from(String(authorization).replace('Basic ', ''), 'base64').toString(
    'latin1',
  );
  const colon = pair.indexOf(':');
  return [pair.slice(0, colon), pair.slice(colon + 1)].map(decoded);
}

describe('tokenRequest', () => {
  it('posts a form to the token endpoint', () => {
    const { built } = request();

    expect(built).toMatchObject({
      purpose: 'token',
      method: 'POST',
      url: 'https://acme.kinde.com/oauth2/token',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      timeoutMs: 10_000,
    });
  });

  it('puts the credentials whole into the body for client_secret_post', () => {
    const { parameters, body, authorization } = request();

    expect(parameters).toEqual([
      ['grant_type', 'client_credentials'],
      ['client_id', 'client-1'],
      ['client_secret', SECRET],
      ['audience', 'https://api.acme.com'],
    ]);
    expect(body).toContain('client_secret=a%2Bb%26%3D%25%2F%7E%C3%A9+');
    expect(authorization).toBeNull();
  });

  it('puts both halves form-encoded into the header for client_secret_basic, and nothing into the body', () => {
    const { parameters, authorization } = request({
      clientAuthentication: 'client_secret_basic',
      clientId: 'id:with/colon é',
    });

    expect(basicHalves(authorization)).toEqual(['id:with/colon é', SECRET]);
    // As Authlib decodes them.
    expect(basicHalves(authorization, decodeURIComponent)).toEqual(['id:with/colon é', SECRET]);
    expect(parameters.map(([name]) => name)).toEqual(['grant_type', 'audience']);
  });

  it.each<ClientAuthentication>(['client_secret_post', 'client_secret_basic'])(
    'brings any credentials over whole by %s',
    (clientAuthentication) => {
      const text = fc.string({ unit: 'grapheme', minLength: 1 });
      fc.assert(
        fc.property(text, text, (clientId, clientSecret) => {
          const { parameters, authorization } = request({
            clientAuthentication,
            clientId,
            clientSecret,
          });
          const sent =
            clientAuthentication === 'client_secret_post'
              ? [
                  Object.fromEntries(parameters)['client_id'],
                  Object.fromEntries(parameters)['client_secret'],
                ]
              : basicHalves(authorization);

          expect(sent).toEqual([clientId, clientSecret]);
        }),
      );
    },
  );

  it('names each audience and each resource in a parameter of its own', () => {
    const { parameters } = request({ audience: ['a', 'b'], resource: ['urn:c', 'urn:d'] });

    expect(parameters.slice(3)).toEqual([
      ['audience', 'a'],
      ['audience', 'b'],
      ['resource', 'urn:c'],
      ['resource', 'urn:d'],
    ]);
  });

  it.each<[string, readonly string[] | null, string | null]>([
    ['joined by spaces where they are asked for', ['read:a', 'write:b'], 'read:a write:b'],
    ['not at all where none is named', null, null],
    ['not at all for an empty list', [], null],
  ])('sends scopes %s', (_, scopes, sent) => {
    const { body } = request({ scopes });

    expect(new URLSearchParams(body).get('scope')).toBe(sent);
  });

  it('sends no audience where there is deliberately none', () => {
    const { body } = request({ audience: [] });

    expect(new URLSearchParams(body).has('audience')).toBe(false);
  });

  it('adds tokenParameters', () => {
    const { parameters } = request({ tokenParameters: { organization: 'org 1' } });

    expect(parameters.at(-1)).toEqual(['organization', 'org 1']);
  });

  it.each(['grant_type', 'client_id', 'client_secret', 'audience'])(
    'does not let tokenParameters replace or repeat %s',
    (name) => {
      const { parameters } = request({ tokenParameters: { [name]: 'other' } });

      expect(parameters.map(([, value]) => value)).not.toContain('other');
    },
  );

  it('does not let tokenParameters bring credentials into the body beside the header', () => {
    const { body } = request({
      clientAuthentication: 'client_secret_basic',
      tokenParameters: { client_id: 'x', client_secret: 'x', client_assertion: 'x' },
    });

    expect(body).not.toMatch(/client_(?:id|secret|assertion)/);
  });

  it('shows neither the secret nor the header when it is printed', () => {
    const { built } = request({
      clientAuthentication: 'client_secret_basic',
      clientSecret: 'hush',
    });

    expect(JSON.stringify(built)).not.toContain('hush');
    expect(JSON.stringify(built)).not.toContain('Basic');
  });
});
