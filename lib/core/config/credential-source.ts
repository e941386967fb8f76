// Where credentials and other secrets are read from: references only, there is no place for a value.

import * as z from 'zod';
import { text, textLike } from './fields.ts';
import type { ReadonlyDeep } from './readonly-deep.ts';

/** What is said where somebody wrote a secret itself. */
export const NO_PLACE_FOR_A_SECRET =
  'there is no place for a secret here: name where it is kept, for example { env: { clientId: M2M_ID, clientSecret: M2M_SECRET } }';

const SOURCE_KEYS = ['secretsManager', 'ssm', 'env', 'file'] as const;
const ONLY_SECRETS_MANAGER = ['key', 'roleArn', 'region'] as const;

/** Capitals only, so that a secret that is pasted here is hardly ever taken for a name and shown. */
const variableName = () =>
  textLike(
    /^[A-Z_][A-Z0-9_]{0,127}$/,
    'must be the name of an environment variable: capitals, digits and underscores',
  );

const fields = z
  .strictObject({
    clientId: text()
      .default('client_id')
      .describe('The JSON field that holds the client id.')
      .meta({ example: 'clientId' }),
    clientSecret: text()
      .default('client_secret')
      .describe('The JSON field that holds the client secret.')
      .meta({ example: 'clientSecret' }),
  })
  .describe('The names of the fields, where the secret is a JSON object of client id and secret.');

const places = {
  secretsManager: text()
    .optional()
    .describe('The name or ARN of a secret in AWS Secrets Manager.')
    .meta({ example: 'm2m/billing-sync' }),
  ssm: text()
    .optional()
    .describe('The name of a SecureString parameter in AWS Systems Manager.')
    .meta({ example: '/m2m/billing-sync' }),
  file: text()
    .optional()
    .describe(
      'A file; a relative path starts at the configuration file. It holds a JSON object with the `fields`, or the secret alone (then one line break at its end is not part of it).',
    )
    .meta({ example: 'secrets/billing-sync.json' }),
  key: text()
    .optional()
    .describe('With `secretsManager`: one entry of a secret that holds several as a JSON object.')
    .meta({ example: 'billing-sync' }),
  roleArn: textLike(/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/, 'must be the ARN of an IAM role')
    .optional()
    .describe('With `secretsManager`: a role to assume, for a secret of another account.')
    .meta({ example: 'arn:aws:iam::111122223333:role/read-m2m-secrets' }),
  region: textLike(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'must be a Region such as eu-west-1')
    .optional()
    .describe('With `secretsManager`: the Region of the secret, where it is another one.')
    .meta({ example: 'eu-west-1' }),
};

const notABlock: z.core.$ZodErrorMap = ({ code, input }) =>
  code === 'invalid_type' && typeof input === 'string' ? `is text; ${NO_PLACE_FOR_A_SECRET}` : null;

const exactlyOnePlace = { oneOf: SOURCE_KEYS.map((key) => ({ required: [key] })) };

/** Where the credentials of an application are read from: exactly one place. */
export const credentialSource = z
  .strictObject(
    {
      env: z
        .union(
          [
            variableName(),
            z.strictObject({
              clientId: variableName()
                .describe('The variable that holds the client id.')
                .meta({ example: 'M2M_BILLING_SYNC_CLIENT_ID' }),
              clientSecret: variableName()
                .describe('The variable that holds the client secret.')
                .meta({ example: 'M2M_BILLING_SYNC_CLIENT_SECRET' }),
            }),
          ],
          {
            error:
              'must be the name of a variable, or { clientId: VARIABLE, clientSecret: VARIABLE }',
          },
        )
        .optional()
        .describe(
          'Environment variables: one for the client id and one for the secret; or one variable that holds the secret alone (with a literal `clientId`) or a JSON object of both. On a machine of yours, variables that are not set are looked for in `.env` beside the configuration.',
        )
        .meta({
          example: {
            clientId: 'M2M_BILLING_SYNC_CLIENT_ID',
            clientSecret: 'M2M_BILLING_SYNC_CLIENT_SECRET',
          },
        }),
      ...places,
      fields: fields.optional(),
    },
    { error: notABlock },
  )
  .superRefine(refusePlaces)
  .superRefine((source, context) => {
    if (typeof source.env !== 'object' || source.fields === undefined) return;
    const message = 'has no use where `env` names two variables: remove it';
    context.addIssue({ code: 'custom', path: ['fields'], message });
  })
  .meta(exactlyOnePlace)
  .transform(({ fields: given, ...source }) => ({
    ...placeOf(source),
    fields: { clientId: 'client_id', clientSecret: 'client_secret', ...given },
  }));

/** Where a single secret value, such as a webhook's address, is read from: exactly one place. */
export const secretValueSource = z
  .strictObject(
    {
      env: variableName()
        .optional()
        .describe(
          'The environment variable that holds the value; on a machine of yours it may stand in `.env`.',
        )
        .meta({ example: 'SLACK_WEBHOOK' }),
      ...places,
    },
    { error: notABlock },
  )
  .superRefine(refusePlaces)
  .meta(exactlyOnePlace)
  .transform(placeOf);

/** Where an application's credentials are read from, fresh for every attempt. */
export type SecretSource = ReadonlyDeep<z.output<typeof credentialSource>>;

/** Where a single secret value is read from. */
export type SecretValueSource = ReadonlyDeep<z.output<typeof secretValueSource>>;

/** The names of the JSON fields that hold a client id and its secret. */
export type CredentialFields = SecretSource['fields'];

interface Places<Env> {
  readonly env?: Env | undefined;
  readonly secretsManager?: string | undefined;
  readonly ssm?: string | undefined;
  readonly file?: string | undefined;
  readonly key?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly region?: string | undefined;
}

function refusePlaces(source: Places<unknown>, context: z.core.$RefinementCtx): void {
  const named = SOURCE_KEYS.filter((key) => source[key] !== undefined);
  if (named.length !== 1) {
    const message =
      named.length === 0
        ? `must name one of ${SOURCE_KEYS.join(', ')}`
        : `names ${named.join(' and ')}: keep one of them`;
    context.addIssue({ code: 'custom', message });
  }
  if (named.includes('secretsManager')) return;
  for (const key of ONLY_SECRETS_MANAGER.filter((only) => source[only] !== undefined)) {
    const message = 'has a use with `secretsManager` only: remove it';
    context.addIssue({ code: 'custom', path: [key], message });
  }
}

/** A place that something secret is read from, parsed. */
type SecretPlace<Env> =
  | {
      readonly secretsManager: string;
      readonly key: string | null;
      readonly roleArn: string | null;
      readonly region: string | null;
    }
  | { readonly ssm: string }
  | { readonly env: Env }
  | { readonly file: string };

/** One place exactly is set: refused before otherwise. */
function placeOf<Env>(source: Places<Env>): SecretPlace<Env> {
  const { secretsManager, ssm, env, file, key, roleArn, region } = source;
  if (secretsManager !== undefined) {
    return {
      secretsManager,
      key: key ?? null,
      roleArn: roleArn ?? null,
      region: region ?? null,
    };
  }
  if (ssm !== undefined) return { ssm };
  return env !== undefined ? { env } : { file: file as string };
}
