import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import { openChannels, testChannels } from '../../lib/wiring/notify.ts';
import { smallConfig } from '../core/config/written-config.ts';
import { createAuthority } from '../support/certificates.ts';
import { startReceiver, verified } from '../support/notice-receiver.ts';

function configWith(notify: object) {
  const parsed = parseConfig({ ...smallConfig(), notify });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;

describe('openChannels', () => {
  it('opens each configured channel, and says which is not available here', async () => {
    const config = configWith({
      email: ['oncall@acme.com'],
      slack: { webhook: { env: 'SLACK' } },
      pagerDuty: { routingKey: { env: 'KEY' } },
    });

    const { channels, unavailable, close } = openChannels({
      config,
      baseDirectory: '.',
      environment: {},
    });
    await close();

    expect(Object.keys(channels)).toEqual(['slack', 'pager-duty']);
    expect(unavailable).toEqual(['email']);
  });

  it('takes an e-mail channel where there is one', async () => {
    const email = { send: async () => ({ kind: 'accepted' }) as const };
    const config = configWith({ email: ['oncall@acme.com'] });

    const open = openChannels({ config, baseDirectory: '.', environment: {}, email });
    await open.close();

    expect(open).toMatchObject({ channels: { email }, unavailable: [] });
  });
});

describe('testChannels', () => {
  it('sends a signed sample to a webhook, and leaves e-mail to a deployment', async () => {
    const authority = await createAuthority('Test authority');
    const tls = await authority.issue({ hosts: ['127.0.0.1'] });
    const receiver = await startReceiver({ answers: [{ status: 204 }], tls });
    const config = configWith({
      email: ['oncall@acme.com'],
      webhook: { url: receiver.url, secret: { env: 'SECRET' } },
    });

    const tests = await testChannels({
      config,
      baseDirectory: '.',
      environment: { SECRET },
      ca: authority.cert,
    });

    expect(tests.map(({ channel, result }) => [channel, result])).toEqual([
      ['email', 'not-available'],
      ['webhook', 'accepted'],
    ]);
    const [{ head, body } = { head: '', body: '' }] = receiver.received;
    expect(verified(head, body, SECRET)).toEqual(JSON.parse(body));
  });
});
