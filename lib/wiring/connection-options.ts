import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { UndiciSenderOptions } from '../adapters/http/undici-sender.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';

/** How the connections to a provider are made: its proxy, and what it trusts besides the system. */
export type ProviderConnection = Pick<UndiciSenderOptions, 'proxy' | 'ca'>;

/** The configuration of connections cannot be used; `lines` say what is wrong. */
export class ConnectionSetupError extends Error {
  override readonly name = 'ConnectionSetupError';
  readonly code = 'CONNECTION_SETUP';
  /** One for each provider concerned: what was given, what is wanted, what to do. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}

/**
 * Reads what each provider's connections need, by the provider's name.
 *
 * A path of certificates that is relative starts at `baseDirectory`.
 *
 * @throws {@link ConnectionSetupError} with a line for each file that cannot be used.
 */
export async function connectionOptions(
  providers: readonly ProviderConfig[],
  baseDirectory: string,
): Promise<ReadonlyMap<string, ProviderConnection>> {
  const problems: string[] = [];
  const options = new Map<string, ProviderConnection>();
  for (const { name, proxy, ca } of providers) {
    const pem = ca === null ? null : await readCertificates(resolve(baseDirectory, ca.file));
    if (pem?.kind === 'problem') {
      problems.push(`providers.${name}.ca.file is \`${ca?.file}\`, ${pem.problem}`);
    }
    options.set(name, {
      ...(proxy === null ? {} : { proxy }),
      ...(pem?.kind === 'pem' ? { ca: pem.text } : {}),
    });
  }
  if (problems.length > 0) throw new ConnectionSetupError(problems);
  return options;
}

type CertificatesRead =
  | { readonly kind: 'pem'; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: string };

async function readCertificates(path: string): Promise<CertificatesRead> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return {
      kind: 'problem',
      problem: `which cannot be read (${code}): name a file of certificates in PEM form`,
    };
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate)
    ? { kind: 'pem', text }
    : {
        kind: 'problem',
        problem:
          'which holds no readable certificates: PEM is wanted, with lines BEGIN CERTIFICATE and END CERTIFICATE',
      };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== null;
  } catch {
    return false;
  }
}
