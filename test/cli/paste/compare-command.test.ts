import { describe, expect, it } from 'vitest';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { jsonReply } from '../../../lib/standin/http-messages.ts';
import { replyWith } from '../../support/fault-replies.ts';
import { AUDIENCE, SCOPES, type Scenario, startScenario } from '../../support/scenario.ts';
import { capturedIo, run } from '../captured-io.ts';
import { tokenOf, unsignedToken, writeConfiguration } from './pasted-tokens.ts';

const COMPARE = ['compare', '--app', 'billing-sync'];

async function configured(parts: Parameters<typeof writeConfiguration>[1] = {}) {
  const scenario = await startScenario();
  await writeConfiguration(scenario, parts);
  return scenario;
}

async function compared(scenario: Scenario, stdin: string) {
  const { status, stdout, stderr } = await run(COMPARE, { cwd: scenario.folder, stdin });
  return { status, stdout, stderr, words: stdout.replace(/\s+/g, ' ') };
}

describe('compare', () => {
  it('finds that two tokens of one application differ in nothing that matters', async () => {
    const scenario = await configured({
      application: { call: { url: 'https://api.acme.com/health' } },
    });
    const pasted = await tokenOf(scenario, scenario);

    const { status, stdout } = await compared(scenario, pasted);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^✓ the pasted token is verified: /);
    expect(stdout).toMatch(/^ {2}= aud +\["https:\/\/api\.acme\.com"\]$/m);
    expect(stdout).toMatch(/^ +PASTED +FRESH$/m);
    expect(stdout).toMatch(/Different in any two tokens\n(?: .*\n)* {2}≠ jti/);
    expect(stdout).toMatch(/✓ the tokens differ only in what differs in any two tokens\n$/);
    expect(scenario.received('token')).toHaveLength(2);
    expect(scenario.received('api')).toEqual([]);
  });

  it('names the audience that a fresh token lacks', async () => {
    const scenario = await configured();
    scenario.tenant.addApi({ name: 'Other', audience: 'https://other.acme.com', scopes: [] });
    const sibling = await scenario.addSibling('twin', {
      apis: { 'https://other.acme.com': [] },
    });
    scenario.tenant.distortToken(sibling.clientId, {
      claims: (claims) => ({
        ...claims,
        azp: scenario.clientId,
        scope: 'read:invoices write:invoices',
      }),
    });
    const pasted = await tokenOf(scenario, sibling, { audience: 'https://other.acme.com' });

    const { status, words } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(words).toMatch(/✗ audience-mismatch: The token is not for the requested audience/);
    expect(words).toContain(
      'the pasted token is for ["https://other.acme.com"], and a fresh one is not',
    );
    expect(words).toMatch(/Fix 1\. /);
  });

  it('names the scopes that a fresh token lacks', async () => {
    const scenario = await configured();
    const pasted = await tokenOf(scenario, scenario);
    scenario.tenant.removeScope(scenario.clientId, AUDIENCE, 'write:invoices');

    const { status, words } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(words).toMatch(/≠ scope read:invoices write:invoices read:invoices/);
    expect(words).toContain('✗ scope-missing: ');
    expect(words).toContain('the pasted token holds ["write:invoices"], and a fresh one does not');
  });

  it('names the organisation that a fresh token lacks', async () => {
    const scenario = await configured();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, org_code: 'org_1' }),
    });
    const pasted = await tokenOf(scenario, scenario);
    scenario.tenant.distortToken(scenario.clientId, {});

    const { status, words } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(words).toContain('✗ organization-missing: ');
    expect(words).toContain('for the organisation "org_1", a fresh one for none');
    expect(words).toMatch(/Create an organisation-scoped M2M app/);
  });

  it('says that a token belongs to another application, and nothing that follows from it', async () => {
    const scenario = await configured();
    const sibling = await scenario.addSibling('hr-sync', { organization: 'org_2' });
    const pasted = await tokenOf(scenario, sibling);

    const { status, words } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(words).toContain('the pasted token belongs to another application');
    expect(words).not.toContain('✗ organization');
  });

  it('says first that a token of another issuer is not verified', async () => {
    const scenario = await configured();
    const pasted = unsignedToken({ iss: 'https://other.kinde.com', azp: scenario.clientId });

    const { status, stdout, words } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(stdout).toMatch(/^! the pasted token is not verified: its issuer is "https:\/\/other/);
    expect(words).toContain('✗ issuer-mismatch: ');
  });

  it('marks as a warning what a fresh token has more', async () => {
    const scenario = await configured();
    scenario.tenant.removeScope(scenario.clientId, AUDIENCE, 'write:invoices');
    const pasted = await tokenOf(scenario, scenario);
    scenario.tenant.authorizeApi(scenario.clientId, AUDIENCE, SCOPES);

    const { status, words } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(words).toContain('! scope-surplus: ');
  });

  it('stacks the values in a narrow terminal', async () => {
    const scenario = await configured();
    const pasted = await tokenOf(scenario, scenario);
    scenario.tenant.removeScope(scenario.clientId, AUDIENCE, 'write:invoices');

    const { stdout } = await run(COMPARE, {
      cwd: scenario.folder,
      stdin: pasted,
      isTerminal: true,
      columns: 60,
      environment: { NO_COLOR: '1' },
    });

    expect(stdout).toMatch(
      /≠ scope\n {6}pasted {2}read:invoices write:invoices\n {6}fresh {3}read:invoices\n/,
    );
  });

  it('says that only the API can read the fresh token where that is so', async () => {
    const scenario = await configured();
    const pasted = await tokenOf(scenario, scenario);
    const header = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url');
    scenario.tenant.distortToken(scenario.clientId, {
      accessToken: () => `${header}..AAAA.AAAA.AAAA`,
    });

    const { status, stdout } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(stdout).toContain('The fresh token holds no claims that can be compared:');
    expect(stdout).toMatch(/the token is encrypted \(JWE\), so that only the\s+API can read it/);
  });

  it('prints the diagnosis of the check where there is no fresh token', async () => {
    const scenario = await configured();
    const pasted = await tokenOf(scenario, scenario);
    scenario.tenant.rotateSecret(scenario.clientId);

    const { status, stdout } = await compared(scenario, pasted);

    expect(status).toBe(1);
    expect(stdout).toMatch(/There is no fresh token to compare it with:\n\n✗ billing-sync at acme/);
    expect(stdout).toContain('credentials-rejected, likely');
  });

  it('exits with 3 if that says nothing about the application', async () => {
    const scenario = await configured();
    const pasted = await tokenOf(scenario, scenario);
    scenario.faults.set(
      'token',
      replyWith(() => jsonReply(503, {})),
    );

    const { status, stdout } = await compared(scenario, pasted);

    expect(status).toBe(3);
    expect(stdout).toContain('provider-error');
  });

  it('requests no token if the pasted one cannot be read', async () => {
    const scenario = await configured();

    const { status, stdout, stderr } = await compared(scenario, 'eyJhbGciOiJSUzI1NiJ9.xx.c2ln');

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/this is not a readable JWT: its payload /);
    expect(scenario.requests).toEqual([]);
  });

  it('needs --app, and tokens that are no opaque ones', async () => {
    const scenario = await configured({ application: { tokenFormat: 'opaque', expect: {} } });

    const without = await run(['compare'], { cwd: scenario.folder });
    const opaque = await compared(scenario, '');

    expect(without.status).toBe(2);
    expect(without.stderr).toMatch(/--app/);
    expect(opaque.status).toBe(2);
    expect(opaque.stderr).toMatch(/has tokenFormat: opaque/);
  });

  it('exits with 130 at Ctrl-C', async () => {
    const scenario = await configured();
    const pasted = await tokenOf(scenario, scenario);

    const io = capturedIo({ cwd: scenario.folder, stdin: pasted });
    scenario.faults.set(
      'token',
      replyWith(() => {
        io.interrupt();
        return jsonReply(503, {});
      }),
    );

    expect(await runCli(COMPARE, io)).toBe(130);
    expect(io.written.stdout).toBe('');
  });
});
