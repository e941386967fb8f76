// How clients authenticate at the token endpoint: names alone, so that functions need no schema library for them.

/** How a client authenticates with its secret. RFC 6749 section 2.3.1; the names are those of RFC 7591 section 2. */
export const CLIENT_SECRET_METHODS = ['client_secret_basic', 'client_secret_post'] as const;

/** How a client authenticates with a key pair. OpenID Connect Core section 9, RFC 7523 section 2.2. */
export const KEY_METHOD = 'private_key_jwt';

/** How a client can authenticate at the token endpoint. */
export const CLIENT_AUTHENTICATIONS = [...CLIENT_SECRET_METHODS, KEY_METHOD] as const;

/** How a client authenticates at the token endpoint. RFC 6749 section 2.3.1, OpenID Connect Core section 9. */
export type ClientAuthentication = (typeof CLIENT_AUTHENTICATIONS)[number];
