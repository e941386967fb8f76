// Part of the catalogue: a reply came, and what it holds is not a token that can be trusted.

import type { CauseTable } from './cause-definition.ts';

/** The provider says yes, and the token or its signature is not usable. */
export const TOKEN_CAUSES = {
  'token-reply-malformed': {
    family: 'token',
    title: 'The provider grants a token in a form that callers cannot use',
    meaning:
      'The token endpoint answers with success, and the reply is not a usable bearer token reply: not JSON, no access_token, or another token_type.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check that the issuer, or endpoints.token in the configuration, leads to the token endpoint.',
      'Check whether a proxy or a firewall on the way answers instead of the provider.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.1',
  },
  'token-malformed': {
    family: 'token',
    title: 'The access token is not a JWT',
    meaning:
      'The access token is not three base64url parts with a JSON header and a JSON object of claims, though the configuration expects a JWT.',
    guideSection: null,
    severity: 'error',
    fix: [
      'If the provider issues opaque tokens for this API, set tokenFormat to opaque in the configuration.',
      'Otherwise have the provider issue JWT access tokens for it.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-7.2',
  },
  'algorithm-not-allowed': {
    family: 'token',
    title: 'The token is signed with an algorithm that is not allowed',
    meaning:
      'The header of the token names an algorithm that is not among those allowed for the provider. Unsigned tokens and shared-key signatures are never allowed.',
    guideSection: null,
    severity: 'error',
    fix: [
      'If the provider changed its algorithm on purpose, add it to algorithms of the provider in the configuration.',
      'Otherwise treat the token as forged, and find out who answers at the token endpoint.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc8725.html#section-3.1',
  },
  'signing-key-unknown': {
    family: 'token',
    title: 'The token is signed with a key that the provider does not publish',
    meaning:
      'The key id in the header of the token is not in the key set of the provider, read twice. APIs that verify tokens refuse it.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check that the issuer is the domain that issued the token: each domain has its own keys.',
      'If the provider has just changed its keys and this lasts, report it to the provider.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7517.html#section-4.5',
  },
  'signature-invalid': {
    family: 'token',
    title: 'The signature of the token does not hold',
    meaning:
      'The key that the token names is published, and the signature does not fit it. APIs that verify tokens refuse it.',
    guideSection: null,
    severity: 'error',
    fix: [
      'Check that the issuer is the domain that issued the token.',
      'Find out whether something between here and the provider changes replies; if not, report it to the provider.',
    ],
    help: 'https://www.rfc-editor.org/rfc/rfc7515.html#section-5.2',
  },
} as const satisfies CauseTable<'token'>;
