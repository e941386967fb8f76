import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { WatchConfig } from '../../lib/core/config/watch-config.ts';

/** A parsed configuration with one application at one Kinde provider, with parts of it replaced. */
export function parsedConfig({
  provider = {},
  application = {},
}: {
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly application?: Readonly<Record<string, unknown>>;
} = {}): WatchConfig {
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com', ...provider } },
    applications: {
      'billing-sync': {
        provider: 'acme',
        credentials: { env: { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } },
        audience: 'https://api.acme.com',
        ...application,
      },
    },
  });
  if (!parsed.ok)
    throw new Error(`the test configuration is invalid: ${JSON.stringify(parsed.issues)}`);
  return parsed.value;
}
