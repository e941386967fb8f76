import { describe, expect, it } from 'vitest';
import { areSwapped, shownClientId, UUID_CLIENT_ID } from '../../../lib/core/provider/client-id.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { providerOf } from '../../../lib/core/provider/registry.ts';

const HEX = 'd4d3c5b74e064badb9625a4aa6241bcc';
const UUID = '6b0f1c1e-2a5f-4a40-9c39-6a2ad0e6a3c1';
const LONG = 'k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa6UoI0iTyKbVx';
const SHORT = 'hJ3kPq9Zt2Lw';
const AUTH0 = 'uXmrJrsUpjf5gd7wGlmbz7MaiCB19d2H';

describe('areSwapped', () => {
  it.each([
    ['kinde', LONG, HEX],
    ['kinde', SHORT, HEX],
    ['entra', 'Ab3~Q~dEfGhIjKlMnOpQrStUvWxYz', UUID],
    ['pingone', LONG, UUID],
    ['auth0', `${LONG}${SHORT}`, AUTH0],
  ] as const)('is true at %s where the secret alone has the shape of an id', (name, id, secret) => {
    const { clientIdShape } = name === 'kinde' ? kinde : providerOf('oidc', name);

    expect(areSwapped({ clientId: id, clientSecret: secret }, clientIdShape)).toBe(true);
    expect(areSwapped({ clientId: secret, clientSecret: id }, clientIdShape)).toBe(false);
  });

  it('is false where both have it, where neither has, and at servers without one', () => {
    const { clientIdShape } = kinde;

    expect(areSwapped({ clientId: HEX, clientSecret: HEX }, clientIdShape)).toBe(false);
    expect(areSwapped({ clientId: LONG, clientSecret: SHORT }, clientIdShape)).toBe(false);
    const { clientIdShape: none } = providerOf('oidc', 'keycloak');
    expect(areSwapped({ clientId: LONG, clientSecret: HEX }, none)).toBe(false);
  });
});

describe('shownClientId', () => {
  it.each([
    ['a name', 'billing-sync', LONG],
    ['a UUID', UUID, LONG],
    ['hexadecimal digits', HEX, LONG],
    ['an id of Auth0', AUTH0, LONG],
    ['an id of 40 characters', `${AUTH0}aB3dE5fG`, LONG],
    ['a short random id beside a random secret', '0oa1gjh63g214q0Hq0g4', LONG],
    ['a short random id whose secret was not read', '0oa1gjh63g214q0Hq0g4', null],
  ])('is the whole of %s', (_what, id, secret) => {
    expect(shownClientId(id, secret, undefined)).toBe(id);
  });

  it.each([
    ['equals the secret', 'billing-sync', 'billing-sync'],
    ['is a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', null],
    ['is random beside a name', SHORT, 'billing-sync'],
    ['is random beside a UUID', LONG, UUID],
    ['is random beside digits', SHORT, HEX],
    ['is digits beside a name', HEX, 'billing-sync'],
  ])('is nothing of one that %s', (_what, id, secret) => {
    expect(shownClientId(id, secret, undefined)).toBe('[redacted]');
  });

  it('is the beginning of a long random one', () => {
    expect(shownClientId(LONG, `${LONG}x`, undefined)).toBe('k8Jd…');
    expect(shownClientId(LONG, null, undefined)).toBe('k8Jd…');
  });

  it('is nothing of a random one where ids have one shape, whatever the secret is', () => {
    for (const secret of [null, LONG, SHORT]) {
      expect(shownClientId(`${SHORT}x`, secret, UUID_CLIENT_ID)).toBe('[redacted]');
      expect(shownClientId(UUID, secret, UUID_CLIENT_ID)).toBe(UUID);
    }
    expect(shownClientId(`${HEX}0`, LONG, kinde.clientIdShape)).toBe(`${HEX}0`);
  });
});
