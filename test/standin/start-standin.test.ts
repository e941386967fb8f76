import { connect } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReceivedRequest } from '../../lib/standin/http-messages.ts';
import { Tenant } from '../../lib/standin/tenant.ts';
import {
  type CertificateFlaw,
  createTlsCertificate,
  type TlsCertificate,
} from '../support/certificates.ts';
import { measureLeast } from '../support/time-limits.ts';
import { get, INVOICES, requestToken, standinWithApplication, started } from './standin-client.ts';

describe('startStandin', () => {
  it('sets the issuer of the tenant, so that operations before it still count', async () => {
    const tenant = new Tenant();
    const manager = tenant.addApplication({
      name: 'Manager',
      apis: { [tenant.managementAudience]: ['read:apis'] },
    });

    const standin = await started({ tenant });
    const reply = await requestToken(standin, manager, { audience: `${standin.issuer}/api` });

    expect(tenant.issuer).toBe(standin.issuer);
    expect(reply.status).toBe(200);
  });

  it('starts within 50 ms once the process has its keys', async () => {
    const { standin, credentials } = await standinWithApplication();
    await requestToken(standin, credentials);

    const leastMs = await measureLeast(50, async () => {
      const startedAt = performance.now();
      await started();
      return performance.now() - startedAt;
    });

    expect(leastMs).toBeLessThanOrEqual(50);
  });

  it('logs what it received', async () => {
    const { standin, credentials } = await standinWithApplication();

    await requestToken(standin, credentials, { scope: 'read:invoices' });
    await get(`${standin.issuer}/.well-known/jwks`);
    await get(`${standin.apiUrl}/health?x=1`);

    expect(standin.requests.map(({ endpoint }) => endpoint)).toStrictEqual([
      'token',
      'keys',
      'api',
    ]);
    const [token, , api] = standin.requests;
    expect(Object.fromEntries(token?.form ?? [])).toStrictEqual({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      audience: INVOICES,
      scope: 'read:invoices',
    });
    expect(token).toMatchObject({ method: 'POST', clientId: credentials.clientId });
    expect(token?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect([api?.url.pathname, api?.url.search, api?.credentials]).toStrictEqual([
      '/health',
      '?x=1',
      null,
    ]);
  });

  it('lets a test change the tenant between a request and its reply', async () => {
    const tenant = new Tenant();
    const onRequest = (request: ReceivedRequest) => {
      if (request.endpoint === 'token') tenant.deleteApplication(request.clientId ?? '');
    };
    const { standin, credentials } = await standinWithApplication({ tenant, onRequest });

    expect((await requestToken(standin, credentials)).status).toBe(404);
  });

  it('breaks the connection and warns where the stand-in itself fails', async () => {
    const warned = new Promise<Error>((resolve) => {
      process.once('warning', resolve);
    });
    const standin = await started({
      onRequest: () => {
        throw new Error('no such thing');
      },
    });

    await expect(get(standin.issuer)).rejects.toThrow('fetch failed');

    expect((await warned).message).toBe('the stand-in failed: Error: no such thing');
  });

  it('goes on after a client that left in the middle of its request', async () => {
    const standin = await started();
    const { port } = new URL(standin.issuer);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });

    socket.destroy();

    expect((await get(`${standin.issuer}/.well-known/jwks`)).status).toBe(200);
    expect(standin.requests.map(({ endpoint }) => endpoint)).toStrictEqual(['keys']);
  });

  it('drops a request of more than a mebibyte', async () => {
    const standin = await started();

    const body = 'a'.repeat(1024 * 1024 + 1);
    const sent = fetch(`${standin.issuer}/oauth2/token`, { method: 'POST', body });

    await expect(sent).rejects.toThrow('fetch failed');
    expect(standin.requests).toHaveLength(0);
  });
});

describe('a stand-in over TLS', () => {
  it('is accepted by a client that trusts its authority', async () => {
    const tls = await createTlsCertificate();
    const standin = await started({ tls });

    expect(standin.issuer).toMatch(/^https:/);
    expect(standin.apiUrl).toMatch(/^https:/);
    await expect(outcome(standin.issuer, tls)).resolves.toBe('accepted');
  });

  it('is refused by a client that does not', async () => {
    const standin = await started({ tls: await createTlsCertificate() });

    const other = await createTlsCertificate();
    await expect(outcome(standin.issuer, other)).resolves.toMatch(
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE/,
    );
  });

  it.each<[CertificateFlaw, string]>([
    ['other-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
  ])('with a certificate of the flaw %s is refused as %s', async (flaw, code) => {
    const tls = await createTlsCertificate(flaw);
    const standin = await started({ tls });

    await expect(outcome(standin.issuer, tls)).resolves.toBe(code);
  });
});

async function outcome(issuer: string, { authority }: TlsCertificate): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: authority } });
  onTestFinished(() => dispatcher.close());
  try {
    await (await undiciFetch(`${issuer}/.well-known/jwks`, { dispatcher })).text();
    return 'accepted';
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return typeof cause === 'object' && cause !== null && 'code' in cause
      ? String(cause.code)
      : String(error);
  }
}
