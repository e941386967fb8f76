import { describe, expect, it, onTestFinished } from 'vitest';
import { PROVIDER_TYPE_NAMES } from '../../../lib/core/config/provider-types.ts';
import { run } from '../captured-io.ts';
import { application, configFolder, configText } from '../config-folder.ts';

/** A folder with this configuration, for one test. */
async function folder(configuration: string): Promise<string> {
  const { path, remove } = await configFolder({ 'm2m-watch.yaml': configuration });
  onTestFinished(remove);
  return path;
}

const REFUSAL = JSON.stringify({
  error: 'invalid_scope',
  error_description:
    "The requested scope is invalid, unknown, or malformed. The OAuth 2.0 Client is not allowed to request scope 'read:invoices'.",
});

describe('explain', () => {
  it('names the cause, the confidence, the evidence and the fix', async () => {
    const stdin = `HTTP/2 400\ncontent-type: application/json\n\n${REFUSAL}`;

    const { status, stdout, stderr } = await run(['explain', '--provider', 'kinde'], { stdin });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^✗ the reply of a token endpoint \(Kinde\)\n {2}A requested scope is refused\n/,
    );
    expect(stdout).toMatch(/^ {2}scope-not-allowed, certain: no other explanation fits$/m);
    expect(stdout).toMatch(/^ {4}token-request {2}status 400, error "invalid_scope", text "/m);
    expect(stdout).toMatch(
      /^ {4}1\. Enable the missing scope for the application: Kinde > Settings/m,
    );
    expect(stdout).toMatch(/^ {2}Help {5}https:\/\/docs\.kinde\.com\//m);
    expect(stdout).not.toContain('Note');
  });

  it('says what it had to assume, and what the cause is if that is wrong', async () => {
    const { status, stdout } = await run(['explain', '--body', '{"error":"unauthorized_client"}']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/grant-not-allowed, possible: based only on the error code or status/);
    expect(stdout).toMatch(/status 400 \(assumed\), error "unauthorized_client"/);
    expect(stdout).toMatch(/- The paste has no status: 400 was assumed/);
    expect(stdout).toMatch(/- The paste does not show which server replied/);
    expect(stdout).toMatch(/- With --provider kinde the cause is\s+audience-not-authorized\./);
  });

  it.each([
    [['--status', '401'], 'call-unauthorized'],
    [['--status', '401', '--from', 'token'], 'credentials-rejected'],
    [['--status', '404'], 'client-unknown'],
    [['--status', '429', '--header', 'RateLimit-Reset: 30'], 'provider-rate-limited'],
    [['--status', '429', '--header', 'constructor: x'], 'provider-rate-limited'],
    [['--status', '429', '--header', '__proto__: x'], 'provider-rate-limited'],
    [['--status', '503', '--from', 'call'], 'call-failed'],
    [['--header', 'WWW-Authenticate: Bearer error="insufficient_scope"'], 'call-scope-missing'],
    [['--body', '<html>no', '--status', '200', '--from', 'token'], 'token-reply-malformed'],
    [['--body', 'getaddrinfo ENOTFOUND acme.kinde.co'], 'provider-unreachable'],
    [['--body', 'connect ECONNREFUSED 10.0.0.1:443', '--from', 'call'], 'call-unreachable'],
    [['--body', 'curl: (60) SSL certificate problem'], 'provider-tls-invalid'],
    [['--body', '{"error":"unauthorized_client"}', '--provider', 'oidc'], 'grant-not-allowed'],
    [['--body', 'getting 401 from https://acme.eu.auth0.com/oauth/token'], 'credentials-rejected'],
    [['--body', 'unexpected "aud" claim value'], 'call-unauthorized'],
  ])('takes %j for %s, without asking at a terminal', async (options, cause) => {
    const { status, stdout, stderr } = await run(['explain', ...options], {
      isStdinTerminal: true,
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^  ${cause}, `, 'm'));
  });

  it('gives a status from an option more weight than that of the paste', async () => {
    const { stdout } = await run(['explain', '--status', '429'], {
      stdin: `HTTP/1.1 200 OK\n\n${REFUSAL}`,
    });

    expect(stdout).toContain('provider-rate-limited');
  });

  it('says whose keys the steps name', async () => {
    const { stdout } = await run(['explain', '--status', '429', '--from', 'token']);

    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /concurrency` .* These steps name settings of m2m-watch: change the same settings/,
    );
  });

  it('prints the diagnosis as JSON on request', async () => {
    const { status, stdout } = await run(['explain', '--format', 'json', '--body', REFUSAL]);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      provider: 'oidc',
      dialect: null,
      from: 'token',
      status: 400,
      assumed: ['provider', 'status'],
      diagnosis: { cause: 'scope-not-allowed', family: 'authorization', confidence: 'certain' },
      findings: [{ cause: 'scope-not-allowed', severity: 'error' }],
      otherwise: [],
    });
  });

  it('reads a reply as that of the only provider that is configured', async () => {
    const cwd = await folder(configText({ 'billing-sync': application('BILLING') }));

    const { stdout, stderr } = await run(['explain', '--body', '{"error":"unauthorized_client"}'], {
      cwd,
    });

    expect(stderr).toBe('');
    expect(stdout).toMatch(/audience-not-authorized, possible/);
    expect(stdout).not.toContain('which server');
  });

  it('says that a configuration with problems was not looked at', async () => {
    const cwd = await folder('version: 7\n');

    const { status, stderr } = await run(['explain', '--body', '{"error":"invalid_client"}'], {
      cwd,
    });

    expect(status).toBe(0);
    expect(stderr).toMatch(/m2m-watch.yaml has problems, .* `m2m-watch validate`/);
  });

  it('exits with 1 if the refusal has no known form', async () => {
    const { status, stdout } = await run(['explain', '--status', '418', '--from', 'token']);

    expect(status).toBe(1);
    expect(stdout).toContain('refusal-unrecognized');
  });

  it.each([
    ['', /the paste is empty: paste the reply/],
    ['  \n ', /the paste is empty/],
    ['Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln', /a token, not a reply: `m2m-watch decode`/],
    ['https://acme.kinde.com/oauth2/token', /an address, not a reply/],
    [
      '{"access_token":"eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln","token_type":"bearer"}',
      /a reply with a token, not a failure/,
    ],
    ['curl https://acme.kinde.com/oauth2/token -d grant_type=x', /a request, not a reply/],
    ['hello world', /not a readable reply/],
    ['{"hello":"world"}', /not a readable reply/],
    ['HTTP/1.1 200 OK\n\nfine', /status 200 is not a failure/],
  ])('answers %j with what is missing, in one line and with status 2', async (stdin, line) => {
    const { status, stdout, stderr } = await run(['explain'], { stdin });

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toContain('eyJ');
  });

  it('says at a terminal what to paste, and how to end', async () => {
    const { status, stderr } = await run(['explain'], { isStdinTerminal: true, stdin: REFUSAL });

    expect(status).toBe(0);
    expect(stderr).toBe('Paste the reply (it is not shown), then press Ctrl-D:\n');
  });

  it.each([
    [['--status', '4o1'], /argument `4o1` is invalid. It must be an HTTP status/],
    [['--status', '99'], /must be an HTTP status/],
    [['--header', 'secretvalue'], /must be a name, a colon and a value/],
    [
      ['--provider', 'kindle'],
      new RegExp(`\`kindle\` is invalid. Allowed choices are ${PROVIDER_TYPE_NAMES.join(', ')}`),
    ],
    [['--from', 'api'], /Allowed choices are token, call/],
  ])('answers %j in one line and with status 2', async (options, line) => {
    const { status, stdout, stderr } = await run(['explain', ...options]);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});
