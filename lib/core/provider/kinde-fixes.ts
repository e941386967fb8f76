// How each cause is fixed at Kinde: where to click in the dashboard, and the page that explains it.

import type { ProviderFixes } from './provider.ts';

const DOCS = 'https://docs.kinde.com';
const M2M = `${DOCS}/machine-to-machine-applications`;
const GUIDE = `${M2M}/troubleshooting-m2m/troubleshoot-m2m-token-errors/`;
const AUTHENTICATE = `${M2M}/about-m2m/authenticate-with-m2m/`;
const TOKEN_CLAIMS = `${M2M}/about-m2m/token-structure-and-claims-for-m2m-applications/`;
const CREATE_APP = `${M2M}/m2m-application-setup/create-an-m2m-application/`;
const ROTATE_SECRET = `${DOCS}/build/applications/rotate-client-secret/`;
const APP_SCOPES = `${DOCS}/developer-tools/your-apis/api-scopes-m2m-applications/`;
const CUSTOM_DOMAIN = `${DOCS}/build/domains/pointing-your-domain/`;
const VERIFYING = `${DOCS}/build/tokens/verifying-json-web-tokens/`;
const STATUS_PAGE = 'https://status.kinde.com/';

const MANAGE_SCOPES = '{page} > APIs > the three dots of the API > Manage scopes';
const APPLICATIONS = 'Kinde > Settings > Applications';
const ORGANIZATION_APPS = 'Kinde > Organizations > {organizationName} > M2M apps';
const API_SCOPES = 'Kinde > Settings > APIs > the API > Scopes';
const ENABLE_SCOPES = `Enable {scopes} for {application}: ${MANAGE_SCOPES}.`;
const ADD_SCOPES = `If a scope is not in that list, add it to {api}: ${API_SCOPES}.`;
const CHECK_TYPE = `Check that {application} is of the type Machine to machine under ${APPLICATIONS}`;
const CHECK_STATUS_PAGE = `Check ${STATUS_PAGE} for an outage.`;
const TOKEN_WORKFLOW = 'the workflow with the trigger m2m:token_generation';

/** Every cause for which Kinde's dashboard or documentation says more than the catalogue. */
export const KINDE_FIXES: ProviderFixes = {
  applicationPage: {
    global: `${APPLICATIONS} > the application`,
    ofOrganization: `${ORGANIZATION_APPS} > the application`,
  },
  ofCause: {
    'credentials-rejected': [
      `${GUIDE}#invalid_client`,
      'Compare the client id and secret of {application} in the secret store with those under {page} > Details.',
      'If the secret was rotated, copy the new one to the secret store. Unless "Maintain previous secret" was chosen, the old one stopped working at once.',
      'Check that {client} belongs to this environment: development credentials do not work in production.',
    ],
    'secret-rotated': [
      ROTATE_SECRET,
      'Copy the current client secret of {application} from {page} > Details to the secret store.',
      'Restart callers that keep the old secret in memory.',
      'If the application is no longer listed there, it was deleted: create it again with the same APIs and scopes.',
    ],
    'secret-expired': [
      ROTATE_SECRET,
      'Rotate the client secret of {application}: {page} > Details > Admin actions > Rotate.',
      'Write the new client secret to the secret store.',
    ],
    'client-unknown': [
      `${GUIDE}#invalid_client`,
      `Check whether {application} still exists: ${APPLICATIONS}, or ${ORGANIZATION_APPS}.`,
      'If it was deleted, create it again and write the new credentials to the secret store.',
      'If it exists, compare {client} and {issuer} with its details: the domain includes the region (as in name.eu.kinde.com) and the environment.',
    ],
    'client-deleted': [
      CREATE_APP,
      `Check whether {application} still exists: ${APPLICATIONS}, or ${ORGANIZATION_APPS}. Its client id was accepted before.`,
      'If it was deleted, create it again (Add application > Machine to machine), authorise it for {api}, and write the new credentials to the secret store.',
    ],
    'client-authentication-mismatch': [
      AUTHENTICATE,
      'Set `clientAuthentication` to `client_secret_post`, or remove it: Kinde expects the credentials of {application} in the request body.',
    ],
    'audience-not-authorized': [
      `${GUIDE}#unauthorized_client`,
      'Authorise {application} for {api}: {page} > APIs > the three dots > Authorize application.',
      'If the API is not in that list, add it under Kinde > Settings > APIs with exactly this audience.',
    ],
    'audience-unknown': [
      `${GUIDE}#unauthorized_client`,
      'Check whether {api} exists under Kinde > Settings > APIs. The audience of an API cannot be changed later.',
      'Correct `audience` in the configuration, or add the API and authorise {application} for it.',
    ],
    'grant-not-allowed': [
      CREATE_APP,
      `${CHECK_TYPE}: no other type may use client credentials.`,
      'If it is of another type, create a new one with Add application > Machine to machine, and write its credentials to the secret store.',
    ],
    'token-quota-exceeded': [
      `${DOCS}/developer-tools/kinde-api/connect-to-kinde-api/`,
      'Check how many M2M tokens your Kinde plan includes, and how many were used this month.',
      'Make callers keep a token until it expires: only a new token counts.',
      'Raise `everyMinutes` of the applications of this provider, so that they are checked less often.',
    ],
    'scope-not-allowed': [
      `${GUIDE}#invalid_scope`,
      ENABLE_SCOPES,
      `${ADD_SCOPES} Importing an OpenAPI file removes scopes that the file no longer has.`,
    ],
    'audience-missing': [
      `${GUIDE}#invalid_request`,
      'Set `audience` of {application} in the configuration, and in its callers, to the audience shown under Kinde > Settings > APIs.',
      'Check that no caller relies on a token without an audience: Kinde may issue one with an empty `aud`, which no API should accept.',
    ],
    'grant-type-unsupported': [
      `${GUIDE}#invalid_request`,
      'Check that {issuer} is a Kinde domain, and that its token endpoint accepts grant_type=client_credentials.',
    ],
    'request-malformed': [
      `${GUIDE}#invalid_request`,
      'Compare the configuration of {application} with what Kinde expects: grant_type=client_credentials, client_id, client_secret and audience, form-encoded.',
      'Remove `tokenParameters` that Kinde does not know.',
    ],
    'organization-missing': [
      `${GUIDE}#token-doesnt-include-org_code`,
      `Create an organisation-scoped M2M app to replace {application}: ${ORGANIZATION_APPS} (Plus and Scale plans).`,
      'Write its client id and secret to the secret store, and authorise it for the same API and scopes.',
    ],
    'organization-mismatch': [
      `${GUIDE}#403-forbidden`,
      `Give {application} the credentials of an M2M app of {organization}: ${ORGANIZATION_APPS}.`,
      'If the organisation of the stored credentials is the right one, correct `expect.organization` in the configuration.',
    ],
    'organization-unexpected': [
      `${M2M}/organization-scoped-m2m-apps/m2m-applications-for-organizations/`,
      `Give {application} the credentials of a global application: ${APPLICATIONS} > Add application > Machine to machine.`,
      'If the organisation of the stored credentials is the right one, set `expect.organization` in the configuration to its code.',
    ],
    'scope-missing': [`${GUIDE}#403-forbidden`, ENABLE_SCOPES, ADD_SCOPES],
    'scope-surplus': [
      APP_SCOPES,
      `Disable the scopes that {application} does not need: ${MANAGE_SCOPES}.`,
    ],
    'audience-mismatch': [
      AUTHENTICATE,
      'Check that `audience` in the configuration is exactly that of {api} under Kinde > Settings > APIs.',
      'Check that {application} is authorised for it: {page} > APIs.',
      'If it is the Management API, check that the audience ends in /api, without a version.',
    ],
    'issuer-mismatch': [
      CUSTOM_DOMAIN,
      'Compare {issuer} with the domain in the token: tokens of the kinde.com domain and of a custom domain are not interchangeable.',
      'If the domain in the token is the right one, change `issuer` in the configuration to it, or add it to `expectIssuer`.',
    ],
    'authorized-party-mismatch': [
      TOKEN_CLAIMS,
      'Check that nothing between m2m-watch and Kinde answers with the token of another application than {application}.',
    ],
    'grant-type-mismatch': [TOKEN_CLAIMS, `${CHECK_TYPE}.`],
    'claim-mismatch': [
      `${DOCS}/workflows/example-workflows/m2m-token-generation-workflow/`,
      'Compare the values of {application} under {page} > Properties. A property is in the token only if it is public and selected under Tokens.',
      `Check ${TOKEN_WORKFLOW}, which may set claims. Kinde adds no claim to a token for the Management API.`,
    ],
    'lifetime-out-of-range': [
      `${DOCS}/build/tokens/configure-tokens/`,
      'Set the access token lifetime of {application}: {page} > Tokens.',
    ],
    'token-expired': [
      `${GUIDE}#401-unauthorized`,
      'Check that the access token lifetime of {application} is longer than a few seconds: {page} > Tokens.',
    ],
    'signing-key-unknown': [
      VERIFYING,
      'Use the keys of {issuer}: its discovery document names them in `jwks_uri`, so no `endpoints.keys` is needed in the configuration.',
      'If the keys already come from there, report to Kinde that the token is signed with a key that is not published.',
    ],
    'algorithm-not-allowed': [
      VERIFYING,
      'Check that the token comes from Kinde, which signs only with RS256, and that `algorithms` in the configuration includes RS256.',
    ],
    'keys-unavailable': [
      `${DOCS}/get-started/guides/error-codes/`,
      'Open the key endpoint of {issuer} in a browser: a 403 there means a wrong domain or region, or an IP rule.',
    ],
    'discovery-invalid': [
      CUSTOM_DOMAIN,
      'Open {discovery} in a browser, and compare its issuer with the configured one.',
      'If you use a custom domain, configure the issuer that the document names, or add its host to `hosts`.',
    ],
    'call-token-missing': [
      `${GUIDE}#401-unauthorized`,
      'Check that nothing in front of {call}, such as a proxy, gateway or redirect, removes the Authorization header.',
    ],
    'call-token-expired': [
      `${GUIDE}#401-unauthorized`,
      'Check the clock of the server that runs {call}: the token was issued for this check.',
      'Check the access token lifetime of {application}: {page} > Tokens.',
    ],
    'call-header-malformed': [
      `${GUIDE}#401-unauthorized`,
      'Check which form {call} expects: Kinde\'s tokens are sent as "Authorization: Bearer <token>".',
    ],
    'call-unauthorized': [
      `${GUIDE}#401-unauthorized`,
      "Check that {call} accepts this token's `iss` and `aud`.",
      'Check that it expects the audience of {api}, and verifies tokens with the keys of {issuer}.',
    ],
    'call-organization-mismatch': [
      `${GUIDE}#403-forbidden`,
      'Give {application} the credentials of an M2M app of the organisation that {call} belongs to: Kinde > Organizations > the organisation > M2M apps.',
    ],
    'call-scope-missing': [
      `${GUIDE}#403-forbidden`,
      ENABLE_SCOPES,
      ADD_SCOPES,
      'If `scopes` of the application is set in the configuration, add the scope there too: Kinde then grants only what is requested.',
    ],
    'call-forbidden': [
      `${GUIDE}#403-forbidden`,
      'Compare what {call} requires (organisation, scopes, permissions) with the claims of the token of {application}.',
      `Check which scopes {application} has: ${MANAGE_SCOPES}. The Test tab of the application issues a token to compare with.`,
    ],
    'provider-unreachable': [
      STATUS_PAGE,
      'Check that {issuer} is the domain of the Kinde environment, and that this network can reach it.',
      CHECK_STATUS_PAGE,
    ],
    'provider-timeout': [STATUS_PAGE, CHECK_STATUS_PAGE],
    'provider-error': [
      STATUS_PAGE,
      CHECK_STATUS_PAGE,
      `If only this application fails, check ${TOKEN_WORKFLOW}: when it fails, Kinde issues no token.`,
    ],
    'provider-rate-limited': [
      `${DOCS}/developer-tools/kinde-api/api-rate-limits/`,
      'Find out who else requests tokens of this Kinde domain from the same address: the limit is for each address and kind of traffic.',
      'Lower `concurrency` of the provider, or raise `everyMinutes` of its applications, in the configuration.',
    ],
    'provider-blocked': [
      `${DOCS}/get-started/learn-about-kinde/kinde-product-security/`,
      'Check whether a firewall or proxy of your own answers for {issuer}.',
      "If Kinde's firewall answers, ask Kinde support to allow the address of m2m-watch.",
    ],
    'refusal-unrecognized': [
      GUIDE,
      'Try to issue a token for {application} under {page} > Test, and compare the reply with the evidence.',
      `Check ${TOKEN_WORKFLOW}: it can refuse tokens.`,
    ],
  },
};
