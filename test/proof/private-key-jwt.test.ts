import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import { KEY_PAIRS, pemOf } from '../support/key-scenario.ts';
import { AUDIENCE, type CertifiedServer, startCertifiedServer } from './certified-server.ts';

let server: CertifiedServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

interface Tried {
  readonly kind: keyof typeof KEY_PAIRS;
  readonly registered: string;
  readonly algorithm?: string;
  /** Whether another key is on record. */
  readonly isOther?: boolean;
}

/** Checks a client at a certified server that has a key of it on record. */
async function check({
  kind,
  registered,
  algorithm,
  isOther = false,
}: Tried): Promise<CheckReport> {
  const pair = KEY_PAIRS[kind]();
  const { publicKey } = isOther ? KEY_PAIRS[kind]() : pair;
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig' };
  server = await startCertifiedServer({
    clientAuthMethods: ['private_key_jwt'],
    keyClients: { signer: { jwk, alg: registered } },
  });
  const parsed = parseConfig({
    version: 1,
    providers: { certified: { type: 'oidc', issuer: server.issuer, allowInsecureHttp: true } },
    applications: {
      one: {
        provider: 'certified',
        clientId: 'signer',
        credentials: { privateKey: { env: 'KEY' }, keyId: 'key-1', algorithm },
        audience: null,
        resource: [AUDIENCE],
        scopes: ['read:invoices'],
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const environment = { KEY: pemOf(pair.privateKey) };
  const { reports } = await checkNow({ config: parsed.value, baseDirectory: '/', environment });
  const [report] = reports;
  if (report === undefined) throw new Error('nothing was checked');
  return report;
}

describe('a certified server', () => {
  it.each<Tried>([
    { kind: 'RSA', registered: 'RS256' },
    { kind: 'RSA', registered: 'PS256', algorithm: 'PS256' },
    { kind: 'P-256', registered: 'ES256' },
    { kind: 'P-384', registered: 'ES384' },
    { kind: 'P-521', registered: 'ES512' },
    { kind: 'Ed25519', registered: 'EdDSA' },
    { kind: 'Ed25519', registered: 'Ed25519', algorithm: 'Ed25519' },
  ])('accepts the assertion of %j', async (tried) => {
    expect(await check(tried)).toMatchObject({
      status: 'healthy',
      clientAuthentication: 'private_key_jwt',
    });
  });

  it.each<Tried>([
    { kind: 'P-256', registered: 'ES256', isOther: true },
    { kind: 'RSA', registered: 'PS256' },
  ])('refuses that of %j, in words that say no more than the code', async (tried) => {
    const report = await check(tried);

    expect(report).toMatchObject({
      status: 'unhealthy',
      diagnosis: {
        cause: 'credentials-rejected',
        title: 'The provider rejects the client id or the assertion that its key signed',
      },
    });
  });
});
