import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { WatchConfig } from '../../lib/core/config/watch-config.ts';

/** A parsed configuration of a fleet at one Kinde provider, its credentials in Secrets Manager. */
export function fleetConfig({
  applications = 1,
  application = {},
  provider = {},
  ...rest
}: {
  /** How many; they are called `app-1` and so on. */
  readonly applications?: number;
  readonly application?: Readonly<Record<string, unknown>>;
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
} = {}): WatchConfig {
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com', ...provider } },
    applications: Object.fromEntries(
      Array.from({ length: applications }, (_, index) => [
        `app-${index + 1}`,
        {
          provider: 'acme',
          credentials: { secretsManager: `m2m/app-${index + 1}` },
          audience: 'https://api.acme.com',
          ...application,
        },
      ]),
    ),
    ...rest,
  });
  if (!parsed.ok) throw new Error(`the fleet is invalid: ${JSON.stringify(parsed.issues)}`);
  return parsed.value;
}
