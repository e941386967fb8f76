import { describe, expect, it } from 'vitest';
import { startKeyScenario } from '../support/key-scenario.ts';

const SECONDS_AHEAD = 3600;

/** A server whose clock differs, and says so in its `Date`. */
function clockOf(secondsAhead: number) {
  const date = new Date(Date.now() + secondsAhead * 1000).toUTCString();
  return { headers: { date } };
}

const EXPIRED = () => ({
  status: 401,
  body: {
    error: 'invalid_client',
    error_description: 'The client_assertion token is expired.',
  },
});

describe('assertion-times-refused', () => {
  it('is the cause where the clocks differ, and says nothing of the application', async () => {
    const scenario = await startKeyScenario({
      registered: { clockAheadSeconds: SECONDS_AHEAD },
      refusals: EXPIRED,
      issuer: clockOf(SECONDS_AHEAD),
    });

    const report = await scenario.check({ provider: { dialect: 'okta' } });

    expect(report).toBeDiagnosedAs({
      cause: 'assertion-times-refused',
      confidence: 'certain',
      status: 'undetermined',
      fixNames: ['clock'],
      evidence: [['token-request', /the clock of m2m-watch is 3\d{3} s behind the provider's/]],
    });
  });

  it('is likely after a bare refusal, where the clocks differ', async () => {
    const scenario = await startKeyScenario({
      registered: { clockAheadSeconds: SECONDS_AHEAD },
      issuer: clockOf(SECONDS_AHEAD),
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'assertion-times-refused',
      confidence: 'likely',
      status: 'undetermined',
    });
  });

  it.each([[SECONDS_AHEAD, 'assertion-times-refused'] as const, [0, 'provider-error'] as const])(
    'is possible after the 500 of Fosite with clocks that are %i s apart',
    async (seconds, cause) => {
      const scenario = await startKeyScenario({
        registered: { clientId: 'x' },
        refusals: () => ({
          status: 500,
          body: { error: 'error', error_description: 'The error is unrecognizable' },
        }),
        issuer: clockOf(seconds),
      });

      const report = await scenario.check({ provider: { dialect: 'hydra' } });

      expect(report).toBeDiagnosedAs({ cause, confidence: 'possible', status: 'undetermined' });
    },
  );

  it('is no more than likely where the clocks are equal', async () => {
    const scenario = await startKeyScenario({ registered: { clientId: 'x' }, refusals: EXPIRED });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'assertion-times-refused',
      confidence: 'likely',
      status: 'undetermined',
    });
  });

  it.each([-4, 4, 30])('does not happen with a clock that is %i s apart', async (seconds) => {
    const scenario = await startKeyScenario({ registered: { clockAheadSeconds: seconds } });

    expect(await scenario.check()).toMatchObject({ status: 'healthy' });
  });
});
