import { describe, expect, it } from 'vitest';
import { KEY_CLIENT, KEY_PAIRS, startKeyScenario } from '../support/key-scenario.ts';

describe('a client that authenticates with a key pair', () => {
  it.each(Object.entries(KEY_PAIRS))('is healthy with a key of %s in PEM', async (_, makePair) => {
    const scenario = await startKeyScenario({ pair: makePair() });

    const report = await scenario.check();

    expect(report).toMatchObject({
      status: 'healthy',
      diagnosis: null,
      findings: [],
      clientId: KEY_CLIENT,
      clientAuthentication: 'private_key_jwt',
    });
    expect(scenario.tokenRequests).toMatchObject([{ authorization: null }]);
  });

  it.each(Object.entries(KEY_PAIRS))('is healthy with a key of %s as JWK', async (_, makePair) => {
    const pair = makePair();
    const scenario = await startKeyScenario({ pair, registered: { keyId: 'key-1' } });
    const jwk = { ...pair.privateKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig' };
    await scenario.write('key.json', JSON.stringify(jwk));

    const report = await scenario.check({
      application: { credentials: { privateKey: { file: 'key.json' } } },
    });

    expect(report).toMatchObject({ status: 'healthy' });
  });

  it('signs anew for each check', async () => {
    const scenario = await startKeyScenario();

    const reports = [await scenario.check(), await scenario.check()];

    expect(reports).toMatchObject([{ status: 'healthy' }, { status: 'healthy' }]);
  });
});
