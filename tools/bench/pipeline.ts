// Runs the whole pipeline over many applications, as `check` does, but without the command line.
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import type { PipelineFigures, PipelineRun } from './pipeline-measures.ts';

const { origin, applications, tenants, concurrency, hanging }: PipelineRun = JSON.parse(
  process.argv[2] ?? '',
);
/** The timeout for the provider that never answers: short enough for a benchmark. */
const HANGING_TIMEOUT_MS = 300;

const tenantNames = Array.from({ length: tenants }, (_, index) => `tenant-${index}`);
const providers = Object.fromEntries(
  [...tenantNames, ...(hanging > 0 ? ['hanging'] : [])].map((name) => [
    name,
    {
      type: 'kinde',
      issuer: `${origin}/${name}`,
      allowInsecureHttp: true,
      concurrency,
      timeoutMs: name === 'hanging' ? HANGING_TIMEOUT_MS : 10_000,
    },
  ]),
);
const application = (provider: string) => ({
  provider,
  credentials: { env: { clientId: 'BENCH_ID', clientSecret: 'BENCH_SECRET' } },
  audience: 'https://api.bench.example',
  expect: { scopes: ['read:bench'] },
});
const parsed = parseConfig({
  version: 1,
  deployment: 'bench',
  providers,
  applications: Object.fromEntries([
    ...Array.from({ length: hanging }, (_, index) => [`hanging-${index}`, application('hanging')]),
    ...Array.from({ length: applications }, (_, index) => [
      `app-${index}`,
      application(`tenant-${index % tenants}`),
    ]),
  ]),
});
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues[0]));

const startedAtMs = performance.now();
let lastHealthyMs = 0;
const { summary } = await checkNow({
  config: parsed.value,
  baseDirectory: '.',
  environment: { BENCH_ID: 'bench-client', BENCH_SECRET: 'bench-secret-value' },
  onReport: ({ status }) => {
    if (status === 'healthy') lastHealthyMs = performance.now() - startedAtMs;
  },
});
const perSecond = applications / (lastHealthyMs / 1000);
const peakMb = process.resourceUsage().maxRSS / 1024;
const figures: PipelineFigures = { perSecond, peakMb, lastHealthyMs, healthy: summary.healthy };
process.stdout.write(`${JSON.stringify(figures)}\n`);
