// An application of the configuration: its schema, and its parsed form with every default filled in.

import * as z from 'zod';
import { looksLikeSecret } from '../text/secret-shapes.ts';
import { CLIENT_AUTHENTICATIONS } from './client-methods.ts';
import type { ReadonlyDeep } from './fields.ts';
import {
  distinctList,
  filledList,
  name,
  optional,
  publicText,
  SECRET_ITSELF,
  secretProblem,
  text,
  textLike,
  url,
  wholeNumber,
} from './fields.ts';
import { PROVIDER_TYPE_NAMES, PROVIDER_TYPES } from './provider-types.ts';
import { clientIdProblem } from './public-ids.ts';
import { SECRET_PLACE_NAMES } from './secret-places.ts';
import { credentialSource, secretValueSource } from './secret-source.ts';

const defaultEveryMinutes = PROVIDER_TYPE_NAMES.map(
  (type) => `${PROVIDER_TYPES[type].defaultEveryMinutes} for \`${type}\``,
).join(', ');

const quotedPlaces = SECRET_PLACE_NAMES.map((place) => `\`${place}\``).join(', ');

const EMPTY_OR_NULL = 'is empty: write null for none, or remove the line';

/** Parameters that the request has a key of its own for, or that belong to another grant. */
const OWN_PARAMETERS =
  /^(grant_type|client_id|client_secret|client_assertion|client_assertion_type|audience|scope|resource|username|password|assertion|refresh_token)$/;
/** Headers that m2m-watch sets itself. RFC 9110 section 7.2, RFC 9112 section 6. */
const OWN_HEADERS =
  /^(authorization|proxy-authorization|host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect)$/i;

/** What a header may hold, beyond ASCII as Latin-1. RFC 9110 section 5.5. */
const HEADER_TEXT = /^[\x20-\x7e\xa0-\xff]+$/;

/** What stands in `Authorization` elsewhere: a scheme and its credentials. RFC 9110 section 11.4. */
const SCHEME_AND_CREDENTIALS =
  /^(?:api-?key|aws4-hmac-sha256|basic|bearer|digest|dpop|negotiate|ntlm|sharedkey|splunk|token)[ :]\s*\S/i;

/** Of what is sent, anything behind a scheme is a secret, however short it is. */
function sentTextProblem(value: string): string | null {
  return secretProblem(value) ?? (SCHEME_AND_CREDENTIALS.test(value) ? SECRET_ITSELF : null);
}

const EITHER =
  'must be text, or name where a secret is kept, for example { env: API_KEY } or { secretsManager: m2m/api-key }';

/** A value that is sent: literal, or read from where a secret is kept. */
function sentValue(literal: z.ZodType<string>) {
  return z.union([literal, secretValueSource], { error: EITHER });
}

/** RFC 6749 section 3.3. */
const scope = () =>
  textLike(
    /^[\x21\x23-\x5b\x5d-\x7e]+$/,
    'must be one scope, without spaces and quotes: write a list, one scope each',
  );

const audience = z.union([text(EMPTY_OR_NULL), filledAudience(), z.null()], {
  error: ({ input }) =>
    input === undefined
      ? "is missing: write the API's audience, or null for deliberately none"
      : 'must be an audience, a list of audiences, or null for none',
});

function filledAudience() {
  return distinctList(text()).min(1, { error: EMPTY_OR_NULL });
}

const claimPath = publicText(secretProblem).refine(isClaimPath, {
  error:
    'is no path of a claim: write names with dots between them, or a JSON pointer such as /a~1b/c',
});

const lifetime = wholeNumber({ atLeast: 0, atMost: 31_536_000 });

const lifetimeSeconds = z
  .strictObject({
    atLeast: optional(lifetime).describe('The shortest, in seconds.').meta({ example: 3600 }),
    atMost: optional(lifetime).describe('The longest, in seconds.').meta({ example: 86400 }),
  })
  .superRefine(({ atLeast, atMost }, context) => {
    if (atLeast === null || atMost === null || atLeast <= atMost) return;
    const message = `is ${atLeast}, more than atMost (${atMost})`;
    context.addIssue({ code: 'custom', path: ['atLeast'], message });
  });

const expectation = z.strictObject({
  organization: text(EMPTY_OR_NULL)
    .nullable()
    .optional()
    .describe(
      'The code of the organisation that the token must be for; null: it must be a global application. Absent: not checked.',
    )
    .meta({ example: 'org_1234' }),
  scopes: distinctList(scope())
    .optional()
    .describe(
      'Scopes that the token must hold. Absent: those of `scopes` above, but for the `/.default` of Entra, which asks for all that are granted.',
    )
    .meta({ example: ['read:invoices'] }),
  surplusScopes: z
    .enum(['ignore', 'warn', 'fail'])
    .default('ignore')
    .describe('What more scopes than expected lead to.')
    .meta({ example: 'warn' }),
  lifetimeSeconds: optional(lifetimeSeconds).describe(
    'How long the token must be valid. Without `atLeast`, less than a minute is a warning.',
  ),
  claims: z
    .record(claimPath, z.unknown())
    .superRefine(refuseSecretClaims)
    .default({})
    .describe(
      'Other claims and the values that they must have. A path is the name of a claim, or names with dots between them; where a name inside a claim has dots, write a JSON pointer (RFC 6901). A list in the token must contain the value, or all of a list in any order; a claim of scopes in one text is read as a list. `{ equals: VALUE }` and an empty list compare exactly, and so do objects.',
    )
    .meta({
      example: {
        'application_properties.tier.v': 'gold',
        'realm_access.roles': ['reader'],
        aud: { equals: ['https://api.acme.com'] },
      },
    }),
});

const call = z.strictObject({
  url: url()
    .describe('The address. `https:`, or `http:` on loopback with `allowInsecureHttp: true`.')
    .meta({ example: 'https://api.acme.com/health' }),
  method: z
    .enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .default('GET')
    .describe('The method; the request has no body.')
    .meta({ example: 'HEAD' }),
  headers: z
    .record(
      z
        .string()
        .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'is no name of a header' })
        .refine((header) => !looksLikeSecret(header), { error: SECRET_ITSELF })
        .refine((header) => !OWN_HEADERS.test(header), {
          error:
            'may not be set here: m2m-watch sets the headers of the connection and the token itself, and there is no place for a secret here',
        }),
      sentValue(
        publicText(sentTextProblem).regex(HEADER_TEXT, {
          error:
            'must be characters that a header can have: no line break, and nothing beyond Latin-1',
        }),
      ),
    )
    .default({})
    .describe(
      'Further headers. The token is sent as `Authorization: Bearer` by itself. A header that holds a credential names where it is kept, and is read again for every attempt.',
    )
    .meta({
      example: {
        Accept: 'application/json',
        'Ocp-Apim-Subscription-Key': { secretsManager: 'm2m/subscription-key' },
      },
    }),
  expectStatus: filledList(wholeNumber({ atLeast: 100, atMost: 599 }))
    .default([200])
    .describe('Statuses that mean that the API takes the token.')
    .meta({ example: [200, 204] }),
  timeoutMs: wholeNumber({ atLeast: 100, atMost: 120_000 })
    .default(10_000)
    .describe('How long the call may take in all, in milliseconds.')
    .meta({ example: 5000 }),
  allowInsecureHttp: z
    .boolean()
    .default(false)
    .describe('Allows an `http:` address, on loopback only, for tests.')
    .meta({ example: true }),
});

/** An application as it stands in the configuration; parsing fills the defaults. */
export const applicationSchema = z.strictObject({
  provider: name()
    .describe('The name of its provider, one of `providers`.')
    .meta({ example: 'acme' }),
  credentials: credentialSource.describe(
    `Where its client id and secret are read from, again for every attempt: exactly one of ${quotedPlaces}; or \`privateKey\`, for a client that signs its requests. No secret and no key itself has a place here.`,
  ),
  clientId: optional(publicText(clientIdProblem))
    .describe(
      'The client id itself, which is no secret. Then the source may hold the secret alone; with `privateKey` it is required.',
    )
    .meta({ example: 'd4d3c5b74e064badb9625a4aa6241bcc' }),
  clientAuthentication: optional(z.enum(CLIENT_AUTHENTICATIONS))
    .describe(
      'How this client authenticates at the token endpoint, if not as the others of its provider. Absent, with `privateKey`: `private_key_jwt`, unless its provider says otherwise.',
    )
    .meta({ example: 'client_secret_basic' }),
  audience: audience
    .transform((value) => (typeof value === 'string' ? [value] : (value ?? [])))
    .describe(
      'The audience of the API that the token is for: a text, a list, or null for deliberately none.',
    )
    .meta({ example: 'https://api.acme.com' }),
  scopes: optional(filledList(scope()))
    .describe('Scopes to ask for. Absent: none are named, and all that are granted come.')
    .meta({ example: ['read:invoices'] }),
  resource: distinctList(
    text().regex(/^[A-Za-z][A-Za-z0-9+.-]*:[^\s#]+$/, {
      error: 'must be an absolute URI without a fragment',
    }),
  )
    .default([])
    .describe('Resource indicators (RFC 8707).')
    .meta({ example: ['https://api.acme.com'] }),
  tokenParameters: z
    .record(
      text().refine((parameter) => !OWN_PARAMETERS.test(parameter), {
        error:
          'may not be set here: m2m-watch sets it itself, and there is no place for a secret here',
      }),
      sentValue(publicText(sentTextProblem)),
    )
    .default({})
    .describe(
      'Further parameters of the token request. One that holds a credential names where it is kept, and is read again for every attempt.',
    )
    .meta({ example: { organization: 'org_1234' } }),
  tokenFormat: z
    .enum(['jwt', 'opaque'])
    .default('jwt')
    .describe('`opaque`: the reply and the call are checked, claims are not.')
    .meta({ example: 'opaque' }),
  everyMinutes: wholeNumber({ atLeast: 1, atMost: 1440 })
    .optional()
    .describe(
      `Minutes between two checks, a multiple of \`schedule.tickMinutes\`. Absent: ${defaultEveryMinutes}.`,
    )
    .meta({ example: 30 }),
  expect: expectation.prefault({}).describe('What the token must hold.'),
  call: optional(call).describe('A call of the API with the token. Absent: none is made.'),
  owner: optional(text())
    .describe('Who is responsible for it; shown in reports and notices.')
    .meta({ example: 'payments@acme.com' }),
  runbook: optional(url())
    .describe('Where it says what to do; shown in reports and notices.')
    .meta({ example: 'https://wiki.acme.com/billing-sync' }),
});

/** An application as it stands in the file, with the defaults of its own schema. */
export type WrittenApplication = z.output<typeof applicationSchema>;

/** What the token of an application must hold; `organization` absent or a field null: not checked. */
export type Expectation = ReadonlyDeep<
  Omit<WrittenApplication['expect'], 'scopes'> & { scopes: string[] }
>;

/** The API call that is made with the token. */
export type CallConfig = ReadonlyDeep<NonNullable<WrittenApplication['call']>>;

/** An M2M application to watch: every default is filled in. */
export type Application = ReadonlyDeep<
  Omit<WrittenApplication, 'expect' | 'everyMinutes'> & { name: string; everyMinutes: number }
> & { readonly expect: Expectation };

/** Claims that name a client, whose id may be random. */
const ID_CLAIMS = /^(?:sub|azp|aud|cid|appid|client_id|username)$/;

function refuseSecretClaims(
  claims: Readonly<Record<string, unknown>>,
  context: z.core.$RefinementCtx,
): void {
  for (const [path, expected] of Object.entries(claims)) {
    const problemOf = ID_CLAIMS.test(path) ? clientIdProblem : secretProblem;
    const [message] = textsIn(expected).flatMap((value) => problemOf(value) ?? []);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [path], message });
  }
}

/** Every text in a value, names of members included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return [
    ...(Array.isArray(value) ? [] : Object.keys(value)),
    ...Object.values(value).flatMap(textsIn),
  ];
}

/** RFC 6901 pointers begin with a slash; all else is names with dots between them. */
function isClaimPath(path: string): boolean {
  return path.startsWith('/')
    ? !/~(?![01])/.test(path)
    : path.split('.').every((part) => part !== '');
}
