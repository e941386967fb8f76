import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../../lib/adapters/state/sqlite-state-store.ts';
import { StateUnreadableError } from '../../../lib/check/monitor-error.ts';
import { Story } from '../../support/story.ts';
import { describeStateStore, noticeAbout, saveOf } from './state-store.contract.ts';

describeStateStore('SQLite, in the process', async () => createSqliteStateStore(':memory:'));

describe('createSqliteStateStore with a file', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'm2m-watch-state-'));
    path = join(directory, 'state.db');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  describeStateStore('SQLite, in a file', async () => createSqliteStateStore(path));

  it('takes up where it stopped', async () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    const first = createSqliteStateStore(path);
    const outbox = [{ channel: 'log', notice: story.lastNotice }];
    await first.save(saveOf({ state: story.state, outbox }));
    await first.close();

    const second = createSqliteStateStore(path);

    expect(await second.load()).toEqual({ version: 1, state: story.state });
    expect(await second.waiting()).toMatchObject([{ notice: story.lastNotice }]);
    await second.close();
  });

  it('keeps two processes from saving the same version', async () => {
    const [one, two] = [createSqliteStateStore(path), createSqliteStateStore(path)];

    expect(await one.save(saveOf())).toEqual({ kind: 'saved', version: 1 });
    expect(await two.save(saveOf())).toEqual({ kind: 'conflict', version: 1 });

    await Promise.all([one.close(), two.close()]);
  });

  it('does not let what was leased be leased by another process', async () => {
    const [one, two] = [createSqliteStateStore(path), createSqliteStateStore(path)];
    await one.save(saveOf({ outbox: [{ channel: 'log', notice: noticeAbout('n-1', 'a') }] }));
    const ask = { nowMs: 1000, leaseMs: 1000, limit: 10 };

    const leased = [await one.lease(ask), await two.lease(ask)];

    expect(leased.map(({ length }) => length)).toEqual([1, 0]);
    await Promise.all([one.close(), two.close()]);
  });

  it.each([
    [
      'no database',
      (file: string) => writeFileSync(file, 'these are notes, and no database at all\n'.repeat(50)),
    ],
    [
      'a database of another program',
      (file: string) => {
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE notes (text TEXT)');
        other.close();
      },
    ],
    [
      'of a newer layout',
      (file: string) => {
        const newer = new DatabaseSync(file);
        newer.exec('PRAGMA user_version = 99');
        newer.close();
      },
    ],
  ])('refuses a file that is %s in one line that says what to do', (_, make) => {
    make(path);

    const opened = () => createSqliteStateStore(path);

    expect(opened).toThrow(StateUnreadableError);
    expect(opened).toThrow(
      /^the state file .+state\.db .+; name another file with --state, or move this one away$/,
    );
  });

  it('passes on why a file cannot be opened', () => {
    expect(() => createSqliteStateStore(join(directory, 'missing', 'state.db'))).toThrow(
      /unable to open database file/,
    );
  });

  it.each([
    [
      'UPDATE item SET value = \'{"a":1}\'',
      /^the stored state is damaged: application a is not as/,
    ],
    ["UPDATE item SET value = 'broken'", /^a stored record is no JSON$/],
    ['UPDATE item SET schema = 7', /has layout 7/],
  ])('says that the state is damaged after %s', async (sql, message) => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    const store = createSqliteStateStore(path);
    await store.save(saveOf({ state: story.state }));
    const other = new DatabaseSync(path);
    other.exec(sql);
    other.close();

    await expect(store.load()).rejects.toThrow(StateUnreadableError);
    await expect(store.load()).rejects.toThrow(message);
    await store.close();
  });

  it('says that a notice is damaged', async () => {
    const store = createSqliteStateStore(path);
    await store.save(saveOf({ outbox: [{ channel: 'log', notice: noticeAbout('n-1', 'a') }] }));
    const other = new DatabaseSync(path);
    other.exec("UPDATE outbox SET notice = '{}'");
    other.close();

    await expect(store.waiting()).rejects.toThrow(
      /^a stored record is not as m2m-watch writes it, at /,
    );
    await store.close();
  });

  it('opens with whole saves only, wherever the process that wrote it was killed', {
    timeout: 60_000,
  }, async () => {
    const writer = new URL('../../support/state-writer.ts', import.meta.url);
    let known = 0;

    for (let round = 0; round < 8; round += 1) {
      const child = spawn(process.execPath, [writer.pathname, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let acknowledged = known;
      child.stdout.on('data', (chunk: Buffer) => {
        acknowledged = Number(chunk.toString().trim().split('\n').at(-1));
      });
      await once(child.stdout, 'data');
      await wait(round * 7);
      child.kill('SIGKILL');
      await once(child, 'close');

      const store = createSqliteStateStore(path);
      const { version, state } = await store.load();
      const waiting = await store.waiting();
      await store.close();
      expect(version).toBeGreaterThanOrEqual(acknowledged);
      expect(version).toBeGreaterThan(known);
      expect(state.incidentsOpened).toBe(version);
      expect(waiting).toHaveLength(version);
      known = version;
    }
  });
});
