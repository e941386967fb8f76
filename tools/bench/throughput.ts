import { join } from 'node:path';
import { runPipeline } from './pipeline-run.ts';
import { number, runScript } from './run-script.ts';
import { median, ROUNDS, type Section } from './section.ts';

const CHECKS = 20_000;
const CONCURRENCY = 50;
const LEAST_RATIO = 0.7;

/** (a): what the whole pipeline leaves of the checks that the bare libraries could do. */
export async function measureThroughput(origin: string): Promise<Section> {
  const bare: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const loop = join(import.meta.dirname, 'bare-loop.ts');
    const args = [`${origin}/tenant-0`, String(CHECKS), String(CONCURRENCY)];
    bare.push(number(await runScript(loop, args), 'perSecond'));
    const run = { origin, applications: CHECKS, tenants: 1, concurrency: CONCURRENCY, hanging: 0 };
    whole.push((await runPipeline(run)).perSecond);
  }
  const ratios = whole.map((each, round) => each / Number(bare[round]));
  return {
    title: '(a) Checks per second, 50 at a time',
    rows: [
      {
        name: 'bare loop of undici `request` and `jose.jwtVerify`',
        values: bare,
        digits: 0,
        unit: ' /s',
      },
      { name: 'whole pipeline', values: whole, digits: 0, unit: ' /s' },
      { name: 'ratio, round by round', values: ratios, digits: 2, unit: '' },
    ],
    target: `a ratio of at least ${LEAST_RATIO}`,
    isMet: median(ratios) >= LEAST_RATIO,
  };
}
