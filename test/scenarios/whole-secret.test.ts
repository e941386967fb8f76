import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

const SECRETS = [
  ['the characters that forms and Basic change', 'a+b&=%/~é '],
  ['a percent sign that looks like an encoding', '%41%20+%2B'],
  ['quotes, backslashes and a colon', `a:b"c'd\\e:f`],
  ['spaces at both ends', '  in between  '],
  ['characters beyond the first plane', '鍵🔑\u{1f511}ñ'],
  ['control characters', 'a\tb\u007f'],
] as const;

/** How a secret is written where it is kept. */
const PLACES = ['a variable', 'a file as JSON', 'a file of its own'] as const;

describe.each(['client_secret_post', 'client_secret_basic'] as const)(
  'a secret sent by %s',
  (method) => {
    it.each(SECRETS)('arrives whole from each place: %s', async (_, secret) => {
      const scenario = await startScenario({ settings: { secret } });
      scenario.tenant.authenticationMethods = [method];
      const { clientId } = scenario;
      await scenario.write('secret.txt', secret);
      const credentials = {
        'a variable': { env: 'SECRET' },
        'a file as JSON': { file: 'billing-sync.json' },
        'a file of its own': { file: 'secret.txt' },
      };

      const statuses: string[] = [];
      for (const place of PLACES) {
        const report = await scenario.check({
          provider: { clientAuthentication: method },
          application: { credentials: credentials[place], clientId },
          environment: { SECRET: secret },
        });
        statuses.push(report.status);
      }

      expect(statuses).toEqual(['healthy', 'healthy', 'healthy']);
      const received = scenario.received('token').map((request) => request.credentials);
      expect(received).toEqual(PLACES.map(() => ({ method, clientId, clientSecret: secret })));
    });
  },
);

describe('a secret with special characters on the wire', () => {
  const secret = 'a+b&=%/~é ';
  const formEncoded = 'a%2Bb%26%3D%25%2F%7E%C3%A9+';

  it('is form-encoded once in the body, and nowhere else', async () => {
    const scenario = await startScenario({ settings: { secret } });

    await scenario.check();

    const [request] = scenario.received('token');
    expect(request?.body).toContain(`client_secret=${formEncoded}&`);
    expect(request?.headers.authorization).toBeUndefined();
  });

  it('has both halves form-encoded in the Basic header, and is not in the body', async () => {
    const clientId = 'id:with a colon';
    const scenario = await startScenario({ settings: { secret, clientId } });
    scenario.tenant.authenticationMethods = ['client_secret_basic'];

    const report = await scenario.check();

    const [request] = scenario.received('token');
    // A space as %20, which form decoding takes as well, and servers that decode percent signs alone.
    const pair = `id%3Awith+a+colon:${formEncoded}`.replaceAll('+', '%20');
    const basic = Buffer.from(pair).toString('base64');
    expect(request?.headers.authorization).toBe(`Basic ${basic}`);
    expect(request?.body).not.toMatch(/client_(?:id|secret)=/);
    expect(report.status).toBe('healthy');
  });
});
