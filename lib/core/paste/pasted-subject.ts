// What stands for the application and the provider where only a reply is known: words that fit into every sentence.

import { type Application, applicationSchema } from '../config/application.ts';
import { type ProviderConfig, providerSchema } from '../config/provider-config.ts';
import type { Provider } from '../provider/provider.ts';

/** The application that a pasted reply is about, of which nothing is known. */
export function pastedApplication(): Application {
  const { expect, ...written } = applicationSchema.parse({
    provider: 'provider',
    credentials: { env: { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } },
    audience: null,
  });
  return {
    ...written,
    name: 'the application',
    everyMinutes: 60,
    expect: { ...expect, scopes: [] },
    call: null,
  };
}

/** The provider that a pasted reply comes from, of which only the type is known. */
export function pastedProvider(type: Provider['type']): ProviderConfig {
  return {
    ...providerSchema.parse({ type, issuer: 'https://provider.invalid' }),
    name: 'provider',
    issuer: 'the domain that was asked',
  };
}

/** What a call that nobody configured expects: any answer is read as a failure of it. */
export const PASTED_CALL = {
  url: 'the API',
  method: 'GET',
  headers: {},
  expectStatus: [200],
  timeoutMs: 10_000,
  allowInsecureHttp: false,
} as const satisfies Application['call'];
