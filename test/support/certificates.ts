import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A server certificate and its key, in PEM, as `node:tls` takes them. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
export interface CertificateRequest {
  /** DNS names and IPv4 addresses that it is for. */
  readonly hosts: readonly string[];
  /** @default yesterday */
  readonly validFrom?: Date;
  /** @default in ten years' time */
  readonly validTo?: Date;
}

/** A certificate authority that exists for one test. */
export interface Authority {
  readonly cert: string;
  issue(request: CertificateRequest): ServerCertificate;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes an authority; its certificates are made here, so that none of them ever runs out in a file. */
export function createAuthority(name: string): Authority {
  const keys = newKeys();
  const cert = certificate({
    subject: name,
    issuer: name,
    isAuthority: true,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    request: { hosts: [] },
  });
  return {
    cert,
    issue: (request) => {
      const { publicKey, privateKey } = newKeys();
      const subject = request.hosts[0] ?? 'server';
      const signingKey = keys.privateKey;
      return {
        cert: certificate({ subject, issuer: name, publicKey, signingKey, request }),
        key: pemKey(privateKey),
      };
    },
  };
}

/** Makes a certificate that nobody but itself vouches for. */
export function selfSigned(request: CertificateRequest): ServerCertificate {
  const { publicKey, privateKey } = newKeys();
  const name = request.hosts[0] ?? 'server';
  return {
    cert: certificate({ subject: name, issuer: name, publicKey, signingKey: privateKey, request }),
    key: pemKey(privateKey),
  };
}

function newKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

interface CertificateParts {
  readonly subject: string;
  readonly issuer: string;
  readonly isAuthority?: boolean;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly request: CertificateRequest;
}

/** Writes an X.509 certificate of version 3. RFC 5280 section 4.1. */
function certificate(parts: CertificateParts): string {
  const { subject, issuer, isAuthority = false, publicKey, signingKey, request } = parts;
  const now = Date.now();
  const { validFrom = new Date(now - DAY_MS), validTo = new Date(now + 3650 * DAY_MS) } = request;
  const extensions = [extension(OID.basicConstraints, sequence(isAuthority ? TRUE : EMPTY))];
  if (request.hosts.length > 0) {
    extensions.push(extension(OID.subjectAltName, sequence(...request.hosts.map(generalName))));
  }
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    sequence(OID.ecdsaWithSha256),
    distinguishedName(issuer),
    sequence(time(validFrom), time(validTo)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signingKey);
  const whole = sequence(
    toBeSigned,
    sequence(OID.ecdsaWithSha256),
    der(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A DER element: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

function sequence(...items: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(items));
}

function extension(id: Buffer, value: Buffer): Buffer {
  return sequence(id, der(0x04, value));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(OID.commonName, der(0x0c, Buffer.from(commonName)))));
}

function generalName(host: string): Buffer {
  const isAddress = /^\d+(?:\.\d+){3}$/.test(host);
  return isAddress
    ? der(0x87, Buffer.from(host.split('.').map(Number)))
    : der(0x82, Buffer.from(host));
}

/** UTCTime, which has two digits for the year and serves until 2049. */
function time(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));
}

const EMPTY = Buffer.alloc(0);
const TRUE = der(0x01, Buffer.from([0xff]));
const OID = {
  ecdsaWithSha256: der(0x06, Buffer.from('2a8648ce3d040302', 'hex')),
  commonName: der(0x06, Buffer.from('550403', 'hex')),
  basicConstraints: der(0x06, Buffer.from('551d13', 'hex')),
  subjectAltName: der(0x06, Buffer.from('551d11', 'hex')),
} as const;
