import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { readConfigFile } from '../../lib/config-file/read-config-file.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import type { RunReport } from '../../lib/core/report/run-report.ts';
import type { Endpoint, ReceivedRequest } from '../../lib/standin/http-messages.ts';
import type {
  ApplicationCredentials,
  ApplicationSettings,
} from '../../lib/standin/tenant-records.ts';
import { type CheckNow, checkNow } from '../../lib/wiring/check.ts';
import './scenario-matcher.ts';
import {
  type FaultyStandin,
  type FaultyStandinOptions,
  startFaultyStandin,
} from './transport-faults.ts';

/** The audience of the one API of a scenario's tenant. */
export const AUDIENCE = 'https://api.acme.com';

/** The name of a scenario's application in the configuration. */
export const APPLICATION = 'billing-sync';

/** The scopes of the API, all of them assigned to the application. */
export const SCOPES = ['read:invoices', 'write:invoices'] as const;

/** A part of a configuration, as written in the file. */
type Block = Readonly<Record<string, unknown>>;

/** How a scenario starts; by default with a healthy application. */
interface ScenarioStart {
  readonly standin?: FaultyStandinOptions;
  /** How the tenant holds the application. */
  readonly settings?: Partial<ApplicationSettings>;
}

/** What the check is run with, apart from the written configuration. */
type ScenarioRun = Partial<Omit<CheckNow, 'config' | 'baseDirectory' | 'applications'>>;

/** A whole configuration, but for version and deployment. */
interface WrittenBlocks extends ScenarioRun {
  readonly providers: Readonly<Record<string, Block>>;
  readonly applications: Readonly<Record<string, Block>>;
}

/** A tenant with one healthy application, and the check of it. */
export interface Scenario extends FaultyStandin, ApplicationCredentials {
  /** Where the configuration and the files of credentials are. */
  readonly folder: string;
  /** Writes a file into the folder of the configuration. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** The requests that an endpoint received so far. */
  received(endpoint: Endpoint): readonly ReceivedRequest[];
  /** The provider as it is configured, with parts replaced. */
  provider(parts?: Block): Block;
  /** The application as it is configured, with parts replaced. */
  application(parts?: Block): Block;
  /** A `call` of a path of the stand-in's API. */
  call(path?: string, parts?: Block): Block;
  /** Adds another healthy application to the tenant and gives its configuration. */
  addSibling(name: string, settings?: Partial<ApplicationSettings>): Promise<Sibling>;
  /** Checks the one application, with parts of its configuration and of its provider's replaced. */
  check(
    parts?: ScenarioRun & { readonly provider?: Block; readonly application?: Block },
  ): Promise<CheckReport>;
  /** Writes a configuration to a file, reads it, and checks all that it names. */
  checkAll(written: WrittenBlocks): Promise<RunReport>;
}

/** Another application of the tenant. */
interface Sibling extends ApplicationCredentials {
  /** Its configuration, with parts replaced. */
  configured(parts?: Block): Block;
}

/**
 * Starts a tenant with one healthy application; all of it ends with the test.
 *
 * A check covers everything: a configuration file, a credentials file, sockets and the report.
 */
export async function startScenario({
  standin: options = {},
  settings = {},
}: ScenarioStart = {}): Promise<Scenario> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-scenario-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const standin = await startFaultyStandin(options);
  onTestFinished(() => standin.close());
  standin.tenant.addApi({ name: 'Invoices', audience: AUDIENCE, scopes: SCOPES });

  const write = (name: string, content: string | Uint8Array) =>
    writeFile(join(folder, name), content);
  const add = async (name: string, parts: Partial<ApplicationSettings>): Promise<Sibling> => {
    const credentials = standin.tenant.addApplication({
      name,
      apis: { [AUDIENCE]: SCOPES },
      ...parts,
    });
    await write(`${name}.json`, credentialsJson(credentials));
    const configured = (block: Block = {}) => ({
      provider: 'acme',
      credentials: { file: `${name}.json` },
      audience: AUDIENCE,
      expect: { scopes: ['read:invoices'] },
      ...block,
    });
    return { ...credentials, configured };
  };
  const own = await add(APPLICATION, settings);

  const provider = (parts: Block = {}) => ({
    type: 'kinde',
    issuer: standin.issuer,
    allowInsecureHttp: true,
    timeoutMs: 5_000,
    ...parts,
  });
  const checkAll = async ({ providers, applications, ...run }: WrittenBlocks) => {
    const path = join(folder, 'm2m-watch.yaml');
    const text = stringify({ version: 1, deployment: 'scenario', providers, applications });
    await writeFile(path, text);
    const read = await readConfigFile(path);
    if (!read.ok) throw new Error(read.issues.map(({ message }) => message).join('\n'));
    return checkNow({ environment: {}, ...run, config: read.value.config, baseDirectory: folder });
  };
  return {
    ...standin,
    clientId: own.clientId,
    clientSecret: own.clientSecret,
    folder,
    write,
    provider,
    application: own.configured,
    addSibling: (name, parts = {}) => add(name, parts),
    received: (endpoint) => standin.requests.filter((request) => request.endpoint === endpoint),
    call: (path = '/health', parts = {}) => ({
      url: `${standin.apiUrl}${path}`,
      allowInsecureHttp: true,
      ...parts,
    }),
    checkAll,
    check: async ({ provider: changedProvider, application, ...run } = {}) => {
      const { reports } = await checkAll({
        ...run,
        providers: { acme: provider(changedProvider) },
        applications: { [APPLICATION]: own.configured(application) },
      });
      const [report] = reports;
      if (report === undefined) throw new Error('the run has no report');
      return report;
    },
  };
}

/** Credentials as a file of them holds them. */
export function credentialsJson({ clientId, clientSecret }: ApplicationCredentials): string {
  return JSON.stringify({ client_id: clientId, client_secret: clientSecret });
}
