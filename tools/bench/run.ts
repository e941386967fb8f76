import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** `npm run bench`: measures the targets of speed, and writes docs/benchmarks.md. */

const run = promisify(execFile);
const ROUNDS = 5;
const here = (file: string) => join(import.meta.dirname, file);

const server = spawn(process.execPath, [here('token-server.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const lines = createInterface({ input: server.stdout });
  const [origin] = (await once(lines, 'line')) as [string];
  const sections = [
    await throughput(origin),
    await memory(origin),
    await hanging(origin),
    await start(origin),
  ];
  await writeFile('docs/benchmarks.md', page(sections));
  process.stdout.write(`${sections.join('\n')}\nwritten to docs/benchmarks.md\n`);
} finally {
  server.kill();
}

async function throughput(origin: string): Promise<string> {
  const count = 5000;
  const bare: number[] = [];
  const whole: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const one = await script('bare-loop.ts', [origin, count, 50]);
    const other = await script('pipeline.ts', [origin, count, 50]);
    bare.push(field(one, 'perSecond'));
    whole.push(field(other, 'perSecond'));
    ratios.push(field(other, 'perSecond') / field(one, 'perSecond'));
    expectHealthy(other, count);
  }
  return section('(a) Checks per second, 50 at a time', [
    ['bare loop of undici request and jose.jwtVerify', `${median(bare).toFixed(0)} /s`],
    ['whole pipeline', `${median(whole).toFixed(0)} /s`],
    ['ratio, wanted at least 0.7', median(ratios).toFixed(2)],
  ]);
}

async function memory(origin: string): Promise<string> {
  const small: number[] = [];
  const large: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    small.push(field(await script('pipeline.ts', [origin, 1000, 50]), 'peakMb'));
    large.push(field(await script('pipeline.ts', [origin, 10_000, 50]), 'peakMb'));
  }
  return section('(b) Peak resident memory', [
    ['1,000 checks in one process', `${median(small).toFixed(0)} MB`],
    ['10,000 checks in one process', `${median(large).toFixed(0)} MB`],
    ['ratio, wanted at most 1.5', (median(large) / median(small)).toFixed(2)],
  ]);
}

async function hanging(origin: string): Promise<string> {
  const without: number[] = [];
  const withOne: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const well = await script('pipeline.ts', [origin, 3000, 10, 10]);
    const oneHangs = await script('pipeline.ts', [origin, 3000, 10, 10, 1, 30]);
    without.push(field(well, 'lastHealthyMs'));
    withOne.push(field(oneHangs, 'lastHealthyMs'));
  }
  const delay = median(withOne) / median(without) - 1;
  return section('(c) Last report of the healthy providers, ten providers', [
    ['all answer', `${median(without).toFixed(0)} ms`],
    ['one hangs until its timeout', `${median(withOne).toFixed(0)} ms`],
    ['delay, wanted below 10 %', `${(delay * 100).toFixed(1)} %`],
  ]);
}

async function start(origin: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-bench-'));
  const config = join(folder, 'm2m-watch.json');
  const credentials = { env: { clientId: 'BENCH_ID', clientSecret: 'BENCH_SECRET' } };
  const written = {
    version: 1,
    deployment: 'bench',
    providers: { bench: { type: 'kinde', issuer: origin, allowInsecureHttp: true } },
    applications: {
      one: { provider: 'bench', credentials, audience: 'https://api.bench.example' },
    },
  };
  await writeFile(config, JSON.stringify(written));
  const environment = {
    ...process.env,
    BENCH_ID: 'bench-client',
    BENCH_SECRET: 'bench-secret-value',
  };
  const launcher = join(import.meta.dirname, '../../bin/run.mjs');
  const bare: number[] = [];
  const check: number[] = [];
  let networkMs = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const bareMs = await timeMs(() => run(process.execPath, ['-e', '']));
    const checkMs = await timeMs(async () => {
      const { stdout } = await run(
        process.execPath,
        [launcher, 'check', '--config', config, '--format', 'json'],
        { env: environment },
      );
      networkMs = JSON.parse(stdout).reports[0].timings.totalMs;
    });
    // The first round fills the caches of the file system.
    if (round > 0) {
      bare.push(bareMs);
      check.push(checkMs - networkMs);
    }
  }
  await rm(folder, { recursive: true });
  return section('(d) `m2m-watch check` of one application, network aside', [
    ['bare start of Node', `${median(bare).toFixed(0)} ms`],
    ['check, less the time of its requests', `${median(check).toFixed(0)} ms`],
    ['difference, wanted at most 400 ms', `${(median(check) - median(bare)).toFixed(0)} ms`],
  ]);
}

async function timeMs(act: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await act();
  return performance.now() - startedAtMs;
}

async function script(file: string, args: readonly (string | number)[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [here(file), ...args.map(String)]);
  return JSON.parse(stdout);
}

function field(result: unknown, name: string): number {
  const value =
    typeof result === 'object' && result !== null ? Reflect.get(result, name) : undefined;
  if (typeof value !== 'number') throw new Error(`no number ${name} in ${JSON.stringify(result)}`);
  return value;
}

/** A pipeline that fails early would be fast. */
function expectHealthy(result: unknown, count: number): void {
  if (field(result, 'healthy') !== count) throw new Error(JSON.stringify(result));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([name, value]) => `| ${name} | ${value} |`);
  return [`## ${title}`, '', '| | median |', '|---|---|', ...lines, ''].join('\n');
}

function page(sections: readonly string[]): string {
  const [cpu] = cpus();
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${gib} GiB, Node ${process.version}, ${process.platform}`;
  return `# Benchmarks

Written by \`npm run bench\`. Medians of ${ROUNDS} runs, those that are compared taking turns; the provider is a process of its own on loopback, with its tokens signed beforehand. Machines are noisy: compare the figures within one page, not between pages.

Machine: ${machine}.

${sections.join('\n')}`;
}
