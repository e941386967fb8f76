// The places that secrets are kept in: what the configuration says of one, and what reading it takes.

import type { TextKey } from './fields.ts';
import { shownPlace } from './quoting.ts';

/** What a deployed function needs in order to read exactly the secrets that are named, and no other. */
export interface PlaceRights {
  /** The service as ARNs name it, and the endpoint that KMS is called through. */
  readonly service: string;
  /** What stands before the name in an ARN. */
  readonly resource: 'secret:' | 'parameter/';
  /** What AWS appends to the name in an ARN, as a pattern of IAM; empty: nothing. */
  readonly suffix: '-??????' | '';
  readonly actions: readonly string[];
  /** Actions that IAM cannot bind to one secret; they allow nothing without `actions`. */
  readonly unboundActions: readonly string[];
  /** The key of the encryption context that holds the ARN, which binds a decryption to the secret. */
  readonly encryptionContext: string;
}

/** One place: everything else that depends on the places is derived from these rows. */
export interface SecretPlaceRow {
  /** Its name in a sentence. */
  readonly title: string;
  /** Names one value: a secret, or a JSON object of client id and secret. */
  readonly value: TextKey;
  /** Names the client id and the secret separately; null: this place has no such form. */
  readonly pair: {
    readonly description: string;
    /** What is said of a value that is neither form. */
    readonly error: string;
    readonly clientId: TextKey;
    readonly clientSecret: TextKey;
  } | null;
  /** Further keys, which are only for this place. */
  readonly extraKeys: Readonly<Record<string, TextKey>>;
  /** Null: a deployed function cannot read it. */
  readonly rights: PlaceRights | null;
  /** The price of `lib/core/cost/prices.ts` that AWS bills for one read; null: reading it is free. */
  readonly readPrice: string | null;
}

/** Capitals only, so that a secret that is pasted here is hardly ever taken for a name and shown. */
const VARIABLE_NAME = {
  pattern: /^[A-Z_][A-Z0-9_]{0,127}$/,
  error: 'must be the name of an environment variable: capitals, digits and underscores',
} as const;

/** Every place that secrets are read from. A new one is a row here and a reader in `lib/adapters/credentials`. */
export const SECRET_PLACES = {
  env: {
    title: 'environment variables',
    value: {
      description:
        'The environment variable that holds the value. On your own machine it can be in `.env`.',
      example: 'SLACK_WEBHOOK',
      form: VARIABLE_NAME,
    },
    pair: {
      description:
        'Environment variables: one for the client id and one for the secret; or a single variable with the secret alone (if `clientId` is given) or a JSON object of both. On your own machine, variables that are not set are looked up in `.env` next to the configuration.',
      error: 'must be the name of a variable, or { clientId: VARIABLE, clientSecret: VARIABLE }',
      clientId: {
        description: 'The variable that holds the client id.',
        example: 'M2M_BILLING_SYNC_CLIENT_ID',
        form: VARIABLE_NAME,
      },
      clientSecret: {
        description: 'The variable that holds the client secret.',
        example: 'M2M_BILLING_SYNC_CLIENT_SECRET',
        form: VARIABLE_NAME,
      },
    },
    extraKeys: {},
    rights: null,
    readPrice: null,
  },
  file: {
    title: 'a file',
    value: {
      description:
        'A file. Relative paths start at the configuration file. It holds the secret alone, without the line break at its end if there is one; or, for credentials, a JSON object with the `fields`.',
      example: 'secrets/billing-sync.json',
    },
    pair: null,
    extraKeys: {},
    rights: null,
    readPrice: null,
  },
  secretsManager: {
    title: 'Secrets Manager',
    value: {
      description: 'The name or ARN of a secret in AWS Secrets Manager.',
      example: 'm2m/billing-sync',
    },
    pair: null,
    extraKeys: {
      key: {
        description:
          'With `secretsManager`: one entry of a secret that holds several as a JSON object.',
        example: 'billing-sync',
      },
      roleArn: {
        description: 'With `secretsManager`: a role to assume, for a secret in another account.',
        example: 'arn:aws:iam::111122223333:role/read-m2m-secrets',
        form: {
          pattern: /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/,
          error: 'must be the ARN of an IAM role',
        },
      },
      region: {
        description: 'With `secretsManager`: the Region of the secret, if it is another one.',
        example: 'eu-west-1',
        form: {
          pattern: /^[a-z]{2}(-[a-z]+)+-\d+$/,
          error: 'must be a Region such as eu-west-1',
        },
      },
    },
    rights: {
      service: 'secretsmanager',
      resource: 'secret:',
      suffix: '-??????',
      actions: ['secretsmanager:GetSecretValue'],
      unboundActions: ['secretsmanager:BatchGetSecretValue'],
      encryptionContext: 'SecretARN',
    },
    readPrice: 'secretRequest',
  },
  ssm: {
    title: 'Systems Manager',
    value: {
      description: 'The name of a SecureString parameter in AWS Systems Manager.',
      example: '/m2m/billing-sync',
    },
    pair: null,
    extraKeys: {},
    rights: {
      service: 'ssm',
      resource: 'parameter/',
      suffix: '',
      actions: ['ssm:GetParameter', 'ssm:GetParameters'],
      unboundActions: [],
      encryptionContext: 'PARAMETER_ARN',
    },
    readPrice: null,
  },
} as const satisfies Readonly<Record<string, SecretPlaceRow>>;

/** A place, as the key that names it. */
export type SecretPlace = keyof typeof SECRET_PLACES;

/** The places in the order of messages and documentation. */
export const SECRET_PLACE_NAMES = Object.keys(SECRET_PLACES) as readonly SecretPlace[];

type Row<Place extends SecretPlace> = (typeof SECRET_PLACES)[Place];

/** A parsed source at one place: the place with the name of the value, and its own further keys. */
type SourceAt<Place extends SecretPlace, Value> = {
  readonly [Key in Place | keyof Row<Place>['extraKeys']]: Key extends Place
    ? Value
    : string | null;
};

/** The names of the JSON fields that hold a client id and its secret. */
interface CredentialFields {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where a single secret value is read from. */
export type SecretValueSource = { [Place in SecretPlace]: SourceAt<Place, string> }[SecretPlace];

/** Where the credentials of an application are read from, fresh for every attempt. */
export type SecretSource = {
  [Place in SecretPlace]: SourceAt<
    Place,
    Row<Place>['pair'] extends null ? string : string | CredentialFields
  > & { readonly fields: CredentialFields };
}[SecretPlace];

/** Where the private key of an application is read from, and what goes with it; `clientId` names the client. */
export interface KeySource {
  readonly privateKey: SecretValueSource;
  /** Null: none, or it stands beside the key. */
  readonly certificate: SecretValueSource | null;
  /** Null: that of the key itself, if it has one. */
  readonly keyId: string | null;
  /** Null: that of the key itself, else the usual one of its kind. */
  readonly algorithm: string | null;
  /** The `aud` of its assertions; null: as is usual for the server. */
  readonly assertionAudience: string | null;
}

/** Where an application's credentials are read from: a client secret, or a private key. */
export type CredentialSource = SecretSource | KeySource;

/** Each thing that is read for credentials: its source, and the keys that lead to it. */
export function sourcesOf(credentials: CredentialSource): readonly {
  readonly source: SecretSource | SecretValueSource;
  readonly path: readonly string[];
}[] {
  if (!('privateKey' in credentials)) return [{ source: credentials, path: [] }];
  const { privateKey, certificate } = credentials;
  return [
    { source: privateKey, path: ['privateKey'] },
    ...(certificate === null ? [] : [{ source: certificate, path: ['certificate'] }]),
  ];
}

/** The place that a source names. */
export function placeOf(source: SecretSource | SecretValueSource): SecretPlace {
  // A source that has been parsed names exactly one.
  return SECRET_PLACE_NAMES.find((place) => place in source) as SecretPlace;
}

/** A source as people write it, for example `secretsManager m2m/billing-sync`; what may be a secret is not shown. */
export function sourceText(source: SecretSource | SecretValueSource): string {
  const place = placeOf(source);
  const value = (source as Readonly<Record<SecretPlace, string | CredentialFields>>)[place];
  const names = typeof value === 'string' ? [value] : [value.clientId, value.clientSecret];
  return `${place} ${names.map(shownPlace).join(', ')}`;
}
