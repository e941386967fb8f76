import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import {
  bundleFunctions,
  entriesWith,
  type FunctionEntry,
  functionFile,
  functionHandler,
} from '../../lib/constructs/function-code.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import {
  CONFIG_ASSET_FILE,
  FUNCTION_ENVIRONMENT,
} from '../../lib/core/deployment/function-inputs.ts';
import type { ApplicationCredentials } from '../../lib/standin/tenant-records.ts';
import { createTlsCertificate, type ServerCertificate } from '../support/certificates.ts';
import { AwsRefusal, type FakeAws, startFakeAws } from '../support/fake-aws.ts';
import { type Lambda, startLambda } from '../support/lambda-runtime/start-lambda.ts';
import { type FaultyStandin, startFaultyStandin } from '../support/transport-faults.ts';

const AUDIENCE = 'https://api.acme.com';

/** The slot of a test's tick: well in the past, so that nothing depends on the time of day. */
export const SLOT = '2026-11-23T18:00:00Z';

/** A fleet whose functions run as they are deployed: bundled, each in a process of its own. */
export interface DeployedFleet {
  readonly aws: FakeAws;
  readonly standin: FaultyStandin;
  /** By name; what the tenant and Secrets Manager hold. */
  readonly applications: Readonly<Record<string, ApplicationCredentials>>;
  /** Values of secrets by name, in the order of the applications; a test changes them. */
  readonly secrets: Map<string, string | AwsRefusal>;
  start(
    entry: FunctionEntry,
    options?: {
      readonly timeoutMs?: number;
      /** Further variables of the deployment. */
      readonly environment?: Readonly<Record<string, string>>;
    },
  ): Promise<Lambda>;
  /** Values of a metric that was published, each with its dimensions but for the deployment's. */
  published(metric: string): readonly PublishedDatum[];
}

/** Where the functions of a fleet find the key that credentials are named with. */
export const FINGERPRINT_KEY = 'fingerprint-key';

/** One datum as CloudWatch got it. */
export interface PublishedDatum {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly values: readonly number[];
}

/** What a fleet is made of. */
export interface FleetSetup {
  readonly applications?: number;
  /** Parts of every application's configuration. */
  readonly application?: Readonly<Record<string, unknown>>;
  /** Where credentials of single applications are, by their names; else in Secrets Manager. */
  readonly sources?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further parts of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly provider?: Readonly<Record<string, unknown>>;
  /** Whether the tenant speaks TLS, with a certificate of an authority of its own. */
  readonly isTls?: boolean;
  /** The certificate of AWS; without one, it speaks no TLS. */
  readonly awsTls?: ServerCertificate;
}

/** Bundles the functions once for the tests of a file; gives what starts a fleet with them. */
export function deployedFleets(): (setup?: FleetSetup) => Promise<DeployedFleet> {
  const root = mkdtempSync(join(tmpdir(), 'm2m-watch-functions-'));
  const assetOf = (entry: FunctionEntry) => join(root, entriesWith(entry).join('+'));
  beforeAll(() => {
    for (const entry of ['check', 'notify'] as const) {
      bundleFunctions(entriesWith(entry).map(functionFile), assetOf(entry));
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return (setup = {}) => deployFleet(setup, { root, assetOf });
}

async function deployFleet(
  {
    applications: count = 3,
    application = {},
    sources = {},
    config = {},
    provider = {},
    isTls = false,
    awsTls,
  }: FleetSetup,
  { root, assetOf }: { readonly root: string; readonly assetOf: (entry: FunctionEntry) => string },
): Promise<DeployedFleet> {
  const tls = isTls ? await createTlsCertificate() : null;
  const [aws, standin] = await Promise.all([
    startFakeAws(awsTls),
    startFaultyStandin(tls === null ? {} : { tls }),
  ]);
  onTestFinished(async () => {
    await Promise.all([aws.close(), standin.close()]);
  });
  standin.tenant.addApi({ name: 'Invoices', audience: AUDIENCE, scopes: ['read:invoices'] });
  const names = Array.from({ length: count }, (_, index) => `app-${index + 1}`);
  const applications = Object.fromEntries(
    names.map((name) => [
      name,
      standin.tenant.addApplication({ name, apis: { [AUDIENCE]: ['read:invoices'] } }),
    ]),
  );
  const secrets = new Map<string, string | AwsRefusal>(
    Object.entries(applications).map(([name, { clientId, clientSecret }]) => [
      `m2m/${name}`,
      JSON.stringify({ client_id: clientId, client_secret: clientSecret }),
    ]),
  );
  secrets.set(FINGERPRINT_KEY, 'k'.repeat(64));
  keepSecrets(aws, secrets);
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    providers: {
      acme: {
        type: 'kinde',
        issuer: standin.issuer,
        allowInsecureHttp: true,
        timeoutMs: 5_000,
        ...(tls === null ? {} : { ca: { file: 'ca-acme.pem' } }),
        ...provider,
      },
    },
    applications: Object.fromEntries(
      names.map((name) => [
        name,
        {
          provider: 'acme',
          credentials: sources[name] ?? { secretsManager: `m2m/${name}` },
          audience: AUDIENCE,
          everyMinutes: 5,
          ...application,
        },
      ]),
    ),
    ...config,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return {
    aws,
    standin,
    applications,
    secrets,
    start: async (entry, { environment = {}, ...options } = {}) => {
      const folder = mkdtempSync(join(root, 'deployed-'));
      cpSync(assetOf(entry), folder, { recursive: true });
      writeFileSync(join(folder, CONFIG_ASSET_FILE), JSON.stringify(parsed.value));
      if (tls !== null) writeFileSync(join(folder, 'ca-acme.pem'), tls.authority);
      const lambda = await startLambda({
        folder,
        handler: functionHandler(entry),
        environment: {
          NODE_OPTIONS: '--enable-source-maps',
          [FUNCTION_ENVIRONMENT.tableName]: 'table',
          [FUNCTION_ENVIRONMENT.notifyFunctionName]: 'notify-function',
          [FUNCTION_ENVIRONMENT.fingerprintKeyArn]: FINGERPRINT_KEY,
          [FUNCTION_ENVIRONMENT.noticesTopicArn]: 'arn:aws:sns:us-east-1:123456789012:notices',
          [FUNCTION_ENVIRONMENT.monitorTopicArn]: 'arn:aws:sns:us-east-1:123456789012:monitor',
          ...aws.environment,
          ...environment,
        },
        ...options,
      });
      onTestFinished(() => lambda.stop());
      return lambda;
    },
    published: (metric) =>
      aws.calls('PutMetricData').flatMap(({ input }) => {
        const data = input['MetricData'] as readonly MetricDatum[];
        return data.filter(({ MetricName }) => MetricName === metric).map(publishedDatum);
      }),
  };
}

interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Timestamp: number;
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
}

function publishedDatum({ Dimensions, Timestamp, Values, Counts }: MetricDatum): PublishedDatum {
  const named = Dimensions.filter(({ Name }) => Name !== 'Deployment');
  return {
    dimensions: Object.fromEntries(named.map(({ Name, Value }) => [Name, Value])),
    atMs: Timestamp * 1000,
    values: Values.flatMap((value, index) => Array(Counts[index] ?? 1).fill(value) as number[]),
  };
}

/** Answers as Secrets Manager does: a refusal of one secret does not fail a batch. */
function keepSecrets(aws: FakeAws, secrets: ReadonlyMap<string, string | AwsRefusal>): void {
  const missing = new AwsRefusal('ResourceNotFoundException');
  const found = (id: string) => secrets.get(id) ?? missing;
  const entry = (id: string, SecretString: string) => ({
    ARN: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${id}-AbCdEf`,
    Name: id,
    VersionId: `version-of-${id}`,
    SecretString,
  });
  aws.answer('GetSecretValue', ({ SecretId: id }) => {
    const value = found(String(id));
    if (value instanceof AwsRefusal) throw value;
    return entry(String(id), value);
  });
  aws.answer('BatchGetSecretValue', ({ SecretIdList: ids }) => {
    const page = (ids as readonly string[]).map((id) => [id, found(id)] as const);
    return {
      SecretValues: page.flatMap(([id, value]) =>
        value instanceof AwsRefusal ? [] : [entry(id, value)],
      ),
      Errors: page.flatMap(([SecretId, value]) =>
        value instanceof AwsRefusal
          ? [{ SecretId, ErrorCode: value.code, Message: value.message }]
          : [],
      ),
    };
  });
}
