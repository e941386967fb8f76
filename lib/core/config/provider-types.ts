// The types of providers: what is known of each one without its code.

/** One type: everything else that depends on the types is derived from these rows. */
export interface ProviderTypeRow {
  /** What it is, in a sentence about somebody's reply. */
  readonly title: string;
  /** The product that people know the provider as; null: it can be any. */
  readonly product: string | null;
  /** What the type stands for in the configuration. */
  readonly description: string;
  /** Minutes between two checks of an application, if the configuration does not say. */
  readonly defaultEveryMinutes: number;
  /** Whether the provider counts the tokens that it issues, so that each check has a price. */
  readonly countsTokens: boolean;
  /** Whether its clients can authenticate with an assertion that they sign (`private_key_jwt`). */
  readonly takesAssertions: boolean;
  /** Whether a token that names no organisation belongs to a global application. */
  readonly isGlobalWithoutOrganization: boolean;
}

/**
 * Every type by its name in the configuration, in the order in which a reply of unknown origin is read.
 *
 * A new type is a row here, and its value in `lib/core/provider/registry.ts`.
 */
export const PROVIDER_TYPES = {
  kinde: {
    title: 'Kinde',
    product: 'Kinde',
    description: 'Kinde',
    // Hourly checks of two applications fit the tokens of the free plan.
    defaultEveryMinutes: 60,
    countsTokens: true,
    // Its discovery document lists `client_secret_post` alone.
    takesAssertions: false,
    isGlobalWithoutOrganization: true,
  },
  oidc: {
    title: 'any OAuth server',
    product: null,
    description: 'any server with a discovery document (OpenID Connect or RFC 8414)',
    defaultEveryMinutes: 15,
    countsTokens: false,
    takesAssertions: true,
    isGlobalWithoutOrganization: false,
  },
} as const satisfies Readonly<Record<string, ProviderTypeRow>>;

/** The type of a provider. */
export type ProviderType = keyof typeof PROVIDER_TYPES;

/** The names of all types. */
export const PROVIDER_TYPE_NAMES = Object.keys(PROVIDER_TYPES) as unknown as readonly [
  ProviderType,
  ...ProviderType[],
];

/** The type of a provider that is recognised as no product. */
export const ANY_PROVIDER = 'oidc' satisfies ProviderType;

/** The servers whose dialect `type: oidc` knows: how each refuses, and where its console has what. */
export const DIALECT_NAMES = [
  'auth0',
  'okta',
  'entra',
  'cognito',
  'keycloak',
  'zitadel',
  'hydra',
  'pingone',
  'duende',
  'spring',
  'salesforce',
  'wso2',
  'uaa',
  'apigee',
  'oidc-provider',
  'authlib',
  'github',
  'workos',
] as const;

/** The name of a dialect. */
export type DialectName = (typeof DIALECT_NAMES)[number];
