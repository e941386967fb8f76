import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bundleFunctions,
  entriesWith,
  functionFile,
  functionHandler,
} from '../../lib/constructs/function-code.ts';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import {
  CONFIG_ASSET_FILE,
  FUNCTION_ENVIRONMENT,
} from '../../lib/core/deployment/function-environment.ts';
import { type LambdaSetup, startLambda } from '../../test/support/lambda-runtime/start-lambda.ts';

const ROUNDS = 5;
const MOST_RATIO = 2;
const APPLICATIONS = 50;

/** Milliseconds from the start of a process to its first poll for work, round by round. */
export interface FunctionStarts {
  readonly onlyClients: readonly number[];
  readonly check: readonly number[];
}

/** Starts the check function and a handler that only makes the same SDK clients, in turns, both as they are deployed. */
export async function functionStarts(rounds: number): Promise<FunctionStarts> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-start-'));
  try {
    const clientsFolder = join(folder, 'clients');
    const checkFolder = join(folder, 'check');
    bundleFunctions([join(import.meta.dirname, 'only-clients.ts')], clientsFolder);
    bundleFunctions(entriesWith('check').map(functionFile), checkFolder);
    await writeFile(join(checkFolder, CONFIG_ASSET_FILE), JSON.stringify(fleet()));
    const onlyClients: number[] = [];
    const check: number[] = [];
    // The first round fills the caches of the file system.
    for (let round = 0; round <= rounds; round += 1) {
      const clientsMs = await startMs({ folder: clientsFolder, handler: 'only-clients.handler' });
      const checkMs = await startMs({ folder: checkFolder, handler: functionHandler('check') });
      if (round > 0) onlyClients.push(clientsMs);
      if (round > 0) check.push(checkMs);
    }
    return { onlyClients, check };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** (e): what the check function takes to start, beside what its SDK clients take. */
export async function measureFunctionStart() {
  const { onlyClients, check } = await functionStarts(ROUNDS);
  const ratio = median(check) / median(onlyClients);
  return {
    title: '(e) Start of the check function, to its first poll of the Lambda Runtime API',
    rows: [
      {
        name: 'handler that makes the same SDK clients',
        values: onlyClients,
        digits: 0,
        unit: ' ms',
      },
      {
        name: `check function, ${APPLICATIONS} applications`,
        values: check,
        digits: 0,
        unit: ' ms',
      },
      { name: 'ratio of the medians', values: [ratio], digits: 2, unit: '' },
    ],
    target: `a ratio of at most ${MOST_RATIO}`,
    isMet: ratio <= MOST_RATIO,
  };
}

async function startMs(setup: Pick<LambdaSetup, 'folder' | 'handler'>): Promise<number> {
  const names = Object.values(FUNCTION_ENVIRONMENT).map((name) => [name, 'of-the-bench']);
  const lambda = await startLambda({
    ...setup,
    environment: { ...Object.fromEntries(names), NODE_OPTIONS: '--enable-source-maps' },
    isLoopbackOnly: false,
  });
  const { startMs: measured } = lambda;
  // Says why it did not start.
  const failed = measured === null ? await lambda.invoke({}) : null;
  await lambda.stop();
  if (measured === null) throw new Error(JSON.stringify(failed));
  return measured;
}

function fleet(): unknown {
  const application = (name: string) => ({
    provider: 'bench',
    credentials: { secretsManager: `m2m/${name}` },
    audience: 'https://api.bench.example',
  });
  const names = Array.from({ length: APPLICATIONS }, (_, index) => `app-${index}`);
  const parsed = parseConfig({
    version: 1,
    deployment: 'bench',
    providers: { bench: { type: 'kinde', issuer: 'https://bench.kinde.com' } },
    applications: Object.fromEntries(names.map((name) => [name, application(name)])),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await measureFunctionStart(), null, 2)}\n`);
}
