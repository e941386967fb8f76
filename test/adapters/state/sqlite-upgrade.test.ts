import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../../lib/adapters/state/sqlite-state-store.ts';
import { at, Story } from '../../support/story.ts';

/** A file as the version before wrote it: three incidents, one of them over, and five notices that wait. */
const SCHEMA_1 = readFileSync(
  new URL('../../fixtures/state/sqlite-schema-1.sql', import.meta.url),
  'utf8',
);

describe('a state file of layout 1', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'm2m-watch-upgrade-'));
    path = join(directory, 'state.sqlite');
    write(SCHEMA_1);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function write(sql: string): void {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  }

  function layout(): unknown {
    const database = new DatabaseSync(path, { readOnly: true });
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const schemas = database.prepare('SELECT DISTINCT schema FROM item').all();
    database.close();
    return { version, tables: tables.map(({ name }) => name), schemas };
  }

  it('is upgraded in place when it is opened, and once', async () => {
    const first = createSqliteStateStore(path);
    const loaded = await first.load();
    await first.close();

    expect(layout()).toEqual({
      version: 2,
      tables: expect.not.arrayContaining(['outbox_application']),
      schemas: [{ schema: 2 }],
    });
    const second = createSqliteStateStore(path);
    expect(await second.load()).toEqual(loaded);
    await second.close();
  });

  it('continues as before: no notice is sent twice, and recoveries are notified', async () => {
    const store = createSqliteStateStore(path);
    const loaded = await store.load();
    const story = new Story({ applications: ['billing-sync', 'mail', 'reports'] });
    story.state = loaded.state;

    expect(loaded.version).toBe(3);
    expect(loaded.state.applications['mail']?.incidentId).toBe(
      'test:application:mail:20261123T123000Z-3',
    );
    expect(story.run('12:40', { 'billing-sync': 'secret-rotated' })).toEqual([]);
    const healthy = { 'billing-sync': 'healthy', mail: 'healthy', reports: 'healthy' } as const;
    expect(story.run('13:00', healthy)).toEqual([
      expect.stringMatching(/^recovered: \[test\] billing-sync/),
      expect.stringMatching(/^recovered: \[test\] mail/),
    ]);
    const { state, changes } = story;
    const saved = await store.save({ loaded, state, changes, outbox: [], nowMs: at('13:00') });
    expect(saved).toEqual({ kind: 'saved', version: 4 });
    expect((await store.load()).state).toEqual(state);
    await store.close();
  });

  it('keeps what waits, in its order and with its attempts, in the words of today', async () => {
    const store = createSqliteStateStore(path);

    const waiting = await store.waiting();

    expect(
      waiting.map(({ channel, notice, attempts, notBeforeMs }) => ({
        channel,
        reason: notice.reason,
        attempts,
        notBeforeMs,
      })),
    ).toEqual([
      { channel: 'log', reason: 'opened', attempts: 1, notBeforeMs: at('12:40') },
      ...['recovered', 'opened', 'no-data'].flatMap((reason) =>
        ['slack', 'log'].map((channel) => ({ channel, reason, attempts: 0, notBeforeMs: 0 })),
      ),
    ]);
    expect(waiting[1]?.notice).toMatchObject({ closing: 'recovered', lastHealthyAt: null });
    expect(waiting[3]?.notice.cause?.confidenceMeans).toMatch(/^likely: /);
    await store.close();
  });

  it('keeps the history of reports and of incidents', async () => {
    const store = createSqliteStateStore(path);

    const reports = await store.reportsOf('reports', 0);
    const ended = await store.changesOf('test:application:reports:20261123T100000Z-1');
    const open = await store.changesOf('test:application:mail:20261123T123000Z-3');

    expect(reports.map(({ status }) => status)).toEqual(['unhealthy', 'healthy']);
    expect(ended.map(({ event }) => event)).toEqual([
      { kind: 'opened', cause: 'scope-missing' },
      { kind: 'joined', application: 'reports', cause: 'scope-missing' },
      { kind: 'left', application: 'reports', why: 'recovered' },
      { kind: 'closed', why: 'recovered' },
    ]);
    expect(open.at(-1)?.event).toEqual({ kind: 'no-data', application: 'mail' });
    await store.close();
  });

  it('is upgraded without the item that is damaged', async () => {
    write(`UPDATE item SET value = '{' WHERE key = 'mail'`);
    const lines: string[] = [];
    const store = createSqliteStateStore(path, { onDamaged: (what) => lines.push(what) });

    const { state } = await store.load();
    await store.close();

    expect(state.applications).not.toHaveProperty('mail');
    expect(Object.keys(state.providers)).toEqual(['acme']);
    expect(lines).toEqual(['application mail: it is no JSON']);
  });
});
