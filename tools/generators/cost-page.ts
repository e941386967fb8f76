import {
  COST_ASSUMPTIONS,
  HOURS_PER_MONTH,
  type PricedFleet,
} from '../../lib/core/cost/aws-cost.ts';
import { type CostReport, costReport, renderCost } from '../../lib/core/cost/cost-report.ts';
import { PRICES_AS_OF } from '../../lib/core/cost/prices.ts';
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

function row(example: Example): string {
  const { applications, everyMinutes, perApplicationUpTo } = example;
  const { aws, tokens } = reportOf(example);
  return `| ${applications} | ${everyMinutes} | ${perApplicationUpTo} | ${aws.totalUsd.toFixed(2)} | ${aws.canariesUsd.toFixed(2)} | ${tokens[0]?.tokens ?? 0} |`;
}

const BILL = renderCost(reportOf({ applications: 50, everyMinutes: 5, perApplicationUpTo: 100 }));

const PAGE = `# What it costs

<!-- Generated from lib/core/cost by \`npm run docs\`: edit the arithmetic, not this page. -->

\`npx m2m-watch validate --cost\` prints the bill of your configuration by line, and the tokens against each
provider's plan; \`--json\` prints the same as JSON. Every \`cdk synth\` prints it too, on standard error.

List prices of ${PRICES_AS_OF.date} in ${PRICES_AS_OF.region}, in US dollars a month of ${HOURS_PER_MONTH} hours, ticks of 5 minutes, one provider.
The last but one column is one CloudWatch Synthetics canary for each application, as often; the last is tokens
in a month of 31 days.

| applications | every (min) | \`perApplicationUpTo\` | AWS | canaries | tokens |
|---:|---:|---:|---:|---:|---:|
${EXAMPLES.map(row).join('\n')}

The third row line by line:

\`\`\`
${BILL.join('\n')}
\`\`\`

## What the arithmetic takes for granted

- Free tiers are not subtracted. Prices stand in one file, \`lib/core/cost/prices.ts\`, with date and sources.
- A healthy month. Metrics that appear only with failures cost 30 cents a month each, by the hour.
- A check takes ${COST_ASSUMPTIONS.secondsPerCheck} s of a function with ${COST_ASSUMPTIONS.checkMemoryMb} MB, a run ${COST_ASSUMPTIONS.secondsPerRun} s besides.
- A stored report has ${COST_ASSUMPTIONS.reportKb} KB and is kept for ${COST_ASSUMPTIONS.reportDays} days; the state of an application takes ${COST_ASSUMPTIONS.stateKb} KB, and is written twice in a run. A test compares that with what the functions do.
- Reading a secret is one request. The secrets themselves are not counted: applications have them anyway.
- Not counted, since it depends on your network: NAT gateways and endpoints, where functions are in a VPC.

## What costs most, and what to do

- **Metrics and alarms of applications**: 40 cents a month for each. Above \`metrics.perApplicationUpTo\`
  applications have none; notices and the alarms over the fleet cover them all the same.
- **Tokens at the provider**: a check costs one token at most, its confirmations included, since a refusal
  mints none. While an application is refused it is checked more often, for the same reason. Above half of
  \`tokensPerMonth\` there is a warning, since your own applications need tokens too; above all of it the synth
  stops, unless \`acceptOverBudget: true\`. At run time 90 % of the plan ends every acceleration, and no check is
  made beyond the plan.
- **How often**: \`everyMinutes\` of an application costs requests, not metrics.
`;

/** `docs/cost.md`: what deployments of several sizes cost, computed as `validate --cost` does. */
export const generator: GeneratedFile = { path: 'docs/cost.md', generate: () => PAGE };
