// Microsoft Entra ID: what the numbers of its refusals mean, and how its tenants are recognised.

import type { RefusalReason } from '../../evidence/readings.ts';
import { UUID_CLIENT_ID } from '../client-id.ts';
import type { Wording } from '../refusal-text.ts';
import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/**
 * What the numbers in Entra's texts stand for; the sentences around them change.
 *
 * Source: MicrosoftDocs/entra-docs `docs/identity-platform/reference-error-codes.md`, which warns
 * that numbers may change too: where one is not in this table, the words and the `error` code decide.
 */
const NUMBERS = {
  'credentials-rejected': [7000215, 70002, 50012],
  'client-key-unknown': [700027],
  'assertion-times-refused': [700024],
  'secret-expired': [7000222],
  // The application, or the tenant in the address, is not there.
  'client-unknown': [
    700016, 7000229, 70001, 700038, 90002, 50059, 90019, 90038, 90043, 50049, 50194, 900382,
  ],
  'client-deleted': [7000112],
  // A certificate or a federated credential is wanted, or nothing of the kind arrived.
  'client-authentication-mismatch': [
    7000216, 7000218, 7000219, 700213, 700211, 700212, 70025, 700030, 50013,
  ],
  'audience-unknown': [500011, 50001, 650054, 500014],
  'audience-not-authorized': [501051, 50105, 65001, 650052, 650056, 650057],
  'scope-not-allowed': [70011, 1002012, 650053, 700023],
  'grant-type-unsupported': [70003],
  'grant-not-allowed': [7000113, 7000114],
  'request-malformed': [
    900144, 90014, 90013, 90023, 90056, 9002313, 9010010, 700022, 7000110, 90100, 9000410,
  ],
  'provider-blocked': [53003, 53000, 53001, 53002, 500021, 50002, 530003, 5000224],
  'provider-rate-limited': [90055, 50196, 500351],
  'provider-error': [90033, 90036, 90024, 90006, 90012, 90027, 50000],
} as const satisfies Partial<Readonly<Record<RefusalReason, readonly number[]>>>;

/**
 * What Entra says of assertions: numbers are shared by several of these texts, and 700023 has two meanings.
 *
 * Sources: AzureAD/passport-azure-ad issue 453, AzureAD/microsoft-authentication-library-for-js issue
 * 8339, AzureAD/microsoft-authentication-library-for-dotnet issue 124, Azure/azure-sdk-for-net issue 29007,
 * "Troubleshoot ClientCertificateCredential" and "ClientAssertionCredential" of the Azure SDK for Java.
 */
const ASSERTION_TEXTS: readonly Wording[] = [
  { pattern: /reason - the key used is expired/i, reason: 'client-certificate-expired' },
  { pattern: /assertion is not within its valid time range/i, reason: 'assertion-times-refused' },
  { pattern: /assertion audience claim/i, reason: 'assertion-audience-refused' },
  {
    pattern:
      /assertion contains an invalid signature|assertion failed signature validation|sign the client assertion is not registered|no certificate thumbprint specified/i,
    reason: 'client-key-unknown',
  },
];

/** Entra as a dialect. */
export const entra: Dialect = {
  title: 'Microsoft Entra ID',
  mentions: /\b(?:microsoftonline|AADSTS\d+)\b/i,
  // MicrosoftDocs/entra-docs `docs/identity-platform/quickstart-register-app.md`: the application (client) ID.
  clientIdShape: UUID_CLIENT_ID,
  server: {
    hosts: [
      'microsoftonline.com',
      'microsoftonline.us',
      'microsoftonline.cn',
      'sts.windows.net',
      'ciamlogin.com',
      'b2clogin.com',
    ],
    headers: ['x-ms-ests-server'],
    metadata: ['tenant_region_scope', 'msgraph_host'],
  },
  // "Access token claims reference": what an application is granted is in `roles`; `appid` in tokens of version 1.
  claimNames: { scopes: ['roles', 'scp', 'scope'], authorizedParty: ['azp', 'appid', 'client_id'] },
  // Microsoft Graph, by its addresses in each cloud and by its application id. Sources: "Access tokens in the
  // Microsoft identity platform" (tokens for an API of Microsoft are not to be validated by others), and
  // AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet issues 609 and 853 (the nonce).
  unverifiable: {
    resource:
      /^(?:https:\/\/(?:graph\.microsoft\.(?:com|us)|dod-graph\.microsoft\.us|microsoftgraph\.chinacloudapi\.cn)|00000003-0000-0000-c000-000000000000)(?:\/|$)/,
    issuer:
      /^https:\/\/(?:sts\.windows\.net|sts\.chinacloudapi\.cn|login\.(?:partner\.)?microsoftonline\.(?:com|us|cn))\//,
  },
  // A longer number that begins alike is another one.
  wordings: [
    ...ASSERTION_TEXTS,
    ...Object.entries(NUMBERS).map(([reason, numbers]) => ({
      pattern: new RegExp(`\\bAADSTS(?:${numbers.join('|')})\\b`),
      reason: reason as RefusalReason,
    })),
  ],
  fixes: consoleFixes({
    product: 'Microsoft Entra admin center',
    clients: 'App registrations',
    secret: [
      'App registrations > the application > Certificates & secrets > Client secrets',
      'https://learn.microsoft.com/en-us/entra/identity-platform/how-to-add-credentials',
    ],
    isSecretShownOnce: true,
    secretNote: 'Store the Value of the secret, not its Secret ID.',
    key: [
      'App registrations > the application > Certificates & secrets > Certificates',
      'https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials',
    ],
    access: [
      'App registrations > the application > API permissions > Add a permission > Application permissions, then Grant admin consent',
      'https://learn.microsoft.com/en-us/entra/identity-platform/scenario-daemon-app-registration',
    ],
    unreadable: [
      'https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens',
      'Request a token for an API of your own to have claims checked: no setting makes the tokens of Microsoft Graph readable.',
      'If the token is for Microsoft Graph on purpose, set `tokenFormat` to `opaque` in the configuration, and this is not reported any more.',
    ],
  }),
};
