// Checks the application of every case as `check` does, and compares the diagnosis with what is wanted.

import type { Confidence } from '../../lib/core/causes/terms.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { Secret } from '../../lib/core/secret.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import { clientIdOf, startCaseServer } from './case-server.ts';
import { type AccuracyCase, dialectOf } from './cases.ts';

/** How one case was named. */
export interface Measured {
  readonly of: AccuracyCase;
  readonly report: CheckReport;
  /** The leading cause, or `healthy`. */
  readonly named: string;
  /** Null where nothing failed. */
  readonly confidence: Confidence | null;
  readonly isRight: boolean;
}

/** Runs every case over the whole pipeline, through sockets on loopback, in one run. */
export async function measure(cases: readonly AccuracyCase[]): Promise<readonly Measured[]> {
  const server = await startCaseServer(cases);
  try {
    const parsed = parseConfig(configOf(cases, server.issuerOf));
    if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join('\n'));
    const { reports } = await checkNow({
      config: parsed.value,
      baseDirectory: '.',
      environment: {},
      credentials: {
        read: async ({ name }) => ({
          kind: 'read',
          credentials: {
            clientId: clientIdOf(name),
            clientSecret: new Secret(`secret-of-${name}`),
          },
          secretVersion: null,
        }),
      },
    });
    return cases.map((of) =>
      measured(
        of,
        reports.find(({ application }) => application === of.id),
      ),
    );
  } finally {
    await server.close();
  }
}

function configOf(cases: readonly AccuracyCase[], issuerOf: (id: string) => string): unknown {
  const providers = cases.map((one) => {
    const dialect = dialectOf(one);
    const issuer = issuerOf(one.id);
    return [
      one.id,
      {
        type: one.type,
        issuer,
        allowInsecureHttp: true,
        clientAuthentication: methodOf(one),
        ...(dialect === null ? {} : { dialect }),
      },
    ];
  });
  const applications = cases.map(({ id, call, application }) => [
    id,
    {
      provider: id,
      credentials: { env: { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } },
      ...application,
      ...(call === undefined
        ? {}
        : { call: { url: `${issuerOf(id)}/api`, allowInsecureHttp: true } }),
    },
  ]);
  return {
    version: 1,
    deployment: 'accuracy',
    providers: Object.fromEntries(providers),
    applications: Object.fromEntries(applications),
  };
}

/** A case is the reply to one request: no other method is tried, and the one that it names is used. */
function methodOf({ refusal }: AccuracyCase): string {
  const said = JSON.stringify(refusal?.body ?? '');
  return /(client_secret_\w+)\W{1,8}was requested/.exec(said)?.[1] ?? 'client_secret_basic';
}

function measured(of: AccuracyCase, report: CheckReport | undefined): Measured {
  if (report === undefined) throw new Error(`the run has no report of ${of.id}`);
  const named = report.diagnosis?.cause ?? report.status;
  const confidence = report.diagnosis?.confidence ?? null;
  return { of, report, named, confidence, isRight: of.wanted.includes(named) };
}
