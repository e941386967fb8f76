// Okta: how its authorization servers refuse, and how they are recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Source: okta/okta-developer-docs `data/oauth2-error-codes.json`, releases 2026.03.1 and 2026.08.1. */
export const okta: Dialect = {
  title: 'Okta',
  mentions: /\b(?:okta|oktapreview)\b/i,
  server: {
    hosts: ['okta.com', 'oktapreview.com', 'okta-emea.com'],
    headers: ['x-okta-request-id'],
    paths: { token: /\/oauth2\/(?:[^/]+\/)?v1\/token$/, keys: /\/v1\/keys$/ },
  },
  // "Access token claims" of Okta's reference.
  claimNames: { scopes: ['scp', 'scope'], authorizedParty: ['cid', 'client_id', 'azp'] },
  wordings: [
    {
      pattern: /client secret supplied for a confidential client is invalid/i,
      reason: 'credentials-rejected',
    },
    // Okta/okta-sdk-python issue 289: also where an app has several keys and no `kid` was sent.
    {
      pattern: /client_assertion (?:jwt kid|signature) is invalid/i,
      reason: 'client-key-unknown',
    },
    // okta/okta-sdk-dotnet issue 600.
    {
      pattern: /audience claim for client_assertion must be the endpoint/i,
      reason: 'assertion-audience-refused',
    },
    { pattern: /client_assertion token (?:is|has) /i, reason: 'assertion-times-refused' },
    { pattern: /invalid value for ['"]client_id['"] parameter/i, reason: 'client-unknown' },
    {
      pattern: /scopes are not configured for the authorization server resource/i,
      reason: 'scope-not-allowed',
    },
    { pattern: /all the requested scopes were rejected/i, reason: 'scope-not-allowed' },
    {
      pattern: /requested scopes were denied by the policy\. denied scopes: \[(?<named>[^\]]*)\]/i,
      reason: 'scope-not-allowed',
    },
    // The place where the request comes from, and with it m2m-watch, is kept out.
    { pattern: /outside the client's permitted network zones/i, reason: 'provider-blocked' },
    {
      pattern: /client is not authorized to use the provided grant type/i,
      reason: 'grant-not-allowed',
    },
    // No access policy of the authorization server, which stands for the API, lets the client in.
    {
      pattern: /policy evaluation failed for this request/i,
      reason: 'audience-not-authorized',
      basis: 'documented-reply',
    },
  ],
  fixes: consoleFixes({
    product: 'Okta',
    clients: 'Applications > Applications',
    secret: [
      'Applications > Applications > the app > General > Client Credentials',
      'https://developer.okta.com/docs/guides/implement-grant-type/clientcreds/main/',
    ],
    method: [
      'Applications > Applications > the app > General > Client Credentials > Client authentication',
      'https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/',
    ],
    key: [
      'Applications > Applications > the app > General > Client Credentials > Public Keys',
      'https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/',
    ],
    access: [
      'Security > API > Authorization Servers > the server > Scopes, then Access Policies > the policy > the rule',
      'https://developer.okta.com/docs/guides/customize-authz-server/main/',
    ],
    api: [
      'Security > API > Authorization Servers > the server > Access Policies: a policy and a rule must let the app in',
      'https://developer.okta.com/docs/guides/customize-authz-server/main/',
    ],
    grant: [
      'the app > General > Grant type, and Security > API > Authorization Servers > the server > Access Policies > the rule',
      'https://developer.okta.com/docs/guides/customize-authz-server/main/',
    ],
  }),
};
