import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import { run } from '../cli/captured-io.ts';
import { largeBody, redirectTo, replyWith } from '../support/fault-replies.ts';
import { AUDIENCE, type Scenario, startScenario } from '../support/scenario.ts';

/** Two servers on this machine: the one that is watched, and one that nothing may be sent to. */
async function withElsewhere(): Promise<{ scenario: Scenario; elsewhere: Scenario }> {
  const [scenario, elsewhere] = await Promise.all([startScenario(), startScenario()]);
  return { scenario, elsewhere };
}

const REDIRECTS = [301, 302, 303, 307, 308] as const;
const ENDPOINTS = ['discovery', 'token', 'keys', 'api'] as const;

describe('a redirect', () => {
  it.each(ENDPOINTS)('of %s is followed by no request, to no host', async (endpoint) => {
    const { scenario, elsewhere } = await withElsewhere();
    const paths = { discovery: '/.well-known/openid-configuration', token: '/oauth2/token' };
    const path = endpoint === 'discovery' || endpoint === 'token' ? paths[endpoint] : '/health';
    for (const status of REDIRECTS) {
      for (const place of [`${elsewhere.issuer}${path}`, '/elsewhere', `//127.0.0.1${path}`]) {
        scenario.faults.clear();
        scenario.faults.set(endpoint, redirectTo(place, status));

        const report = await scenario.check({ application: { call: scenario.call() } });

        expect(report.diagnosis, `${status} ${place}`).not.toBeNull();
      }
    }
    expect(elsewhere.requests).toEqual([]);
    expect(scenario.received('other')).toEqual([]);
    expect(scenario.received(endpoint).length).toBeGreaterThanOrEqual(REDIRECTS.length);
  });
});

describe('an endpoint that discovery names', () => {
  const placesOf = ({ issuer }: Scenario) => {
    const { port } = new URL(issuer);
    return [
      `http://127.0.0.1:${port}/oauth2/token`,
      `http://localhost:${port}/oauth2/token`,
      `http://[::1]:${port}/oauth2/token`,
      `https://127.0.0.1:${port}/oauth2/token`,
      `http://2130706433:${port}/oauth2/token`,
      `http:\\\\127.0.0.1:${port}\\oauth2\\token`,
      `http://evil.example:80@127.0.0.1:${port}/oauth2/token`,
      `http://127.0.0.1.:${port}/oauth2/token`,
      `//127.0.0.1:${port}/oauth2/token`,
      `/oauth2/token`,
    ];
  };

  it.each(['token_endpoint', 'jwks_uri'])(
    'gets nothing on another port, however it is written: %s',
    async (field) => {
      const { scenario, elsewhere } = await withElsewhere();
      for (const place of placesOf(elsewhere)) {
        scenario.tenant.distortDiscovery = (document) => ({ ...document, [field]: place });

        const report = await scenario.check();

        expect(report.diagnosis?.cause, place).toBe('discovery-invalid');
        expect(report.status, place).toBe('undetermined');
      }
      expect(elsewhere.requests).toEqual([]);
      expect(scenario.received('token')).toEqual([]);
    },
  );

  it('gets credentials on a host of `hosts`, with the port that stands there', async () => {
    const { scenario, elsewhere } = await withElsewhere();
    scenario.tenant.distortDiscovery = (document) => ({
      ...document,
      token_endpoint: `${elsewhere.issuer}/oauth2/token`,
    });

    await scenario.check({ provider: { hosts: [new URL(elsewhere.issuer).host] } });

    expect(elsewhere.received('token')).toHaveLength(1);
    expect(scenario.received('token')).toEqual([]);
  });

  it('gets nothing where the document is of another issuer', async () => {
    const { scenario, elsewhere } = await withElsewhere();
    scenario.tenant.distortDiscovery = (document) => ({ ...document, issuer: elsewhere.issuer });

    const report = await scenario.check();

    expect(report.diagnosis?.cause).toBe('discovery-invalid');
    expect(scenario.received('token')).toEqual([]);
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('an address in a reply', () => {
  it('of a key in the header of a token is not fetched, and a key there verifies nothing', async () => {
    const { scenario, elsewhere } = await withElsewhere();
    const jwk = { kty: 'RSA', n: 'AQAB', e: 'AQAB' };
    scenario.tenant.distortToken(scenario.clientId, {
      signWith: 'unpublished-key',
      header: (header) => ({
        ...header,
        jku: `${elsewhere.issuer}/.well-known/jwks`,
        x5u: `${elsewhere.issuer}/certificate`,
        jwk,
        x5c: ['AQAB'],
      }),
    });

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report.diagnosis?.cause).toMatch(/^sign/);
    expect(report.status).not.toBe('healthy');
    expect(elsewhere.requests).toEqual([]);
    expect(scenario.received('api')).toEqual([]);
    expect(scenario.received('keys').length).toBeGreaterThan(0);
  });

  it('that is a link is not opened', async () => {
    const { scenario, elsewhere } = await withElsewhere();
    const link = `${elsewhere.issuer}/more`;
    const said = { error: 'invalid_client', error_description: link, error_uri: link };
    const headers = {
      link: `<${link}>; rel="next"`,
      'content-location': link,
      refresh: `0;url=${link}`,
    };
    scenario.faults.set('token', replyWith(jsonReply(401, said, headers)));

    const report = await scenario.check();

    expect(report.diagnosis?.cause).toBe('credentials-rejected');
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('a name that a reply holds', () => {
  it.each([
    'The client evil-name does not exist',
    "The OAuth 2.0 Client is not allowed to request scope 'evil-name'.",
    'Requested audience "evil-name" has not been whitelisted by the OAuth 2.0 Client.',
    'AADSTS500011: The resource principal named evil-name was not found in the tenant named evil-name.',
    "AADSTS700016: Application with identifier 'evil-name' was not found in the directory 'evil-name'.",
    'Client evil-name: grant type client_credentials is not allowed, go to evil-name',
    'Service not enabled within domain: evil-name',
    'Invalid organization evil-name',
  ])('is in no title and in no fix: %s', async (said) => {
    const scenario = await startScenario();
    for (const error of [
      'invalid_client',
      'invalid_scope',
      'access_denied',
      'invalid_target',
      'x',
    ]) {
      scenario.faults.set('token', replyWith(jsonReply(400, { error, error_description: said })));

      const { diagnosis } = await scenario.check();

      expect(diagnosis?.evidence.map(({ saw }) => saw).join()).toContain('evil-name');
      expect(`${diagnosis?.title} ${diagnosis?.fix.join(' ')}`).not.toContain('evil-name');
    }
  });
});

describe('a document of a provider that is too large', () => {
  it.each([
    ['discovery', 'discovery-invalid'],
    ['keys', 'keys-unavailable'],
  ] as const)('is not read on: %s', async (endpoint, cause) => {
    const scenario = await startScenario();
    scenario.faults.set(endpoint, largeBody(4));

    // Without a convention, nothing is sent after a document that was not read.
    const type = endpoint === 'discovery' ? { type: 'oidc' } : {};
    const report = await scenario.check({ provider: type });

    expect(report.diagnosis?.cause).toBe(cause);
    expect(scenario.received('api')).toEqual([]);
  });
});

describe('an option of the command line', () => {
  it('takes no secret', async () => {
    const { stdout } = await run(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name);
    expect(commands).toEqual(
      expect.arrayContaining(['check', 'init', 'validate', 'serve', 'notify']),
    );
    for (const command of commands) {
      const help = await run([command, '--help']);
      const options = [...help.stdout.matchAll(/--([a-z-]+) ([<[][^>\]]+[>\]])/g)];
      const secrets = options.filter(([, name = '']) =>
        /secret|password|bearer|assertion/.test(name),
      );
      expect(secrets.map(([option]) => option)).toEqual([]);
      const keys = options.filter(([, name]) => name === 'private-key').map(([option]) => option);
      expect(keys.every((option) => option === '--private-key <FILE>')).toBe(true);
    }
  });
});

describe('a configuration that holds a secret', () => {
  it('is refused in each place, and nothing of it is quoted', async () => {
    const scenario = await startScenario();
    const secret = 'Pl4nted0secret1in2the3wrong4place';
    const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'x', d: secret };
    for (const credentials of [
      secret,
      pem,
      jwk,
      { clientSecret: secret },
      { privateKey: pem },
      { privateKey: jwk },
    ]) {
      const application = { provider: 'acme', credentials, audience: AUDIENCE };
      const written = { version: 1, deployment: 'x', providers: { acme: scenario.provider() } };
      await scenario.write(
        'm2m-watch.yaml',
        stringify({ ...written, applications: { a: application } }),
      );

      const { status, stdout, stderr } = await run(['check'], { cwd: scenario.folder });

      expect(status).toBe(2);
      expect(stdout + stderr).not.toContain(secret);
      expect(stderr).toContain('credentials');
    }
    expect(scenario.requests).toEqual([]);
  });
});
