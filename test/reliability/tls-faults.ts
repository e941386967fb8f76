// Faults of TLS, of names and of proxies: what happens before a request is sent.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import {
  type Authority,
  createAuthority,
  type ServerCertificate,
  selfSigned,
} from '../support/certificates.ts';
import { rawReply } from '../support/raw-server.ts';
import type { ProviderBehaviour } from './faulty-provider.ts';
import {
  type Expected,
  faultOfConnection,
  type LookupAnswer,
  type ProviderAccess,
  type ProviderFault,
  repeatedly,
} from './provider-fault.ts';

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

let authority: Promise<Authority> | null = null;

/** The authority that the configurations of the faulty providers trust. */
export function trustedAuthority(): Promise<Authority> {
  authority ??= createAuthority('Authority of the faults');
  return authority;
}

type CertificateMaker = (issuer: Authority) => Promise<ServerCertificate>;

const RIGHT: CertificateMaker = (issuer) => issuer.issue({ hosts: ['127.0.0.1', 'localhost'] });

/** A provider behind TLS. */
function overTls(
  expected: Expected,
  what: string,
  {
    certificate = RIGHT,
    options = () => ({}),
    access = {},
    ...behaviour
  }: Omit<ProviderBehaviour, 'tls'> & {
    readonly certificate?: CertificateMaker;
    readonly options?: () => TlsOptions;
    readonly access?: ProviderAccess;
  } = {},
): ProviderFault {
  return faultOfConnection(expected, what, {
    access,
    make: async () => ({
      ...behaviour,
      tls: { ...(await certificate(await trustedAuthority())), ...options() },
    }),
  });
}

const certificates = [
  overTls('understood', 'has a certificate of the authority that is trusted'),
  overTls('no trust', 'has an expired certificate', {
    certificate: (issuer) =>
      issuer.issue({ hosts: ['127.0.0.1'], validFrom: inDays(-9), validTo: inDays(-1) }),
  }),
  overTls('no trust', 'has a certificate that expired a second ago', {
    certificate: (issuer) =>
      issuer.issue({
        hosts: ['127.0.0.1'],
        validFrom: inDays(-9),
        validTo: new Date(Date.now() - 1_000),
      }),
  }),
  overTls('no trust', 'has a certificate that is not yet valid', {
    certificate: (issuer) => issuer.issue({ hosts: ['127.0.0.1'], validFrom: inDays(1) }),
  }),
  overTls('no trust', 'has a certificate for another address', {
    certificate: (issuer) => issuer.issue({ hosts: ['127.0.0.2'] }),
  }),
  overTls('no trust', 'has a certificate for another name', {
    certificate: (issuer) => issuer.issue({ hosts: ['tenant.example.com'] }),
  }),
  overTls('no trust', 'has a certificate whose wildcard does not cover the name', {
    host: 'localhost',
    certificate: (issuer) => issuer.issue({ hosts: ['*.localhost'] }),
  }),
  overTls('no trust', 'has a certificate for every name at once', {
    host: 'localhost',
    certificate: (issuer) => issuer.issue({ hosts: ['*'] }),
  }),
  overTls('no trust', 'has a certificate without any name', {
    certificate: (issuer) => issuer.issue({ hosts: [] }),
  }),
  overTls('no trust', 'has its address as a DNS name, not as an address', {
    certificate: (issuer) => issuer.issue({ hosts: ['127.0.0.1.example'] }),
  }),
  overTls('no trust', 'has a self-signed certificate', {
    certificate: () => selfSigned({ hosts: ['127.0.0.1'] }),
  }),
  overTls('no trust', 'has a certificate of an unknown authority', {
    certificate: async () => RIGHT(await createAuthority('Somebody else')),
  }),
  overTls('no trust', 'has a certificate of another authority of the same name', {
    certificate: async () => RIGHT(await createAuthority('Authority of the faults')),
  }),
  overTls('no trust', 'has a right certificate that nothing here trusts', {
    access: { trusts: false },
  }),
  overTls('no trust', 'has a certificate that another server issued', {
    certificate: async (issuer) => {
      const middle = await issuer.issue({ hosts: ['127.0.0.1'] });
      const made = await issuer.issueBy(middle, { hosts: ['127.0.0.1'] });
      return { ...made, cert: `${made.cert}\n${middle.cert}` };
    },
  }),
  overTls('no trust', 'leaves out the certificate between its own and the authority', {
    certificate: async (issuer) =>
      issuer.issueBy(await issuer.issueAuthority('Between'), { hosts: ['127.0.0.1'] }),
  }),
  overTls('understood', 'sends the certificate between its own and the authority', {
    certificate: async (issuer) => {
      const between = await issuer.issueAuthority('Between');
      const made = await issuer.issueBy(between, { hosts: ['127.0.0.1'] });
      return { ...made, cert: `${made.cert}\n${between.cert}` };
    },
  }),
  overTls('no trust', 'has a certificate signed with SHA-1', {
    certificate: (issuer) => issuer.issue({ hosts: ['127.0.0.1'], algorithm: 'sha1' }),
    options: () => ({ ciphers: 'DEFAULT@SECLEVEL=0' }),
  }),
];

const OLD = { ciphers: 'DEFAULT@SECLEVEL=0' } as const;

const handshakes = [
  overTls('no trust', 'speaks TLS 1.0 at most', {
    options: () => ({ ...OLD, minVersion: 'TLSv1', maxVersion: 'TLSv1' }),
  }),
  overTls('no trust', 'speaks TLS 1.1 at most', {
    options: () => ({ ...OLD, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
  }),
  overTls('understood', 'speaks TLS 1.2 at most', {
    options: () => ({ maxVersion: 'TLSv1.2' }),
  }),
  overTls('no trust', 'has no cipher in common', {
    options: () => ({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA@SECLEVEL=0' }),
  }),
  overTls(
    { causes: ['provider-tls-invalid', 'provider-unreachable'], statuses: ['undetermined'] },
    'speaks HTTP/2 alone',
    { options: () => ({ ALPNProtocols: ['h2'] }) },
  ),
  overTls(
    { causes: ['provider-tls-invalid', 'provider-unreachable'], statuses: ['undetermined'] },
    'wants a certificate of the client',
    { options: () => ({ requestCert: true, rejectUnauthorized: true }) },
  ),
  overTls(
    { causes: ['provider-tls-invalid', 'provider-unreachable'], statuses: ['undetermined'] },
    'refuses the name of the server',
    {
      host: 'localhost',
      options: () => ({ SNICallback: (_, done) => done(new Error('unknown name')) }),
    },
  ),
  overTls('no answer in time', 'never answers for the name of the server', {
    host: 'localhost',
    options: () => ({ SNICallback: () => {} }),
  }),
  overTls('no answer', 'resets the connection after the handshake', {
    onRequest: ({ socket }) => void socket.destroy(),
  }),
  overTls('no answer in time', 'is silent after the handshake', { onRequest: () => {} }),
  overTls('cut off', 'ends TLS in the middle of a body', {
    onRequest: ({ socket, right }) => void socket.end(right.subarray(0, right.length - 5)),
  }),
];

/** What a peer says to the first message of a handshake. */
const NO_HANDSHAKE: Readonly<Record<string, string | Buffer>> = {
  'HTTP in the clear': rawReply(400, 'plain HTTP was sent to an HTTPS port'),
  'a redirect in the clear': rawReply(301, '', ['location: https://127.0.0.1/']),
  'the banner of SSH to a handshake': 'SSH-2.0-OpenSSH_9.6\r\n',
  'NUL bytes to a handshake': Buffer.alloc(512),
  'a record that is too long': Buffer.concat([
    Buffer.from('160303ffff', 'hex'),
    Buffer.alloc(70_000),
  ]),
  'a half of a server hello that is no hello': Buffer.from('160303000502000001ff', 'hex'),
  'a record of SSL 2': Buffer.from('802e0100020015000000100100800700', 'hex'),
  ...Object.fromEntries(
    Object.entries({
      handshake_failure: 40,
      bad_certificate: 42,
      unsupported_certificate: 43,
      certificate_unknown: 46,
      unknown_ca: 48,
      access_denied: 49,
      decode_error: 50,
      protocol_version: 70,
      insufficient_security: 71,
      internal_error: 80,
      inappropriate_fallback: 86,
      unrecognized_name: 112,
      certificate_required: 116,
      no_application_protocol: 120,
    }).map(([name, code]) => [
      `the TLS alert ${name}`,
      Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, code]),
    ]),
  ),
};

const clearText = (onConnection: (socket: Socket) => void): ProviderBehaviour => ({
  onConnection,
  onRequest: () => {},
  scheme: 'https',
});

const noHandshakes = [
  ...Object.entries(NO_HANDSHAKE).map(([name, bytes]) =>
    faultOfConnection(
      { causes: ['provider-tls-invalid'], statuses: ['undetermined'] },
      `answers a handshake with ${name}`,
      clearText((socket) => void socket.once('data', () => socket.write(bytes))),
    ),
  ),
  faultOfConnection(
    { causes: ['provider-tls-invalid', 'provider-unreachable'], statuses: ['undetermined'] },
    'resets the connection at the first message of a handshake',
    clearText((socket) => void socket.once('data', () => socket.resetAndDestroy())),
  ),
  faultOfConnection(
    { causes: ['provider-tls-invalid', 'provider-unreachable'], statuses: ['undetermined'] },
    'closes the connection at the first message of a handshake',
    clearText((socket) => void socket.once('data', () => socket.end())),
  ),
  faultOfConnection(
    { causes: ['provider-tls-invalid', 'provider-unreachable'], statuses: ['undetermined'] },
    'says goodbye in the middle of a handshake',
    clearText(
      (socket) => void socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 1, 0]))),
    ),
  ),
  faultOfConnection(
    'no answer in time',
    'is silent at the first message of a handshake',
    clearText(() => {}),
  ),
  faultOfConnection(
    'no answer in time',
    'sends its part of a handshake byte after byte',
    clearText((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from('1603034000020040', 'hex'));
        repeatedly(socket, 50, Buffer.from([0]));
      });
    }),
  ),
  faultOfConnection('no answer', 'speaks TLS where HTTP in the clear is wanted', {
    make: async () => ({ tls: await RIGHT(await trustedAuthority()), scheme: 'http' }),
  }),
];

/** What a proxy answers to the request for a tunnel. */
const PROXY_ANSWERS: Readonly<Record<string, Buffer | string>> = {
  'wants a password (407)': rawReply(407, '', ['proxy-authenticate: Basic realm="proxy"']),
  'wants NTLM (407)': rawReply(407, '', [
    'proxy-authenticate: NTLM',
    'proxy-authenticate: Negotiate',
  ]),
  'forbids the host (403)': rawReply(403, '<html>Blocked by policy</html>'),
  'does not know the method CONNECT (405)': rawReply(405),
  'limits requests (429)': rawReply(429, '', ['retry-after: 60']),
  'is failing (500)': rawReply(500),
  'does not reach the host (502)': rawReply(502, 'Bad gateway'),
  'is overloaded (503)': rawReply(503),
  'does not reach the host in time (504)': rawReply(504),
  'sends a redirect (302)': rawReply(302, '', ['location: http://127.0.0.1:9/']),
  'answers with garbage': 'garbage\r\n\r\n',
  'answers with the banner of SSH': 'SSH-2.0-OpenSSH_9.6\r\n',
};

const UNREACHED: Expected = {
  causes: ['provider-unreachable', 'provider-timeout', 'provider-tls-invalid'],
  statuses: ['undetermined'],
};

const behindProxy = (instead: 'tunnel' | ((socket: Socket) => void), trusts = true) => ({
  access: { proxy: instead, trusts },
  make: async (): Promise<ProviderBehaviour> => ({
    host: 'tenant.invalid',
    tls: await (await trustedAuthority()).issue({ hosts: ['tenant.invalid'] }),
  }),
});

const proxies = [
  faultOfConnection('understood', 'is behind a proxy that opens a tunnel', behindProxy('tunnel')),
  faultOfConnection('no trust', 'is behind a proxy with a certificate that is not trusted', {
    ...behindProxy('tunnel', false),
  }),
  ...Object.entries(PROXY_ANSWERS).map(([does, bytes]) =>
    faultOfConnection(
      UNREACHED,
      `is behind a proxy that ${does}`,
      behindProxy((socket) => void socket.write(bytes)),
    ),
  ),
  faultOfConnection(
    UNREACHED,
    'is behind a proxy that resets the connection',
    behindProxy((socket) => void socket.resetAndDestroy()),
  ),
  faultOfConnection(
    UNREACHED,
    'is behind a proxy that closes the connection',
    behindProxy((socket) => void socket.end()),
  ),
  faultOfConnection(
    UNREACHED,
    'is behind a proxy whose tunnel leads nowhere',
    behindProxy((socket) => void socket.end('HTTP/1.1 200 Connected\r\n\r\n')),
  ),
  faultOfConnection(
    UNREACHED,
    'is behind a proxy whose tunnel leads to garbage',
    behindProxy((socket) => void socket.write('HTTP/1.1 200 Connected\r\n\r\ngarbage garbage')),
  ),
  {
    ...faultOfConnection(
      UNREACHED,
      'is behind a proxy that says nothing',
      behindProxy(() => {}),
    ),
    isEndless: true,
  },
];

/** A provider at a name below `localhost`, whose lookup gives this. */
const lookedUp = (answer: LookupAnswer | null) => ({
  access: { lookup: answer },
  make: async (): Promise<ProviderBehaviour> => {
    const host = `tenant-${randomUUID()}.localhost`;
    return { host, tls: await (await trustedAuthority()).issue({ hosts: [host] }) };
  },
});
const REFUSING = Array.from({ length: 60 }, (_, index) => `127.0.1.${index + 1}`);

const names = [
  faultOfConnection('understood', 'has a name with one address', lookedUp(['127.0.0.1'])),
  faultOfConnection(
    'understood',
    'has a name with sixty addresses that refuse the connection, and one that works',
    lookedUp([...REFUSING, '127.0.0.1']),
  ),
  faultOfConnection(
    'understood',
    'has a name with an address of IPv6 that refuses the connection, and one that works',
    lookedUp(['::1', '127.0.0.1']),
  ),
  faultOfConnection(
    'no answer',
    'has a name with sixty addresses that refuse the connection',
    lookedUp(REFUSING),
  ),
  faultOfConnection('no answer', 'has a name without an address', lookedUp([])),
  faultOfConnection('no answer', 'has a name whose address is none', lookedUp(['localhost.'])),
  ...['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA', 'ESERVFAIL', 'EAI_NODATA'].map((code) =>
    faultOfConnection('no answer', `has a name whose lookup fails with ${code}`, lookedUp(code)),
  ),
  faultOfConnection('no answer in time', 'has a name whose lookup never ends', lookedUp(null)),
  faultOfConnection('no answer', 'has a name that does not exist', {
    host: 'tenant.invalid',
    scheme: 'https',
  }),
  faultOfConnection('no answer', 'has a name below a domain that does not exist', {
    host: 'login.no-such-tenant.invalid',
    scheme: 'https',
  }),
];

/** The faults of TLS, names and proxies. */
export const TLS_FAULTS: readonly ProviderFault[] = [
  ...certificates,
  ...handshakes,
  ...noHandshakes,
  ...proxies,
  ...names,
];
