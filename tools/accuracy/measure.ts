// Checks the application of every case as `check` does, and compares the diagnosis with what is wanted.

import { generateKeyPairSync } from 'node:crypto';
import { readSigningKey } from '../../lib/adapters/keys/signing-key.ts';
import type { Confidence } from '../../lib/core/causes/terms.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { SigningKey } from '../../lib/core/provider/client-assertion.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { Secret } from '../../lib/core/secret.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import { clientIdOf, startCaseServer } from './case-server.ts';
import { type AccuracyCase, dialectOf } from './cases.ts';

/** Makes the key of the clients that sign. */
function makeSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const read = readSigningKey({
    keyText: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificateText: null,
    keyId: 'key-1',
    algorithm: null,
  });
  if (read.kind !== 'key') throw new Error(read.problem);
  return read.key;
}

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
  const key = makeSigningKey();
  try {
    const parsed = parseConfig(configOf(cases, server.issuerOf));
    if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join('\n'));
    const { reports } = await checkNow({
      config: parsed.value,
      baseDirectory: '.',
      environment: {},
      credentials: {
        read: async ({ name, credentials }) => ({
          kind: 'read',
          credentials: {
            clientId: clientIdOf(name),
            ...('privateKey' in credentials
              ? { key }
              : { clientSecret: new Secret(`secret-of-${name}`) }),
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
        // All cases run side by side, and the machine may be busy.
        timeoutMs: 120_000,
        clientAuthentication: methodOf(one),
        ...(dialect === null ? {} : { dialect }),
      },
    ];
  });
  const applications = cases.map(({ id, call, isSigned = false, application }) => [
    id,
    {
      provider: id,
      ...(isSigned
        ? {
            clientId: clientIdOf(id),
            clientAuthentication: 'private_key_jwt',
            credentials: { privateKey: { env: 'PRIVATE_KEY' } },
          }
        : { credentials: { env: { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } } }),
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
