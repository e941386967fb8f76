// Measures how long things take to start: the command, and the check function.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
} from '../../lib/core/deployment/function-inputs.ts';
import { type LambdaSetup, startLambda } from '../../test/support/lambda-runtime/start-lambda.ts';
import {
  type Comparison,
  measureInTurns,
  median,
  perRound,
  ROUNDS,
  type Section,
} from './section.ts';

const execute = promisify(execFile);

const LAUNCHER = join(import.meta.dirname, '../../bin/run.mjs');
const AUDIENCE = 'https://api.bench.example';
const MOST_DIFFERENCE_MS = 400;
const MOST_RATIO = 2;
const APPLICATIONS = 50;

/** (d): how long `m2m-watch check` of one application takes, beyond a bare start of Node and its requests. */
export async function measureCommandStart(origin: string): Promise<Section> {
  return inTemporaryFolder(async (folder) => {
    const config = join(folder, 'm2m-watch.json');
    await writeFile(config, JSON.stringify(oneApplication(`${origin}/tenant-0`)));
    const measured = await measureWarm({
      one: () => timeMs(() => execute(process.execPath, ['-e', ''])),
      other: () => timeCheckMs(config),
    });
    const differences = perRound(measured, (bare, check) => check - bare);
    return {
      title: '(d) `m2m-watch check` of one application',
      rows: [
        { name: 'bare start of Node', values: measured.one, digits: 0, unit: ' ms' },
        {
          name: 'check with the launcher, without its requests',
          values: measured.other,
          digits: 0,
          unit: ' ms',
        },
        { name: 'difference, round by round', values: differences, digits: 0, unit: ' ms' },
      ],
      target: `a difference of at most ${MOST_DIFFERENCE_MS} ms`,
      isMet: median(differences) <= MOST_DIFFERENCE_MS,
    };
  });
}

/** (e): how long the check function takes to start, compared with its SDK clients alone. */
export async function measureFunctionStart(): Promise<Section> {
  const { one: onlyClients, other: check } = await functionStarts(ROUNDS);
  const ratio = median(check) / median(onlyClients);
  return {
    title: '(e) Start of the check function, to its first poll of the Lambda Runtime API',
    rows: [
      {
        name: 'handler that creates the same SDK clients',
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

/**
 * Starts a handler that only creates the SDK clients (`one`), and the check function (`other`), both
 * as deployed: milliseconds from the start of the process to its first poll for work.
 */
export async function functionStarts(rounds: number): Promise<Comparison> {
  return inTemporaryFolder(async (folder) => {
    const clientsFolder = join(folder, 'clients');
    const checkFolder = join(folder, 'check');
    bundleFunctions([join(import.meta.dirname, 'only-clients.ts')], clientsFolder);
    bundleFunctions(entriesWith('check').map(functionFile), checkFolder);
    await writeFile(join(checkFolder, CONFIG_ASSET_FILE), JSON.stringify(fleet()));
    const handler = functionHandler('check');
    return measureWarm(
      {
        one: () => startMs({ folder: clientsFolder, handler: 'only-clients.handler' }),
        other: () => startMs({ folder: checkFolder, handler }),
      },
      rounds,
    );
  });
}

/** Measures in turns, after one round that fills the caches of the file system. */
async function measureWarm(
  measure: Parameters<typeof measureInTurns>[0],
  rounds?: number,
): Promise<Comparison> {
  await measureInTurns(measure, 1);
  return measureInTurns(measure, rounds);
}

/** How long the whole process takes, without the time that it waits for the provider. */
async function timeCheckMs(config: string): Promise<number> {
  const credentials = { BENCH_ID: 'bench-client', BENCH_SECRET: 'bench-secret-value' };
  let networkMs = 0;
  const wholeMs = await timeMs(async () => {
    const { stdout } = await execute(
      process.execPath,
      [LAUNCHER, 'check', '--config', config, '--format', 'json'],
      { env: { ...process.env, ...credentials } },
    );
    const { discoveryMs, tokenMs } = JSON.parse(stdout).reports[0].timings;
    networkMs = discoveryMs + tokenMs;
  });
  return wholeMs - networkMs;
}

async function startMs(setup: Pick<LambdaSetup, 'folder' | 'handler'>): Promise<number> {
  const names = Object.values(FUNCTION_ENVIRONMENT).map((name) => [name, 'of-the-bench']);
  const lambda = await startLambda({
    ...setup,
    environment: { ...Object.fromEntries(names), NODE_OPTIONS: '--enable-source-maps' },
    isLoopbackOnly: false,
  });
  const { startMs: measured } = lambda;
  // The answer says why the function did not start.
  const failed = measured === null ? await lambda.invoke({}) : null;
  await lambda.stop();
  if (measured === null) throw new Error(JSON.stringify(failed));
  return measured;
}

function oneApplication(issuer: string): unknown {
  const credentials = { env: { clientId: 'BENCH_ID', clientSecret: 'BENCH_SECRET' } };
  return {
    version: 1,
    deployment: 'bench',
    providers: { bench: { type: 'kinde', issuer, allowInsecureHttp: true } },
    applications: { one: { provider: 'bench', credentials, audience: AUDIENCE } },
  };
}

function fleet(): unknown {
  const names = Array.from({ length: APPLICATIONS }, (_, index) => `app-${index}`);
  const parsed = parseConfig({
    version: 1,
    deployment: 'bench',
    providers: { bench: { type: 'kinde', issuer: 'https://bench.kinde.com' } },
    applications: Object.fromEntries(
      names.map((name) => [
        name,
        {
          provider: 'bench',
          credentials: { secretsManager: `m2m/${name}` },
          audience: AUDIENCE,
        },
      ]),
    ),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

async function timeMs(act: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await act();
  return performance.now() - startedAtMs;
}

async function inTemporaryFolder<Result>(
  act: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-bench-'));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
