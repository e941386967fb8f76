// What mends each cause at Kinde: the place in the dashboard to click, and the page that explains it.

import type { CauseId } from '../causes/causes.ts';
import type { FixSubject } from './provider.ts';

const DOCS = 'https://docs.kinde.com';
const GUIDE = `${DOCS}/machine-to-machine-applications/troubleshooting-m2m/troubleshoot-m2m-token-errors/`;
const AUTHENTICATE = `${DOCS}/machine-to-machine-applications/about-m2m/authenticate-with-m2m/`;
const TOKEN_CLAIMS = `${DOCS}/machine-to-machine-applications/about-m2m/token-structure-and-claims-for-m2m-applications/`;
const ORGANIZATION_APPS = `${DOCS}/machine-to-machine-applications/organization-scoped-m2m-apps/m2m-applications-for-organizations/`;
const CREATE_APP = `${DOCS}/machine-to-machine-applications/m2m-application-setup/create-an-m2m-application/`;
const ROTATE_SECRET = `${DOCS}/build/applications/rotate-client-secret/`;
const APP_SCOPES = `${DOCS}/developer-tools/your-apis/api-scopes-m2m-applications/`;
const RATE_LIMITS = `${DOCS}/developer-tools/kinde-api/api-rate-limits/`;
const CUSTOM_DOMAIN = `${DOCS}/build/domains/pointing-your-domain/`;
const ERROR_CODES = `${DOCS}/get-started/guides/error-codes/`;
const TOKEN_LIFETIME = `${DOCS}/build/tokens/configure-tokens/`;
const VERIFYING = `${DOCS}/build/tokens/verifying-json-web-tokens/`;
const SECURITY = `${DOCS}/get-started/learn-about-kinde/kinde-product-security/`;
const CONNECT = `${DOCS}/developer-tools/kinde-api/connect-to-kinde-api/`;
const WORKFLOW = `${DOCS}/workflows/example-workflows/m2m-token-generation-workflow/`;
const STATUS_PAGE = 'https://status.kinde.com/';

interface Mending {
  readonly help: string;
  readonly steps: (names: Names) => readonly string[];
}

/** The parts of sentences that the steps share; every name in them is one of ours. */
interface Names {
  /** Its name in the configuration. */
  readonly app: string;
  /** `the client id abc`, where it is known. */
  readonly client: string;
  /** The way to the application's page in the dashboard. */
  readonly appPage: string;
  readonly api: string;
  readonly scopes: string;
  readonly organization: string;
  readonly domain: string;
  readonly call: string;
}

const SCOPES_PLACE = 'APIs > the three dots of the API > Manage scopes';

/** Every cause for which Kinde's dashboard or documentation says more than the catalogue. */
const MENDINGS: Partial<Readonly<Record<CauseId, Mending>>> = {
  'credentials-rejected': {
    help: `${GUIDE}#invalid_client`,
    steps: ({ app, appPage, client }) => [
      `Compare the client id and secret of ${app} in the store with ${appPage} > Details.`,
      'If the secret was rotated, copy the new one to the store: without "Maintain previous secret" the old one stops at once.',
      `Check that ${client} is of this environment: credentials of development do not work in production.`,
    ],
  },
  'secret-rotated': {
    help: ROTATE_SECRET,
    steps: ({ app, appPage }) => [
      `Copy the current client secret of ${app} from ${appPage} > Details to the store.`,
      'Restart callers that keep the old secret in memory.',
      'If the application is not there any more, it was deleted: create it again, with the same APIs and scopes.',
    ],
  },
  'secret-expired': {
    help: ROTATE_SECRET,
    steps: ({ app, appPage }) => [
      `Rotate the client secret of ${app}: ${appPage} > Details > Admin actions > Rotate.`,
      'Write the new client secret to the store.',
    ],
  },
  'client-unknown': {
    help: `${GUIDE}#invalid_client`,
    steps: ({ app, domain, client }) => [
      `See whether ${app} still exists: Kinde > Settings > Applications, or Kinde > Organizations > the organisation > M2M apps.`,
      'If it was deleted, create it again and write the new credentials to the store.',
      `If it exists, compare ${client} and ${domain} with its details: the region (as in name.eu.kinde.com) and the environment are part of the domain.`,
    ],
  },
  'client-deleted': {
    help: CREATE_APP,
    steps: ({ app, api }) => [
      `See whether ${app} still exists under Kinde > Settings > Applications: its client id was accepted before.`,
      `If it was deleted, create it again (Add application > Machine to machine), authorise it for ${api}, and write the new credentials to the store.`,
    ],
  },
  'client-authentication-mismatch': {
    help: AUTHENTICATE,
    steps: ({ app }) => [
      `Send the credentials of ${app} in the request body: set clientAuthentication to client_secret_post for this provider, or remove the line.`,
    ],
  },
  'audience-not-authorized': {
    help: `${GUIDE}#unauthorized_client`,
    steps: ({ app, appPage, api }) => [
      `Authorise ${app} for ${api}: ${appPage} > APIs > the three dots > Authorize application.`,
      'If the API is not in that list, add it under Kinde > Settings > APIs with exactly this audience.',
    ],
  },
  'audience-unknown': {
    help: `${GUIDE}#unauthorized_client`,
    steps: ({ api }) => [
      `See whether ${api} exists under Kinde > Settings > APIs; an audience cannot be changed after an API was created.`,
      'Correct the audience in the configuration, or add the API and authorise the application for it.',
    ],
  },
  'grant-not-allowed': {
    help: CREATE_APP,
    steps: ({ app }) => [
      `See that ${app} is of the type Machine to machine under Kinde > Settings > Applications: no other may use client credentials.`,
      'If it is of another type, create one with Add application > Machine to machine, and write its credentials to the store.',
    ],
  },
  'token-quota-exceeded': {
    help: CONNECT,
    steps: () => [
      'See how many M2M tokens the Kinde plan includes, and how many were used this month.',
      'Make callers keep a token until it expires: only a new token counts.',
      'Check less often: raise everyMinutes for the applications of this provider.',
    ],
  },
  'scope-not-allowed': {
    help: `${GUIDE}#invalid_scope`,
    steps: ({ app, appPage, api, scopes }) => [
      `Switch ${scopes} on for ${app}: ${appPage} > ${SCOPES_PLACE}.`,
      `If it is not in that list, add it under Kinde > Settings > APIs > ${api} > Scopes; an import of an OpenAPI file removes scopes that the file no longer has.`,
    ],
  },
  'audience-missing': {
    help: `${GUIDE}#invalid_request`,
    steps: ({ app }) => [
      `Set audience for ${app} in the configuration, and in its callers, to the audience shown under Settings > APIs in Kinde.`,
      'Without an audience Kinde may issue a token with an empty aud, which no API should accept.',
    ],
  },
  'grant-type-unsupported': {
    help: `${GUIDE}#invalid_request`,
    steps: ({ domain }) => [
      `See that ${domain} is a Kinde domain whose token endpoint takes grant_type=client_credentials.`,
    ],
  },
  'request-malformed': {
    help: `${GUIDE}#invalid_request`,
    steps: ({ app }) => [
      `Compare what is configured for ${app} with what Kinde wants: grant_type=client_credentials, client_id, client_secret and audience, form-encoded.`,
      'Remove tokenParameters that Kinde does not know.',
    ],
  },
  'organization-missing': {
    help: `${GUIDE}#token-doesnt-include-org_code`,
    steps: ({ app, organization }) => [
      `Create an organisation-scoped M2M app in place of ${app}: Kinde > Organizations > ${organization} > M2M apps (Plus and Scale plans).`,
      'Write its client id and secret to the store, and authorise it for the same API and scopes.',
    ],
  },
  'organization-mismatch': {
    help: `${GUIDE}#403-forbidden`,
    steps: ({ app, organization }) => [
      `Give ${app} the credentials of an M2M app of ${organization}: Kinde > Organizations > ${organization} > M2M apps.`,
      'Those in the store belong to another organisation; if that one is meant, correct expect.organization.',
    ],
  },
  'organization-unexpected': {
    help: ORGANIZATION_APPS,
    steps: ({ app }) => [
      `Give ${app} the credentials of a global application: Kinde > Settings > Applications > Add application > Machine to machine.`,
      'Those in the store belong to an organisation; if that is meant, set expect.organization to its code.',
    ],
  },
  'scope-missing': {
    help: `${GUIDE}#403-forbidden`,
    steps: ({ app, appPage, api, scopes }) => [
      `Switch ${scopes} on for ${app}: ${appPage} > ${SCOPES_PLACE}.`,
      `If it is not in that list, add it under Kinde > Settings > APIs > ${api} > Scopes.`,
    ],
  },
  'scope-surplus': {
    help: APP_SCOPES,
    steps: ({ app, appPage }) => [
      `Switch off what ${app} does not need: ${appPage} > ${SCOPES_PLACE}.`,
    ],
  },
  'audience-mismatch': {
    help: AUTHENTICATE,
    steps: ({ app, appPage, api }) => [
      `See that the audience is exactly that of ${api} under Kinde > Settings > APIs.`,
      `See under ${appPage} > APIs that ${app} is authorised for it.`,
      'For the Management API the audience ends in /api, without a version.',
    ],
  },
  'issuer-mismatch': {
    help: CUSTOM_DOMAIN,
    steps: ({ domain }) => [
      `Use one domain throughout: tokens of the kinde.com domain and of a custom domain are not interchangeable. The issuer configured is ${domain}.`,
      'If the other domain is meant, change issuer, or add it to expectIssuer.',
    ],
  },
  'authorized-party-mismatch': {
    help: TOKEN_CLAIMS,
    steps: ({ app }) => [
      `See that nothing between m2m-watch and Kinde answers for another application than ${app}.`,
    ],
  },
  'grant-type-mismatch': {
    help: TOKEN_CLAIMS,
    steps: ({ app }) => [
      `See that ${app} is of the type Machine to machine under Kinde > Settings > Applications.`,
    ],
  },
  'claim-mismatch': {
    help: WORKFLOW,
    steps: ({ app, appPage }) => [
      `Compare the values of ${app} under ${appPage} > Properties; a property must be public and chosen under Tokens to be in the token.`,
      'Look at the workflow with the trigger m2m:token_generation, which may set claims. No claim is added where the Management API is an audience.',
    ],
  },
  'lifetime-out-of-range': {
    help: TOKEN_LIFETIME,
    steps: ({ app, appPage }) => [`Set the access token lifetime of ${app}: ${appPage} > Tokens.`],
  },
  'token-expired': {
    help: `${GUIDE}#401-unauthorized`,
    steps: ({ app, appPage }) => [
      `See that the access token lifetime of ${app} is longer than a few seconds: ${appPage} > Tokens.`,
    ],
  },
  'signing-key-unknown': {
    help: VERIFYING,
    steps: ({ domain }) => [
      `Take the keys from ${domain}: use jwks_uri of its discovery document, and remove endpoints.keys.`,
      'If they come from there already, the token was signed with a key that is not published: report it to the provider.',
    ],
  },
  'algorithm-not-allowed': {
    help: VERIFYING,
    steps: () => [
      'Kinde signs with RS256 alone: see that the token comes from Kinde, and that algorithms in the configuration holds RS256.',
    ],
  },
  'keys-unavailable': {
    help: ERROR_CODES,
    steps: ({ domain }) => [
      `Open the key endpoint of ${domain} in a browser: a 403 there means the wrong domain or region, or a rule for IP addresses.`,
    ],
  },
  'discovery-invalid': {
    help: CUSTOM_DOMAIN,
    steps: ({ domain }) => [
      `Open ${domain}/.well-known/openid-configuration in a browser and compare its issuer with the configured one.`,
      'With a custom domain, configure the issuer that the document names, or add its host to hosts.',
    ],
  },
  'call-token-missing': {
    help: `${GUIDE}#401-unauthorized`,
    steps: ({ call }) => [
      `See that nothing before ${call} (proxy, gateway, redirect) removes the Authorization header.`,
    ],
  },
  'call-token-expired': {
    help: `${GUIDE}#401-unauthorized`,
    steps: ({ call, app, appPage }) => [
      `Compare the clock of the server behind ${call} with the time: the token was issued for this check.`,
      `See the access token lifetime of ${app}: ${appPage} > Tokens.`,
    ],
  },
  'call-header-malformed': {
    help: `${GUIDE}#401-unauthorized`,
    steps: ({ call }) => [
      `See which form ${call} wants: Kinde's tokens are sent as "Authorization: Bearer <token>".`,
    ],
  },
  'call-unauthorized': {
    help: `${GUIDE}#401-unauthorized`,
    steps: ({ call, domain, api }) => [
      `See that the API at ${call} accepts the issuer ${domain} and the audience of ${api}, and takes the keys from that issuer.`,
    ],
  },
  'call-organization-mismatch': {
    help: `${GUIDE}#403-forbidden`,
    steps: ({ call, app, organization }) => [
      `Give ${app} the credentials of an M2M app of the organisation that ${call} belongs to: Kinde > Organizations > ${organization} > M2M apps.`,
    ],
  },
  'call-scope-missing': {
    help: `${GUIDE}#403-forbidden`,
    steps: ({ app, appPage, scopes, api }) => [
      `Switch ${scopes} on for ${app}: ${appPage} > ${SCOPES_PLACE}.`,
      `If it is not in that list, add it under Kinde > Settings > APIs > ${api} > Scopes.`,
      'If scopes are configured for the application, add it there too: only what is requested is granted then.',
    ],
  },
  'call-forbidden': {
    help: `${GUIDE}#403-forbidden`,
    steps: ({ call, app, appPage }) => [
      `Compare what ${call} wants (organisation, scopes, permissions) with the claims of the token of ${app}.`,
      `See its scopes under ${appPage} > ${SCOPES_PLACE}; the Test tab there makes a token to compare with.`,
    ],
  },
  'provider-unreachable': {
    help: STATUS_PAGE,
    steps: ({ domain }) => [
      `See that ${domain} is the domain of the Kinde environment, and that this network may reach it.`,
      `Look at ${STATUS_PAGE} for an outage.`,
    ],
  },
  'provider-timeout': { help: STATUS_PAGE, steps: () => [`Look at ${STATUS_PAGE} for an outage.`] },
  'provider-error': {
    help: STATUS_PAGE,
    steps: () => [
      `Look at ${STATUS_PAGE} for an outage.`,
      'If only this application is concerned, look at the workflow with the trigger m2m:token_generation: a failing one can stop the token.',
    ],
  },
  'provider-rate-limited': {
    help: RATE_LIMITS,
    steps: () => [
      'Find out who else asks this Kinde domain for tokens from the same address: the limit is per address and kind of traffic.',
      'Lower concurrency for this provider, or raise everyMinutes.',
    ],
  },
  'provider-blocked': {
    help: SECURITY,
    steps: ({ domain }) => [
      `Find out whether a firewall or proxy of yours answers for ${domain}.`,
      'If it is the one before Kinde, ask Kinde support to let the address of m2m-watch through.',
    ],
  },
  'refusal-unrecognized': {
    help: GUIDE,
    steps: ({ app, appPage }) => [
      `Try to make a token for ${app} under ${appPage} > Test, and compare the answer with the evidence.`,
      'Look at the workflow with the trigger m2m:token_generation: it can refuse tokens.',
    ],
  },
};

/** The fix steps for a cause at Kinde; null where the dashboard has nothing to do with it. */
export function kindeFixSteps(cause: CauseId, subject: FixSubject): readonly string[] | null {
  return MENDINGS[cause]?.steps(namesOf(subject)) ?? null;
}

/** Kinde's page on a cause; null where it has none. */
export function kindeHelpLink(cause: CauseId): string | null {
  return MENDINGS[cause]?.help ?? null;
}

function namesOf(subject: FixSubject): Names {
  const { application, clientId, audience, scopes, expectedOrganization, callUrl } = subject;
  const isOfOrganization = expectedOrganization !== null;
  return {
    app: application,
    client: clientId === null ? 'the client id' : `the client id ${clientId}`,
    appPage: isOfOrganization
      ? `Kinde > Organizations > ${expectedOrganization} > M2M apps > the application`
      : 'Kinde > Settings > Applications > the application',
    api: audience.length === 0 ? 'the API' : `the API ${audience.join(' and ')}`,
    scopes: scopes.length === 0 ? 'the scope' : scopes.join(' and '),
    organization: expectedOrganization ?? 'the organisation',
    domain: subject.issuer,
    call: callUrl ?? 'the API',
  };
}
