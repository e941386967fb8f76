import { describe, expect, it } from 'vitest';
import { AUDIENCE, type Scenario, startScenario } from '../../support/scenario.ts';
import { run } from '../captured-io.ts';
import { tokenOf, unsignedToken, writeConfiguration } from './pasted-tokens.ts';

const NOW = Math.floor(Date.now() / 1000);

async function configured(parts: Parameters<typeof writeConfiguration>[1] = {}) {
  const scenario = await startScenario();
  await writeConfiguration(scenario, parts);
  return scenario;
}

/** The requests to the stand-in since it issued the token. */
function asked({ requests }: Scenario, since: number): readonly string[] {
  return requests.slice(since).map(({ endpoint }) => endpoint);
}

describe('decode', () => {
  it('says first that a token is not verified where there is no configuration', async () => {
    const claims = {
      iss: 'https://acme.kinde.com',
      aud: [AUDIENCE],
      iat: NOW - 70,
      exp: NOW + 3700,
    };

    const { status, stdout, stderr } = await run(['decode'], { stdin: unsignedToken(claims) });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^! the token is not verified: there is no configuration/);
    expect(stdout).toMatch(/^ {2}alg {2}RS256$/m);
    expect(stdout).toMatch(/^ {2}kid {2}key-1$/m);
    expect(stdout).toMatch(/^ {2}iss {2}"https:\/\/acme\.kinde\.com"$/m);
    expect(stdout).toMatch(/^ {2}exp {2}\d+ +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, expires in 1 h/m);
    expect(stdout).toMatch(/^ {2}iat {2}\d+ .* UTC, 1 min ago$/m);
  });

  it('verifies a token with the keys of the provider whose issuer it names', async () => {
    const scenario = await configured();
    const token = await tokenOf(scenario, scenario);

    const { status, stdout } = await run(['decode'], { cwd: scenario.folder, stdin: token });

    expect(status).toBe(0);
    expect(stdout).toMatch(/^✓ the token is verified: signed with a key of the provider acme\n/);
    expect(asked(scenario, 1)).toEqual(['discovery', 'keys']);
  });

  it('says of a token that only its API can verify why it is not verified', async () => {
    const scenario = await configured({ provider: { type: 'oidc', dialect: 'entra' } });
    const [key] = scenario.tenant.keys;
    const header = { kid: key?.keyId, nonce: 'AQABAAAAAAD' };
    const decoded = async (aud: string) => {
      const stdin = unsignedToken({ iss: scenario.issuer, aud, exp: NOW + 60 }, header);
      return (await run(['decode'], { cwd: scenario.folder, stdin })).stdout;
    };

    expect(await decoded('https://graph.microsoft.com')).toMatch(
      /^! the token is not verified: its header has a nonce, so only the API/,
    );
    expect(await decoded(AUDIENCE)).toMatch(
      /^! the token is not verified: the signature matches none/,
    );
  });

  it('takes the token from its argument, also after Bearer', async () => {
    const token = unsignedToken({ iss: 'https://a.example', exp: NOW + 60 });

    for (const argv of [[token], ['Bearer', token], [`"${token}"`]]) {
      const { status, stdout } = await run(['decode', ...argv]);

      expect(status).toBe(0);
      expect(stdout).toContain('"https://a.example"');
    }
  });

  it('sends no request to an address in the token', async () => {
    const hostile = await startScenario();
    const token = unsignedToken(
      { iss: hostile.issuer, jwks_uri: `${hostile.issuer}/.well-known/jwks`, exp: NOW + 60 },
      { jku: `${hostile.issuer}/.well-known/jwks`, x5u: `${hostile.issuer}/cert`, jwk: {} },
    );
    const genuine = await tokenOf(hostile, hostile);
    const scenario = await configured();
    const application = ['--app', 'billing-sync'];

    for (const stdin of [token, genuine]) {
      for (const argv of [['decode'], ['decode', ...application], ['compare', ...application]]) {
        const { stdout } = await run(argv, { cwd: scenario.folder, stdin });

        expect(stdout).toMatch(/^! the (?:pasted )?token is not verified: /);
      }
      const alone = await run(['decode'], { stdin });
      expect(alone.stdout).toMatch(/^! the token is not verified: /);
    }
    expect(hostile.requests.map(({ endpoint }) => endpoint)).toEqual(['token']);
  });

  it.each([
    ['a slash more', (issuer: string) => `${issuer}/`],
    ['another case', (issuer: string) => issuer.replace('http', 'HTTP')],
    ['a path', (issuer: string) => `${issuer}/x`],
    ['white space', (issuer: string) => ` ${issuer}`],
    ['a list', (issuer: string) => [issuer]],
  ])('asks no provider whose issuer differs by %s', async (_, change) => {
    const scenario = await configured();
    const token = unsignedToken({ iss: change(scenario.issuer), exp: NOW + 60 });

    const { stdout } = await run(['decode'], { cwd: scenario.folder, stdin: token });

    expect(stdout).toMatch(/^! the token is not verified: no configured provider has the issuer/);
    expect(scenario.requests).toEqual([]);
  });

  it.each([
    ['signed with a key that is not published', { signWith: 'unpublished-key' }, /names the key/],
    ['with another algorithm', { header: () => ({ alg: 'HS256' }) }, /names the algorithm "HS256"/],
    ['without an algorithm', { header: () => ({ alg: 'none' }) }, /names the algorithm "none"/],
    [
      'changed after it was signed',
      { accessToken: tamper },
      /the signature matches none of the keys/,
    ],
  ] as const)('never calls a token verified that is %s', async (_, distortion, why) => {
    const scenario = await configured();
    scenario.tenant.distortToken(scenario.clientId, distortion);
    const token = await tokenOf(scenario, scenario);

    const { status, stdout } = await run(['decode'], { cwd: scenario.folder, stdin: token });

    expect(status).toBe(0);
    expect(stdout).toMatch(/^! the token is not verified: /);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(why);
    expect(stdout).not.toMatch(/is verified|valid token|✓/);
  });

  it('says why where the provider has no keys to give', async () => {
    const scenario = await configured();
    const token = await tokenOf(scenario, scenario);
    scenario.tenant.distortDiscovery = (document) => ({ ...document, issuer: 'https://b.example' });

    const { stdout } = await run(['decode'], { cwd: scenario.folder, stdin: token });

    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /^! the token is not verified: the discovery document \S+ names the issuer/,
    );
  });

  it('decodes offline if the configuration has mistakes', async () => {
    const scenario = await startScenario();
    await scenario.write('m2m-watch.yaml', 'version: 2\n');
    const stdin = unsignedToken({ iss: scenario.issuer, exp: NOW + 60 });

    const decoded = await run(['decode'], { cwd: scenario.folder, stdin });
    const named = await run(['decode', '--config', 'm2m-watch.yaml'], {
      cwd: scenario.folder,
      stdin,
    });

    expect(decoded.status).toBe(0);
    expect(decoded.stdout).toMatch(/^! the token is not verified: m2m-watch\.yaml has mistakes/);
    expect(named).toMatchObject({ status: 2, stdout: '' });
    expect(scenario.requests).toEqual([]);
  });

  it('shows hostile claims escaped, bounded, and without the token', async () => {
    const stdin = unsignedToken({
      iss: 'https://a.example',
      note: '\u001b[31mred\u001b[0m \u202etxet\u202c \u200bx',
      'evil\u001b]0;title\u0007name': 1,
      long: 'y'.repeat(20_000),
      wide: Array.from({ length: 2_000 }, (_, index) => index),
      email: 'somebody@acme.com',
      ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`claim-${index}`, index])),
    });

    const { stdout } = await run(['decode'], { stdin });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e]/);
    expect(stdout.length).toBeLessThan(20_000);
    expect(stdout).toContain('somebody@acme.com');
    expect(stdout).toMatch(/and 2\d\d more/);
    expect(stdout).not.toMatch(/eyJ|c2ln/);
  });

  it('notes what is odd about a token', async () => {
    const stdin = unsignedToken({ aud: [], iat: NOW + 7200, nbf: 'soon', nonce: 'x' });

    const { stdout } = await run(['decode'], { stdin });

    expect(stdout).toMatch(/Notes\n {2}- it has no exp/);
    expect(stdout).toMatch(/- nbf is "soon"/);
    expect(stdout).toMatch(/- it begins in the future/);
    expect(stdout).toMatch(/- its aud is empty/);
    expect(stdout).toMatch(/- it has claims of an ID token/);
  });

  it.each([
    ['', /the paste is empty/],
    ['not a token', /this holds no token/],
    ['d4d3c5b74e064badb9625a4aa6241bcc', /this is one word without the parts of a JWT/],
    ['eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ', /not a readable JWT: it has 2 parts/],
    ['eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d', /this token is encrypted/],
    ['{"error":"invalid_client"}', /`m2m-watch explain` names its cause/],
    ['https://acme.kinde.com', /this is an address/],
    [`${unsignedToken({ a: 1 })} ${unsignedToken({ a: 2 })}`, /more than one token/],
  ])('answers %j in one line and with status 2', async (stdin, line) => {
    const { status, stdout, stderr } = await run(['decode'], { stdin });

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toMatch(/eyJhbGci/);
  });

  it('says at a terminal what to paste', async () => {
    const { stderr } = await run(['decode'], { stdin: '', isStdinTerminal: true });

    expect(stderr).toMatch(
      /^Paste a token, or a token reply \(it is not shown\), then press Ctrl-D:\n/,
    );
  });

  it('refuses a file that was piped by mistake', async () => {
    const { status, stderr } = await run(['decode'], { stdin: 'x'.repeat(1024 * 1024 + 1) });

    expect(status).toBe(2);
    expect(stderr).toMatch(/standard input is longer than 1048576 bytes/);
  });
});

describe('decode --app', () => {
  it('exits with 0 if the token is verified and as expected', async () => {
    const scenario = await configured();
    const stdin = await tokenOf(scenario, scenario);

    const { status, stdout } = await run(['decode', '--app', 'billing-sync'], {
      cwd: scenario.folder,
      stdin,
    });

    expect(status).toBe(0);
    expect(stdout).toMatch(/Compared with billing-sync\n {2}✓ its claims are as expected\n$/);
  });

  it('lists every finding with its cause, and the fix of the one that leads', async () => {
    const scenario = await configured({
      application: { expect: { organization: 'org_1', scopes: ['read:invoices', 'delete:x'] } },
    });
    const stdin = await tokenOf(scenario, scenario);

    const { status, stdout } = await run(['decode', '--app', 'billing-sync'], {
      cwd: scenario.folder,
      stdin,
    });

    expect(status).toBe(1);
    expect(stdout).toMatch(/^ {2}✗ organization-missing {2}the token has no org_code/m);
    expect(stdout).toMatch(/^ {2}✗ scope-missing {9}scope lacks \["delete:x"\]/m);
    expect(stdout).toMatch(/Fix\n {4}1\. Create an organisation-scoped M2M app/);
  });

  it('tells a token of another application by its client', async () => {
    const scenario = await configured();
    const sibling = await scenario.addSibling('hr-sync');
    const stdin = await tokenOf(scenario, sibling);

    const { status, stdout } = await run(['decode', '--app', 'billing-sync'], {
      cwd: scenario.folder,
      stdin,
    });

    expect(status).toBe(1);
    expect(stdout).toMatch(/✗ authorized-party-mismatch {2}azp is /);
  });

  it('says what could not be compared where the client id cannot be read', async () => {
    const scenario = await configured({ application: { credentials: { file: 'gone.json' } } });
    const stdin = await tokenOf(scenario, scenario);

    const { status, stdout } = await run(['decode', '--app', 'billing-sync'], {
      cwd: scenario.folder,
      stdin,
    });

    expect(status).toBe(0);
    expect(stdout).toMatch(/which client the token is for was not compared/);
  });

  it('says of an unverified token no more than that it would fit', async () => {
    const scenario = await configured({
      application: { clientId: 'abc', credentials: { env: 'X' } },
    });
    const stdin = unsignedToken({
      iss: scenario.issuer,
      aud: [AUDIENCE],
      azp: 'abc',
      gty: ['client_credentials'],
      scope: 'read:invoices',
      iat: NOW,
      exp: NOW + 60,
    });

    const { status, stdout } = await run(['decode', '--app', 'billing-sync'], {
      cwd: scenario.folder,
      stdin,
    });

    expect(status).toBe(0);
    expect(stdout).toMatch(/^! the token is not verified: /);
    expect(stdout).toMatch(/! its claims are as expected, but the token is not verified/);
  });

  it('answers an unknown application with the nearest', async () => {
    const scenario = await configured();

    const { status, stderr } = await run(['decode', '--app', 'biling-sync'], {
      cwd: scenario.folder,
      stdin: '',
    });

    expect(status).toBe(2);
    expect(stderr).toMatch(/did you mean `billing-sync`/);
  });
});

/** The same header and signature around other claims. */
function tamper(token: string): string {
  const [header, , signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, scope: 'admin' })).toString('base64url');
  return `${header}.${changed}.${signature}`;
}
