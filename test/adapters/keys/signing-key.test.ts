import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { readSigningKey, type SigningKeyParts } from '../../../lib/adapters/keys/signing-key.ts';
import { selfSigned } from '../../support/certificates.ts';
import { KEY_PAIRS } from '../../support/key-scenario.ts';

const RSA = KEY_PAIRS.RSA();
const EC = KEY_PAIRS['P-256']();
const CLAIMS = { iss: 'a', sub: 'a', aud: 'b', iat: 1, nbf: 1, exp: 9_999_999_999 };

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function read(keyText: string, parts: Partial<SigningKeyParts> = {}) {
  const { certificateText = null, keyId = null, algorithm = null } = parts;
  return readSigningKey({ keyText, certificateText, keyId, algorithm });
}

/** The header of an assertion that the key signs; throws where it does not verify. */
async function signedHeader(keyText: string, publicKey: KeyObject, parts = {}) {
  const made = read(keyText, parts);
  if (made.kind !== 'key') throw new Error(made.problem);
  const assertion = (await made.key.sign(CLAIMS)).reveal();
  const { payload } = await jwtVerify(assertion, publicKey);
  expect(payload).toMatchObject({ ...CLAIMS, jti: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  return decodeProtectedHeader(assertion);
}

const P8 = pkcs8(EC.privateKey);
const RSA_P8 = pkcs8(RSA.privateKey);
const RSA_P1 = RSA.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const SEC1 = EC.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
const EC_PARAMETERS =
  '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

describe('a private key', () => {
  it.each<[name: string, text: string, pair: { readonly publicKey: KeyObject }]>([
    ['PKCS#8', P8, EC],
    ['PKCS#8 of RSA', RSA_P8, RSA],
    ['PKCS#1', RSA_P1, RSA],
    ['SEC1', SEC1, EC],
    ['SEC1 after its parameters', EC_PARAMETERS + SEC1, EC],
    ['a text with CRLF', P8.replaceAll('\n', '\r\n'), EC],
    ['a text whose line breaks are spaces', RSA_P8.replaceAll('\n', ' '), RSA],
    ['a text whose line breaks are gone', P8.replaceAll('\n', ''), EC],
    ['a text whose line breaks are written \\n', RSA_P8.replaceAll('\n', '\\n'), RSA],
    ['a text whose line breaks are written \\r\\n', P8.replaceAll('\n', '\\r\\n'), EC],
    ['a text whose line breaks are escaped twice', P8.replaceAll('\n', '\\\\n'), EC],
    ['a text that is indented', P8.replaceAll('\n', '\n    '), EC],
    ['a text with a byte order mark', `\ufeff${P8}`, EC],
    ['what OpenSSL writes of a PKCS#12 file', `Bag Attributes\n  friendlyName: x\n${P8}`, EC],
  ])('is read from %s', async (_, text, { publicKey }) => {
    expect(await signedHeader(text, publicKey)).toMatchObject({ typ: 'JWT' });
  });

  it.each([
    ['RSA', RSA, 'RS256'],
    ['P-256', EC, 'ES256'],
    ['P-384', KEY_PAIRS['P-384'](), 'ES384'],
    ['P-521', KEY_PAIRS['P-521'](), 'ES512'],
    ['Ed25519', KEY_PAIRS.Ed25519(), 'EdDSA'],
  ])('of %s signs as is usual for it', async (_, { privateKey, publicKey }, algorithm) => {
    expect(await signedHeader(pkcs8(privateKey), publicKey)).toEqual({
      alg: algorithm,
      typ: 'JWT',
    });
  });

  it('signs with what is configured before what a JWK says', async () => {
    const jwk = { ...RSA.privateKey.export({ format: 'jwk' }), kid: 'own', alg: 'RS384' };
    const text = JSON.stringify(jwk);

    expect(await signedHeader(text, RSA.publicKey)).toMatchObject({ alg: 'RS384', kid: 'own' });
    const configured = { keyId: 'set', algorithm: 'PS256' };
    expect(await signedHeader(text, RSA.publicKey, configured)).toMatchObject({
      alg: 'PS256',
      kid: 'set',
    });
  });

  it('has the same name in every form, and another than any other', () => {
    const names = [P8, SEC1, JSON.stringify(EC.privateKey.export({ format: 'jwk' })), RSA_P8].map(
      (text) => {
        const made = read(text);
        return made.kind === 'key' ? made.key.thumbprint : made.problem;
      },
    );

    expect(new Set(names.slice(0, 3)).size).toBe(1);
    expect(names[3]).not.toBe(names[0]);
  });
});

const CERTIFIED = await selfSigned({ hosts: ['client'] });
const OTHER = await selfSigned({ hosts: ['other'] });

describe('a certificate', () => {
  const { raw, fingerprint, fingerprint256 } = new X509Certificate(CERTIFIED.cert);
  const base64url = (hex: string) =>
    Buffer.from(hex.replaceAll(':', ''), 'hex').toString('base64url');
  const publicKey = createPublicKey(CERTIFIED.cert);

  it.each([
    ['of its own', CERTIFIED.key, { certificateText: CERTIFIED.cert }],
    ['beside the key', CERTIFIED.key + CERTIFIED.cert, {}],
    ['before the key', CERTIFIED.cert + CERTIFIED.key, {}],
    ['of a chain', CERTIFIED.key + OTHER.cert + CERTIFIED.cert, {}],
    ['without line breaks', (CERTIFIED.key + CERTIFIED.cert).replaceAll('\n', ' '), {}],
  ])('%s gives the thumbprints and its times', async (_, text, parts) => {
    expect(raw.length).toBeGreaterThan(0);
    expect(await signedHeader(text, publicKey, parts)).toMatchObject({
      x5t: base64url(fingerprint),
      'x5t#S256': base64url(fingerprint256),
    });
    expect(read(text, parts)).toMatchObject({
      key: { certificate: { notBeforeMs: expect.any(Number), notAfterMs: expect.any(Number) } },
    });
  });

  it.each([
    ['of another key', OTHER.cert, 'holds a certificate that does not belong to the private key'],
    ['that is none', 'words', 'is neither PEM nor a JWK'],
    ['that is a key', P8, 'holds no certificate in PEM form'],
    [
      'that is damaged',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'holds a certificate that cannot be read: its content is damaged',
    ],
  ])('%s is refused', (_, certificateText, problem) => {
    expect(read(CERTIFIED.key, { certificateText })).toEqual({
      kind: 'malformed',
      about: 'certificate',
      problem,
    });
  });

  it('beside the key that is of another one is refused', () => {
    expect(read(CERTIFIED.key + OTHER.cert)).toMatchObject({
      about: 'key',
      problem: 'holds a certificate that does not belong to the private key',
    });
  });
});

const JWK = EC.privateKey.export({ format: 'jwk' });
const json = (parts: object) => JSON.stringify({ ...JWK, ...parts });
const CUT = P8.slice(0, -30);
const encrypted = (type: 'pkcs8' | 'pkcs1') =>
  RSA.privateKey
    .export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'of-nobody' } as never)
    .toString();
const ENCRYPTED =
  'is encrypted with a passphrase: store it without one, as `openssl pkey -in key.pem` writes it';
const CURVE = 'is on a curve that assertions are not signed with: use P-256, P-384 or P-521';
const KIND =
  'is of a kind that assertions are not signed with: use RSA, P-256, P-384, P-521 or Ed25519';

describe('what is no usable private key', () => {
  it.each<[name: string, text: string, problem: string, parts?: Partial<SigningKeyParts>]>([
    ['nothing', ' \n', 'is empty'],
    ['words', 'not a key', 'is neither PEM nor a JWK'],
    ['base64 of PEM', Buffer.from(P8).toString('base64'), 'is base64 of PEM: store it decoded'],
    ['an encrypted PKCS#8', encrypted('pkcs8'), ENCRYPTED],
    ['an encrypted PKCS#1', encrypted('pkcs1'), ENCRYPTED],
    [
      'a public key',
      EC.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      'is a public key, where the private one is wanted',
    ],
    [
      'a public RSA key',
      RSA.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      'is a public key, where the private one is wanted',
    ],
    ['a certificate', CERTIFIED.cert, 'is a certificate without a private key'],
    [
      'a certificate request',
      P8.replaceAll('PRIVATE KEY', 'CERTIFICATE REQUEST'),
      'is a certificate request without a private key',
    ],
    [
      'an OpenSSH key',
      P8.replaceAll('PRIVATE KEY', 'OPENSSH PRIVATE KEY'),
      'is in the form of OpenSSH: convert it with `ssh-keygen -p -m PKCS8 -f FILE`',
    ],
    [
      'some other PEM',
      P8.replaceAll('PRIVATE KEY', 'DH PARAMETERS'),
      'is PEM that holds no private key',
    ],
    ['two keys', P8 + RSA_P8, 'holds 2 private keys: keep one'],
    ['a key that is cut off', CUT, 'is cut off: an end line is missing'],
    [
      'a key that is cut off after another block',
      CERTIFIED.cert + CUT,
      'is cut off: an end line is missing',
    ],
    ['text after the key', `${P8}"`, 'has text after its end line: remove it'],
    ['a damaged base64', P8.replace('\nM', '\n!'), 'is PEM whose base64 is damaged'],
    [
      'damaged content',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      'is PEM whose content is damaged, or is no private key',
    ],
    [
      'a short RSA key',
      pkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      'is an RSA key of 1024 bits: 2048 or more are needed',
    ],
    [
      'another curve',
      pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
      CURVE,
    ],
    ['a key for key agreement', pkcs8(generateKeyPairSync('x25519').privateKey), KIND],
    ['Ed448', pkcs8(generateKeyPairSync('ed448').privateKey), KIND],
    ['damaged JSON', '{"kty":"EC"', 'begins as a JWK, and is no JSON'],
    ['a key set', json({ keys: [JWK] }), 'is a key set (JWKS): store one private JWK'],
    [
      'another object',
      '{"private_key":"x"}',
      'is a JSON object without `kty`, and no JWK; `key` names an entry of an object',
    ],
    [
      'a symmetric key',
      '{"kty":"oct","k":"AAAA"}',
      'is a symmetric key, where a private one is wanted',
    ],
    ['a public JWK', json({ d: undefined }), 'is a public JWK: its private part `d` is missing'],
    ['a JWK for encryption', json({ use: 'enc' }), 'is a JWK that is not for signatures (`use`)'],
    ['a JWK with an odd kid', json({ kid: 7 }), 'is a JWK whose `kid` is no text'],
    ['a JWK with an odd alg', json({ alg: {} }), 'is a JWK whose `alg` is no text'],
    ['a JWK that is damaged', json({ x: 'AAAA' }), 'is a JWK whose parameters make no private key'],
    [
      'an algorithm of another kind',
      P8,
      'is a P-256 key, whose algorithms (ES256) do not include RS256, which is configured',
      { algorithm: 'RS256' },
    ],
    [
      'an algorithm of another curve in a JWK',
      json({ alg: 'ES512' }),
      'is a P-256 key, whose algorithms (ES256) do not include the one in its `alg`',
    ],
  ])('%s gets one line, without any of it', (_, text, problem, parts = {}) => {
    const made = read(text, parts);

    expect(made).toEqual({ kind: 'malformed', about: 'key', problem });
    const pieces = text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? [];
    for (const piece of pieces) expect(problem).not.toContain(piece);
  });
});
