// What a secret looks like where nobody says that it is one: shapes of values, and names of headers, parameters and fields.

/** A run of base64 of this many characters or more may be a secret. */
const MIN_RUN_LENGTH = 32;

/**
 * Bits a character from which a run is random. Hexadecimal digits never reach it (4.0), nor does a UUID (4.09);
 * 32 random characters of base64 nearly always do.
 */
const MIN_BITS_PER_CHARACTER = 4.1;

/** What opens a key of a known kind, and the characters that follow in each key of that kind. */
const KEY_PREFIXES: Readonly<Record<string, string>> = {
  // Stripe.
  '(?:sk|rk)_(?:live|test)_': '[A-Za-z0-9]{8}',
  whsec_: '[A-Za-z0-9+/]{16}',
  // GitHub and GitLab.
  'gh[oprsu]_': '[A-Za-z0-9]{16}',
  github_pat_: '[A-Za-z0-9_]{16}',
  'gl(?:pat|dt|rt|soat|ptt|cbt|ft|imt|agent)-': '[A-Za-z0-9_-]{16}',
  // Addresses of webhooks, and tokens of Slack.
  'hooks\\.slack\\.com/(?:services|triggers|workflows)/': '[A-Za-z0-9]{8}',
  'discord(?:app)?\\.com/api/webhooks/': '[0-9]{8}',
  'xox[abceoprs]-': '[A-Za-z0-9-]{8}',
  'xapp-': '[A-Za-z0-9-]{8}',
  // AWS: ids of access keys.
  '(?:AKIA|ASIA|ABIA|ACCA)': '[A-Z2-7]{16}(?![A-Za-z0-9])',
  // Google.
  AIza: '[A-Za-z0-9_-]{32}',
  'ya29\\.': '[A-Za-z0-9_-]{16}',
  'GOCSPX-': '[A-Za-z0-9_-]{16}',
  // Azure: client secrets of Entra, connection strings, shared access signatures.
  '[A-Za-z0-9_~.]{3}[78]Q~': '[A-Za-z0-9_~.-]{16}',
  '(?:AccountKey|SharedAccessKey)=': '[A-Za-z0-9+/]{16}',
  'SharedAccessSignature[ =]': 's[a-z]{1,2}=',
  // Secret managers and package registries.
  'hv[sbr]\\.': '[A-Za-z0-9_-]{16}',
  'dp\\.(?:pt|st|sa|ct|scim|audit)\\.': '[A-Za-z0-9]{16}',
  npm_: '[A-Za-z0-9]{16}',
  'pypi-': '[A-Za-z0-9_-]{16}',
  rubygems_: '[a-f0-9]{16}',
  // AI services.
  'sk-(?:ant-|proj-|svcacct-|or-)?': '[A-Za-z0-9_-]{0,24}[A-Za-z0-9]{20}',
  '(?:gsk|hf|r8)_': '[A-Za-z0-9]{20}',
  // Others.
  'SG\\.': '[A-Za-z0-9_-]{16}',
  'shp(?:at|ca|pa|ss)_': '[a-f0-9]{16}',
  'do[oprt]_v1_': '[a-f0-9]{16}',
  dapi: '[a-f0-9]{32}',
  glsa_: '[A-Za-z0-9]{16}',
  'pul-': '[a-f0-9]{16}',
  'NRAK-': '[A-Z0-9]{16}',
  'xkeysib-': '[a-f0-9]{16}',
  'PMAK-': '[a-f0-9]{16}',
  'AGE-SECRET-KEY-1': '[A-Z0-9]{16}',
  'key-': '[a-f0-9]{32}(?![A-Za-z0-9])',
};

/** The beginning of a key of a known kind. */
export const KNOWN_KEY = new RegExp(
  `(?<![A-Za-z0-9])(?:${Object.entries(KEY_PREFIXES)
    .map(([opening, following]) => `${opening}${following}`)
    .join('|')})`,
);

/** The first two parts of a JWS or JWE; a run of letters is walked from its beginning only. RFC 7515 section 7.1 */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}/;

/** Also of a public key or a certificate: whoever looks at it cannot tell whether a private one stands beside it. */
const PEM = /-----BEGIN [A-Z0-9]/;

/** The private members of a JWK. RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1 */
const PRIVATE_JWK = /["'](?:d|k|p|q|dp|dq|qi)["']\s{0,8}:\s{0,8}["'][A-Za-z0-9_-]{16}/;

/** A password in an address. RFC 3986 section 3.2.1 */
const USER_INFO = /:\/\/[^\s/?#@]{0,256}:[^\s/?#@]{1,256}@/;

/** The credentials of a header; not words such as "Basic authentication". RFC 9110 section 11.4 */
const HEADER_CREDENTIALS =
  /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC|DPoP)[ \t]{1,8}(?=[A-Za-z0-9._~+/=-]{0,255}(?:[0-9]|[a-z][A-Z]))[A-Za-z0-9._~+/-]{8}/;

/** A client id of Google, which is also an audience. https://developers.google.com/identity/protocols/oauth2 */
const GOOGLE_CLIENT = /(?<![A-Za-z0-9-])\d{1,20}-[a-z0-9]{32}\.apps\.googleusercontent\.com/g;

/** Runs of base64 and base64url: each character is in one run only. RFC 4648 sections 4 and 5 */
const RUN = /[A-Za-z0-9+/_-]{32,}/g;

/**
 * Whether a text holds what is shaped like a secret: a JWT, a private key, a key of a known kind, the credentials of
 * a header, or a long random run. Linear in the text.
 *
 * UUIDs, hexadecimal digits, names made of words and paths made of them are no secrets. A short secret, or one of
 * words, is not recognised: nothing in it says what it is.
 */
export function looksLikeSecret(text: string): boolean {
  return (
    hasSecretForm(text) || (text.replace(GOOGLE_CLIENT, '').match(RUN) ?? []).some(isRandomRun)
  );
}

/** The same without long random runs, for what is random and public: ids of clients and of keys, paths of URLs. */
export function hasSecretForm(text: string): boolean {
  return [JWT, PEM, PRIVATE_JWK, KNOWN_KEY, HEADER_CREDENTIALS, USER_INFO].some((shape) =>
    shape.test(text),
  );
}

/** Whether a run of base64 characters is random, and no path or name. */
export function isRandomRun(run: string): boolean {
  if (run.length < MIN_RUN_LENGTH) return false;
  const segments = run.split('/');
  // Base64 has slashes, too, but no words between them.
  if (run.startsWith('/') || segments.some((segment) => PATH_SEGMENT.test(segment))) {
    return segments.some(isRandomName);
  }
  return isRandomName(run);
}

const PATH_SEGMENT = /^(?:[a-z]{3,}|v\d{1,3})$/;

/**
 * A part of a name: a word, words in camel case, a number, hexadecimal digits, or too short to tell, as what AWS
 * appends to the names of secrets.
 */
const NAME_PART =
  /^(?:[A-Za-z0-9+]{0,6}|[A-Z]?[a-z]+(?:[A-Z][a-z]{2,})*\d{0,4}|[A-Z]+\d{0,4}|\d+|[0-9a-f]{1,40}|[0-9A-F]{1,40})$/;

function isRandomName(name: string): boolean {
  if (name.length < MIN_RUN_LENGTH || name.split(/[/_-]/).every((part) => NAME_PART.test(part))) {
    return false;
  }
  return bitsPerCharacter(name) >= MIN_BITS_PER_CHARACTER;
}

/** The Shannon entropy of a text in ASCII, in bits a character. */
function bitsPerCharacter(text: string): number {
  const counts = new Uint32Array(128);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    counts[code] = (counts[code] as number) + 1;
  }
  return counts.reduce((bits, count) => {
    const share = count / text.length;
    return count === 0 ? bits : bits - share * Math.log2(share);
  }, 0);
}

/** Words that end the name of a credential, wherever they stand in it if nothing but a number or {@link FILLERS} follows. */
const SECRET_WORDS: ReadonlySet<string> = new Set([
  'apikey',
  'auth',
  'authentication',
  'authorization',
  'bearer',
  'connectionstring',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'hmac',
  'jwt',
  'key',
  'otp',
  'pass',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'pat',
  'pin',
  'psk',
  'pwd',
  'sas',
  'session',
  'sid',
  'secret',
  'secrets',
  'sessionid',
  'sig',
  'signature',
  'token',
  'tokens',
]);

/** The same, written together with the word before it: `subscriptionkey`, `accesstoken`, `jsessionid`. */
const SECRET_ENDING =
  /(?:(?:access|account|api|auth|encryption|functions|host|license|master|private|secret|security|shared|signing|storage|subscription|user)key|token|secret|password|passwd|cookie|credentials?|sess(?:ion)?id)$/;

/** Names whose last word alone does not say it: half of a login to HashiCorp Vault, a session, RFC 7636, JFrog's key. */
const SECRET_NAME = /(?:^| )(?:secret id|session id|code verifier|art api)$/;

/** What makes a key or a token one that everybody may know. */
const HARMLESS =
  /(?:^| )(?:cache|continuation|cursor|foreign|idempotency|next|page|pagination|partition|primary|public|publishable|site|sort|surrogate|sync|translation|websocket) (?:key|token)$/;

const FILLERS = /(?: (?:b64|base64|header|hex|raw|text|val|value|\d+))+$/;

/**
 * Whether a header, parameter or field of this name holds a credential: `Ocp-Apim-Subscription-Key`, `apiKey`,
 * `x-vault-token`, `client_secret`. Not: `Idempotency-Key`, `token_type`, `key_id`.
 */
export function isSecretName(name: string): boolean {
  const words = name
    .slice(0, MAX_NAME_LENGTH)
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(FILLERS, '');
  if (HARMLESS.test(words)) return false;
  const last = words.slice(words.lastIndexOf(' ') + 1).replace(/\d+$/, '');
  return SECRET_WORDS.has(last) || SECRET_ENDING.test(last) || SECRET_NAME.test(words);
}

/** No name of a header or a parameter is longer. */
const MAX_NAME_LENGTH = 200;
