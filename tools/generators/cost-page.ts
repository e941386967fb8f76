import {
  COST_ASSUMPTIONS,
  HOURS_PER_MONTH,
  type PricedFleet,
} from '../../lib/core/cost/aws-cost.ts';
import { type CostReport, costReport, renderCost } from '../../lib/core/cost/cost-report.ts';
import { PRICES, PRICES_AS_OF, tieredUsd } from '../../lib/core/cost/prices.ts';
import type { GeneratedFile } from '../generated-file.ts';

interface Example {
  readonly applications: number;
  readonly everyMinutes: number;
  readonly perApplicationUpTo: number;
}

const EXAMPLES: readonly Example[] = [
  { applications: 5, everyMinutes: 60, perApplicationUpTo: 100 },
  { applications: 50, everyMinutes: 60, perApplicationUpTo: 100 },
  { applications: 50, everyMinutes: 5, perApplicationUpTo: 100 },
  { applications: 50, everyMinutes: 5, perApplicationUpTo: 0 },
  { applications: 200, everyMinutes: 15, perApplicationUpTo: 0 },
];

function reportOf({ applications, everyMinutes, perApplicationUpTo }: Example): CostReport {
  const fleet: PricedFleet & { readonly deployment: string } = {
    deployment: 'production',
    schedule: { tickMinutes: 5 },
    providers: { acme: { concurrency: 10, tokensPerMonth: null } },
    applications: Array.from({ length: applications }, (_, index) => ({
      name: `app-${index + 1}`,
      provider: 'acme',
      everyMinutes,
      credentials: { secretsManager: 'm2m' },
    })),
    metrics: { perApplicationUpTo },
  };
  return costReport(fleet);
}

function cents(usd: number): string {
  return `${Math.round(usd * 100)} cents`;
}

function row(example: Example): string {
  const { applications, everyMinutes, perApplicationUpTo } = example;
  const { aws, tokens } = reportOf(example);
  return `| ${applications} | ${everyMinutes} | ${perApplicationUpTo} | ${aws.totalUsd.toFixed(2)} | ${aws.canariesUsd.toFixed(2)} | ${tokens[0]?.tokens ?? 0} |`;
}

function page(): string {
  const metricUsd = tieredUsd(1, PRICES.metric);
  const bill = renderCost(reportOf({ applications: 50, everyMinutes: 5, perApplicationUpTo: 100 }));
  return `# What it costs

<!-- Generated from lib/core/cost by \`npm run docs\`: edit the arithmetic, not this page. -->

\`npx m2m-watch validate --cost\` prints the monthly AWS cost of your configuration line by line, and compares the
tokens it needs with each provider's plan. \`--json\` prints the same as JSON. Every \`cdk synth\` prints it too, on
standard error.

The table shows list prices of ${PRICES_AS_OF.date} in ${PRICES_AS_OF.region}, in US dollars a month of ${HOURS_PER_MONTH} hours, with ticks of 5
minutes and one provider. The fifth column, for comparison, is the cost of one CloudWatch Synthetics canary for
each application that runs as often. The last column is the number of tokens in a month of 31 days.

| applications | every (min) | \`perApplicationUpTo\` | AWS | canaries | tokens |
|---:|---:|---:|---:|---:|---:|
${EXAMPLES.map(row).join('\n')}

The third row in detail:

\`\`\`
${bill.join('\n')}
\`\`\`

## What the calculation assumes

- No free tiers. All prices are in one file, \`lib/core/cost/prices.ts\`, with their date and sources.
- A healthy month. Metrics that are published only during failures cost ${cents(metricUsd)} a month each, prorated by
  the hour.
- Each check takes ${COST_ASSUMPTIONS.secondsPerCheck} s of a function with ${COST_ASSUMPTIONS.checkMemoryMb} MB, and each run takes ${COST_ASSUMPTIONS.secondsPerRun} s more.
- A stored report takes ${COST_ASSUMPTIONS.reportKb} KB and is kept for ${COST_ASSUMPTIONS.reportDays} days. The state of an application takes ${COST_ASSUMPTIONS.stateKb} KB;
  both are written once for each check. A test compares this with what the functions do.
- Reading a secret is one request. The secrets themselves are not counted, because your applications have them anyway.
- NAT gateways and VPC endpoints are not counted, because they depend on your network.

## What costs most, and how to reduce it

- **Metrics and alarms per application** cost ${cents(metricUsd + PRICES.alarm)} a month for each application. Only the first
  \`metrics.perApplicationUpTo\` applications have them; notices and the alarms for the whole fleet cover the
  others too.
- **Tokens at the provider:** a check takes at most one token, confirmations included, because a refused request
  issues none. For the same reason, an application that is refused is checked more often. If the checks need more
  than half of \`tokensPerMonth\`, there is a warning, because your own applications need tokens too. If they need
  more than all of it, the synth stops, unless you set \`acceptOverBudget: true\`. At 90 % of the plan, failing
  applications are no longer checked more often; at 100 %, checks stop until the next month.
- **Frequency:** a lower \`everyMinutes\` takes more requests, but no more metrics.
`;
}

/** `docs/cost.md`: what deployments of several sizes cost, computed as `validate --cost` does. */
export const generator: GeneratedFile = { path: 'docs/cost.md', generate: page };
