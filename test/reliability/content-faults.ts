// Faults of what is said: bodies that are no JSON, or JSON of another meaning.
import { randomBytes } from 'node:crypto';
import {
  changesBody,
  changesFields,
  type Expected,
  everywhere,
  faultAt,
  type ProviderFault,
  repeatedly,
  sendsBody,
} from './provider-fault.ts';

const LIMIT_BYTES = 256 * 1024;

const utf16 = (body: Buffer, isBigEndian: boolean) => {
  const bytes = Buffer.from(`\uFEFF${body}`, 'utf16le');
  return isBigEndian ? bytes.swap16() : bytes;
};

/** Bodies without an object that can be read. */
const USELESS: Readonly<Record<string, (body: Buffer) => string | Buffer>> = {
  'an empty body': () => '',
  blanks: () => ' \r\n\t ',
  null: () => 'null',
  true: () => 'true',
  'a number': () => '200',
  'a text': () => '"ok"',
  'an array': () => '[]',
  'an array of the right object': (body) => `[${body}]`,
  'an object without fields': () => '{}',
  'a hundred thousand brackets': () => '['.repeat(100_000),
  'a hundred thousand nested objects': () => '{"a":'.repeat(50_000),
  'the right object in UTF-16 (little endian)': (body) => utf16(body, false),
  'the right object in UTF-16 (big endian)': (body) => utf16(body, true),
  'the right object in UTF-32': (body) =>
    Buffer.concat([...body].map((byte) => Buffer.from([byte, 0, 0, 0]))),
  'bytes that are not UTF-8': () => Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  'a UTF-8 character in too many bytes': () => Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d]),
  'half a surrogate in UTF-8': () => Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  'NaN in JSON': (body) => body.toString().replace('}', ',"x":NaN}'),
  'Infinity in JSON': (body) => body.toString().replace('}', ',"x":-Infinity}'),
  'a comma too many': (body) => body.toString().replace(/\}$/, ',}'),
  'comments in JSON': (body) => `/* ok */ ${body}`,
  'single quotes': (body) => body.toString().replaceAll('"', "'"),
  'names without quotes': () => '{access_token: "x"}',
  'text after the object': (body) => `${body} trailing`,
  'the object twice': (body) => `${body}${body}`,
  'JSON lines': (body) => `${body}\n${body}\n`,
  'a script around it': (body) => `callback(${body});`,
  'a guard before it': (body) => `)]}',\n${body}`,
  'the object as a text': (body) => JSON.stringify(body.toString()),
  'the object in Base64': (body) => body.toString('base64'),
  'JSON cut off': (body) => body.subarray(0, -7),
  'a line feed inside a text': () => '{"a":"\n"}',
  'NUL between': (body) => Buffer.concat([body.subarray(0, 5), Buffer.alloc(1), body.subarray(5)]),
  HTML: () => '<!DOCTYPE html><html><head><title>It works!</title></head></html>',
  'a captive portal': () =>
    '<html><head><title>Log in to the network</title><meta http-equiv="refresh" content="0; url=http://captive.example/login"></head></html>',
  'a page of a web server': () => '<html><head><title>Welcome to nginx!</title></head></html>',
  'a login page': () =>
    '<html><body><form action="/login" method="post"><input name="password" type="password"></form></body></html>',
  XML: () => '<?xml version="1.0"?><token>abc</token>',
  SOAP: () =>
    '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body/></soap:Envelope>',
  'an XML bomb': () =>
    `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "${'a'.repeat(99)}"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>`,
  YAML: () => 'access_token: abc\ntoken_type: Bearer\n',
  'a form': () => 'error=temporarily&x=1',
  CSV: () => 'a,b,c\n1,2,3\n',
  PDF: () => '%PDF-1.7\n%âãÏÓ\n',
  'a picture': () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  'a zip': () => Buffer.from('504b030414000000', 'hex'),
  'protocol buffers': () => Buffer.from('0a03616263100118ac02', 'hex'),
  CBOR: () => Buffer.from('a16161f5', 'hex'),
  MessagePack: () => Buffer.from('81a161c3', 'hex'),
  'random bytes of 1 KiB': () => randomBytes(1024),
  'a body of one byte too many': (body) =>
    Buffer.concat([body, Buffer.alloc(LIMIT_BYTES + 1 - body.length, ' ')]),
  'a text of 10 MiB': () => `{"a":"${'x'.repeat(10 * 1024 * 1024)}"}`,
};

/** Bodies that every caller reads as the right one. */
const UNDERSTOOD: Readonly<Record<string, (body: Buffer) => string | Buffer>> = {
  'a byte order mark first': (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
  'blank lines around it': (body) => `\r\n\r\n${body}\n\n`,
  'a body of exactly the limit': (body) =>
    Buffer.concat([body, Buffer.alloc(LIMIT_BYTES - body.length, ' ')]),
  'escapes for every character': (body) =>
    body
      .toString()
      .replace(
        /"(iss|access)/,
        (_, name: string) =>
          `"${[...name].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')}`,
      ),
  'a field named __proto__': (body) =>
    body
      .toString()
      .replace(/^\{/, '{"__proto__":{"access_token":"forged","issuer":"forged","keys":[]},'),
  'a field named constructor': (body) =>
    body
      .toString()
      .replace(/^\{/, '{"constructor":{"prototype":{"issuer":"forged"}},"toString":1,'),
  'ten thousand fields more': (body) =>
    body
      .toString()
      .replace(
        /^\{/,
        `{${Array.from({ length: 10_000 }, (_, index) => `"x${index}":${index},`).join('')}`,
      ),
  'a field nested a thousand times': (body) =>
    body.toString().replace(/^\{/, `{"deep":${'['.repeat(1000)}${']'.repeat(1000)},`),
  'a number beyond all numbers': (body) =>
    body
      .toString()
      .replace(/^\{/, '{"big":1e999,"small":-1e999,"long":123456789012345678901234567890,'),
  'half a surrogate as an escape': (body) => body.toString().replace(/^\{/, '{"x":"\\ud800",'),
  'a text of 200 kB': (body) => body.toString().replace(/^\{/, `{"x":"${'y'.repeat(200_000)}",`),
  'emoji and marks of direction': (body) =>
    body
      .toString()
      .replace(
        /^\{/,
        '{"\u202ename\u202c":"🚀\u0000\u200b".length,'
          .replace('".length', '"')
          .replace('\u0000', ''),
      ),
};

const bodies = [
  ...Object.entries(USELESS).flatMap(([what, make], index) =>
    faultAt(
      index % 5 === 0 ? everywhere('useless') : everywhere('useless', 'discovery', 'token', 'keys'),
      `sends ${what} as its body`,
      changesBody((body) => make(body)),
    ),
  ),
  ...Object.entries(UNDERSTOOD).flatMap(([what, make]) =>
    faultAt(
      everywhere('understood', 'discovery', 'token', 'keys'),
      `sends ${what}, in its body`,
      changesBody((body) => make(body)),
    ),
  ),
  ...faultAt(
    everywhere('useless'),
    'sends a body without end as fast as it is read',
    ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"filler":"');
      repeatedly(socket, 0, Buffer.alloc(64 * 1024, 'a'));
    },
  ),
  ...faultAt(
    everywhere('useless', 'token', 'keys'),
    'sends chunks without end as fast as they are read',
    ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      repeatedly(socket, 0, Buffer.from(`10000\r\n${'a'.repeat(65_536)}\r\n`));
    },
  ),
];

const HARD_WORDS = 'a'.repeat(4000);
const NO_TOKENS: Readonly<Record<string, unknown>> = {
  'no token': undefined,
  null: null,
  'a number': 4711,
  'an object': { jwt: 'a.b.c' },
  'an array': ['a.b.c'],
  true: true,
  'an empty text': '',
  blanks: '   ',
  'a text with a line feed': 'abc\r\nx-evil: 1',
  'a text with NUL': 'abc\0def',
  'a text beyond ASCII': 'tökén',
};
const NOT_A_JWT: Expected = { causes: ['token-malformed'], statuses: ['unhealthy'] };

const tokens = [
  ...Object.entries(NO_TOKENS).flatMap(([what, token]) =>
    faultAt(
      { token: 'useless' },
      `grants ${what} as a token`,
      changesFields(() => ({ access_token: token })),
    ),
  ),
  ...[
    'opaque',
    'a.b.c',
    '...',
    'x'.repeat(200_000),
    `${HARD_WORDS}.${HARD_WORDS}.${HARD_WORDS}`,
  ].flatMap((token) =>
    faultAt(
      { token: NOT_A_JWT },
      `grants "${token.slice(0, 20)}" of ${token.length} characters as a token`,
      changesFields(() => ({ access_token: token })),
    ),
  ),
  ...['mac', 'DPoP', 'pop', 'N_A', '\u202ereraeB'].flatMap((type) =>
    faultAt(
      { token: { causes: ['token-reply-malformed', 'proof-required'], statuses: ['unhealthy'] } },
      `grants a token of the type "${type}"`,
      changesFields(() => ({ token_type: type })),
    ),
  ),
  ...[undefined, null, 7, ['Bearer'], 'bearer', 'BEARER'].flatMap((type) =>
    faultAt(
      // Some clients refuse a reply without a type.
      { token: { causes: [null, 'token-reply-malformed'], statuses: ['healthy', 'degraded'] } },
      `grants a token with the type ${JSON.stringify(type)}`,
      changesFields(() => ({ token_type: type })),
    ),
  ),
  ...[undefined, null, '600', -1, 0.5, 1e308, '1e3', 'NaN', '', [], {}, false].flatMap((seconds) =>
    faultAt(
      {
        token: {
          causes: [null, 'lifetime-out-of-range', 'token-expired'],
          statuses: ['healthy', 'degraded', 'unhealthy'],
        },
      },
      `says that its token expires in ${JSON.stringify(seconds)}`,
      changesFields(() => ({ expires_in: seconds })),
    ),
  ),
  ...[
    undefined,
    null,
    7,
    ['read'],
    {},
    'read '.repeat(4000),
    'x'.repeat(100_000),
    '\u202e\u0007',
  ].flatMap((scope) =>
    faultAt(
      everywhere('understood', 'token'),
      `grants the scope ${JSON.stringify(scope)?.slice(0, 20)} (${JSON.stringify(scope)?.length ?? 0} characters)`,
      changesFields(() => ({ scope })),
    ),
  ),
  ...faultAt(
    everywhere('understood', 'token'),
    'grants a token and names an error as well',
    changesFields(() => ({ error: 'invalid_client' })),
  ),
  ...faultAt(
    everywhere('useless', 'token'),
    'names the token in a field twice, and last as null',
    changesBody((body) => body.toString().replace(/\}$/, ',"access_token":null}')),
  ),
  ...faultAt(
    everywhere('understood', 'token'),
    'names the token in a field twice, and last as it is',
    changesBody((body) => body.toString().replace(/^\{/, '{"access_token":null,')),
  ),
];

const DISTRUSTED: Expected = { causes: ['discovery-invalid'], statuses: ['undetermined'] };
const ELSEWHERE: Readonly<Record<string, (origin: string) => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  'a number': () => 7,
  'an array': (origin) => [`${origin}/token`],
  'an empty text': () => '',
  'a relative address': () => '/token',
  'another host': () => 'https://evil.example/token',
  'another port': () => 'http://127.0.0.1:9/token',
  'another address of this machine': () => 'http://127.0.0.2/token',
  'an address of a cloud': () => 'http://169.254.169.254/latest/meta-data/',
  'a file': () => 'file:///etc/passwd',
  'a script': () => 'javascript:alert(1)',
  data: () => 'data:application/json,{}',
  'a socket': () => 'unix:/var/run/docker.sock',
  'a user and a password': (origin) => origin.replace('//', '//user:password@').concat('/token'),
  'a fragment': (origin) => `${origin}/token#x`,
  'a host that begins like its own': (origin) => `${origin}.evil.example/token`,
  'a host before an at sign': (origin) => `${origin}@evil.example/token`,
  'a backslash before another host': () => 'http:\\\\evil.example\\token',
};

const documents = [
  ...Object.entries(ELSEWHERE).flatMap(([what, address]) =>
    faultAt(
      { discovery: DISTRUSTED },
      `names ${what} as its token endpoint`,
      changesFields(({ origin }) => ({ token_endpoint: address(origin) })),
    ),
  ),
  ...Object.entries(ELSEWHERE)
    .filter(([what]) => what !== 'nothing')
    .flatMap(([what, address]) =>
      faultAt(
        { discovery: DISTRUSTED },
        `names ${what} as the place of its keys`,
        changesFields(({ origin }) => ({ jwks_uri: address(origin) })),
      ),
    ),
  ...faultAt(
    { discovery: { causes: ['keys-unavailable'], statuses: ['undetermined'] } },
    'names no place of its keys',
    changesFields(() => ({ jwks_uri: undefined })),
  ),
  ...Object.entries({
    nothing: undefined,
    null: null,
    'a number': 7,
    'an array': ['http://127.0.0.1'],
    'another host': 'https://evil.example',
    'a text with a mark of direction': '\u202ehttps://evil.example',
    'a text of 100,000 characters': 'x'.repeat(100_000),
  }).flatMap(([what, issuer]) =>
    faultAt(
      { discovery: DISTRUSTED },
      `names ${what} as its issuer`,
      changesFields(() => ({ issuer })),
    ),
  ),
  ...faultAt(
    { discovery: DISTRUSTED },
    'names an issuer below its own',
    changesFields(({ origin }) => ({ issuer: `${origin}/tenant` })),
  ),
  ...faultAt(
    everywhere('understood', 'discovery'),
    'names its issuer with a slash at the end',
    changesFields(({ origin }) => ({ issuer: origin })),
  ),
  ...faultAt(
    everywhere('understood', 'discovery'),
    'lists nonsense as its methods',
    changesFields(() => ({
      token_endpoint_auth_methods_supported: [7, null, { a: 1 }, 'x'.repeat(1000)],
      grant_types_supported: 7,
    })),
  ),
];

const keys = [
  ...[undefined, null, 7, 'keys', {}, { 0: {} }, true].flatMap((value) =>
    faultAt(
      everywhere('useless', 'keys'),
      `publishes ${JSON.stringify(value)} as its keys`,
      changesFields(() => ({ keys: value })),
    ),
  ),
  ...[[], [null], [7, 'x', []], [{}], [{ kty: 'oct', k: 'AAAA', kid: 'key-1' }]].flatMap((value) =>
    faultAt(
      { keys: { causes: ['signing-key-unknown'], statuses: ['unhealthy', 'undetermined'] } },
      `publishes the keys ${JSON.stringify(value)}`,
      changesFields(() => ({ keys: value })),
    ),
  ),
];

const refusals = [
  'invalid_client',
  'x'.repeat(100_000),
  '\u001b[2J\u202e',
  '<script>',
  '::error::x',
  '{{7*7}}',
  '%s%s%n',
  '../../etc/passwd',
].flatMap((error) =>
  faultAt(
    {
      token: {
        causes: [
          'credentials-rejected',
          'refusal-unrecognized',
          'client-unknown',
          'request-malformed',
          'token-reply-malformed',
        ],
        statuses: ['unhealthy', 'undetermined'],
      },
    },
    `sends the error ${JSON.stringify(error).slice(0, 24)} instead of a token`,
    sendsBody(JSON.stringify({ error, error_description: error })),
  ),
);

/** The faults of what is said. */
export const CONTENT_FAULTS: readonly ProviderFault[] = [
  ...bodies,
  ...tokens,
  ...documents,
  ...keys,
  ...refusals,
];
