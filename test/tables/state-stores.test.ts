// Every row of the table of state stores keeps the contract, and is named where people look for it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StateStore } from '../../lib/check/ports.ts';
import { STATE_STORES, type StateStoreName } from '../../lib/wiring/state-stores.ts';
import { describeStateStore, noticeAbout, saveOf } from '../adapters/state/state-store.contract.ts';
import { run } from '../cli/captured-io.ts';
import { fleetConfig } from '../constructs/fleet-config.ts';
import { templateOf } from '../constructs/synthesised.ts';
import { startFakeTable } from '../support/fake-table.ts';

const directory = mkdtempSync(join(tmpdir(), 'm2m-watch-stores-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let places = 0;

/** A new place for each store; gives what opens it, as often as it is called. A row without one does not compile. */
const NEW_PLACES: { readonly [Name in StateStoreName]: () => () => Promise<StateStore> } = {
  memory: () => () => STATE_STORES.memory.open({}),
  sqlite: () => {
    places += 1;
    const path = join(directory, `${places}.db`);
    return () => STATE_STORES.sqlite.open({ path });
  },
  dynamodb: () => {
    const table = startFakeTable();
    return () => STATE_STORES.dynamodb.open({ client: table.client(), tableName: 'state' });
  },
};

describe.each(Object.keys(STATE_STORES) as StateStoreName[])('the state store %s', (name) => {
  const { isDurable, namedBy } = STATE_STORES[name];

  describeStateStore(name, () => NEW_PLACES[name]()());

  it(`${isDurable ? 'has' : 'does not have'} what was saved when it is opened again`, async () => {
    const open = NEW_PLACES[name]();
    const first = await open();
    await first.save(saveOf({ outbox: [{ channel: 'log', notice: noticeAbout('n', 'a') }] }));
    await first.close();

    const again = await open();
    const waiting = await again.waiting();
    await again.close();

    expect(waiting.map(({ noticeId }) => noticeId)).toEqual(isDurable ? ['n'] : []);
  });

  it('is named where it says', async () => {
    if (namedBy === null) return;
    const text =
      'option' in namedBy
        ? (await run(['serve', '--help'])).stdout
        : JSON.stringify(templateOf({ config: fleetConfig({}) }));

    expect(text).toContain('option' in namedBy ? `${namedBy.option} <` : `"${namedBy.variable}":`);
  });
});
