// Where credentials and other secrets are read from: references only, there is no place for a value.

/** The names of the JSON fields that hold a client id and its secret. */
export interface CredentialFields {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where something secret is read from, fresh for every attempt. */
export type SecretSource =
  | {
      readonly secretsManager: string;
      /** One entry of a secret that holds several as a JSON object. */
      readonly key: string | null;
      readonly fields: CredentialFields;
      readonly roleArn: string | null;
      readonly region: string | null;
    }
  | { readonly ssm: string; readonly fields: CredentialFields }
  /** Environment variables: one each, or one that holds the secret (or the JSON object of both). */
  | { readonly env: string | { readonly clientId: string; readonly clientSecret: string }; readonly fields: CredentialFields }
  | { readonly file: string; readonly fields: CredentialFields };
