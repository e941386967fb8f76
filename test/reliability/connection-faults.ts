// Faults of connections: refused, reset, closed, silent, cut at each part of a reply, and other protocols.
import { randomBytes } from 'node:crypto';
import { rawReply } from '../support/raw-server.ts';
import type { FaultyExchange, Misbehaviour } from './faulty-provider.ts';
import {
  everywhere,
  faultAt,
  faultOfConnection,
  type Outcome,
  type ProviderFault,
  repeatedly,
  says,
  saysAndCloses,
} from './provider-fault.ts';

/** How far a reply comes. */
const PARTS = {
  'before any byte of the reply': () => 0,
  'in the middle of the status line': () => 10,
  'in the middle of the headers': () => 28,
  'between the headers and the body': ({ right, body }) => right.length - body.length,
  'in the middle of the body': ({ right, body }) => right.length - Math.ceil(body.length / 2),
  'before the last byte of the body': ({ right }) => right.length - 1,
} as const satisfies Readonly<Record<string, (exchange: FaultyExchange) => number>>;

/** What a peer does in the middle, by whether the status line and headers have come. */
const BREAKS = {
  'resets the connection': {
    act: (socket) => socket.resetAndDestroy(),
    before: 'no answer',
    after: 'cut off',
  },
  'closes the connection': {
    act: (socket) => socket.end(),
    before: 'no answer',
    after: 'cut off',
  },
  'falls silent': { act: () => {}, before: 'no answer in time', after: 'not finished in time' },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly act: (socket: FaultyExchange['socket']) => void;
      readonly before: Outcome;
      readonly after: Outcome;
    }
  >
>;

const breaks = Object.entries(BREAKS).flatMap(([does, { act, before, after }]) =>
  Object.entries(PARTS).flatMap(([where, lengthOf], index) =>
    faultAt(everywhere(index < 3 ? before : after), `${does} ${where}`, (exchange) => {
      const { socket, right } = exchange;
      // Sent before the break, not with it: a reset drops what was not yet sent.
      socket.write(right.subarray(0, lengthOf(exchange)), () => setImmediate(() => act(socket)));
    }),
  ),
);

/** The right reply in pieces, with so many milliseconds between. */
function inPieces(bytesOfEach: number, everyMs: number): Misbehaviour {
  return ({ socket, right }) => {
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(right.subarray(sent, sent + bytesOfEach));
      sent += bytesOfEach;
      if (sent >= right.length) clearInterval(timer);
    }, everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}

const paces = [
  ...faultAt(everywhere('understood'), 'sends one byte after another', ({ socket, right }) => {
    socket.setNoDelay(true);
    let sent = 0;
    const next = () => {
      if (sent < right.length && !socket.destroyed) {
        sent += 1;
        socket.write(right.subarray(sent - 1, sent), () => setImmediate(next));
      }
    };
    next();
  }),
  ...faultAt(
    everywhere('no answer in time'),
    'sends one byte of its head every 400 ms',
    inPieces(1, 400),
  ),
  ...faultAt(
    everywhere('not finished in time'),
    'sends its body byte after byte without end',
    ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"filler":"');
      repeatedly(socket, 20, 'a');
    },
  ),
  ...faultAt(
    everywhere('no answer in time'),
    'sends a further header every 20 ms',
    ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      repeatedly(socket, 20, 'x-more: yes\r\n');
    },
  ),
  ...faultAt(
    everywhere('understood', 'token'),
    'splits its reply inside a line end',
    ({ socket, right }) => {
      const at = right.indexOf('\r\n') + 1;
      socket.write(right.subarray(0, at), () =>
        setTimeout(() => socket.write(right.subarray(at)), 20),
      );
    },
  ),
  ...faultAt(
    everywhere('understood'),
    'resets the connection after its whole reply',
    ({ socket, right }) => {
      socket.write(right, () => setTimeout(() => socket.resetAndDestroy(), 20));
    },
  ),
];

const FORGED = rawReply(200, '{"access_token":"forged","token_type":"Bearer"}');

const keptConnections = [
  ...faultAt(
    everywhere('understood', 'token', 'keys'),
    'closes a kept connection at the moment of its next request',
    ({ socket, right, requestOfConnection }) => {
      if (requestOfConnection > 1) socket.end();
      else socket.write(right);
    },
  ),
  ...faultAt(
    everywhere('understood', 'token', 'keys'),
    'resets a kept connection at the moment of its next request',
    ({ socket, right, requestOfConnection }) => {
      if (requestOfConnection > 1) socket.resetAndDestroy();
      else socket.write(right);
    },
  ),
  ...faultAt(
    everywhere('understood'),
    'says that it keeps the connection and closes it',
    ({ socket, body }) => {
      socket.end(rawReply(200, body, ['connection: keep-alive', 'keep-alive: timeout=60']));
    },
  ),
  ...['timeout=0', 'timeout=1, max=0', 'timeout=-1', 'timeout=99999999999', 'x', ''].flatMap(
    (value) =>
      faultAt(
        everywhere('understood', 'discovery', 'token'),
        `keeps the connection with "${value}"`,
        ({ socket, body }) =>
          void socket.write(
            rawReply(200, body, ['connection: keep-alive', `keep-alive: ${value}`]),
          ),
      ),
  ),
  ...faultAt(
    everywhere('understood', 'discovery', 'token'),
    'asks for the connection to be closed and keeps it open',
    ({ socket, body }) => void socket.write(rawReply(200, body, ['connection: close'])),
  ),
  ...faultAt(
    {
      discovery: { causes: [null, 'provider-unreachable'], statuses: ['healthy', 'undetermined'] },
      token: { causes: [null, 'keys-unavailable'], statuses: ['healthy', 'undetermined'] },
    },
    'sends a second reply that nobody requested, with a forged token',
    ({ socket, right }) => void socket.write(Buffer.concat([right, FORGED])),
  ),
  ...faultAt(
    {
      discovery: { causes: [null, 'provider-unreachable'], statuses: ['healthy', 'undetermined'] },
      token: { causes: [null, 'keys-unavailable'], statuses: ['healthy', 'undetermined'] },
      keys: 'understood',
      api: 'understood',
    },
    'sends garbage after its reply',
    ({ socket, right }) =>
      void socket.write(Buffer.concat([right, Buffer.from('garbage\r\n\r\n')])),
  ),
];

const atOnce = [
  faultOfConnection('no answer', 'refuses the connection', { access: { isClosed: true } }),
  faultOfConnection('no answer', 'resets each connection as soon as it is made', {
    onConnection: (socket) => void socket.resetAndDestroy(),
  }),
  faultOfConnection('no answer', 'closes each connection as soon as it is made', {
    onConnection: (socket) => void socket.destroy(),
  }),
  faultOfConnection('no answer', 'half-closes each connection as soon as it is made', {
    onConnection: (socket) => void socket.end(),
  }),
  faultOfConnection(
    // What comes first is read as the answer to what is sent next: TCP has no other order.
    {
      causes: ['provider-unreachable', 'discovery-invalid'],
      statuses: ['undetermined'],
    },
    'answers before anything is requested',
    {
      onConnection: (socket) => void socket.write(FORGED),
    },
  ),
  faultOfConnection('no answer in time', 'reads nothing and says nothing', {
    onConnection: (socket) => void socket.pause().removeAllListeners('data'),
    onRequest: () => {},
  }),
];

/** The first bytes of what is not HTTP/1.1. */
const PROTOCOLS: Readonly<Record<string, string | Buffer>> = {
  'a body without a status line (HTTP/0.9)': '<html><body>It works!</body></html>\r\n',
  'settings of HTTP/2': Buffer.from('000000040000000000', 'hex'),
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'the banner of SSH': 'SSH-2.0-OpenSSH_9.6\r\n',
  'the banner of SMTP': '220 mail.example.com ESMTP Postfix\r\n',
  'the banner of FTP': '220 (vsFTPd 3.0.5)\r\n',
  'the banner of IMAP': '* OK [CAPABILITY IMAP4rev1] ready\r\n',
  'the banner of POP3': '+OK POP3 ready\r\n',
  'the greeting of MySQL': Buffer.from('4a0000000a382e302e333600', 'hex'),
  'an error of Redis': "-ERR unknown command 'GET'\r\n",
  'an error of PostgreSQL': Buffer.from('450000003053464154414c00', 'hex'),
  'options of telnet': Buffer.from('fffd18fffd20fffd23', 'hex'),
  'a reply of SIP': 'SIP/2.0 200 OK\r\n\r\n',
  'a reply of ICY': 'ICY 200 OK\r\n\r\n',
  'a reply of HTTP/3.0': 'HTTP/3.0 200 OK\r\ncontent-length: 2\r\n\r\n{}',
  'a reply of HTTP/9.9': 'HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}',
  'a reply of http in lower case': 'http/1.1 200 ok\r\ncontent-length: 2\r\n\r\n{}',
  'a TLS alert': Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]),
  'a frame of a websocket': Buffer.from([0x81, 0x02, 0x6f, 0x6b]),
  'NUL bytes': Buffer.alloc(64),
  'random bytes': Buffer.concat([Buffer.from([0xff]), randomBytes(512)]),
  'an empty line and then nothing it needs': '\r\n\r\nnothing\r\n\r\n',
  XML: '<?xml version="1.0"?><error/>\r\n',
  JSON: '{"error":"invalid_request"}\r\n',
  'a switch of protocols': 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
};

const otherProtocols = [
  ...Object.entries(PROTOCOLS).flatMap(([name, bytes], index) =>
    faultAt(
      index % 2 === 0
        ? everywhere('no answer', 'token', 'api')
        : everywhere('no answer', 'discovery', 'keys'),
      `answers with ${name}`,
      index % 4 < 2 ? says(bytes) : saysAndCloses(bytes),
    ),
  ),
  ...faultAt(
    everywhere('no answer', 'token'),
    'answers with a line of text without end',
    ({ socket }) => repeatedly(socket, 0, Buffer.alloc(16 * 1024, 'x')),
  ),
  ...['SSH-2.0-OpenSSH_9.6\r\n', '220 mail.example.com ESMTP\r\n'].map((banner) =>
    faultOfConnection('no answer', `greets each connection with "${banner.trim()}"`, {
      onConnection: (socket) => void socket.write(banner),
    }),
  ),
];

/** The faults of connections. */
export const CONNECTION_FAULTS: readonly ProviderFault[] = [
  ...atOnce,
  ...breaks,
  ...paces,
  ...keptConnections,
  ...otherProtocols,
];
