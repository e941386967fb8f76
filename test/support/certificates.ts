import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** A server certificate and its key, in PEM, as `node:tls` takes them. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
interface CertificateRequest {
  /** DNS names and IPv4 addresses that it is for. */
  readonly hosts: readonly string[];
  /** @default yesterday */
  readonly validFrom?: Date;
  /** @default in ten years' time */
  readonly validTo?: Date;
  /** The digest of its signature. @default sha256 */
  readonly algorithm?: 'sha1' | 'sha256';
}

/** A certificate authority that exists for one test. */
export interface Authority {
  readonly cert: string;
  issue(request: CertificateRequest): Promise<ServerCertificate>;
  /** Issues the certificate of an authority below this one. */
  issueAuthority(name: string): Promise<ServerCertificate>;
  /** Issues a certificate with the key of another one, whether that may issue any or not. */
  issueBy(signer: ServerCertificate, request: CertificateRequest): Promise<ServerCertificate>;
}

/** How a server's certificate can be wrong. */
export type CertificateFlaw = 'other-host' | 'self-signed' | 'expired' | 'not-yet-valid';

/** A server's certificate, and the authority that the client trusts. */
export interface TlsCertificate extends ServerCertificate {
  readonly authority: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes an authority for one test, so that no certificate in a file can expire. */
export async function createAuthority(name: string): Promise<Authority> {
  const { cert, key } = await certificate({ name, hosts: [], isAuthority: true });
  const signedBy = { cert, key };
  return {
    cert,
    issue: (request) => certificate({ ...request, signedBy }),
    issueAuthority: (below) => certificate({ name: below, hosts: [], isAuthority: true, signedBy }),
    issueBy: (signer, request) => certificate({ ...request, signedBy: signer }),
  };
}

/** Makes a certificate that no authority vouches for. */
export function selfSigned(request: CertificateRequest): Promise<ServerCertificate> {
  return certificate(request);
}

/** Makes a certificate for 127.0.0.1 and an authority, with a flaw if one is given. */
export async function createTlsCertificate(flaw?: CertificateFlaw): Promise<TlsCertificate> {
  const authority = await createAuthority('Test authority');
  const request = flawedRequest(flaw);
  const pair = await (flaw === 'self-signed' ? selfSigned(request) : authority.issue(request));
  return { ...pair, authority: authority.cert };
}

function flawedRequest(flaw: CertificateFlaw | undefined): CertificateRequest {
  const hosts = [flaw === 'other-host' ? 'other-host.example' : '127.0.0.1'];
  if (flaw === 'expired') {
    return { hosts, validFrom: inDays(-3), validTo: inDays(-1) };
  }
  return flaw === 'not-yet-valid' ? { hosts, validFrom: inDays(1) } : { hosts };
}

async function certificate({
  hosts,
  name = hosts[0] ?? 'server',
  isAuthority = false,
  signedBy,
  validFrom = inDays(-1),
  validTo = inDays(3650),
  algorithm = 'sha256',
}: CertificateRequest & {
  readonly name?: string;
  readonly isAuthority?: boolean;
  readonly signedBy?: ServerCertificate;
}): Promise<ServerCertificate> {
  const altNames = hosts.map((host) =>
    isIP(host) === 0 ? { type: 2 as const, value: host } : { type: 7 as const, ip: host },
  );
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm,
    notBeforeDate: validFrom,
    notAfterDate: validTo,
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(hosts.length === 0 ? [] : [{ name: 'subjectAltName' as const, altNames }]),
    ],
    ...(signedBy === undefined ? {} : { ca: signedBy }),
  });
  return { cert: made.cert, key: made.private };
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
