// Every row of the catalogue of alarms is built, sent to those it is for, documented and paid for.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALARM_IDS, alarmCount, alarmDefinition } from '../../lib/core/metrics/alarms.ts';
import { fleetConfig } from '../constructs/fleet-config.ts';
import { asDeployed, resourcesOf, templateOf } from '../constructs/synthesised.ts';

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const APPLICATIONS = 3;
const ISSUERS = ['https://acme.kinde.com', 'https://other.kinde.com'];
const config = fleetConfig({
  applications: APPLICATIONS,
  providers: Object.fromEntries(
    ISSUERS.map((issuer, index) => [index === 0 ? 'acme' : 'other', { type: 'kinde', issuer }]),
  ),
});
const alarms = Object.values(resourcesOf(templateOf({ config }), 'AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => ({
    description: asDeployed(Properties['AlarmDescription']),
    actions: JSON.stringify(Properties['AlarmActions']),
  }),
);
const ofId = (id: string) =>
  alarms.filter(({ description }) => description.includes(`, and ${id} in`));
const [first] = ofId('application-fault');

describe.each(ALARM_IDS)('the alarm %s', (id) => {
  const { per, title, meaning, steps, audience } = alarmDefinition(id);

  it('is built, once or for each application or provider', () => {
    const count = per === null ? 1 : { application: APPLICATIONS, provider: ISSUERS.length }[per];

    expect(ofId(id)).toHaveLength(count);
  });

  it('is sent to those that it is for', () => {
    for (const { actions } of ofId(id)) {
      expect(actions === first?.actions).toBe(audience === 'application');
    }
  });

  it('says in its description and in docs/runbook.md what it means and what to do', () => {
    const [, part = ''] = RUNBOOK.split(`\n### \`${id}\`\n`);

    for (const text of [title, meaning, ...steps]) expect(part, 'run npm run docs').toContain(text);
    for (const { description } of ofId(id)) expect(description).toContain(title);
  });
});

it('are all paid for', () => {
  const counted = alarmCount({ applicationsWithMetric: APPLICATIONS, providers: ISSUERS.length });

  expect(counted).toBe(alarms.length);
});
