import { parseConfig } from '../../lib/core/config/parse-config.ts';
import { checkNow } from '../../lib/wiring/check.ts';

/** The whole pipeline over as many applications, as `check` runs it, without the command line. */
const [origin = '', count = '0', concurrency = '50', tenants = '1', hanging = '0'] =
  process.argv.slice(2);
const providerCount = Number(tenants);
const issuerOf = (index: number) => (providerCount === 1 ? origin : `${origin}/tenant-${index}`);
const provider = (issuer: string) => ({
  type: 'kinde',
  issuer,
  allowInsecureHttp: true,
  concurrency: Number(concurrency),
  timeoutMs: 1000,
});
const providers = Object.fromEntries(
  Array.from({ length: providerCount }, (_, index) => [
    `provider-${index}`,
    provider(index < Number(hanging) ? `${origin}/hanging` : issuerOf(index)),
  ]),
);
const application = (index: number) => ({
  provider: `provider-${index % providerCount}`,
  credentials: { env: { clientId: 'BENCH_ID', clientSecret: 'BENCH_SECRET' } },
  audience: 'https://api.bench.example',
  expect: { scopes: ['read:bench'] },
});
const parsed = parseConfig({
  version: 1,
  deployment: 'bench',
  providers,
  applications: Object.fromEntries(
    Array.from({ length: Number(count) }, (_, index) => [`app-${index}`, application(index)]),
  ),
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
const seconds = (performance.now() - startedAtMs) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
const perSecond = Number(count) / seconds;
process.stdout.write(`${JSON.stringify({ perSecond, peakMb, lastHealthyMs, ...summary })}\n`);
