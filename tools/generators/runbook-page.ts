import { ALARM_IDS, type AlarmId, alarmDefinition } from '../../lib/core/metrics/alarms.ts';
import { METRIC_NAMES, type MetricName, metricDefinition } from '../../lib/core/metrics/metrics.ts';
import type { GeneratedFile } from '../generated-file.ts';

const INTRODUCTION = `# Runbook

<!-- Generated from lib/core/metrics by \`npm run docs\`: edit the catalogue of alarms, not this page. -->

What each CloudWatch alarm of a deployment means, and what to do. The id of an alarm is at the end of its
description, which is part of every mail about it.

Notices are m2m-watch's own messages for people: they name the cause of an incident and how to fix it. Alarms
are CloudWatch's: they are for pagers, and for the case that m2m-watch itself is failing.

## Where to start

1. Is \`heartbeat-missing\` in ALARM? Then nothing is checked, and you cannot trust any other alarm: start there.
2. Is \`provider-unavailable\` in ALARM? Then the provider's applications raise no alarms of their own until it
   issues tokens again.
3. Otherwise the alarm names an application, or an internal error of m2m-watch.

While its metric is not published, an alarm keeps its state. So if the function stops, you get one alarm, not one
for each application. The composite alarm at the top of the dashboard is in ALARM while any alarm on providers,
credentials or m2m-watch itself is. It sends nothing.

To test that an alarm reaches you, set its state yourself and look at its history. If the topic refuses the alarm,
only the history says so.

\`\`\`
aws cloudwatch set-alarm-state --alarm-name NAME --state-value ALARM --state-reason test
aws cloudwatch describe-alarm-history --alarm-name NAME --history-item-type Action
\`\`\`

## Check now

The stack's output \`CheckNowCommand\` is a command that checks on demand. With
\`{ "applications": ["billing-sync"] }\` it checks one application, with an empty list all of them. The same check
runs on a laptop: \`npx m2m-watch check --app billing-sync\`.`;

const AUDIENCES = [
  {
    audience: 'application',
    heading: '## Alarms on applications, providers and credentials',
    text: 'They go to `alarms.email`, to `alarms.topicArn`, and to the `alarmTopic` of the construct.',
  },
  {
    audience: 'monitor',
    heading: '## Alarms about m2m-watch itself',
    text: 'They go to `notify.email`, through a topic of their own.',
  },
] as const;

function audiencePart({ audience, heading, text }: (typeof AUDIENCES)[number]): readonly string[] {
  const ids = ALARM_IDS.filter((id) => alarmDefinition(id).audience === audience);
  return [heading, text, ...ids.map(alarmPart)];
}

function alarmPart(id: AlarmId): string {
  const { title, meaning, per, steps } = alarmDefinition(id);
  const many = per === null ? '' : ` One alarm for each ${per}.`;
  const list = steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
  return [`### \`${id}\``, `**${title}.** ${meaning}${many}`, list].join('\n\n');
}

function metricRow(name: MetricName): string {
  const { unit, dimension, statistic, meaning } = metricDefinition(name);
  return `| \`${name}\` | ${dimension ?? ''} | ${unit} | ${statistic} | ${meaning} |`;
}

const METRICS = `## Metrics

All metrics are in the namespace \`M2MWatch\` and have the dimension \`Deployment\`. Their timestamp is the slot of
the run: the time when its tick was due.

| metric | further dimension | unit | statistic | meaning |
|---|---|---|---|---|
${METRIC_NAMES.map(metricRow).join('\n')}`;

/** `docs/runbook.md`: every alarm with what it means and what to do, and every metric. */
export const generator: GeneratedFile = {
  path: 'docs/runbook.md',
  generate: () => `${[INTRODUCTION, ...AUDIENCES.flatMap(audiencePart), METRICS].join('\n\n')}\n`,
};
