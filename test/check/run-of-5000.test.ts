import { expect, it } from 'vitest';
import { createDynamodbStateStore } from '../../lib/adapters/state/dynamodb-state-store.ts';
import { type Behaviour, fakeDeployment } from '../support/fake-deployment.ts';
import { startFakeTable } from '../support/fake-table.ts';

const APPLICATIONS = 5000;

/** What each application of a run finds, by its number. */
type Day = (index: number) => Behaviour;

const quiet: Day = () => 'healthy';
/** Failures alike, failures of single applications, and a provider that serves only some. */
const noisy: Day = (index) => {
  if (index % 10 === 0) return 'refused';
  if (index % 7 === 0) return 'down';
  if (index % 13 === 0) return 'call-down';
  return index % 501 === 0 ? 'wrong-claims' : 'healthy';
};

it('writes no key more than twice in a run, and 2.1 items an application at most', {
  timeout: 180_000,
}, async () => {
  const table = startFakeTable();
  let day = noisy;
  const deployment = fakeDeployment({
    applications: Object.fromEntries(
      Array.from({ length: APPLICATIONS }, (_, index) => [`app-${index}`, {}]),
    ),
    config: {
      confirmation: { attempts: 0 },
      providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com', concurrency: 100 } },
    },
    store: createDynamodbStateStore({ client: table.client(), tableName: 'state' }),
    behaviour: (name) => day(Number(name.slice('app-'.length))),
  });
  const written = [];
  for (const next of [noisy, quiet]) {
    day = next;
    table.writes.clear();
    const { records, isRecorded } = await deployment.tick(5);
    const counts = [...table.writes.values()];
    written.push({
      isRecorded,
      checked: records.length,
      most: Math.max(...counts),
      each: counts.reduce((sum, count) => sum + count, 0) / records.length,
    });
  }

  for (const run of written) {
    expect(run).toMatchObject({ isRecorded: true, checked: APPLICATIONS });
    expect(run.most).toBeLessThanOrEqual(2);
    expect(run.each).toBeLessThanOrEqual(2.1);
  }
});
