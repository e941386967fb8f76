import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type LocalIssuer,
  type LocalIssuerOptions,
  presented,
  startLocalIssuer,
} from '../../support/local-issuer.ts';
import { keyboard, run } from '../captured-io.ts';
import { configFolder } from '../config-folder.ts';

type Method = 'client_secret_basic' | 'client_secret_post';

const SECRET = 'planted-client-secret';
const ROLES = { realm_access: { roles: ['invoice-reader'] } };

let cwd: string;
let cleanUp: (() => Promise<void>)[];
beforeEach(async () => {
  const { path, remove } = await configFolder({});
  cwd = path;
  cleanUp = [remove];
});
afterEach(async () => {
  await Promise.all(cleanUp.map((clean) => clean()));
});

/** A server at which each client may use one method only; it refuses another one without saying why. */
async function serverOf(
  registered: Readonly<Record<string, Method>>,
  claims: LocalIssuerOptions['claims'] = { aud: 'invoices', scope: 'read', ...ROLES },
): Promise<LocalIssuer> {
  const issuer = await startLocalIssuer({
    metadata: {
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    },
    claims,
    refuse: (request) => {
      const shown = presented(request);
      const isRight = shown?.clientSecret === SECRET && registered[shown.clientId] === shown.method;
      return isRight ? null : { status: 401, body: { error: 'invalid_client' } };
    },
  });
  cleanUp.push(issuer.close);
  return issuer;
}

const typing = (...lines: readonly string[]) => ({
  cwd,
  stdin: keyboard(...lines),
  isTerminal: true,
  environment: { NO_COLOR: '1' },
});
const config = () => readFile(join(cwd, 'm2m-watch.yaml'), 'utf8');

describe('init, at a server that does not say how its clients authenticate', () => {
  it.each<[Method, number]>([
    ['client_secret_basic', 1],
    ['client_secret_post', 2],
  ])('finds out %s, writes it down, and leads to a healthy check', async (method, requests) => {
    const issuer = await serverOf({ 'billing-sync': method });

    const { status, stdout } = await run(
      ['init', '--allow-insecure-http'],
      typing(issuer.issuer, 'billing-sync', '', SECRET),
    );
    const asked = issuer.tokenRequests.length;
    const check = await run(['check', '--format', 'json'], { cwd });

    expect(status).toBe(0);
    expect(stdout).toContain('Written: m2m-watch.yaml; .env');
    expect(stdout).not.toContain('clientAuthentication');
    expect(asked).toBe(requests);
    expect(await config()).toMatch(new RegExp(`^ {4}clientAuthentication: ${method}$`, 'm'));
    expect(await config()).toMatch(/^ {8}realm_access\.roles: \[invoice-reader\]$/m);
    expect(issuer.tokenRequests).toHaveLength(requests + 1);
    expect(JSON.parse(check.stdout).reports).toEqual([
      expect.objectContaining({ status: 'healthy', findings: [], clientAuthentication: method }),
    ]);
  });

  it('writes the method of an application that is added beside it, where its provider has another', async () => {
    const issuer = await serverOf({
      one: 'client_secret_basic',
      two: 'client_secret_post',
      three: 'client_secret_basic',
    });
    for (const name of ['one', 'two', 'three']) {
      const more = name === 'one' ? [] : ['--add'];
      const world = typing(issuer.issuer, name, '', SECRET);
      expect((await run(['init', '--allow-insecure-http', ...more], world)).status).toBe(0);
    }

    const check = await run(['check', '--format', 'json'], { cwd });

    expect((await config()).match(/^ +clientAuthentication: .*/gm)).toEqual([
      '    clientAuthentication: client_secret_basic',
      '    clientAuthentication: client_secret_post',
    ]);
    expect(JSON.parse(check.stdout).summary).toMatchObject({ applications: 3, healthy: 3 });
    expect(issuer.tokenRequests).toHaveLength(1 + 2 + 1 + 3);
  });

  it('finds it out where the tokens are opaque, too', async () => {
    const issuer = await serverOf({ one: 'client_secret_post', two: 'client_secret_basic' }, null);

    const one = await run(
      ['init', '--allow-insecure-http'],
      typing(issuer.issuer, 'one', '', SECRET),
    );
    const two = await run(['init', '--add'], typing('', 'two', '', SECRET));
    const check = await run(['check'], { cwd });

    expect([one.status, two.status, check.status]).toEqual([0, 0, 0]);
    expect((await config()).match(/^ +(?:clientAuthentication|tokenFormat): .*/gm)).toEqual([
      '    clientAuthentication: client_secret_post',
      '    tokenFormat: opaque',
      '    clientAuthentication: client_secret_basic',
      '    tokenFormat: opaque',
    ]);
    expect(issuer.tokenRequests).toHaveLength(2 + 1 + 2 + 1 + 2);
  });

  it('writes it beside the application where the provider says nothing', async () => {
    const issuer = await serverOf({ one: 'client_secret_basic', two: 'client_secret_post' });
    await run(['init', '--allow-insecure-http'], typing(issuer.issuer, 'one', '', SECRET));
    await writeFile(
      join(cwd, 'm2m-watch.yaml'),
      (await config()).replace(/^ +clientAuthentication: .*\n/m, ''),
    );

    await run(['init', '--add'], typing(issuer.issuer, 'two', '', SECRET));

    expect(await config()).toMatch(
      /credentials: \{ env: M2M_TWO_CLIENT_SECRET \}\n {4}clientAuthentication: client_secret_post\n/,
    );
  });

  it('names the cause of a secret that is wrong with either method, and writes nothing', async () => {
    const issuer = await serverOf({ one: 'client_secret_basic' });
    await run(['init', '--allow-insecure-http'], typing(issuer.issuer, 'one', '', SECRET));
    const before = await config();

    const { status, stdout } = await run(['init', '--add'], typing(issuer.issuer, 'two', '', 'no'));

    expect(status).toBe(1);
    expect(stdout).toMatch(/(?:client-unknown|credentials-rejected), (?:likely|possible)/);
    expect(await config()).toBe(before);
    expect(issuer.tokenRequests).toHaveLength(1 + 2);
  });
});
