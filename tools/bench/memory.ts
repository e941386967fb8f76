import { runPipeline } from './pipeline-run.ts';
import { median, ROUNDS, type Section } from './section.ts';

const MOST_RATIO = 1.5;

/** (b): what ten times as many checks in one process add to its memory. */
export async function measureMemory(origin: string): Promise<Section> {
  const peakMb = async (applications: number) =>
    (await runPipeline({ origin, applications, tenants: 1, concurrency: 50, hanging: 0 })).peakMb;
  const small: number[] = [];
  const large: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    small.push(await peakMb(1000));
    large.push(await peakMb(10_000));
  }
  const ratios = large.map((each, round) => each / Number(small[round]));
  return {
    title: '(b) Peak resident memory',
    rows: [
      { name: '1,000 checks in one process', values: small, digits: 0, unit: ' MB' },
      { name: '10,000 checks in one process', values: large, digits: 0, unit: ' MB' },
      { name: 'ratio, round by round', values: ratios, digits: 2, unit: '' },
    ],
    target: `a ratio of at most ${MOST_RATIO}`,
    isMet: median(ratios) <= MOST_RATIO,
  };
}
