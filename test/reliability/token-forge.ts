// Makes tokens part by part, so that each part of one can be as wrong as it likes, and the keys to publish beside it.
import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
} from 'node:crypto';
import { AUDIENCE } from './faulty-provider.ts';

/** A public key as a key set publishes it. */
export type PublishedKey = Readonly<Record<string, unknown>>;

/** A key pair, by the algorithm that it is for. */
export interface Signer {
  readonly algorithm: string;
  readonly privateKey: KeyObject;
  /** With `kid` "key-1", `alg` and `use`. */
  readonly jwk: PublishedKey;
}

const rsa = (bits: number) => () => generateKeyPairSync('rsa', { modulusLength: bits });
const ec = (curve: string) => () => generateKeyPairSync('ec', { namedCurve: curve });

const MAKERS = {
  RS256: rsa(2048),
  RS384: rsa(2048),
  RS512: rsa(2048),
  PS256: rsa(2048),
  PS384: rsa(2048),
  PS512: rsa(2048),
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  EdDSA: () => generateKeyPairSync('ed25519'),
  Ed25519: () => generateKeyPairSync('ed25519'),
} as const satisfies Readonly<Record<string, () => { readonly privateKey: KeyObject }>>;

/** An algorithm that can be verified. */
export type SignedAlgorithm = keyof typeof MAKERS;

/** Every algorithm that can be verified. */
export const SIGNED_ALGORITHMS = Object.keys(MAKERS) as readonly SignedAlgorithm[];

const signers = new Map<string, Signer>();

/** A key pair for an algorithm; the same one each time, or another under another name. */
export function signerOf(algorithm: SignedAlgorithm, name = ''): Signer {
  const known = signers.get(`${algorithm} ${name}`);
  if (known !== undefined) return known;
  const { privateKey } = MAKERS[algorithm]();
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const signer = {
    algorithm,
    privateKey,
    jwk: { ...jwk, kid: 'key-1', alg: algorithm, use: 'sig' },
  };
  signers.set(`${algorithm} ${name}`, signer);
  return signer;
}

/** Signs as an algorithm does. RFC 7518 section 3. */
export function signatureOf(input: string | Buffer, { algorithm, privateKey }: Signer): Buffer {
  const data = Buffer.from(input);
  if (/^Ed/.test(algorithm)) return sign(null, data, privateKey);
  const hash = `sha${algorithm.slice(2)}`;
  const key: SignKeyObjectInput = { key: privateKey };
  if (algorithm.startsWith('ES')) key.dsaEncoding = 'ieee-p1363';
  if (algorithm.startsWith('PS')) {
    key.padding = constants.RSA_PKCS1_PSS_PADDING;
    key.saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  }
  return sign(hash, data, key);
}

/** An HMAC over an input, as the symmetric algorithms make it. */
export function hmacOf(input: string, key: string | Buffer, hash = 'sha256'): Buffer {
  return createHmac(hash, key).update(input).digest();
}

/** A part of a token: text as it is, or a value as JSON. */
export function part(value: unknown): string {
  const text = typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return Buffer.from(text).toString('base64url');
}

/** The claims of a token that is as it should be. */
export function rightClaims(issuer: string): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuer, aud: AUDIENCE, sub: 'client', scope: 'read', iat: now, exp: now + 600 };
}

/** A token of these parts, signed over what stands there. */
export function signedToken(
  signer: Signer,
  { header = {}, payload }: { readonly header?: unknown; readonly payload: unknown },
): string {
  const whole =
    typeof header === 'object' && header !== null
      ? { alg: signer.algorithm, kid: 'key-1', typ: 'at+jwt', ...header }
      : header;
  const input = `${part(whole)}.${part(payload)}`;
  return `${input}.${signatureOf(input, signer).toString('base64url')}`;
}
