import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { derBits, derBytes, derContext, derSequence, derText, derTime, OIDS } from './der.ts';

/** What a server needs for TLS, and the authority that a client has to trust; all PEM. */
export interface TlsCertificate {
  readonly key: string;
  readonly cert: string;
  /** The authority that signed `cert`; of a self-signed one, an authority that did not. */
  readonly authority: string;
}

/** How a server's certificate can be wrong. */
export type CertificateFlaw = 'other-host' | 'self-signed' | 'expired' | 'not-yet-valid';

const DAY_MS = 86_400_000;

/**
 * Makes a server certificate for a host, signed by an authority of its own, flawed where wanted.
 *
 * A client that trusts `authority` accepts the one without a flaw. The certificates are X.509 v3 with
 * P-256 keys, made here since Node can read them but not issue them. RFC 5280 section 4.1.
 */
export function createTlsCertificate(
  options: {
    readonly host?: string;
    readonly flaw?: CertificateFlaw;
    readonly nowMs?: number;
  } = {},
): TlsCertificate {
  const { host = '127.0.0.1', flaw, nowMs = Date.now() } = options;
  const authorityKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serverKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = 'm2m-watch stand-in authority';
  const authority = certificate({
    subject: issuer,
    issuer,
    publicKey: authorityKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    from: nowMs - DAY_MS,
    until: nowMs + DAY_MS,
    extension: authorityExtension(),
  });
  const name = flaw === 'other-host' ? 'other-host.example' : host;
  const isSelfSigned = flaw === 'self-signed';
  const cert = certificate({
    subject: name,
    issuer: isSelfSigned ? name : issuer,
    publicKey: serverKeys.publicKey,
    signingKey: isSelfSigned ? serverKeys.privateKey : authorityKeys.privateKey,
    from:
      flaw === 'expired'
        ? nowMs - 3 * DAY_MS
        : nowMs + (flaw === 'not-yet-valid' ? 1 : -1) * DAY_MS,
    until: flaw === 'expired' ? nowMs - DAY_MS : nowMs + 3 * DAY_MS,
    extension: subjectNameExtension(name),
  });
  const key = serverKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, cert, authority };
}

function certificate(content: {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly from: number;
  readonly until: number;
  readonly extension: Buffer;
}): string {
  const algorithm = derSequence(OIDS.ecdsaWithSha256);
  // A leading 0x01 keeps the serial number positive and without needless zeros.
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const toBeSigned = derSequence(
    derContext(0, derBytes(0x02, Buffer.from([2]))),
    derBytes(0x02, serial),
    algorithm,
    distinguishedName(content.issuer),
    derSequence(derTime(content.from), derTime(content.until)),
    distinguishedName(content.subject),
    content.publicKey.export({ type: 'spki', format: 'der' }),
    derContext(3, derSequence(content.extension)),
  );
  const signature = derBits(sign('sha256', toBeSigned, content.signingKey));
  const base64 = derSequence(toBeSigned, algorithm, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(commonName: string): Buffer {
  return derSequence(derBytes(0x31, derSequence(OIDS.commonName, derText(commonName))));
}

// BasicConstraints, critical: this is an authority.
function authorityExtension(): Buffer {
  const isTrue = derBytes(0x01, Buffer.from([0xff]));
  return derSequence(OIDS.basicConstraints, isTrue, derBytes(0x04, derSequence(isTrue)));
}

function subjectNameExtension(name: string): Buffer {
  const general =
    isIP(name) === 4
      ? derBytes(0x87, Buffer.from(name.split('.').map(Number)))
      : derBytes(0x82, Buffer.from(name, 'ascii'));
  return derSequence(OIDS.subjectAltName, derBytes(0x04, derSequence(general)));
}
