import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { Story } from './story.ts';

// A process of its own that saves without end, to be killed: each save adds one notice, and counts it in the state.
const [, , path = ''] = process.argv;
const store = createSqliteStateStore(path);
const story = new Story({ applications: ['a'] });
story.run('10:00', { a: 'scope-missing' });
const notice = story.lastNotice;

for (;;) {
  const loaded = await store.load();
  const next = loaded.version + 1;
  await store.save({
    loaded,
    state: { ...loaded.state, incidentsOpened: next },
    changes: [],
    outbox: [{ channel: 'log', notice: { ...notice, id: `n-${next}` } }],
    nowMs: Date.now(),
  });
  process.stdout.write(`${next}\n`);
}
