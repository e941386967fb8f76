import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, ROUNDS, type Section } from './section.ts';

const run = promisify(execFile);
const LAUNCHER = join(import.meta.dirname, '../../bin/run.mjs');
const MOST_DIFFERENCE_MS = 400;

/** (d): what `m2m-watch check` of one application takes beyond a bare start of Node and its requests. */
export async function measureCommandStart(origin: string): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-bench-'));
  try {
    const config = join(folder, 'm2m-watch.json');
    await writeFile(config, JSON.stringify(oneApplication(`${origin}/tenant-0`)));
    const bare: number[] = [];
    const check: number[] = [];
    // The first round fills the caches of the file system.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const bareMs = await timeMs(() => run(process.execPath, ['-e', '']));
      const checkMs = await timeCheckMs(config);
      if (round > 0) bare.push(bareMs);
      if (round > 0) check.push(checkMs);
    }
    const differences = check.map((each, round) => each - Number(bare[round]));
    return {
      title: '(d) `m2m-watch check` of one application',
      rows: [
        { name: 'bare start of Node', values: bare, digits: 0, unit: ' ms' },
        { name: 'check, launcher included, requests aside', values: check, digits: 0, unit: ' ms' },
        { name: 'difference, round by round', values: differences, digits: 0, unit: ' ms' },
      ],
      target: `a difference of at most ${MOST_DIFFERENCE_MS} ms`,
      isMet: median(differences) <= MOST_DIFFERENCE_MS,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function oneApplication(issuer: string): unknown {
  const credentials = { env: { clientId: 'BENCH_ID', clientSecret: 'BENCH_SECRET' } };
  const audience = 'https://api.bench.example';
  return {
    version: 1,
    deployment: 'bench',
    providers: { bench: { type: 'kinde', issuer, allowInsecureHttp: true } },
    applications: { one: { provider: 'bench', credentials, audience } },
  };
}

/** The whole process, less what it waited for the provider. */
async function timeCheckMs(config: string): Promise<number> {
  const credentials = { BENCH_ID: 'bench-client', BENCH_SECRET: 'bench-secret-value' };
  let networkMs = 0;
  const wholeMs = await timeMs(async () => {
    const { stdout } = await run(
      process.execPath,
      [LAUNCHER, 'check', '--config', config, '--format', 'json'],
      { env: { ...process.env, ...credentials } },
    );
    const { discoveryMs, tokenMs } = JSON.parse(stdout).reports[0].timings;
    networkMs = discoveryMs + tokenMs;
  });
  return wholeMs - networkMs;
}

async function timeMs(act: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await act();
  return performance.now() - startedAtMs;
}
