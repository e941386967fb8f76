// Reads a private key as people store it, and signs assertions with it: jose signs, OpenSSL reads.

import {
  createHash,
  createPublicKey,
  type KeyObject,
  randomUUID,
  X509Certificate,
} from 'node:crypto';
import { SignJWT } from 'jose';
import type { AssertionClaims, SigningKey } from '../../core/provider/client-assertion.ts';
import { Secret } from '../../core/secret.ts';
import { type KeyProblem, readKeyText, readPem } from './key-text.ts';

/** A private key with what goes with it, as the configuration says and the stores hold it. */
export interface SigningKeyParts {
  readonly keyText: string;
  /** Null: none is configured, and one that stands beside the key is used. */
  readonly certificateText: string | null;
  readonly keyId: string | null;
  readonly algorithm: string | null;
}

/** A key that signs, or what is wrong and with which of the two texts: one line, without any of it. */
export type SigningKeyRead =
  | { readonly kind: 'key'; readonly key: SigningKey }
  | { readonly kind: 'malformed'; readonly about: 'key' | 'certificate'; readonly problem: string };

/** Reads a private key, and the certificate that goes with it; never throws for what a text holds. */
export function readSigningKey(parts: SigningKeyParts): SigningKeyRead {
  const read = readKeyText(parts.keyText);
  if (read.kind === 'problem') return malformed('key', read.problem);
  const { key, certificates: beside } = read;
  const kind = kindOf(key);
  if (kind.kind === 'problem') return malformed('key', kind.problem);
  const algorithm = algorithmOf(kind, { configured: parts.algorithm, own: read.algorithm });
  if (typeof algorithm !== 'string') return malformed('key', algorithm.problem);

  const written = parts.certificateText === null ? null : readPem(parts.certificateText);
  if (written?.kind === 'problem') return malformed('certificate', written.problem);
  const found = certificateOf(key, written?.certificates ?? beside, written !== null);
  if (found.kind === 'problem') {
    return malformed(written === null ? 'key' : 'certificate', found.problem);
  }
  const { certificate } = found;
  const keyId = parts.keyId ?? read.keyId;
  const header = {
    alg: algorithm,
    typ: 'JWT',
    ...(keyId === null ? {} : { kid: keyId }),
    ...(certificate === null ? {} : thumbprints(certificate)),
  };
  return {
    kind: 'key',
    key: {
      thumbprint: createHash('sha256')
        .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
        .digest('base64url'),
      algorithm,
      keyId,
      certificate: certificate && {
        notBeforeMs: Date.parse(certificate.validFrom),
        notAfterMs: Date.parse(certificate.validTo),
      },
      sign: async (claims: AssertionClaims) => {
        const assertion = new SignJWT({ ...claims, jti: randomUUID() }).setProtectedHeader(header);
        return new Secret(await assertion.sign(key));
      },
    },
  };
}

function malformed(about: 'key' | 'certificate', problem: string): SigningKeyRead {
  return { kind: 'malformed', about, problem };
}

/** A key that can sign: its name in a sentence, and its algorithms with the usual one first. */
interface KeyKind {
  readonly kind: 'usable';
  readonly name: string;
  readonly algorithms: readonly [string, ...string[]];
}

/** RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864. */
const CURVES: ReadonlyMap<string, KeyKind> = new Map<string, KeyKind>([
  ['prime256v1', { kind: 'usable', name: 'a P-256 key', algorithms: ['ES256'] }],
  ['secp384r1', { kind: 'usable', name: 'a P-384 key', algorithms: ['ES384'] }],
  ['secp521r1', { kind: 'usable', name: 'a P-521 key', algorithms: ['ES512'] }],
]);

/** RFC 7518 sections 3.3 and 3.5. */
const MIN_RSA_BITS = 2048;

function kindOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): KeyKind | KeyProblem {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  switch (asymmetricKeyType) {
    case 'rsa':
      return modulusLength < MIN_RSA_BITS
        ? problem(`is an RSA key of ${modulusLength} bits: ${MIN_RSA_BITS} or more are needed`)
        : {
            kind: 'usable',
            name: 'an RSA key',
            algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
          };
    case 'ec':
      return (
        CURVES.get(namedCurve) ??
        problem('is on a curve that assertions are not signed with: use P-256, P-384 or P-521')
      );
    case 'ed25519':
      return { kind: 'usable', name: 'an Ed25519 key', algorithms: ['EdDSA', 'Ed25519'] };
    default:
      return problem(
        'is of a kind that assertions are not signed with: use RSA, P-256, P-384, P-521 or Ed25519',
      );
  }
}

/** The algorithm to sign with, or why there is none. */
function algorithmOf(
  { name, algorithms }: KeyKind,
  { configured, own }: { readonly configured: string | null; readonly own: string | null },
): string | KeyProblem {
  const wanted = configured ?? own;
  if (wanted === null || algorithms.includes(wanted)) return wanted ?? algorithms[0];
  const says = configured === null ? 'the one in its `alg`' : `${configured}, which is configured`;
  return problem(`is ${name}, whose algorithms (${algorithms.join(', ')}) do not include ${says}`);
}

/** Of a chain, the certificate that is the key's own. */
function certificateOf(
  key: KeyObject,
  certificates: readonly Buffer[],
  isWanted: boolean,
): { readonly kind: 'found'; readonly certificate: X509Certificate | null } | KeyProblem {
  const read = certificates.map((bytes) => certificateFrom(bytes));
  const usable = read.filter((one) => one !== null);
  const own = usable.find((one) => one.checkPrivateKey(key)) ?? null;
  if (own !== null || (read.length === 0 && !isWanted)) return { kind: 'found', certificate: own };
  if (read.length === 0) return problem('holds no certificate in PEM form');
  return problem(
    usable.length === 0
      ? 'holds a certificate that cannot be read: its content is damaged'
      : 'holds a certificate that does not belong to the private key',
  );
}

function certificateFrom(bytes: Buffer): X509Certificate | null {
  try {
    return new X509Certificate(bytes);
  } catch {
    return null;
  }
}

/** RFC 7515 sections 4.1.7 and 4.1.8: Entra finds the key by either. */
function thumbprints({ raw }: X509Certificate): Readonly<Record<string, string>> {
  return {
    x5t: createHash('sha1').update(raw).digest('base64url'),
    'x5t#S256': createHash('sha256').update(raw).digest('base64url'),
  };
}

function problem(text: string): KeyProblem {
  return { kind: 'problem', problem: text };
}
