// A private key as text: PEM in the forms that survive variables and consoles, or JWK; problems quote nothing of it.

import { createPrivateKey, type KeyObject, type PrivateKeyInput } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../core/http/json-object.ts';

/** Why a text holds no key that can be used: completes "the private key …". */
export interface KeyProblem {
  readonly kind: 'problem';
  readonly problem: string;
}

/** A private key with what its text says besides. */
export interface KeyText {
  readonly kind: 'key';
  readonly key: KeyObject;
  /** `kid` and `alg` of a JWK. */
  readonly keyId: string | null;
  readonly algorithm: string | null;
  /** Certificates that stand beside it, in DER. */
  readonly certificates: readonly Buffer[];
}

/** Reads a private key from PEM or JWK. */
export function readKeyText(text: string): KeyText | KeyProblem {
  const trimmed = text.trim();
  if (trimmed === '') return problem('is empty');
  if (trimmed.startsWith('{')) return readJwk(trimmed);
  const pem = readPem(trimmed);
  if (pem.kind === 'problem') return pem;
  const { blocks, certificates } = pem;
  const keys = blocks.filter(({ label }) => PRIVATE_LABELS.has(label));
  const [key] = keys;
  if (key === undefined) return problem(withoutKey(blocks));
  if (keys.length > 1) return problem(`holds ${keys.length} private keys: keep one`);
  if (key.isEncrypted) return problem(ENCRYPTED);
  const made = makeKey({ key: key.pem, format: 'pem' });
  return made === null
    ? problem('is PEM whose content is damaged, or is no private key')
    : { kind: 'key', key: made, keyId: null, algorithm: null, certificates };
}

const ENCRYPTED =
  'is encrypted with a passphrase: store it without one, as `openssl pkey -in key.pem` writes it';

/** Labels of PEM that hold a private key. RFC 7468 section 10, and those of OpenSSL before it. */
const PRIVATE_LABELS: ReadonlySet<string> = new Set([
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
]);

/** What is said of PEM that holds something else. */
const OTHER_LABELS: readonly (readonly [RegExp, string])[] = [
  [/^ENCRYPTED PRIVATE KEY$/, ENCRYPTED],
  [
    /^OPENSSH PRIVATE KEY$/,
    'is in the form of OpenSSH: convert it with `ssh-keygen -p -m PKCS8 -f FILE`',
  ],
  [/PUBLIC KEY$/, 'is a public key, where the private one is wanted'],
  [/^(X509 |TRUSTED )?CERTIFICATE$/, 'is a certificate without a private key'],
  [/^(NEW )?CERTIFICATE REQUEST$/, 'is a certificate request without a private key'],
];

function withoutKey(blocks: readonly PemBlock[]): string {
  const said = OTHER_LABELS.find(([label]) => blocks.some((block) => label.test(block.label)));
  return said?.[1] ?? 'is PEM that holds no private key';
}

interface PemBlock {
  readonly label: string;
  /** With its line breaks where they belong. */
  readonly pem: string;
  readonly isEncrypted: boolean;
}

/** The blocks of PEM, and the certificates among them in DER. */
export interface Pem {
  readonly kind: 'pem';
  readonly blocks: readonly PemBlock[];
  readonly certificates: readonly Buffer[];
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*(?:-[^-]+)*?)-----END \1-----/g;

/**
 * Reads PEM whose line breaks may be spaces, or written as `\n`, as variables and consoles leave them.
 *
 * Text before a block is allowed (RFC 7468 section 2; OpenSSL writes attributes there); text after the
 * last one is what is left of something else, and is refused.
 */
export function readPem(text: string): Pem | KeyProblem {
  const lines = text.replace(/\\+[rn]/g, '\n').trim();
  if (!lines.includes('-----BEGIN ')) return problem(withoutBlocks(lines));
  const found = [...lines.matchAll(BLOCK)];
  const last = found.at(-1);
  const end = last === undefined ? 0 : last.index + last[0].length;
  const rest = lines.slice(end).trim();
  if (rest.includes('-----BEGIN ')) return problem('is cut off: an end line is missing');
  if (rest !== '') return problem('has text after its end line: remove it');
  const blocks = found.map(([, label = '', body = '']) => blockOf(label, body));
  const damaged = blocks.some((block) => block === null);
  if (damaged) return problem('is PEM whose base64 is damaged');
  const whole = blocks.filter((block) => block !== null);
  const certificates = whole
    .filter(({ label }) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label))
    .map(({ pem }) => Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64'));
  return { kind: 'pem', blocks: whole, certificates };
}

function withoutBlocks(text: string): string {
  // `-----BEGIN ` in base64.
  return text.startsWith('LS0tLS1CRUdJTi')
    ? 'is base64 of PEM: store it decoded'
    : 'is neither PEM nor a JWK';
}

/** A block in the form that OpenSSL reads; null where its base64 is damaged. */
function blockOf(label: string, body: string): PemBlock | null {
  const isEncrypted = /\bENCRYPTED\b/.test(body);
  const base64 = body.replace(/\s+/g, '');
  if (!isEncrypted && !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const wrapped = base64.match(/.{1,64}/g)?.join('\n');
  return {
    label,
    pem: `-----BEGIN ${label}-----\n${wrapped}\n-----END ${label}-----`,
    isEncrypted,
  };
}

function readJwk(text: string): KeyText | KeyProblem {
  const jwk = parsedObject(text);
  if (jwk === null) return problem('begins as a JWK, and is no JSON');
  const { kty, d, kid, alg, use } = jwk;
  if (Array.isArray(jwk['keys'])) return problem('is a key set (JWKS): store one private JWK');
  if (kty === undefined) {
    return problem('is a JSON object without `kty`, and no JWK; `key` names an entry of an object');
  }
  if (kty === 'oct') return problem('is a symmetric key, where a private one is wanted');
  if (d === undefined) return problem('is a public JWK: its private part `d` is missing');
  if (use !== undefined && use !== 'sig')
    return problem('is a JWK that is not for signatures (`use`)');
  if (kid !== undefined && typeof kid !== 'string')
    return problem('is a JWK whose `kid` is no text');
  if (alg !== undefined && typeof alg !== 'string')
    return problem('is a JWK whose `alg` is no text');
  const key = makeKey({ key: jwk, format: 'jwk' });
  return key === null
    ? problem('is a JWK whose parameters make no private key')
    : { kind: 'key', key, keyId: kid ?? null, algorithm: alg ?? null, certificates: [] };
}

function parsedObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The message of an error may hold what was being read, so none is looked at. */
function makeKey(input: PrivateKeyInput | { readonly key: JsonObject; readonly format: 'jwk' }) {
  try {
    return createPrivateKey(input as PrivateKeyInput);
  } catch {
    return null;
  }
}

function problem(text: string): KeyProblem {
  return { kind: 'problem', problem: text };
}
