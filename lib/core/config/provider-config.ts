// A provider of the configuration: its schema, and its parsed form with every default filled in.

import * as z from 'zod';
import { CLIENT_AUTHENTICATIONS } from './client-methods.ts';
import type { ReadonlyDeep } from './fields.ts';
import {
  distinctList,
  filledList,
  issuer,
  optional,
  text,
  textLike,
  url,
  wholeNumber,
} from './fields.ts';
import { DIALECT_NAMES, PROVIDER_TYPE_NAMES, PROVIDER_TYPES } from './provider-types.ts';

/** Signature algorithms with a public key: `none` and HMAC have no place. RFC 7518, RFC 8037, RFC 9864. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
];

/** The name of such an algorithm. */
export const algorithm = z.enum(ALGORITHMS, {
  error: ({ input }) =>
    typeof input === 'string' && /^(none|hs\d*)$/i.test(input)
      ? `must be an algorithm with a public key, never \`none\` or HMAC: one of ${ALGORITHMS.join(', ')}`
      : `must be one of ${ALGORITHMS.join(', ')}`,
});

const endpoints = z.strictObject({
  token: optional(url())
    .describe('The token endpoint.')
    .meta({ example: 'https://acme.kinde.com/oauth2/token' }),
  keys: optional(url())
    .describe('The key set (JWKS).')
    .meta({ example: 'https://acme.kinde.com/.well-known/jwks' }),
});

/** A provider as it stands in the configuration; parsing fills the defaults. */
export const providerSchema = z.strictObject({
  type: z
    .enum(PROVIDER_TYPE_NAMES)
    .describe(
      `What the provider is: ${PROVIDER_TYPE_NAMES.map((type) => `\`${type}\` for ${PROVIDER_TYPES[type].description}`).join(', ')}.`,
    )
    .meta({ example: 'kinde' }),
  dialect: optional(z.enum(DIALECT_NAMES))
    .describe(
      `The server behind \`type: oidc\`, for its words and its console: ${DIALECT_NAMES.map((name) => `\`${name}\``).join(', ')}. Absent: detected from issuer, endpoints, metadata and headers.`,
    )
    .meta({ example: 'keycloak' }),
  issuer: issuer()
    .describe(
      'The issuer, without query and fragment. Endpoints and keys come from its discovery document, whose `issuer` must equal it.',
    )
    .meta({ example: 'https://acme.kinde.com' }),
  tokensPerMonth: optional(wholeNumber({ atLeast: 1, atMost: 1_000_000_000 }))
    .describe(
      'The tokens a month that the plan includes. Absent: not known, nothing is counted against it.',
    )
    .meta({ example: 2000 }),
  endpoints: endpoints
    .prefault({})
    .describe('Endpoints that are used instead of those of the discovery document.'),
  hosts: distinctList(
    textLike(
      /^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?$/i,
      'must be a host name alone, such as auth.example.com, with a port where it has one',
    ),
  )
    .default([])
    .describe(
      'Where endpoints of the discovery document may be besides the origin of the issuer. A host alone means port 443; `auth.example.com:8443` means that port alone.',
    )
    .meta({ example: ['auth.example.com'] }),
  expectIssuer: distinctList(issuer())
    .default([])
    .describe(
      'What `issuer` in discovery and `iss` in a token may be besides `issuer`, for example with a custom domain.',
    )
    .meta({ example: ['https://login.acme.com'] }),
  algorithms: filledList(algorithm)
    .default(['RS256'])
    .describe(`Signature algorithms that a token may have: any of ${ALGORITHMS.join(', ')}.`)
    .meta({ example: ['RS256', 'ES256'] }),
  clientAuthentication: optional(z.enum(CLIENT_AUTHENTICATIONS))
    .describe(
      'How its clients authenticate at the token endpoint. Absent: with what was accepted before, else as is usual for the server; after a refusal that does not say why, the other method that its discovery document lists is tried once.',
    )
    .meta({ example: 'client_secret_post' }),
  timeoutMs: wholeNumber({ atLeast: 100, atMost: 120_000 })
    .default(10_000)
    .describe('How long one request may take in all, in milliseconds.')
    .meta({ example: 5000 }),
  concurrency: wholeNumber({ atLeast: 1, atMost: 100 })
    .default(10)
    .describe('How many applications of this provider are checked at once.')
    .meta({ example: 4 }),
  allowInsecureHttp: z
    .boolean()
    .default(false)
    .describe('Allows `http:` addresses of this provider, on loopback only, for tests.')
    .meta({ example: true }),
  proxy: optional(url())
    .describe(
      'A proxy for every request to this provider, and for the calls of APIs with its tokens.',
    )
    .meta({ example: 'http://proxy.example.com:3128' }),
  ca: optional(
    z.strictObject({
      file: text()
        .describe(
          'A file of certificates in PEM form; a relative path starts at the configuration file.',
        )
        .meta({ example: 'certificates/internal-ca.pem' }),
    }),
  ).describe(
    'Certificate authorities to trust besides those of the system, for this provider and for the calls of APIs with its tokens.',
  ),
});

/** A provider as the pipeline uses it: every default is filled in. */
export type ProviderConfig = ReadonlyDeep<z.output<typeof providerSchema> & { name: string }>;

/** Minutes between two runs where the configuration does not say. */
export const DEFAULT_TICK_MINUTES = 5;
