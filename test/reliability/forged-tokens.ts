// Tokens whose form, header, algorithm or signature is not what it should be.
import { generateKeyPairSync } from 'node:crypto';
import { changed, type HostileToken, harmless, hostile, signedWith } from './hostile-token.ts';
import {
  hmacOf,
  part,
  rightClaims,
  SIGNED_ALGORITHMS,
  type SignedAlgorithm,
  signatureOf,
  signedToken,
  signerOf,
} from './token-forge.ts';

const RSA = () => signerOf('RS256');
const EC = () => signerOf('ES256');
const OTHER = () => signerOf('RS256', 'other');

/** Spellings of no algorithm, and of algorithms with a shared secret. */
const NO_ALGORITHMS = [
  ...['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', 'ｎｏｎｅ', 'nоne'],
  ...['HS256', 'HS384', 'HS512', 'hs256', 'HS1', 'HS', 'RS256 ', 'rs256', 'RS256\0', 'RS1', 'RS'],
  ...['RS257', 'RSA', 'RSA-OAEP', 'dir', 'A256KW', 'ES256K', 'ES', 'SHA256', 'MD5', 'PS', 'X'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '*',
    '.*',
    '%52S256',
    'RS256,ES256',
  ],
];

const algorithms = [
  ...NO_ALGORITHMS.flatMap((alg) => [
    hostile(
      'not allowed',
      `names the algorithm ${JSON.stringify(alg)}, without a signature`,
      (issuer) => ({
        token: `${part({ alg, kid: 'key-1' })}.${part(rightClaims(issuer))}.`,
        keys: [RSA().jwk],
      }),
    ),
    hostile(
      'not allowed',
      `names the algorithm ${JSON.stringify(alg)}, with a right signature of another`,
      signedWith(() => ({ header: { alg } })),
    ),
  ]),
  ...[null, 7, true, [], ['RS256'], {}, { RS256: 1 }, ''].map((alg) =>
    hostile(
      'malformed',
      `names the algorithm ${JSON.stringify(alg)}`,
      signedWith(() => ({ header: { alg } })),
    ),
  ),
  hostile(
    'malformed',
    'names no algorithm',
    signedWith(() => ({ header: { alg: undefined } })),
  ),
  ...['HS256', 'HS384', 'HS512'].flatMap((alg) => {
    const hash = `sha${alg.slice(2)}`;
    const secrets: Readonly<Record<string, () => string | Buffer>> = {
      'the public key as PEM': () => pemOf(),
      'the public key as PEM without its last line end': () => pemOf().trim(),
      'the public key as DER': () => derOf(),
      'the public key as JSON': () => JSON.stringify(RSA().jwk),
      'the modulus': () => Buffer.from(String(RSA().jwk['n']), 'base64url'),
      'an empty secret': () => '',
    };
    return Object.entries(secrets).map(([what, secret]) =>
      hostile('not allowed', `is signed with ${alg} and ${what}`, (issuer) => {
        const input = `${part({ alg, kid: 'key-1' })}.${part(rightClaims(issuer))}`;
        const signature = hmacOf(input, secret(), hash).toString('base64url');
        return { token: `${input}.${signature}`, keys: [RSA().jwk] };
      }),
    );
  }),
  // Each key's own signature under the name of every other algorithm.
  ...(['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const).flatMap((signed) =>
    SIGNED_ALGORITHMS.filter((named) => !isSame(named, signed)).map((named) =>
      hostile(
        'no key or wrong signature',
        `is signed with ${signed} and names ${named}`,
        signedWith(
          () => ({ header: { alg: named } }),
          () => signerOf(signed),
        ),
      ),
    ),
  ),
  ...SIGNED_ALGORITHMS.map((algorithm) =>
    harmless(
      `is signed with ${algorithm} as it should be`,
      signedWith(
        () => ({}),
        () => signerOf(algorithm),
      ),
    ),
  ),
];

function isSame(one: SignedAlgorithm, other: SignedAlgorithm): boolean {
  return one === other || (/^Ed/.test(one) && /^Ed/.test(other));
}

const publicKeyOf = () => generatedRsa().publicKey;
let rsaPair: ReturnType<typeof generatePair> | null = null;
const generatePair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const generatedRsa = () => (rsaPair ??= generatePair());
const pemOf = () => publicKeyOf().export({ type: 'spki', format: 'pem' }).toString();
const derOf = () => publicKeyOf().export({ type: 'spki', format: 'der' });

/** Headers that change what a token means, or try to. */
const CRITICAL: Readonly<Record<string, unknown>> = {
  'an extension': { crit: ['exp'], exp: 1 },
  'an extension that is absent': { crit: ['http://example.com/x'] },
  nothing: { crit: [] },
  'a text': { crit: 'exp' },
  null: { crit: null },
  'an object': { crit: {} },
  numbers: { crit: [1, 2] },
  'the key id': { crit: ['kid'] },
  'the algorithm': { crit: ['alg'] },
  'an unencoded payload': { crit: ['b64'], b64: false },
  'an unencoded payload, uncritically': { b64: false },
  'an encoding that is a text': { b64: 'false' },
  'an encoding of 0': { b64: 0 },
  'an encoding that is null': { b64: null },
  'b64 twice': { crit: ['b64', 'b64'], b64: true },
  __proto__: { crit: ['__proto__'] },
  'ten thousand extensions': { crit: Array.from({ length: 3000 }, (_, index) => `x${index}`) },
};

const ATTACKER = () => OTHER().jwk;
const HINTS: Readonly<Record<string, () => object>> = {
  'its own key (jwk)': () => ({ jwk: ATTACKER() }),
  'its own key with the published id (jwk)': () => ({ jwk: { ...ATTACKER(), kid: 'key-1' } }),
  'its own key as an array (jwk)': () => ({ jwk: [ATTACKER()] }),
  'a place of its keys (jku)': () => ({ jku: 'http://127.0.0.1:9/keys' }),
  'a place of its keys in a cloud (jku)': () => ({ jku: 'http://169.254.169.254/keys' }),
  'a file of its keys (jku)': () => ({ jku: 'file:///etc/passwd' }),
  'a place of its certificate (x5u)': () => ({ x5u: 'http://127.0.0.1:9/cert.pem' }),
  'its own certificate (x5c)': () => ({ x5c: [derOf().toString('base64')] }),
  'a fingerprint of its certificate (x5t)': () => ({ x5t: 'AAAA', 'x5t#S256': 'AAAA' }),
  'an agreed key (epk)': () => ({ epk: ATTACKER() }),
  compression: () => ({ zip: 'DEF' }),
  encryption: () => ({ enc: 'A256GCM' }),
};

const headers = [
  ...Object.entries(CRITICAL).map(([what, more]) =>
    hostile(
      'malformed',
      `demands ${what} in its header`,
      signedWith(() => ({ header: more })),
    ),
  ),
  ...Object.entries(HINTS).flatMap(([what, more]) => [
    hostile('wrong signature', `brings ${what}, and is signed with another key`, (issuer) => ({
      token: signedToken(OTHER(), { header: more(), payload: rightClaims(issuer) }),
      keys: [RSA().jwk],
    })),
    harmless(
      `brings ${what}, and is signed with the published key`,
      signedWith(() => ({ header: more() })),
    ),
  ]),
  ...[
    '../../../../dev/null',
    "' OR '1'='1",
    '"; DROP TABLE keys; --',
    '__proto__',
    'constructor',
    'key-1\0',
    ' key-1',
    'KEY-1',
    '',
    '*',
    '0',
    'key-1\r\nx: y',
    '{{7*7}}',
    '\u202e1-yek',
    'k'.repeat(20_000),
    'http://127.0.0.1:9/k',
  ].map((kid) =>
    hostile(
      'no key',
      `names the key ${JSON.stringify(kid).slice(0, 40)}`,
      signedWith(() => ({ header: { kid } })),
    ),
  ),
  ...[null, 7, true, [], ['key-1'], {}, { kid: 'key-1' }].map((kid) =>
    hostile(
      'malformed',
      `names the key ${JSON.stringify(kid)}, which is no text`,
      signedWith(() => ({ header: { kid } })),
    ),
  ),
  harmless(
    'names no key, where one is published',
    signedWith(() => ({ header: { kid: undefined } })),
  ),
  ...[null, 7, [], {}, 'at+jwt', 'JWT', 'application/at+jwt', 'x'.repeat(10_000), '\u0007'].map(
    (typ) =>
      harmless(
        `has the type ${JSON.stringify(typ)?.slice(0, 30)}`,
        signedWith(() => ({ header: { typ } })),
      ),
  ),
  harmless(
    'has a header with ten thousand fields',
    signedWith(() => ({
      header: Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`x${index}`, index])),
    })),
  ),
];

/** Header texts that are JSON of a kind that parsers differ about; all are signed as they stand. */
const HEADER_TEXTS: Readonly<Record<string, readonly [text: string, isRight: boolean]>> = {
  'blanks around its header': [' {"alg":"RS256","kid":"key-1"} ', true],
  'line feeds in its header': ['{\r\n"alg":\t"RS256",\n"kid":"key-1"}', true],
  'escapes in the names of its header': ['{"\\u0061lg":"RS256","kid":"key-1"}', true],
  'its algorithm twice, the last the right one': [
    '{"alg":"none","alg":"RS256","kid":"key-1"}',
    true,
  ],
  'its algorithm twice, the last none': ['{"alg":"RS256","alg":"none","kid":"key-1"}', false],
  'its key twice, the last another': ['{"alg":"RS256","kid":"key-1","kid":"x"}', false],
  'its algorithm in its prototype': ['{"__proto__":{"alg":"RS256"},"kid":"key-1"}', false],
  'a comma too many in its header': ['{"alg":"RS256","kid":"key-1",}', false],
  'a comment in its header': ['{"alg":"RS256"/*x*/,"kid":"key-1"}', false],
  'single quotes in its header': ["{'alg':'RS256','kid':'key-1'}", false],
  'a header in an array': ['[{"alg":"RS256","kid":"key-1"}]', false],
  'a header that is a text': ['"RS256"', false],
  'a header that is null': ['null', false],
  'a header that is a number': ['7', false],
  'no fields in its header': ['{}', false],
  'two objects as its header': ['{"alg":"RS256"}{"kid":"key-1"}', false],
  'NaN in its header': ['{"alg":"RS256","kid":"key-1","x":NaN}', false],
  'a byte order mark before its header': ['\uFEFF{"alg":"RS256","kid":"key-1"}', false],
  'a header in a hundred thousand brackets': ['['.repeat(40_000), false],
};

const texts = Object.entries(HEADER_TEXTS).map(([what, [text, isRight]]) => {
  const forge = signedWith(() => ({ header: text }));
  if (isRight) return harmless(`has ${what}`, forge);
  const verdict = /none/.test(text) && !/^\[/.test(text) ? 'not allowed' : 'malformed';
  return hostile(/"kid":"x"/.test(text) ? 'no key' : verdict, `has ${what}`, forge);
});

/** Payloads as text, signed as they stand. */
const PAYLOAD_TEXTS: Readonly<Record<string, string | Buffer>> = {
  'an empty payload': '',
  'a payload that is null': 'null',
  'a payload that is a number': '7',
  'a payload that is a text': '"x"',
  'a payload that is an array': '[{"iss":"x"}]',
  'a payload that is no JSON': 'iss=x&aud=y',
  'a payload with a comma too many': '{"iss":"x",}',
  'a payload with NaN': '{"exp":NaN}',
  'a payload that is cut off': '{"iss":"x"',
  'a payload in UTF-16': Buffer.from('{"iss":"x"}', 'utf16le'),
  'a payload of bytes that are not UTF-8': Buffer.from([0x7b, 0xff, 0x7d]),
  'a payload with a byte order mark': '\uFEFF{"iss":"x"}',
  'a payload in a hundred thousand brackets': '['.repeat(40_000),
  'a payload that is compressed': Buffer.from('1f8b0800000000000003', 'hex'),
  'a payload that is XML': '<saml/>',
};
const payloads = Object.entries(PAYLOAD_TEXTS).map(([what, payload]) =>
  hostile(
    'malformed',
    `has ${what}`,
    signedWith(() => ({ payload })),
  ),
);

const CUT = 'malformed';
const forms: readonly HostileToken[] = [
  hostile(
    CUT,
    'has no dot',
    changed((_, parts) => parts.join('')),
  ),
  hostile(
    CUT,
    'has one dot',
    changed((_, [header, payload]) => `${header}.${payload}`),
  ),
  hostile(
    CUT,
    'has three dots',
    changed((token) => `${token}.x`),
  ),
  hostile(
    CUT,
    'has four dots',
    changed((token) => `${token}.x.y`),
  ),
  hostile(
    CUT,
    'has ten thousand dots',
    changed(() => '.'.repeat(10_000)),
  ),
  hostile(
    CUT,
    'is three dots',
    changed(() => '...'),
  ),
  hostile(
    CUT,
    'is two dots',
    changed(() => '..'),
  ),
  hostile(
    CUT,
    'is one letter',
    changed(() => 'x'),
  ),
  hostile(
    CUT,
    'has no header',
    changed((_, [, payload, signature]) => `.${payload}.${signature}`),
  ),
  hostile(
    CUT,
    'has no payload',
    changed((_, [header, , signature]) => `${header}..${signature}`),
  ),
  hostile(
    'wrong signature',
    'has no signature',
    changed((_, [header, payload]) => `${header}.${payload}.`),
  ),
  hostile(
    CUT,
    'has padding at its signature',
    changed((token) => `${token}==`),
  ),
  hostile(
    CUT,
    'has padding at its header',
    changed((_, [header, ...rest]) => `${header}=.${rest.join('.')}`),
  ),
  hostile(
    CUT,
    'is in Base64 with plus and slash',
    changed((_, [header, payload, signature]) => `${header}.${payload}.${signature.slice(4)}+/+/`),
  ),
  hostile(
    CUT,
    'has percent signs',
    changed((token) => token.replace('.', '%2E')),
  ),
  hostile(
    CUT,
    'has a star in its signature',
    changed((token) => `${token.slice(0, -4)}****`),
  ),
  hostile(
    CUT,
    'is the token as JSON (RFC 7515 section 7.2)',
    changed((_, [header, payload, signature]) =>
      JSON.stringify({ payload, protected: header, signature }),
    ),
  ),
  hostile(
    CUT,
    'is longer than 64 KiB',
    signedWith((issuer) => ({ payload: { ...rightClaims(issuer), x: 'y'.repeat(60_000) } })),
  ),
  harmless(
    'is 40 KB long',
    signedWith((issuer) => ({ payload: { ...rightClaims(issuer), x: 'y'.repeat(30_000) } })),
  ),
  hostile(
    CUT,
    'has the word Bearer before it and no blank',
    changed((token) => `Bearer:${token}`),
  ),
  hostile('no key or wrong signature', 'is the right token of another provider', (issuer) => ({
    token: signedToken(OTHER(), { payload: rightClaims(issuer) }),
    keys: [RSA().jwk],
  })),
  hostile(
    'malformed',
    'is an encrypted token with a signature for an algorithm',
    changed((_, [header]) => `${header}.AAAA.AAAA.AAAA.AAAA`),
  ),
  hostile(
    'malformed',
    'is an encrypted token without its content',
    changed(() => `${part({ alg: 'dir', enc: 'A256GCM' })}....`),
  ),
];

/** Changes of a signature that is right. */
const SIGNATURES: Readonly<Record<string, (signature: Buffer) => Buffer>> = {
  'one bit changed': (bytes) => flipped(bytes, 0),
  'its last bit changed': (bytes) => flipped(bytes, bytes.length - 1),
  'one byte too few': (bytes) => bytes.subarray(0, -1),
  'its first byte left out': (bytes) => bytes.subarray(1),
  'one byte too many': (bytes) => Buffer.concat([bytes, Buffer.from([0])]),
  'a zero before it': (bytes) => Buffer.concat([Buffer.from([0]), bytes]),
  'a half of it': (bytes) => bytes.subarray(0, bytes.length / 2),
  'it twice': (bytes) => Buffer.concat([bytes, bytes]),
  zeros: (bytes) => Buffer.alloc(bytes.length),
  ones: (bytes) => Buffer.alloc(bytes.length, 0xff),
  'one byte': () => Buffer.from([1]),
  '40 KB': () => Buffer.alloc(40_000, 1),
};
const signatures = (['RS256', 'PS256', 'ES256', 'ES512', 'EdDSA'] as const).flatMap((algorithm) =>
  Object.entries(SIGNATURES).map(([what, change]) =>
    hostile(
      'no key or wrong signature',
      `has with ${algorithm} as its signature ${what}`,
      changed(
        (_, [header, payload, signature]) =>
          `${header}.${payload}.${change(Buffer.from(signature, 'base64url')).toString('base64url')}`,
        () => signerOf(algorithm),
      ),
    ),
  ),
);

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** The order of P-256. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const bytesOf = (value: bigint) =>
  Buffer.from(value.toString(16).padStart(64, '0').slice(-64), 'hex');
const numberOf = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);

/** Signatures of an elliptic curve, by r and s of the right one. */
const CURVE: Readonly<Record<string, (r: bigint, s: bigint) => Buffer>> = {
  'r and s of 0': () => Buffer.alloc(64),
  'r of 0': (_, s) => Buffer.concat([Buffer.alloc(32), bytesOf(s)]),
  's of 0': (r) => Buffer.concat([bytesOf(r), Buffer.alloc(32)]),
  'r and s of 1': () => Buffer.concat([bytesOf(1n), bytesOf(1n)]),
  'r of the order': (_, s) => Buffer.concat([bytesOf(ORDER), bytesOf(s)]),
  's of the order': (r) => Buffer.concat([bytesOf(r), bytesOf(ORDER)]),
  'r and s of the order': () => Buffer.concat([bytesOf(ORDER), bytesOf(ORDER)]),
  'r beyond the order': (r, s) => Buffer.concat([bytesOf((r + ORDER) % 2n ** 256n), bytesOf(s)]),
  's beyond the order': (r, s) => Buffer.concat([bytesOf(r), bytesOf((s + ORDER) % 2n ** 256n)]),
  'r of the order less 1': (_, s) => Buffer.concat([bytesOf(ORDER - 1n), bytesOf(s)]),
  's plus 1': (r, s) => Buffer.concat([bytesOf(r), bytesOf((s + 1n) % ORDER)]),
  'r negated': (r, s) => Buffer.concat([bytesOf(ORDER - r), bytesOf(s)]),
  'r and s exchanged': (r, s) => Buffer.concat([bytesOf(s), bytesOf(r)]),
  'the greatest r and s': () => Buffer.alloc(64, 0xff),
};
const curves = [
  ...Object.entries(CURVE).map(([what, make]) =>
    hostile(
      'wrong signature',
      `has with ES256 ${what}`,
      changed((_, [header, payload, signature]) => {
        const bytes = Buffer.from(signature, 'base64url');
        const made = make(numberOf(bytes.subarray(0, 32)), numberOf(bytes.subarray(32)));
        return `${header}.${payload}.${made.toString('base64url')}`;
      }, EC),
    ),
  ),
  hostile('wrong signature', 'has with ES256 a signature in DER', (issuer) => {
    const { privateKey, jwk } = EC();
    const input = `${part({ alg: 'ES256', kid: 'key-1' })}.${part(rightClaims(issuer))}`;
    const made = signatureOf(input, { algorithm: 'RS256', privateKey, jwk });
    return { token: `${input}.${made.toString('base64url')}`, keys: [jwk] };
  }),
  hostile(
    'wrong signature',
    'has with EdDSA an S beyond the order',
    changed(
      (_, [header, payload, signature]) => {
        const bytes = Buffer.from(signature, 'base64url');
        const order = 2n ** 252n + 27742317777372353535851937790883648493n;
        const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
        const greater = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
        return `${header}.${payload}.${Buffer.concat([bytes.subarray(0, 32), greater]).toString('base64url')}`;
      },
      () => signerOf('EdDSA'),
    ),
  ),
];

/** The same bytes, written in Base64 otherwise: the last character has bits that nobody reads. */
const REST: readonly HostileToken[] = [
  {
    ...harmless(
      'has unused bits in the last character of its signature',
      changed((token, [, , signature]) => withUnusedBits(token, signature)),
    ),
    expected: {
      causes: [null, 'signature-invalid', 'token-malformed'],
      statuses: ['healthy', 'unhealthy'],
    },
  },
];

function withUnusedBits(token: string, signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(signature.at(-1) ?? '');
  // 256 bytes take 342 characters, of which the last has four bits too many.
  return `${token.slice(0, -1)}${alphabet[last | 1]}`;
}

/** Tokens that somebody forged, and odd ones that are right. */
export const FORGED_TOKENS: readonly HostileToken[] = [
  ...algorithms,
  ...headers,
  ...texts,
  ...payloads,
  ...forms,
  ...signatures,
  ...curves,
  ...REST,
];
