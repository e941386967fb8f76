// The servers whose replies are known: their names, how a text mentions them, and the texts they send.

import type { RefusalReason } from '../evidence/readings.ts';
import type { Wording } from './refusal-text.ts';

/** One server, or one library that servers are built on. */
export interface Dialect {
  /** Its name as people write it; the documentation has a section under this heading. */
  readonly title: string;
  /** How a pasted text shows that it is about this server; null where nothing does. */
  readonly mentions: RegExp | null;
  /** Its texts; each is of a recorded reply, or a test asks for one. */
  readonly wordings: readonly Wording[];
}

/**
 * What the numbers in Entra's texts stand for; the sentences around them change.
 *
 * Source: MicrosoftDocs/entra-docs `docs/identity-platform/reference-error-codes.md`, which warns
 * that numbers may change too: where one is not in this table, the `error` code decides.
 */
const ENTRA_NUMBERS = {
  '7000215': 'credentials-rejected',
  '7000222': 'secret-expired',
  '700016': 'client-unknown',
  '7000112': 'client-unknown',
  '500011': 'audience-unknown',
  '70011': 'scope-not-allowed',
  '1002012': 'scope-not-allowed',
  '90055': 'provider-rate-limited',
} as const satisfies Readonly<Record<string, RefusalReason>>;

/** Every server that is known, in the order in which its texts are looked up. */
export const DIALECTS = dialects({
  entra: {
    title: 'Microsoft Entra ID',
    mentions: /\b(?:microsoftonline|AADSTS\d+)\b/i,
    // A longer number that begins alike is another one.
    wordings: Object.entries(ENTRA_NUMBERS).map(([number, reason]) => ({
      pattern: new RegExp(`\\bAADSTS${number}\\b`),
      reason,
    })),
  },
  /**
   * Auth0 answers most refusals with `access_denied`, and tells them apart by the text.
   *
   * Sources: auth0/node-auth0 issues 428 and 292, auth0/auth0-python issue 173, auth0/ruby-auth0
   * issue 190, postmanlabs/postman-app-support issue 2934, auth0/docs-v2
   * `fine-grained-m2m-token-quotas.mdx`.
   */
  auth0: {
    title: 'Auth0',
    mentions: /\bauth0\b/i,
    wordings: [
      {
        pattern: /client is not authorized to access (['"])(?<named>.*?)\1/i,
        reason: 'audience-not-authorized',
      },
      {
        pattern: /service not (?:enabled within domain|found): (?<named>\S+)/i,
        reason: 'audience-unknown',
      },
      {
        pattern: /grant type ['"]client_credentials['"] not allowed for the client/i,
        reason: 'grant-not-allowed',
      },
      // Without an audience the request is taken for one to an API that was retired.
      {
        pattern: /non-global clients are not allowed access to apiv1/i,
        reason: 'audience-missing',
      },
      { pattern: /client quota exceeded/i, reason: 'token-quota-exceeded' },
      // One text for a wrong secret and for an unknown client.
      {
        pattern: /^unauthorized\.?$/i,
        codes: ['access_denied'],
        reason: 'credentials-rejected',
        basis: 'documented-reply',
      },
    ],
  },
  /** Source: okta/okta-developer-docs `data/oauth2-error-codes.json`, releases 2026.03.1 and 2026.08.1. */
  okta: {
    title: 'Okta',
    mentions: /\b(?:okta|oktapreview)\b/i,
    wordings: [
      {
        pattern: /client secret supplied for a confidential client is invalid/i,
        reason: 'credentials-rejected',
      },
      { pattern: /invalid value for ['"]client_id['"] parameter/i, reason: 'client-unknown' },
      {
        pattern: /scopes are not configured for the authorization server resource/i,
        reason: 'scope-not-allowed',
      },
      { pattern: /all the requested scopes were rejected/i, reason: 'scope-not-allowed' },
      {
        pattern:
          /requested scopes were denied by the policy\. denied scopes: \[(?<named>[^\]]*)\]/i,
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
  },
  /** It sends codes without texts. */
  cognito: {
    title: 'Amazon Cognito',
    mentions: /\b(?:amazoncognito|cognito-idp)\b/i,
    wordings: [],
  },
  /**
   * Keycloak has one text for a wrong secret and for an unknown or disabled client; the code differs.
   *
   * Sources in keycloak/keycloak: `ClientIdAndSecretAuthenticator.java`, `AuthenticationProcessor.java`
   * (`handleClientAuthException`), `OAuth2GrantTypeBase.java`, `ClientCredentialsGrantType.java`.
   */
  keycloak: {
    title: 'Keycloak',
    mentions: /\bkeycloak\b|\/realms\/[^/\s]+\/protocol\//i,
    wordings: [
      {
        pattern: /invalid client or invalid client credentials/i,
        codes: ['unauthorized_client'],
        reason: 'credentials-rejected',
        basis: 'documented-reply',
      },
      {
        pattern: /invalid client or invalid client credentials/i,
        codes: ['invalid_client'],
        reason: 'client-unknown',
        basis: 'documented-reply',
      },
      {
        pattern: /client not (?:enabled|allowed) to retrieve service account/i,
        reason: 'grant-not-allowed',
      },
      { pattern: /^invalid scopes: (?<named>.+)$/i, reason: 'scope-not-allowed' },
    ],
  },
  /** Sources: zitadel/oidc `pkg/op/token_request.go`, zitadel/zitadel issue 9961. */
  zitadel: {
    title: 'Zitadel',
    mentions: /\bzitadel\b/i,
    wordings: [
      { pattern: /^client not found$/i, reason: 'client-unknown' },
      { pattern: /^grant_type missing$/i, reason: 'request-malformed' },
      {
        pattern: /^\S+ not supported$/i,
        codes: ['unsupported_grant_type'],
        reason: 'grant-type-unsupported',
      },
    ],
  },
  /** Source: replies of oidc-provider 9, recorded in `test/fixtures/replies` by `tools/record-replies.ts`. */
  oidcProvider: {
    title: 'oidc-provider for Node.js',
    mentions: null,
    wordings: [
      {
        pattern: /^requested grant type is not allowed for this client$/i,
        reason: 'grant-not-allowed',
      },
      {
        pattern:
          /^no client authentication mechanism provided$|^client authentication must only be provided using one mechanism$/i,
        reason: 'client-authentication-mismatch',
      },
      // One text for a wrong secret and an unknown client; Auth0's reference has it too.
      {
        pattern: /^client authentication failed\.?$/i,
        codes: ['invalid_client'],
        reason: 'credentials-rejected',
        basis: 'documented-reply',
      },
      { pattern: /^requested scope is not allowed$/i, reason: 'scope-not-allowed' },
      {
        pattern:
          /^missing required parameter 'grant_type'$|^'\w+' parameter must not be provided twice$/i,
        reason: 'request-malformed',
      },
      // Comes with `invalid_target`, which otherwise says that the API is not allowed.
      {
        pattern: /^resource indicator must be an absolute uri$/i,
        reason: 'request-malformed',
      },
      // One text for a resource that was not sent, that does not exist, and that the client may not use.
      {
        pattern: /^resource indicator is missing, or unknown$/i,
        reason: 'audience-unknown',
        basis: 'documented-reply',
      },
    ],
  },
  /** AuthKit; none of its texts are known. */
  workos: { title: 'WorkOS', mentions: /\b(?:workos|authkit)\b/i, wordings: [] },
  /**
   * Fosite's hints, without the general sentence before them: Ory Hydra, Kinde, and others send them.
   *
   * Sources: `errors.go`, `audience_strategy.go`, `flow_client_credentials.go`, `access_request_handler.go`,
   * `authorize_request_handler.go` and `client_authentication.go` of ory/fosite; Kinde's page
   * "Troubleshoot the Kinde API" shows the first two.
   */
  fosite: {
    title: 'Ory Hydra, and others built on Fosite',
    mentions: /\bhydra\b/i,
    wordings: [
      {
        pattern: /requested audience (['"])(?<named>.*)\1 has not been whitelisted/i,
        reason: 'audience-not-authorized',
      },
      {
        pattern: /not allowed to request scope (['"])(?<named>.*)\1/i,
        reason: 'scope-not-allowed',
      },
      {
        pattern: /not allowed to use authorization grant|client is marked as public/i,
        reason: 'grant-not-allowed',
      },
      {
        pattern:
          /client credentials missing or malformed|supports client authentication method|token_endpoint_auth_method/i,
        reason: 'client-authentication-mismatch',
      },
      { pattern: /requested oauth 2\.0 client does not exist/i, reason: 'client-unknown' },
      {
        pattern:
          /post body can ?not be empty|request parameter ["']grant_type["'] is missing|http method is .*expected ["']post["']|unable to parse http body/i,
        reason: 'request-malformed',
      },
      // Fosite's hint where no handler knows the grant type; it lists several mistakes.
      {
        pattern: /make sure that the various parameters are correct/i,
        reason: 'grant-type-unsupported',
        basis: 'documented-reply',
      },
    ],
  },
});

function dialects<Name extends string>(table: Readonly<Record<Name, Dialect>>) {
  return table;
}

/** Words that say the same at any server, each in a recorded reply of one. */
const SEEN_WORDINGS: readonly Wording[] = [
  { pattern: /\bsecrets?\b[^.]{0,40}(?<!\bnot )\bexpired\b/i, reason: 'secret-expired' },
  { pattern: /\bquota\b(?!.*\brate\b)/i, reason: 'token-quota-exceeded' },
  {
    pattern: /\brequested audience\b.*\bnot (?:allowed|authori[sz]ed)/i,
    reason: 'audience-not-authorized',
  },
  { pattern: /\bcontent[- ]type\b/i, reason: 'request-malformed' },
];

/**
 * Sentences of no known reply, for what Kinde and others do not document.
 *
 * Each says in plain English what can mean one thing only. One that turns up in a reply gets a
 * fixture, and its place among those that were seen: a test asks for it.
 */
export const UNSEEN_WORDINGS: readonly Wording[] = [
  { pattern: /\bexpired\b[^.]{0,20}\bsecret\b/i, reason: 'secret-expired' },
  {
    pattern:
      /\btokens?\b[^.]{0,60}\b(?:limit|allowance)\b[^.]{0,40}\b(?:reached|exceeded|used up|exhausted)\b/i,
    reason: 'token-quota-exceeded',
  },
  {
    pattern:
      /\baudience\b(?: (?<quote>['"])(?<named>[^'"]*)\k<quote>)?[^.]{0,20}\b(?:unknown|does not exist|not found|not recogni[sz]ed)\b|\bunknown audience\b/i,
    reason: 'audience-unknown',
  },
  {
    pattern:
      /\baudience\b[^.]{0,20}\b(?:missing|required|empty|not (?:provided|specified|given|sent))\b|\b(?:missing|without(?: an?)?|no|provide an|specify an)\b (?:\w+ ){0,2}["']?audience\b/i,
    reason: 'audience-missing',
  },
];

/** General words, looked up after the texts of the servers that are known. */
export const GENERAL_WORDINGS: readonly Wording[] = [...SEEN_WORDINGS, ...UNSEEN_WORDINGS];
