import { join } from 'node:path';
import { number, runScript } from './run-script.ts';

/** What one run of the pipeline checks: its applications are shared out over the tenants. */
export interface PipelineRun {
  readonly origin: string;
  readonly applications: number;
  readonly tenants: number;
  /** Checks at once at each provider. */
  readonly concurrency: number;
  /** Further applications, at one more provider that never answers a token request. */
  readonly hanging: number;
}

/** What it measured. */
export interface PipelineFigures {
  readonly perSecond: number;
  /** Peak resident memory of the process. */
  readonly peakMb: number;
  /** From the start of the run to the last report of an application that is not at the hanging provider. */
  readonly lastHealthyMs: number;
}

/** Runs the pipeline in a process of its own. Throws where a check was not healthy: one that fails early is fast. */
export async function runPipeline(run: PipelineRun): Promise<PipelineFigures> {
  const printed = await runScript(join(import.meta.dirname, 'pipeline.ts'), [JSON.stringify(run)]);
  if (number(printed, 'healthy') !== run.applications) throw new Error(JSON.stringify(printed));
  return {
    perSecond: number(printed, 'perSecond'),
    peakMb: number(printed, 'peakMb'),
    lastHealthyMs: number(printed, 'lastHealthyMs'),
  };
}
