import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../../lib/adapters/state/sqlite-state-store.ts';
import { StateNotOursError, StateUnreadableError } from '../../../lib/check/monitor-error.ts';
import { at, reportOf, Story } from '../../support/story.ts';
import { withoutRoot } from '../../support/without-root.ts';
import { noticeAbout, saveOf } from './state-store.contract.ts';

describe('createSqliteStateStore with a file', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'm2m-watch-state-'));
    path = join(directory, 'state.db');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('makes its files for this user alone', async () => {
    const store = createSqliteStateStore(path);
    await store.save(saveOf());

    expect([path, `${path}-wal`].map((file) => statSync(file).mode & 0o777)).toEqual([
      0o600, 0o600,
    ]);
    await store.close();
  });

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
    expect(await two.save(saveOf())).toEqual({ kind: 'conflict' });

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
      StateUnreadableError,
      (file: string) => writeFileSync(file, 'these are notes, and no database at all\n'.repeat(50)),
    ],
    [
      'a database of another program',
      StateNotOursError,
      (file: string) => {
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE notes (text TEXT)');
        other.close();
      },
    ],
    [
      'of a newer layout',
      StateNotOursError,
      (file: string) => {
        const newer = new DatabaseSync(file);
        newer.exec('PRAGMA user_version = 99');
        newer.close();
      },
    ],
  ])('refuses a file that is %s in one line that says what to do', (_, fault, make) => {
    make(path);

    const opened = () => createSqliteStateStore(path);

    expect(opened).toThrow(fault);
    expect(opened).toThrow(
      /^the state file .+state\.db .+; name another file with --state, or move this one away, and m2m-watch begins with an empty state$/,
    );
  });

  it('says that a file cannot be opened', () => {
    expect(() => createSqliteStateStore(join(directory, 'missing', 'state.db'))).toThrow(
      /^the state file .+ cannot be opened: make .+missing a folder that can be written to/,
    );
  });

  it('says that a file cannot be written', async () => {
    await createSqliteStateStore(path).close();
    chmodSync(path, 0o444);
    chmodSync(directory, 0o555);

    const opened = withoutRoot(async () => createSqliteStateStore(path));

    await expect(opened).rejects.toThrow(/^the state file .+ cannot be (written|opened): /);
    chmodSync(directory, 0o755);
  });

  it('says that another program keeps the file locked, and goes on when it is done', async () => {
    const store = createSqliteStateStore(path, { busyTimeoutMs: 20 });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');

    expect(() => createSqliteStateStore(path, { busyTimeoutMs: 20 })).toThrow(/locked: end it/);
    await expect(store.save(saveOf())).rejects.toMatchObject({ code: 'STATE_OUT_OF_REACH' });
    other.close();

    expect(await store.save(saveOf())).toEqual({ kind: 'saved', version: 1 });
    await store.close();
  });

  it('says that a file which was damaged while it was open is damaged', async () => {
    const store = createSqliteStateStore(path);
    const reports = Array.from({ length: 300 }, (_, index) =>
      reportOf({ name: `a-${index}`, provider: 'acme' }, { outcome: 'healthy', atMs: at('10:00') }),
    );
    await store.saveChecks({ applications: [], reports, nowMs: at('10:00') });
    await store.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 4096));
    const damaged = async () => {
      const opened = createSqliteStateStore(path);
      await opened.reportsOf('a-1', 0).finally(() => opened.close());
    };

    await expect(damaged()).rejects.toMatchObject({
      code: 'STATE_UNREADABLE',
      message: expect.stringMatching(/is no SQLite database, or is damaged; name another file/),
    });
  });

  it('does not hold a notice back for years after the clock was ahead', async () => {
    const ahead = at('+4000 10:00');
    const store = createSqliteStateStore(path);
    const notices = [noticeAbout('n-1', 'a'), noticeAbout('n-2', 'b')];
    const outbox = notices.map((notice) => ({ channel: 'log', notice }));
    await store.save(saveOf({ outbox }));
    const [first] = await store.lease({ nowMs: ahead, leaseMs: 60_000, limit: 10 });
    if (first !== undefined) await store.postpone(first, ahead + 600_000);

    const leased = await store.lease({ nowMs: at('10:00'), leaseMs: 60_000, limit: 10 });

    expect(leased.map(({ noticeId }) => noticeId)).toEqual(['n-1', 'n-2']);
    await store.close();
  });

  it.each([
    [
      `UPDATE item SET value = '{"a":1}' WHERE kind = 'application'`,
      /^application a: application a is not as m2m-watch writes it, at provider, /,
    ],
    ["UPDATE item SET value = 'x' WHERE kind = 'incident'", /^incident test:.*: it is no JSON$/],
    ["UPDATE item SET kind = 'x' WHERE kind = 'counters'", /^x all: it is of no kind that/],
    ["UPDATE item SET key = 'b', value = 7 WHERE kind = 'provider'", /^provider b: .*the whole$/],
  ])('sets one item aside after %s, tells it once, and keeps the others', async (sql, line) => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    const lines: string[] = [];
    const store = createSqliteStateStore(path, { onDamaged: (what) => lines.push(what) });
    await store.save(saveOf({ state: story.state }));
    const other = new DatabaseSync(path);
    other.exec(sql);

    const { state } = await store.load();
    await store.load();

    const { applications, incidents, providers, incidentsOpened } = state;
    const parts = [applications, incidents, providers].map((each) => Object.keys(each).length);
    expect([...parts, incidentsOpened].toSorted()).toEqual([0, 1, 1, 1]);
    expect(lines).toEqual([expect.stringMatching(line)]);
    const aside = other.prepare('SELECT what, content FROM damaged').all();
    expect(aside).toEqual([{ what: lines[0]?.split(': ')[0], content: expect.any(String) }]);
    other.close();
    await store.close();
  });

  it('leaves what is damaged where it is for whoever may not write', async () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'healthy' });
    const lines: string[] = [];
    const use = { onDamaged: (what: string) => lines.push(what), setsAside: false };
    const store = createSqliteStateStore(path, use);
    await store.save(saveOf({ state: story.state }));
    const other = new DatabaseSync(path);
    other.exec("UPDATE item SET value = 'x' WHERE kind = 'application'");

    const { state } = await store.load();

    expect([state.applications, lines.length]).toEqual([{}, 1]);
    expect(other.prepare('SELECT * FROM damaged').all()).toEqual([]);
    other.close();
    await store.close();
  });

  it('refuses a state of a newer version', async () => {
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'scope-missing' });
    const store = createSqliteStateStore(path);
    await store.save(saveOf({ state: story.state }));
    const other = new DatabaseSync(path);
    other.exec('UPDATE item SET schema = 7');
    other.close();

    await expect(store.load()).rejects.toThrow(StateNotOursError);
    await expect(store.load()).rejects.toThrow(
      /cannot be used: application a has layout 7, and this version of m2m-watch reads 2: use the newer one that wrote it \(4 more like it\); name/,
    );
    await store.close();
  });

  it.each([
    ["'{}'", 'it is damaged at schema, id, incidentId'],
    ["'{'", 'it is no JSON'],
  ])('sets a notice aside that is %s, and gives out the others', async (content, issue) => {
    const lines: string[] = [];
    const store = createSqliteStateStore(path, { onDamaged: (what) => lines.push(what) });
    const notices = [noticeAbout('n-1', 'a'), noticeAbout('n-2', 'a')];
    await store.save(saveOf({ outbox: notices.map((notice) => ({ channel: 'log', notice })) }));
    const other = new DatabaseSync(path);
    other.exec(`UPDATE outbox SET notice = ${content} WHERE notice_id = 'n-1'`);

    const leased = await store.lease({ nowMs: 1000, leaseMs: 1000, limit: 10 });
    await store.waiting();

    expect(leased.map(({ noticeId }) => noticeId)).toEqual(['n-2']);
    expect(lines).toEqual([`notice n-1 to log: ${issue}`]);
    expect(other.prepare('SELECT what FROM damaged').all()).toEqual([
      { what: 'notice n-1 to log' },
    ]);
    other.close();
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
