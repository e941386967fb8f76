// Faults of HTTP messages: status lines, headers, framing and content codings.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { gzipBomb } from '../support/fault-replies.ts';
import { rawReply } from '../support/raw-server.ts';
import type { Misbehaviour } from './faulty-provider.ts';
import {
  changesBody,
  changesHead,
  type Expected,
  everywhere,
  faultAt,
  type ProviderFault,
  repeatedly,
  says,
  saysAndCloses,
  sendsBody,
} from './provider-fault.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n';

const informational = [
  ...faultAt(everywhere('understood'), 'sends early hints (103) first', ({ socket, right }) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x.css>; rel=preload\r\n\r\n');
    socket.write(right);
  }),
  ...faultAt(
    everywhere('understood', 'token'),
    'sends an informational status (199) first',
    ({ socket, right }) => {
      socket.write('HTTP/1.1 199 Whatever\r\n\r\n');
      socket.write(right);
    },
  ),
  ...faultAt(
    everywhere('understood', 'token'),
    'sends thirty informational replies first',
    ({ socket, right }) => {
      for (let count = 0; count < 30; count += 1) socket.write('HTTP/1.1 102 Processing\r\n\r\n');
      socket.write(right);
    },
  ),
  ...faultAt(
    everywhere('no answer in time', 'discovery', 'token'),
    'sends informational replies for ever',
    ({ socket }) => {
      repeatedly(socket, 20, 'HTTP/1.1 102 Processing\r\n\r\n');
    },
  ),
];

/** Statuses at the token endpoint with an empty body. */
const UNAVAILABLE: Expected = {
  causes: ['provider-error', 'provider-timeout', 'provider-unreachable', 'provider-rate-limited'],
  statuses: ['undetermined'],
};
const REFUSED: Expected = {
  causes: [
    'refusal-unrecognized',
    'credentials-rejected',
    'client-unknown',
    'provider-blocked',
    'request-malformed',
    'token-reply-malformed',
    'grant-not-allowed',
    'discovery-invalid',
  ],
  statuses: ['unhealthy', 'undetermined'],
};
const HELD_BACK = new Set([408, 421, 425, 429]);
const statusOf = (status: number): Expected => {
  if (status === 429) return 'limited';
  if (status >= 500 || HELD_BACK.has(status)) return UNAVAILABLE;
  return status >= 400 ? REFUSED : 'another status';
};

const CLIENT_ERRORS = [
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417],
  ...[418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 444, 449, 451, 495, 498, 499],
];
const SERVER_ERRORS = [
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525, 526],
  ...[527, 529, 530, 540, 561, 598, 599],
];
const SUCCESSES = [201, 202, 203, 205, 206, 207, 208, 226, 250, 299];
const REDIRECTS = [300, 301, 302, 303, 305, 306, 307, 308];

const statuses = [
  ...CLIENT_ERRORS.flatMap((status) =>
    faultAt({ token: statusOf(status) }, `answers ${status} with nothing`, says(rawReply(status))),
  ),
  ...SERVER_ERRORS.flatMap((status) =>
    faultAt(
      {
        token: status === 504 ? UNAVAILABLE : 'failing',
        ...(status < 505 ? { discovery: 'failing', api: 'failing' } : {}),
      },
      `answers ${status} with nothing`,
      says(rawReply(status)),
    ),
  ),
  ...SUCCESSES.flatMap((status) =>
    faultAt(
      everywhere('another status', 'token', 'keys'),
      `answers ${status} with the right body`,
      ({ socket, body }) =>
        void socket.write(rawReply(status, body, ['content-type: application/json'])),
    ),
  ),
  ...faultAt(
    { discovery: 'another status', token: 'another status', keys: 'another status' },
    'answers 204',
    says('HTTP/1.1 204 No Content\r\n\r\n'),
  ),
  ...faultAt(
    { token: 'another status' },
    'answers 204 with a body',
    changesHead('HTTP/1.1 204 No Content\r\ncontent-length: {length}\r\n\r\n'),
  ),
  ...faultAt(
    everywhere('another status', 'discovery', 'token', 'keys'),
    'answers 304',
    says('HTTP/1.1 304 Not Modified\r\netag: "1"\r\n\r\n'),
  ),
  ...REDIRECTS.flatMap((status) =>
    faultAt(
      everywhere('another status'),
      `redirects elsewhere with ${status}`,
      says(rawReply(status, '', ['location: http://127.0.0.1:9/elsewhere'])),
    ),
  ),
  ...faultAt(
    everywhere('another status'),
    'redirects to itself',
    ({ socket, origin }) => void socket.write(rawReply(302, '', [`location: ${origin}/token`])),
  ),
  ...Object.entries({
    'without an address': [],
    'to no address': ['location: '],
    'to a file': ['location: file:///etc/passwd'],
    'to a script': ['location: javascript:alert(1)'],
    'to data': ['location: data:application/json,{"access_token":"forged"}'],
    'to two addresses': ['location: http://127.0.0.1:1/', 'location: http://127.0.0.1:2/'],
    'to metadata of a cloud': ['location: http://169.254.169.254/latest/meta-data/'],
    'to a long address': [`location: http://127.0.0.1/${'x'.repeat(8000)}`],
  }).flatMap(([where, headers]) =>
    faultAt(
      everywhere('another status', 'token'),
      `redirects ${where}`,
      says(rawReply(307, '', headers)),
    ),
  ),
];

const statusLines = [
  ...['000', '099', '-1', '20', '2000', '2 00', 'OK', '200.5', '0x200', '٢٠٠'].flatMap((status) =>
    faultAt(
      {
        token: {
          causes: [
            'provider-unreachable',
            'token-reply-malformed',
            'provider-error',
            'provider-timeout',
          ],
          statuses: ['undetermined', 'unhealthy'],
        },
      },
      `answers with the status "${status}"`,
      ({ socket, body }) =>
        void socket.end(
          Buffer.concat([
            Buffer.from(`HTTP/1.1 ${status} X\r\ncontent-length: ${body.length}\r\n\r\n`),
            body,
          ]),
        ),
    ),
  ),
  ...['600', '777', '999'].flatMap((status) =>
    faultAt(
      {
        token: {
          causes: ['provider-error', 'provider-unreachable', 'refusal-unrecognized'],
          statuses: ['undetermined', 'unhealthy'],
        },
      },
      `answers with the status ${status}`,
      changesHead(`HTTP/1.1 ${status} X\r\ncontent-length: {length}\r\n\r\n`),
    ),
  ),
  ...Object.entries({
    'no reason': 'HTTP/1.1 200\r\n',
    'an empty reason': 'HTTP/1.1 200 \r\n',
    'a reason in Latin-1': 'HTTP/1.1 200 \xd6K\r\n',
    'a long reason': `HTTP/1.1 200 ${'O'.repeat(8000)}K\r\n`,
    'HTTP/1.0': 'HTTP/1.0 200 OK\r\n',
  }).flatMap(([what, line]) =>
    faultAt(
      everywhere('understood', 'token'),
      `answers 200 with ${what}`,
      changesHead(`${line}content-length: {length}\r\n\r\n`),
    ),
  ),
];

const HARMLESS_HEADERS: Readonly<Record<string, string>> = {
  'a hundred headers': Array.from({ length: 100 }, (_, index) => `x-${index}: ${index}\r\n`).join(
    '',
  ),
  'fifty cookies': Array.from(
    { length: 50 },
    (_, index) => `set-cookie: a${index}=b; HttpOnly\r\n`,
  ).join(''),
  'a header in Latin-1': 'x-name: M\xfcller\r\n',
  'headers named after members of objects':
    '__proto__: x\r\nconstructor: y\r\ntoString: z\r\nhasOwnProperty: 1\r\n',
  'an empty header': 'x-empty:\r\n',
  'a header of blanks': 'x-blank:    \t  \r\n',
  'a header of 8 KiB': `x-long: ${'x'.repeat(8192)}\r\n`,
  'no date': '',
  'a date of 1970': 'date: Thu, 01 Jan 1970 00:00:00 GMT\r\n',
  'a date of the year 9999': 'date: Fri, 31 Dec 9999 23:59:59 GMT\r\n',
  'a date that is none': 'date: yesterday\r\n',
  'two dates': 'date: Thu, 01 Jan 1970 00:00:00 GMT\r\ndate: Fri, 31 Dec 9999 23:59:59 GMT\r\n',
  'a date before the epoch': 'date: Mon, 01 Jan 1900 00:00:00 GMT\r\n',
  'a date with another zone': 'date: Thu, 01 Jan 1970 00:00:00 +0900\r\n',
  'an age of a century': 'age: 3155760000\r\n',
  'a pause although it answers': 'retry-after: 86400\r\n',
  'a challenge although it answers': 'www-authenticate: Bearer error="invalid_token"\r\n',
  'the type text/html': 'content-type: text/html\r\n',
  'the type text/plain': 'content-type: text/plain; charset=us-ascii\r\n',
  'the type image/png': 'content-type: image/png\r\n',
  'a type that is none': 'content-type: ;;;\r\n',
  'two types': 'content-type: application/json\r\ncontent-type: text/html\r\n',
  'a character set that is not its own': 'content-type: application/json; charset=utf-16\r\n',
};

const headers = [
  ...Object.entries(HARMLESS_HEADERS).flatMap(([what, lines], index) =>
    faultAt(
      index % 3 === 0
        ? everywhere('understood', 'token', 'api')
        : everywhere('understood', 'token'),
      `sends ${what}`,
      changesHead(`${OK}${lines}\r\n`),
    ),
  ),
  ...Object.entries({
    'a thousand headers of 20 characters': Array.from(
      { length: 1000 },
      (_, index) => `x-${index}: ${'y'.repeat(14)}\r\n`,
    ).join(''),
    'a header of 20 kB': `x-long: ${'x'.repeat(20_000)}\r\n`,
    'a header of 1 MB': `x-long: ${'x'.repeat(1_000_000)}\r\n`,
    'a header without a colon': 'nonsense\r\n',
    'a header with a blank before the colon': 'x-name : value\r\n',
    'a header without a name': ': value\r\n',
    'a header with NUL': 'x-nul: a\0b\r\n',
    'a header name in Latin-1': 'x-n\xfcll: value\r\n',
    'a line feed alone inside a header': 'x-split: a\nb\r\n',
    'a carriage return alone inside a header': 'x-split: a\rb\r\n',
    'a header that goes on in the next line before any': ' folded: value\r\n',
  }).flatMap(([what, lines]) =>
    faultAt(
      everywhere('no answer', 'discovery', 'token', 'api'),
      `sends ${what}`,
      changesHead(`${OK}${lines}\r\n`),
    ),
  ),
  ...faultAt(
    everywhere('no answer', 'token'),
    'sends a header without end as fast as it is read',
    ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\nx-long: ');
      repeatedly(socket, 0, Buffer.alloc(16 * 1024, 'x'));
    },
  ),
  ...faultAt(
    everywhere('no answer', 'token'),
    'sends headers without end as fast as they are read',
    ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      repeatedly(socket, 0, Buffer.from('x-more: yes\r\n'.repeat(1000)));
    },
  ),
];

/** What a 429 says of the pause; all of them are the same to a check that cannot wait so long. */
const PAUSES: Readonly<Record<string, readonly string[]>> = {
  'no pause': [],
  'an hour': ['retry-after: 3600'],
  'a date': ['retry-after: Fri, 31 Dec 2100 23:59:59 GMT'],
  'a century in seconds': ['retry-after: 3155760000'],
  'more digits than a number has': [`retry-after: ${'9'.repeat(400)}`],
  'a negative pause': ['retry-after: -5'],
  'a word': ['retry-after: soon'],
  'a list': ['retry-after: 100, 200'],
  'two pauses': ['retry-after: 7200', 'retry-after: 1'],
  'an exponent': ['retry-after: 1e9'],
  'a date in no zone': ['retry-after: 2100-01-01'],
  'hexadecimal digits': ['retry-after: 0xff'],
  'a reset in seconds since the epoch': ['x-ratelimit-reset: 4102444800'],
  'a reset in milliseconds since the epoch': ['x-ratelimit-reset: 4102444800000'],
  'a reset of RateLimit': ['ratelimit-reset: 900'],
};

const pauses = [
  ...Object.entries(PAUSES).flatMap(([what, lines], index) =>
    faultAt(
      { token: 'limited', ...(index < 3 ? { discovery: 'limited', api: 'limited' } : {}) },
      `limits requests with ${what}`,
      says(rawReply(429, '', lines)),
    ),
  ),
  ...Object.entries({
    'a pause of 0': 'retry-after: 0',
    'a pause of 1 s': 'retry-after: 1',
    'a date that is past': 'retry-after: Thu, 01 Jan 1970 00:00:00 GMT',
    'a fraction': 'retry-after: 0.5',
  }).flatMap(([what, line]) =>
    faultAt(
      { token: 'limited' },
      `limits requests twice with ${what}`,
      says(rawReply(429, '', [line])),
    ),
  ),
  ...faultAt(
    { token: 'failing' },
    'is overloaded (503) with a pause',
    says(rawReply(503, '', ['retry-after: 120'])),
  ),
  ...faultAt(
    { token: REFUSED },
    'refuses with five hundred challenges',
    says(
      rawReply(
        401,
        '',
        Array.from({ length: 400 }, (_, index) => `www-authenticate: A${index} b=c`),
      ),
    ),
  ),
];

const NO_LENGTH: Readonly<Record<string, string>> = {
  'a negative length': 'content-length: -1\r\n',
  'a length with a sign': 'content-length: +5\r\n',
  'a length in hexadecimal': 'content-length: 0x10\r\n',
  'a length with an exponent': 'content-length: 1e2\r\n',
  'a length that is no number': 'content-length: NaN\r\n',
  'a length beyond 64 bits': 'content-length: 18446744073709551617\r\n',
  'a list of two lengths': 'content-length: 5, 6\r\n',
  'two lengths': 'content-length: 5\r\ncontent-length: 6\r\n',
  'a length and chunks': 'content-length: 5\r\ntransfer-encoding: chunked\r\n',
  'chunks and a length': 'transfer-encoding: chunked\r\ncontent-length: 5\r\n',
};

const chunked = (chunks: string | Buffer) =>
  Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
    Buffer.from(chunks),
  ]);
const oneChunk = (body: Buffer, extension = '') =>
  `${body.length.toString(16)}${extension}\r\n${body.toString()}\r\n`;

/** Chunks that cannot be read; a status line came before them. */
const WRONG_CHUNKS: Readonly<Record<string, string>> = {
  'a chunk size that is no number': 'zz\r\n{}\r\n0\r\n\r\n',
  'a negative chunk size': '-2\r\n{}\r\n0\r\n\r\n',
  'a chunk size beyond 64 bits': 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n',
  'a chunk that is longer than its size': '1\r\n{}\r\n0\r\n\r\n',
  'no line end after a chunk': '2\r\n{}0\r\n\r\n',
  'an empty chunk size': '\r\n{}\r\n0\r\n\r\n',
  'a size with a prefix': '0x2\r\n{}\r\n0\r\n\r\n',
};

const framing = [
  ...Object.entries(NO_LENGTH).flatMap(([what, lines]) =>
    faultAt(
      everywhere('no answer', 'discovery', 'token', 'api'),
      `sends ${what}`,
      ({ socket, body }) =>
        void socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${lines}\r\n`), body])),
    ),
  ),
  ...faultAt(
    everywhere('useless', 'discovery', 'token', 'keys'),
    'sends a body that is longer than its length',
    changesHead('HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n'),
  ),
  ...faultAt(
    everywhere('useless', 'discovery', 'token', 'keys'),
    'sends a body with the length 0',
    changesHead('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
  ),
  ...faultAt(
    everywhere('cut off'),
    'sends a body that is shorter than its length, and closes',
    ({ socket, body }) =>
      void socket.end(rawReply(200, body, [`content-length: ${body.length + 5}`])),
  ),
  ...faultAt(
    everywhere('not finished in time'),
    'sends a body that is shorter than its length, and waits',
    ({ socket, body }) =>
      void socket.write(rawReply(200, body, [`content-length: ${body.length + 5}`])),
  ),
  ...faultAt(
    everywhere('cut off', 'token'),
    'promises a body of a petabyte, and closes',
    ({ socket, body }) =>
      void socket.end(rawReply(200, body, ['content-length: 1125899906842624'])),
  ),
  ...faultAt(
    everywhere('not finished in time', 'token', 'keys'),
    'promises a body of a petabyte, and waits',
    ({ socket, body }) =>
      void socket.write(rawReply(200, body, ['content-length: 1125899906842624'])),
  ),
  ...faultAt(
    everywhere('understood'),
    'ends its body by closing the connection',
    ({ socket, body }) =>
      void socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), body])),
  ),
  ...faultAt(
    everywhere('cut off'),
    'ends a body without a length by a reset',
    ({ socket, body }) =>
      void socket.write(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), body]), () =>
        setTimeout(() => socket.resetAndDestroy(), 50),
      ),
  ),
  ...faultAt(
    everywhere('not finished in time', 'discovery', 'token'),
    'never ends a body without a length',
    changesHead('HTTP/1.1 200 OK\r\n\r\n'),
  ),
  ...faultAt(
    everywhere('understood', 'discovery', 'token', 'keys'),
    'sends its body in chunks of one byte',
    ({ socket, body }) =>
      void socket.write(
        chunked(`${[...body.toString()].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`),
      ),
  ),
  ...faultAt(
    everywhere('understood', 'token'),
    'sends chunks with extensions',
    ({ socket, body }) =>
      void socket.write(chunked(`${oneChunk(body, ';name="value";x=1')}0;last\r\n\r\n`)),
  ),
  ...faultAt(
    everywhere('understood', 'token'),
    'sends trailers',
    ({ socket, body }) =>
      void socket.write(chunked(`${oneChunk(body)}0\r\nx-checksum: 1\r\nset-cookie: a=b\r\n\r\n`)),
  ),
  ...Object.entries(WRONG_CHUNKS).flatMap(([what, chunks]) =>
    faultAt(
      everywhere('cut off', 'discovery', 'token', 'api'),
      `sends ${what}`,
      saysAndCloses(chunked(chunks)),
    ),
  ),
  ...faultAt(
    everywhere('cut off', 'token', 'keys'),
    'closes before its last chunk',
    ({ socket, body }) => void socket.end(chunked(oneChunk(body))),
  ),
  ...faultAt(
    everywhere('not finished in time', 'token', 'keys'),
    'waits before its last chunk',
    ({ socket, body }) => void socket.write(chunked(oneChunk(body))),
  ),
  ...faultAt(
    everywhere('cut off', 'token'),
    'sends a chunk extension of 1 MB',
    ({ socket, body }) => void socket.end(chunked(oneChunk(body, `;x=${'y'.repeat(1_000_000)}`))),
  ),
  ...faultAt(
    everywhere('cut off', 'token'),
    'sends a trailer without a colon',
    ({ socket, body }) => void socket.end(chunked(`${oneChunk(body)}0\r\ngarbage\r\n\r\n`)),
  ),
  ...faultAt(everywhere('cut off', 'token'), 'sends trailers without end', ({ socket, body }) => {
    socket.write(chunked(`${oneChunk(body)}0\r\n`));
    repeatedly(socket, 0, Buffer.from('x-more: yes\r\n'.repeat(1000)));
  }),
  ...faultAt(
    everywhere('not finished in time', 'token'),
    'sends empty lines instead of a chunk',
    ({ socket }) => {
      socket.write(chunked('1;x='));
      repeatedly(socket, 20, 'a');
    },
  ),
];

const gzip = (body: Buffer) => gzipSync(body);
const CODED: Readonly<Record<string, readonly [coding: string, encode: (body: Buffer) => Buffer]>> =
  {
    gzip: ['gzip', gzip],
    'gzip under an old name': ['x-gzip', gzip],
    'gzip in capitals': ['GZIP', gzip],
    'gzip twice': ['gzip, gzip', (body) => gzip(gzip(body))],
    'gzip in two members': [
      'gzip',
      (body) => Buffer.concat([gzip(body.subarray(0, 9)), gzip(body.subarray(9))]),
    ],
    'gzip with ten thousand empty members': [
      'gzip',
      (body) =>
        Buffer.concat([...new Array<Buffer>(10_000).fill(gzip(Buffer.alloc(0))), gzip(body)]),
    ],
    deflate: ['deflate', (body) => deflateSync(body)],
    'deflate without its head': ['deflate', (body) => deflateRawSync(body)],
    Brotli: ['br', (body) => brotliCompressSync(body)],
    'a coding that does nothing': ['identity', (body) => body],
  };
const UNREADABLE: Readonly<
  Record<string, readonly [coding: string, encode: (body: Buffer) => Buffer]>
> = {
  'a plain body as gzip': ['gzip', (body) => body],
  'a plain body as Brotli': ['br', (body) => body],
  'a plain body as deflate': ['deflate', (body) => body],
  'gzip twice, said once': ['gzip', (body) => gzip(gzip(body))],
  'gzip, said twice': ['gzip, gzip', gzip],
  'gzip as Brotli': ['br', gzip],
  'gzip with a wrong checksum': [
    'gzip',
    (body) => {
      const bytes = gzip(body);
      bytes.writeUInt32LE(7, bytes.length - 8);
      return bytes;
    },
  ],
  'gzip with damaged data': [
    'gzip',
    (body) => {
      const bytes = gzip(body);
      bytes.fill(0xff, 10, 12);
      return bytes;
    },
  ],
  'a coding that is not known': ['zstd-ng', (body) => body],
  compress: ['compress', (body) => body],
  'four codings': ['gzip, gzip, gzip, gzip', (body) => gzip(gzip(gzip(gzip(body))))],
  'a hundred codings': [new Array(100).fill('gzip').join(','), gzip],
};

const bomb = (member: Buffer, count: number) =>
  Buffer.concat([gzip(Buffer.from('{"filler":"')), ...new Array<Buffer>(count).fill(member)]);

const codings = [
  ...Object.entries(CODED).flatMap(([what, [coding, encode]]) =>
    faultAt(
      everywhere('understood', 'discovery', 'token'),
      `sends ${what}`,
      changesBody((body) => encode(body), `content-encoding: ${coding}`),
    ),
  ),
  ...Object.entries(UNREADABLE).flatMap(([what, [coding, encode]]) =>
    faultAt(
      everywhere('useless', 'token', 'keys', 'api'),
      `sends ${what}`,
      changesBody((body) => encode(body), `content-encoding: ${coding}`),
    ),
  ),
  ...faultAt(
    everywhere('cut off', 'discovery', 'token', 'keys'),
    'sends gzip that breaks off',
    changesBody((body) => gzip(body).subarray(0, -12), 'content-encoding: gzip'),
  ),
  ...faultAt(
    everywhere('useless'),
    'sends a gzip bomb of 128 MiB',
    sendsBodyLazily(() => {
      const { reply } = gzipBomb();
      if (typeof reply === 'function') throw new TypeError('the bomb is a reply');
      return Buffer.from(reply.body);
    }, 'content-encoding: gzip'),
  ),
  ...faultAt(
    everywhere('useless', 'token', 'keys'),
    'sends a gzip bomb inside gzip',
    sendsBodyLazily(
      () => gzip(bomb(gzip(Buffer.alloc(1024 * 1024, 'a')), 64)),
      'content-encoding: gzip, gzip',
    ),
  ),
  ...faultAt(
    everywhere('useless', 'token', 'keys'),
    'sends a Brotli bomb of 32 MiB',
    sendsBodyLazily(
      () => brotliCompressSync(Buffer.alloc(32 * 1024 * 1024, 'a'), { params: { 1: 1 } }),
      'content-encoding: br',
    ),
  ),
  ...faultAt(
    everywhere('useless', 'token', 'keys'),
    'sends a deflate bomb of 32 MiB',
    sendsBodyLazily(
      () => deflateSync(Buffer.alloc(32 * 1024 * 1024, 'a')),
      'content-encoding: deflate',
    ),
  ),
];

/** A body that is made at its first use, and kept. */
function sendsBodyLazily(make: () => Buffer, header: string): Misbehaviour {
  let made: Buffer | null = null;
  return (exchange) => {
    made ??= make();
    sendsBody(made, header)(exchange);
  };
}

/** The faults of HTTP messages. */
export const MESSAGE_FAULTS: readonly ProviderFault[] = [
  ...informational,
  ...statuses,
  ...statusLines,
  ...headers,
  ...pauses,
  ...framing,
  ...codings,
];
