// What replies say, in our words: the reading of a refused token request and of an API's answer.

/** Why the provider says no, in our words: what the diagnosis rules see instead of its texts. */
export type RefusalReason =
  | 'credentials-rejected'
  | 'secret-expired'
  /** The client id, or the domain it was asked at, is not known. */
  | 'client-unknown'
  | 'client-authentication-mismatch'
  | 'audience-not-authorized'
  | 'audience-unknown'
  | 'audience-missing'
  | 'grant-not-allowed'
  | 'grant-type-unsupported'
  | 'scope-not-allowed'
  | 'request-malformed'
  | 'rate-limited'
  | 'token-quota-exceeded'
  /** An edge page (firewall, bot protection) instead of an OAuth reply. */
  | 'blocked'
  | 'server-error'
  | 'unrecognized';

/** What a reading of a refusal rests on; the confidence of the diagnosis follows from it. */
export type RefusalBasis =
  /** The provider's explicit words, which leave no other cause. */
  | 'explicit-words'
  /** The provider's documented reply, which has several causes; this is the best of them. */
  | 'documented-reply'
  /** The `error` code alone. */
  | 'error-code'
  /** The HTTP status alone. */
  | 'status';

/** A refusal as one provider reads it. */
export interface RefusalReading {
  readonly reason: RefusalReason;
  readonly basis: RefusalBasis;
  /**
   * The scope or audience that the provider's text names, as it stands there (hostile text).
   * It may be shown in a title or fix only when it equals something that was sent.
   */
  readonly named: string | null;
}

/** One challenge of a `WWW-Authenticate` header. RFC 9110 section 11.6.1, RFC 6750 section 3. */
export interface Challenge {
  /** Lower-case, for example `bearer`. */
  readonly scheme: string;
  /** Parameter names in lower case; values unquoted and cleaned. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One error of an API's JSON body: Kinde's `errors` as array or object, OAuth's `error`, `code`/`message`. Cleaned. */
export interface ApiError {
  readonly code: string | null;
  readonly message: string | null;
}

/** What an API's answer says of the token, in our words: what the diagnosis rules see. */
export type CallReason =
  /** A status that is expected. */
  | 'ok'
  /** The API saw no token. */
  | 'token-missing'
  | 'token-expired'
  /** The `Authorization` header is not `Bearer` and a token. */
  | 'header-malformed'
  | 'unauthorized'
  | 'organization-mismatch'
  /** `named` is the scope that is missing. */
  | 'scope-missing'
  /** The API's words are about the token's audience: missing, or not its own. */
  | 'audience-missing'
  | 'forbidden'
  | 'rate-limited'
  | 'server-error'
  /** Any other status that is not expected. */
  | 'failed';

/** An API's answer as it is read. */
export interface CallReading {
  readonly reason: CallReason;
  readonly basis: RefusalBasis;
  /**
   * The scope or scopes (separated by spaces) that the API names, as they stand there (hostile text).
   * They may be shown in a title or fix only where they equal something of ours.
   */
  readonly named: string | null;
}
