import { runPipeline } from './pipeline-run.ts';
import { median, ROUNDS, type Section } from './section.ts';

const MOST_DELAY_PERCENT = 10;
const APPLICATIONS = { applications: 9000, tenants: 9, concurrency: 10 };

/** (c): what a provider that never answers costs the reports of the nine others. */
export async function measureHangingProvider(origin: string): Promise<Section> {
  const lastHealthyMs = async (hanging: number) =>
    (await runPipeline({ origin, ...APPLICATIONS, hanging })).lastHealthyMs;
  const without: number[] = [];
  const withOne: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    without.push(await lastHealthyMs(0));
    withOne.push(await lastHealthyMs(200));
  }
  const delays = withOne.map((each, round) => (each / Number(without[round]) - 1) * 100);
  return {
    title: '(c) Last report of nine healthy providers, 1,000 applications each',
    rows: [
      { name: 'nobody else', values: without, digits: 0, unit: ' ms' },
      { name: 'a tenth provider hangs until its timeout', values: withOne, digits: 0, unit: ' ms' },
      { name: 'delay, round by round', values: delays, digits: 1, unit: ' %' },
    ],
    target: `a delay below ${MOST_DELAY_PERCENT} %`,
    isMet: median(delays) < MOST_DELAY_PERCENT,
  };
}
