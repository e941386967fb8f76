// The schema of where a secret is read from: a reference to one place, never the secret itself.

import * as z from 'zod';
import { looksLikeSecret } from '../text/secret-shapes.ts';
import { optional, publicText, type TextKey, text, textOfForm } from './fields.ts';
import { algorithm } from './provider-config.ts';
import { keyIdProblem } from './public-ids.ts';
import {
  type CredentialSource,
  type KeySource,
  SECRET_PLACE_NAMES,
  SECRET_PLACES,
  type SecretPlace,
  type SecretPlaceRow,
  type SecretSource,
  type SecretValueSource,
} from './secret-places.ts';

/** What is said where somebody wrote a secret itself. */
export const NO_PLACE_FOR_A_SECRET =
  'there is no place for a secret here: name where it is kept, for example { env: { clientId: M2M_ID, clientSecret: M2M_SECRET } }';

/** The same where it is a private key. */
export const NO_PLACE_FOR_A_KEY =
  'there is no place for a key here: name where it is kept, for example { file: keys/billing-sync.pem }';

/** PEM, or a JSON object: a key or a secret itself, and never the name of one. */
const KEY_ITSELF = /-----BEGIN|^\s*\{/;

const ROWS: Readonly<Record<SecretPlace, SecretPlaceRow>> = SECRET_PLACES;

const DEFAULT_FIELDS = { clientId: 'client_id', clientSecret: 'client_secret' } as const;

const fields = z
  .strictObject({
    clientId: text()
      .default(DEFAULT_FIELDS.clientId)
      .describe('The JSON field that holds the client id.')
      .meta({ example: 'clientId' }),
    clientSecret: text()
      .default(DEFAULT_FIELDS.clientSecret)
      .describe('The JSON field that holds the client secret.')
      .meta({ example: 'clientSecret' }),
  })
  .describe('The names of the fields, if the secret is a JSON object of client id and secret.');

/** Where a single secret value, such as a webhook's address, is read from: exactly one place. */
export const secretValueSource = sourceBlock(({ value }) => nameKey(value), {}).transform(
  parsedSource,
);

/** What stands beside `privateKey`, and has no meaning without it. */
const keyParts = {
  certificate: optional(secretValueSource).describe(
    'With `privateKey`: where its certificate is read from, in PEM form. Its thumbprints are sent as `x5t` and `x5t#S256`, as Entra wants it. Absent: a certificate that stands beside the key is used.',
  ),
  keyId: optional(publicText(keyIdProblem))
    .describe('With `privateKey`: the `kid` of its assertions. Absent: that of a JWK.')
    .meta({ example: 'key-2026' }),
  algorithm: optional(algorithm)
    .describe(
      'With `privateKey`: the signature algorithm, one of those that `algorithms` of a provider may name. Absent: that of a JWK, else RS256 for an RSA key, EdDSA for Ed25519, and that of its curve for any other.',
    )
    .meta({ example: 'PS256' }),
  assertionAudience: optional(text())
    .describe(
      'With `privateKey`: the `aud` of its assertions. Absent: the token endpoint, or what is known that the server wants.',
    )
    .meta({ example: 'https://auth.example.com' }),
};

/** Where the credentials of an application are read from: exactly one place, or that of a private key. */
export const credentialSource = sourceBlock(
  credentialValue,
  {
    fields: fields.optional(),
    privateKey: secretValueSource
      .optional()
      .describe(
        'For `clientAuthentication: private_key_jwt`, in place of the others and at `type: oidc` only: where the private key is read from, as PEM or JWK.',
      ),
    ...keyParts,
  },
  ['privateKey'],
)
  .superRefine((source, context) => {
    const paired = SECRET_PLACE_NAMES.find((place) => typeof source[place] === 'object');
    const withKey = source['privateKey'] !== undefined;
    if (source['fields'] !== undefined && (withKey || paired !== undefined)) {
      const message = withKey
        ? 'has no effect with `privateKey`: remove it'
        : `has no effect if \`${paired}\` names two values: remove it`;
      context.addIssue({ code: 'custom', path: ['fields'], message });
    }
    for (const key of withKey ? [] : Object.keys(keyParts)) {
      if (source[key] === null) continue;
      const message = 'only works with `privateKey`: remove it';
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .transform((source): CredentialSource => {
    if (source['privateKey'] !== undefined) {
      const { privateKey, ...parts } = source as unknown as KeySource;
      const { certificate, keyId, algorithm: signed, assertionAudience } = parts;
      return { privateKey, certificate, keyId, algorithm: signed, assertionAudience };
    }
    const given = source['fields'] as SecretSource['fields'] | undefined;
    return { ...parsedSource(source), fields: given ?? DEFAULT_FIELDS };
  });

type WrittenSource = Readonly<Record<string, unknown>>;

/** A block that may name every place, and must name one, or one of the keys that stand for several. */
function sourceBlock(
  schemaAt: (row: SecretPlaceRow) => z.ZodType,
  others: z.ZodRawShape,
  alternatives: readonly string[] = [],
) {
  const names = [...SECRET_PLACE_NAMES, ...alternatives];
  const values = SECRET_PLACE_NAMES.map((place) => [place, schemaAt(ROWS[place]).optional()]);
  const extras = Object.values(ROWS).flatMap(({ extraKeys }) =>
    Object.entries(extraKeys).map(([key, spec]) => [key, nameKey(spec).optional()]),
  );
  const shape: z.ZodRawShape = { ...Object.fromEntries([...values, ...extras]), ...others };
  const isText: z.core.$ZodErrorMap = ({ code, input }) =>
    code === 'invalid_type' && typeof input === 'string'
      ? `is text; ${KEY_ITSELF.test(input) ? NO_PLACE_FOR_A_KEY : NO_PLACE_FOR_A_SECRET}`
      : null;
  return z
    .strictObject(shape, { error: isText })
    .superRefine((source, context) => refusePlaces(source, names, context))
    .meta({ oneOf: names.map((key) => ({ required: [key] })) });
}

/** The schema of a text that names where something is kept, and is not the thing itself. */
function nameKey(key: TextKey) {
  return nameOfForm(key).describe(key.description).meta({ example: key.example });
}

function nameOfForm(key: TextKey) {
  return textOfForm(key, sourceProblem);
}

/** A name is never a secret itself; a path of folders is none. */
function sourceProblem(value: string): string | null {
  if (KEY_ITSELF.test(value)) return `is a key or a secret itself; ${NO_PLACE_FOR_A_KEY}`;
  return looksLikeSecret(value) ? `looks like a secret itself; ${NO_PLACE_FOR_A_SECRET}` : null;
}

/** The one value of a place, or the two where it may name them separately. */
function credentialValue({ value, pair }: SecretPlaceRow): z.ZodType {
  if (pair === null) return nameKey(value);
  const { clientId, clientSecret, description, error } = pair;
  const two = { clientId: nameKey(clientId), clientSecret: nameKey(clientSecret) };
  return z
    .union([nameOfForm(value), z.strictObject(two)], { error })
    .describe(description)
    .meta({ example: { clientId: clientId.example, clientSecret: clientSecret.example } });
}

function refusePlaces(
  source: WrittenSource,
  names: readonly string[],
  context: z.core.$RefinementCtx,
): void {
  const named = names.filter((name) => source[name] !== undefined);
  if (named.length !== 1) {
    const message =
      named.length === 0
        ? `must name one of ${names.join(', ')}`
        : `names ${named.join(' and ')}: keep one of them`;
    context.addIssue({ code: 'custom', message });
  }
  for (const place of SECRET_PLACE_NAMES.filter((name) => !named.includes(name))) {
    for (const key of Object.keys(ROWS[place].extraKeys)) {
      if (source[key] === undefined) continue;
      const message = `only works with \`${place}\`: remove it`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  }
}

/** One place exactly is named: refused before otherwise. */
function parsedSource(source: WrittenSource): SecretValueSource {
  const place = SECRET_PLACE_NAMES.find((name) => source[name] !== undefined) as SecretPlace;
  const extras = Object.keys(ROWS[place].extraKeys).map((key) => [key, source[key] ?? null]);
  const parsed = { [place]: source[place], ...Object.fromEntries(extras) };
  return parsed as unknown as SecretValueSource;
}
