// Measures whole runs over many applications: throughput, memory, and what a hanging provider costs.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measureInTurns, median, perRound, type Section } from './section.ts';

const execute = promisify(execFile);

const CHECKS = 20_000;
const CONCURRENCY = 50;
const LEAST_THROUGHPUT_RATIO = 0.7;
const MOST_MEMORY_RATIO = 1.5;
const MOST_DELAY_PERCENT = 10;

/** What one run of the pipeline checks. The tenants share its applications evenly. */
export interface PipelineRun {
  readonly origin: string;
  readonly applications: number;
  readonly tenants: number;
  /** Checks at the same time at each provider. */
  readonly concurrency: number;
  /** Further applications, at one more provider that never answers a token request. */
  readonly hanging: number;
}

/** What a run of the pipeline prints. */
export interface PipelineFigures {
  readonly perSecond: number;
  /** Peak resident memory of the process. */
  readonly peakMb: number;
  /** From the start of the run to the last report of an application at a provider that answers. */
  readonly lastHealthyMs: number;
  /** Healthy applications. */
  readonly healthy: number;
}

/** (a): the throughput of the whole pipeline, compared with that of its libraries alone. */
export async function measureThroughput(origin: string): Promise<Section> {
  const loop = [`${origin}/tenant-0`, String(CHECKS), String(CONCURRENCY)];
  const run = { origin, applications: CHECKS, tenants: 1, concurrency: CONCURRENCY, hanging: 0 };
  const measured = await measureInTurns({
    one: async () =>
      (await runScript<{ readonly perSecond: number }>('bare-loop.ts', loop)).perSecond,
    other: async () => (await runPipeline(run)).perSecond,
  });
  const ratios = perRound(measured, (bare, whole) => whole / bare);
  return {
    title: `(a) Checks per second, ${CONCURRENCY} at the same time`,
    rows: [
      {
        name: 'bare loop of undici `request` and `jose.jwtVerify`',
        values: measured.one,
        digits: 0,
        unit: ' /s',
      },
      { name: 'whole pipeline', values: measured.other, digits: 0, unit: ' /s' },
      { name: 'ratio, round by round', values: ratios, digits: 2, unit: '' },
    ],
    target: `a ratio of at least ${LEAST_THROUGHPUT_RATIO}`,
    isMet: median(ratios) >= LEAST_THROUGHPUT_RATIO,
  };
}

/** (b): how much memory ten times as many checks in one process take. */
export async function measureMemory(origin: string): Promise<Section> {
  const peakMb = (applications: number) => async () =>
    (await runPipeline({ origin, applications, tenants: 1, concurrency: CONCURRENCY, hanging: 0 }))
      .peakMb;
  const measured = await measureInTurns({ one: peakMb(1000), other: peakMb(10_000) });
  const ratios = perRound(measured, (small, large) => large / small);
  return {
    title: '(b) Peak resident memory',
    rows: [
      { name: '1,000 checks in one process', values: measured.one, digits: 0, unit: ' MB' },
      { name: '10,000 checks in one process', values: measured.other, digits: 0, unit: ' MB' },
      { name: 'ratio, round by round', values: ratios, digits: 2, unit: '' },
    ],
    target: `a ratio of at most ${MOST_MEMORY_RATIO}`,
    isMet: median(ratios) <= MOST_MEMORY_RATIO,
  };
}

/** (c): how much a provider that never answers delays the reports of nine others. */
export async function measureHangingProvider(origin: string): Promise<Section> {
  const fleet = { origin, applications: 9000, tenants: 9, concurrency: 10 };
  const lastHealthyMs = (hanging: number) => async () =>
    (await runPipeline({ ...fleet, hanging })).lastHealthyMs;
  const measured = await measureInTurns({ one: lastHealthyMs(0), other: lastHealthyMs(200) });
  const delays = perRound(measured, (without, withOne) => (withOne / without - 1) * 100);
  return {
    title: '(c) Last report of nine healthy providers, 1,000 applications each',
    rows: [
      { name: 'no other provider', values: measured.one, digits: 0, unit: ' ms' },
      {
        name: 'a tenth provider hangs until its timeout',
        values: measured.other,
        digits: 0,
        unit: ' ms',
      },
      { name: 'delay, round by round', values: delays, digits: 1, unit: ' %' },
    ],
    target: `a delay below ${MOST_DELAY_PERCENT} %`,
    isMet: median(delays) < MOST_DELAY_PERCENT,
  };
}

/** Runs the pipeline in its own process. Throws unless every check was healthy: one that fails early is fast. */
async function runPipeline(run: PipelineRun): Promise<PipelineFigures> {
  const figures = await runScript<PipelineFigures>('pipeline.ts', [JSON.stringify(run)]);
  if (figures.healthy !== run.applications) throw new Error(JSON.stringify(figures));
  return figures;
}

/** Runs a script of this folder with this Node and the launcher's options, and reads the JSON that it prints. */
async function runScript<Printed>(name: string, args: readonly string[]): Promise<Printed> {
  const script = join(import.meta.dirname, name);
  const { stdout } = await execute(process.execPath, [...process.execArgv, script, ...args]);
  return JSON.parse(stdout) as Printed;
}
