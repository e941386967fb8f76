// The names, addresses and scopes of a configuration: what is shown everywhere, and is no secret by itself.

import type { Application } from './application.ts';
import type { WatchConfig } from './watch-config.ts';

/** Every text of a configuration that a check may send or show, each once. */
export function configuredNames({
  providers,
  applications,
}: Pick<WatchConfig, 'providers' | 'applications'>): ReadonlySet<string> {
  return new Set([
    ...Object.values(providers).flatMap(({ name, issuer, expectIssuer, hosts, endpoints }) => [
      name,
      issuer,
      ...expectIssuer,
      ...hosts,
      endpoints.token ?? '',
      endpoints.keys ?? '',
    ]),
    ...applications.flatMap(namesOf),
  ]);
}

function namesOf({
  name,
  audience,
  resource,
  scopes,
  expect,
  call,
  owner,
  runbook,
}: Application): readonly string[] {
  return [
    name,
    ...audience,
    ...resource,
    ...(scopes ?? []),
    ...expect.scopes,
    expect.organization ?? '',
    call?.url ?? '',
    owner ?? '',
    runbook ?? '',
  ];
}
