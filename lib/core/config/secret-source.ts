// The schema of where a secret is read from: a reference to one place, never the secret itself.

import * as z from 'zod';
import { text, textKey, textOfForm } from './fields.ts';
import {
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

/** Where the credentials of an application are read from: exactly one place. */
export const credentialSource = sourceBlock(credentialValue, { fields: fields.optional() })
  .superRefine((source, context) => {
    const paired = SECRET_PLACE_NAMES.find((place) => typeof source[place] === 'object');
    if (paired === undefined || source['fields'] === undefined) return;
    const message = `has no effect if \`${paired}\` names two values: remove it`;
    context.addIssue({ code: 'custom', path: ['fields'], message });
  })
  .transform((source): SecretSource => {
    const given = source['fields'] as SecretSource['fields'] | undefined;
    return { ...parsedSource(source), fields: given ?? DEFAULT_FIELDS };
  });

/** Where a single secret value, such as a webhook's address, is read from: exactly one place. */
export const secretValueSource = sourceBlock(({ value }) => textKey(value), {}).transform(
  parsedSource,
);

type WrittenSource = Readonly<Record<string, unknown>>;

/** A block that may name every place, and must name one. */
function sourceBlock(schemaAt: (row: SecretPlaceRow) => z.ZodType, others: z.ZodRawShape) {
  const values = SECRET_PLACE_NAMES.map((place) => [place, schemaAt(ROWS[place]).optional()]);
  const extras = Object.values(ROWS).flatMap(({ extraKeys }) =>
    Object.entries(extraKeys).map(([key, spec]) => [key, textKey(spec).optional()]),
  );
  const shape: z.ZodRawShape = { ...Object.fromEntries([...values, ...extras]), ...others };
  const isText: z.core.$ZodErrorMap = ({ code, input }) =>
    code === 'invalid_type' && typeof input === 'string'
      ? `is text; ${NO_PLACE_FOR_A_SECRET}`
      : null;
  return z
    .strictObject(shape, { error: isText })
    .superRefine(refusePlaces)
    .meta({ oneOf: SECRET_PLACE_NAMES.map((key) => ({ required: [key] })) });
}

/** The one value of a place, or the two where it may name them separately. */
function credentialValue({ value, pair }: SecretPlaceRow): z.ZodType {
  if (pair === null) return textKey(value);
  const { clientId, clientSecret, description, error } = pair;
  const two = { clientId: textKey(clientId), clientSecret: textKey(clientSecret) };
  return z
    .union([textOfForm(value), z.strictObject(two)], { error })
    .describe(description)
    .meta({ example: { clientId: clientId.example, clientSecret: clientSecret.example } });
}

function refusePlaces(source: WrittenSource, context: z.core.$RefinementCtx): void {
  const named = SECRET_PLACE_NAMES.filter((place) => source[place] !== undefined);
  if (named.length !== 1) {
    const message =
      named.length === 0
        ? `must name one of ${SECRET_PLACE_NAMES.join(', ')}`
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
