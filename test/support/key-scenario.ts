import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { readConfigFile } from '../../lib/config-file/read-config-file.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import {
  type AssertionRefusals,
  assertionJudge,
  type RegisteredClient,
} from './assertion-judge.ts';
import { selfSigned } from './certificates.ts';
import { type LocalIssuer, type LocalIssuerOptions, startLocalIssuer } from './local-issuer.ts';
import './scenario-matcher.ts';

/** The client id of a scenario's application. */
export const KEY_CLIENT = 'key-client-1';

type Block = Readonly<Record<string, unknown>>;

/** A key pair for signatures. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A key pair that differs with every call. */
export const KEY_PAIRS = {
  RSA: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
} as const satisfies Readonly<Record<string, () => KeyPair>>;

/** A private key as PKCS#8. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** How a scenario starts; by default the server has the key of the application on record. */
interface KeyScenarioStart {
  readonly pair?: KeyPair;
  /** What the server has on record, where that differs. */
  readonly registered?: Partial<RegisteredClient>;
  readonly refusals?: AssertionRefusals;
  readonly issuer?: LocalIssuerOptions;
}

/** A server that verifies assertions, and the check of its one client. */
export interface KeyScenario extends LocalIssuer {
  readonly folder: string;
  readonly pair: KeyPair;
  write(name: string, content: string): Promise<void>;
  /** Writes the configuration and gives its path. */
  configure(parts?: { readonly provider?: Block; readonly application?: Block }): Promise<string>;
  /** Checks the application, with its key in `key.pem`, and parts of its configuration replaced. */
  check(parts?: { readonly provider?: Block; readonly application?: Block }): Promise<CheckReport>;
}

/** Starts a server and writes the key and configuration of its client; all of it ends with the test. */
export async function startKeyScenario({
  pair = KEY_PAIRS['P-256'](),
  registered = {},
  refusals,
  issuer: options = {},
}: KeyScenarioStart = {}): Promise<KeyScenario> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-key-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const client = { clientId: KEY_CLIENT, publicKey: pair.publicKey, ...registered };
  const issuer = await startLocalIssuer({ refuse: assertionJudge(client, refusals), ...options });
  onTestFinished(() => issuer.close());
  const write = (name: string, content: string) => writeFile(join(folder, name), content);
  await write('key.pem', pemOf(pair.privateKey));
  const path = join(folder, 'm2m-watch.yaml');
  const configure: KeyScenario['configure'] = async ({ provider, application } = {}) => {
    const text = stringify({
      version: 1,
      deployment: 'scenario',
      providers: {
        local: { type: 'oidc', issuer: issuer.issuer, allowInsecureHttp: true, ...provider },
      },
      applications: {
        'billing-sync': {
          provider: 'local',
          clientId: KEY_CLIENT,
          clientAuthentication: 'private_key_jwt',
          credentials: { privateKey: { file: 'key.pem' } },
          audience: null,
          ...application,
        },
      },
    });
    await writeFile(path, text);
    return path;
  };
  return {
    ...issuer,
    folder,
    pair,
    write,
    configure,
    check: async (parts) => {
      const read = await readConfigFile(await configure(parts));
      if (!read.ok) throw new Error(read.issues.map(({ message }) => message).join('\n'));
      const { config } = read.value;
      const { reports } = await checkNow({ environment: {}, config, baseDirectory: folder });
      const [report] = reports;
      if (report === undefined) throw new Error('the run has no report');
      return report;
    },
  };
}

const DAY_MS = 86_400_000;
/** A time so many days from now. */
export function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

/** A client whose key has a certificate that expires in so many days. */
export async function startCertifiedScenario(days: number, refusals?: AssertionRefusals) {
  const validTo = inDays(days);
  const { cert, key } = await selfSigned({ hosts: ['client'], validFrom: inDays(-400), validTo });
  const privateKey = createPrivateKey(key);
  const scenario = await startKeyScenario({
    pair: { privateKey, publicKey: createPublicKey(privateKey) },
    ...(refusals === undefined ? {} : { refusals, registered: { keyId: 'none-that-is-sent' } }),
  });
  await scenario.write('certificate.pem', cert);
  const credentials = {
    privateKey: { file: 'key.pem' },
    certificate: { file: 'certificate.pem' },
  };
  return { check: () => scenario.check({ application: { credentials } }), scenario, cert, key };
}
