// Key sets that a provider might publish: far too many keys, wrong ones, weak ones, and ones with which anybody signs.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { type HostileToken, harmless, hostile, published } from './hostile-token.ts';
import { part, rightClaims, signedToken, signerOf } from './token-forge.ts';

const RSA = () => signerOf('RS256');
const EC = () => signerOf('ES256');
const ED = () => signerOf('EdDSA');
const others = Array.from({ length: 3 }, (_, index) => () => signerOf('RS256', `other ${index}`));

/** Members of a key that limit its use, or are none. */
const UNFIT: Readonly<Record<string, object>> = {
  'for encryption': { use: 'enc' },
  'for a use that is not known': { use: 'x' },
  'for a use that is a number': { use: 7 },
  'for signing alone': { key_ops: ['sign'] },
  'for no operation': { key_ops: [] },
  'for operations that are a text': { key_ops: 'verify' },
  'for operations that are an object': { key_ops: { verify: true } },
  'for another algorithm': { alg: 'RS512' },
  'for encryption by its algorithm': { alg: 'RSA-OAEP' },
  'for no algorithm': { alg: 'none' },
  'for an algorithm that is a number': { alg: 7 },
  'of the type EC': { kty: 'EC' },
  'of the type oct': { kty: 'oct' },
  'of a type in lower case': { kty: 'rsa' },
  'of no type': { kty: undefined },
  'of a type that is an array': { kty: ['RSA'] },
  'with another id': { kid: 'key-2' },
  'with an id that is a number': { kid: 1 },
  'without an id': { kid: undefined },
  'with an id in capitals': { kid: 'KEY-1' },
  'without a modulus': { n: undefined },
  'with an empty modulus': { n: '' },
  'with a modulus that is a number': { n: 7 },
  'with a modulus that is no Base64': { n: '***' },
  'with a modulus of 8 bits': { n: '_w' },
  'with a modulus of 512 bits': { n: Buffer.alloc(64, 0xff).toString('base64url') },
  'with a modulus of 1,024 bits': { n: Buffer.alloc(128, 0xff).toString('base64url') },
  'with a modulus of 100,000 bytes': { n: Buffer.alloc(100_000, 0xff).toString('base64url') },
  'with a modulus of zeros': { n: Buffer.alloc(256).toString('base64url') },
  'without an exponent': { e: undefined },
  'with an empty exponent': { e: '' },
  'with an exponent that is a number': { e: 65537 },
  'with an exponent of 0': { e: 'AA' },
  'with an exponent of 1': { e: 'AQ' },
  'with an exponent of 1 after zeros': { e: 'AAAAAQ' },
  'with an exponent of 2': { e: 'Ag' },
  'with an even exponent': { e: 'AQAC' },
  'with an exponent that is no Base64': { e: '*' },
};

const EC_UNFIT: Readonly<Record<string, object>> = {
  'on another curve': { crv: 'P-384' },
  'on a curve that is not known': { crv: 'secp256k1' },
  'on a curve in lower case': { crv: 'p-256' },
  'without a curve': { crv: undefined },
  'without x': { x: undefined },
  'without y': { y: undefined },
  'with x of 0': { x: Buffer.alloc(32).toString('base64url') },
  'with x and y of 0': {
    x: Buffer.alloc(32).toString('base64url'),
    y: Buffer.alloc(32).toString('base64url'),
  },
  'with a point off its curve': { x: Buffer.alloc(32, 1).toString('base64url') },
  'with x beyond the field': { x: Buffer.alloc(32, 0xff).toString('base64url') },
  'with x of 31 bytes': { x: Buffer.alloc(31, 1).toString('base64url') },
  'with x of 33 bytes': { x: Buffer.alloc(33, 1).toString('base64url') },
  'with x that is a number': { x: 7 },
};

const unfit = [
  ...Object.entries(UNFIT).map(([what, more]) =>
    hostile(
      'no key or wrong signature',
      `has an RSA key ${what}`,
      published((key) => [{ ...key, ...more }]),
    ),
  ),
  ...Object.entries(EC_UNFIT).map(([what, more]) =>
    hostile(
      'no key or wrong signature',
      `has an EC key ${what}`,
      published((key) => [{ ...key, ...more }], EC),
    ),
  ),
  ...Object.entries({
    'on X25519': { crv: 'X25519' },
    'on Ed448': { crv: 'Ed448' },
    'without x': { x: undefined },
    'with x of 31 bytes': { x: Buffer.alloc(31, 1).toString('base64url') },
    'with x of 33 bytes': { x: Buffer.alloc(33, 1).toString('base64url') },
    'with x that is no point': { x: `${'_'.repeat(42)}8` },
  }).map(([what, more]) =>
    hostile(
      'no key or wrong signature',
      `has an Ed25519 key ${what}`,
      published((key) => [{ ...key, ...more }], ED),
    ),
  ),
];

/** Key sets as a whole. */
const SETS: Readonly<Record<string, string>> = {
  'is empty text': '',
  'is null': 'null',
  'is an array of keys': '[]',
  'has no keys': '{}',
  'has keys that are null': '{"keys":null}',
  'has keys that are a text': '{"keys":"x"}',
  'has keys that are an object': '{"keys":{"0":{}}}',
  'has its keys in its prototype': '{"__proto__":{"keys":[]}}',
  'is nested a hundred thousand times': '['.repeat(100_000),
  'is HTML': '<html></html>',
  'is a key without a set': '{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"key-1"}',
};

const sets = [
  ...Object.entries(SETS).map(([what, text]) =>
    hostile(
      'no keys',
      `has a key set that ${what}`,
      published(() => text),
    ),
  ),
  ...[[], [null], [7, 'x', true], [[]], [{}], [{ keys: [] }]].map((keys) =>
    hostile(
      'no key',
      `has the keys ${JSON.stringify(keys)}`,
      published(() => keys),
    ),
  ),
  hostile(
    'no key',
    'has two thousand other keys',
    published((key) => Array.from({ length: 500 }, (_, index) => ({ ...key, kid: `k${index}` }))),
  ),
  harmless(
    'has its key among five hundred others',
    published((key) => [
      ...Array.from({ length: 300 }, (_, index) => ({ ...key, kid: `k${index}` })),
      key,
    ]),
  ),
  hostile(
    'wrong signature',
    'has three other keys under its id',
    published((key) => others.map((other) => ({ ...other().jwk, kid: key['kid'] }))),
  ),
  harmless(
    'has its key after three others under its id',
    published((key) => [...others.map((other) => other().jwk), key]),
  ),
  hostile(
    'no key or wrong signature',
    'has a shared secret under its id',
    published((key) => [{ kty: 'oct', k: key['n'], kid: 'key-1' }]),
  ),
  harmless(
    'has a shared secret beside its key',
    published((key) => [{ kty: 'oct', k: 'AAAA', kid: 'key-1' }, key]),
  ),
  harmless(
    'has its key among nonsense',
    published((key) => [
      null,
      7,
      'x',
      [],
      {},
      { kid: 'key-1' },
      { kty: 'RSA', kid: 'key-1', n: {}, e: [] },
      key,
    ]),
  ),
  harmless(
    'has its key with private members that are nonsense',
    published((key) => [{ ...key, d: 'x', p: 7, q: null, dp: [], k: {} }]),
  ),
  harmless(
    'has its key with members that are not known',
    published((key) => [{ ...key, x5c: ['x'], x5t: 7, ext: 'no', oth: [], y: 1, toString: 2 }]),
  ),
  harmless(
    'has its key with the prototype named in it',
    published(
      (key) => `{"keys":[${JSON.stringify(key).replace('{', '{"__proto__":{"alg":"none"},')}]}`,
    ),
  ),
  harmless(
    'has its key with the member kty twice',
    published((key) => `{"keys":[${JSON.stringify(key).replace('{', '{"kty":"oct",')}]}`),
  ),
  harmless(
    'has a key for verifying by its operations',
    published((key) => [{ ...key, key_ops: ['verify'], use: undefined }]),
  ),
  harmless(
    'has a key without an algorithm',
    published((key) => [{ ...key, alg: undefined }]),
  ),
  harmless(
    'has a modulus with a zero before it',
    published((key) => [
      {
        ...key,
        n: Buffer.concat([Buffer.alloc(1), Buffer.from(String(key['n']), 'base64url')]).toString(
          'base64url',
        ),
      },
    ]),
  ),
];

/** Keys with which anybody can sign. */
const weak = [
  ...['AQ', 'AAAAAQ', 'AQ==', '', 'AA'].map((e) =>
    hostile(
      'no key or wrong signature',
      `is signed by anybody for the exponent "${e}"`,
      (issuer) => {
        const { jwk } = RSA();
        const size = Buffer.from(String(jwk['n']), 'base64url').length;
        const input = `${part({ alg: 'RS256', kid: 'key-1' })}.${part(rightClaims(issuer))}`;
        // With the exponent 1 the padded digest is its own signature. RFC 8017 section 9.2.
        const digest = createHash('sha256').update(input).digest();
        const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
        const fill = Buffer.alloc(size - prefix.length - digest.length - 3, 0xff);
        const signature = Buffer.concat([
          Buffer.from([0, 1]),
          fill,
          Buffer.alloc(1),
          prefix,
          digest,
        ]);
        return { token: `${input}.${signature.toString('base64url')}`, keys: [{ ...jwk, e }] };
      },
    ),
  ),
  ...smallOrderPoints().map((point) =>
    hostile(
      'no key or wrong signature',
      `is signed by anybody for the point ${point.slice(0, 8)}…${point.slice(-2)} of small order`,
      (issuer) => {
        const input = `${part({ alg: 'EdDSA', kid: 'key-1' })}.${part(rightClaims(issuer))}`;
        // With S of 0 the neutral element as R fits one message in as many as the key's order.
        const signature = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);
        const x = Buffer.from(point, 'hex').toString('base64url');
        return {
          token: `${input}.${signature.toString('base64url')}`,
          keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid: 'key-1' }],
        };
      },
    ),
  ),
  ...[512, 1024, 1536].map((bits) =>
    hostile('no key or wrong signature', `is signed with an RSA key of ${bits} bits`, (issuer) => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1' };
      const signer = { algorithm: 'RS256', privateKey, jwk };
      return { token: signedToken(signer, { payload: rightClaims(issuer) }), keys: [jwk] };
    }),
  ),
];

/** Encodings of the points of Ed25519 whose order divides 8. */
function smallOrderPoints(): readonly string[] {
  return [
    '0100000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
}

/** Key sets that are hostile, and odd ones that work. */
export const HOSTILE_KEYS: readonly HostileToken[] = [...unfit, ...sets, ...weak];
