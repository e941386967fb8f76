import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../../lib/adapters/state/sqlite-state-store.ts';
import {
  openStateMeanwhile,
  type StateMeanwhile,
} from '../../../lib/adapters/state/state-in-memory-meanwhile.ts';
import { at, Story } from '../../support/story.ts';
import { describeStateStore, noticeAbout, saveOf } from './state-store.contract.ts';

let directory: string;
let path: string;
let lines: (string | null)[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'm2m-watch-meanwhile-'));
  path = join(directory, 'state.sqlite');
  lines = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(): StateMeanwhile {
  return openStateMeanwhile({
    path,
    onFault: (problem) => lines.push(problem),
    onLoss: (what) => lines.push(`lost: ${what}`),
  });
}

/** Saves a state in which `a` fails, and one notice of it. */
async function saveFailure(store: StateMeanwhile, id: string) {
  const story = new Story({ applications: ['a'] });
  story.run('10:00', { a: 'scope-missing' });
  const loaded = await store.load();
  const outbox = [{ channel: 'slack', notice: noticeAbout(id, id) }];
  return store.save({ ...saveOf({ loaded, state: story.state, outbox }), changes: story.changes });
}

/** What the file itself holds. */
async function inFile(file = path) {
  const store = createSqliteStateStore(file);
  const { state, version } = await store.load();
  const waiting = (await store.waiting()).map(({ noticeId }) => noticeId);
  const [incident = ''] = Object.keys(state.incidents);
  const changes = (await store.changesOf(incident)).length;
  await store.close();
  return { applications: Object.keys(state.applications), version, waiting, changes };
}

const ASK = { nowMs: at('10:00'), leaseMs: 60_000, limit: 10 };

describeStateStore('a file with memory beside it', async () => open());

/** What happens to the file while it is used, and what a person or the machine does about it. */
const FAULTS: readonly {
  readonly what: string;
  readonly begin: () => () => void;
  readonly problem: RegExp;
}[] = [
  {
    what: 'another program keeps it locked',
    begin: () => {
      const other = new DatabaseSync(path);
      other.exec('BEGIN IMMEDIATE');
      return () => other.close();
    },
    problem: /another program keeps the state file .* locked/,
  },
  {
    what: 'its folder was moved away',
    begin: () => {
      renameSync(directory, `${directory}.away`);
      return () => renameSync(`${directory}.away`, directory);
    },
    problem: /cannot be opened: make .* a folder/,
  },
  {
    what: 'it was replaced by another file',
    begin: () => {
      writeFileSync(`${path}.other`, 'notes of somebody');
      renameSync(`${path}.other`, path);
      return () => renameSync(path, `${path}.moved`);
    },
    problem: /was replaced by another file, which is left as it is: move that away/,
  },
  {
    what: 'its pages are damaged',
    begin: () => {
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0x5a, 0, 40_000));
      return () => renameSync(path, `${path}.moved`);
    },
    problem: /is no SQLite database, or is damaged/,
  },
];

describe('openStateMeanwhile', () => {
  it.each(FAULTS)(
    'goes on in memory while $what, and writes all of it afterwards',
    async ({ begin, problem }) => {
      const store = open();
      await saveFailure(store, 'n-1');
      // All of it is in the file alone: what a damaged page held is not hidden by the log.
      const checkpoint = new DatabaseSync(path);
      checkpoint.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      checkpoint.close();

      const end = begin();
      const saved = await saveFailure(store, 'n-2');
      const leased = await store.lease(ASK);
      await store.clear({ noticeId: 'n-1', channel: 'slack' });
      await store.retry();
      const meanwhile = [...lines];
      end();
      await store.retry();
      const after = await store.waiting();
      await store.close();

      expect(saved.kind).toBe('saved');
      expect(leased.map(({ noticeId, notice }) => [noticeId, notice.mayBeRepeated])).toEqual([
        ['n-1', true],
        ['n-2', true],
      ]);
      expect(meanwhile.at(0)).toMatch(/./);
      expect(meanwhile.at(-1)).toMatch(problem);
      expect(lines.at(-1)).toBe(null);
      expect(after.map(({ noticeId, attempts }) => [noticeId, attempts])).toEqual([['n-2', 1]]);
      expect(await inFile()).toMatchObject({ applications: ['a'], waiting: ['n-2'] });
    },
  );

  it('makes a new file where it was removed, with all that is known', async () => {
    const store = open();
    await saveFailure(store, 'n-1');

    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`);
    await store.load();
    await store.retry();

    expect(lines).toEqual([expect.stringMatching(/was removed, or moved away/), null]);
    expect(await inFile()).toMatchObject({ applications: ['a'], waiting: ['n-1'] });
    await store.close();
  });

  it('does not lose what is in the log where that was removed', async () => {
    const store = open();
    await saveFailure(store, 'n-1');

    rmSync(`${path}-wal`);
    await saveFailure(store, 'n-2');
    await store.retry();

    expect(await inFile()).toMatchObject({ waiting: ['n-1', 'n-2'] });
    await store.close();
  });

  it('leaves the other file at its place as it is', async () => {
    const store = open();
    await saveFailure(store, 'n-1');
    const other = join(directory, 'other.sqlite');
    copyFileSync(path, other);
    const before = readFileSync(other);

    renameSync(other, path);
    await saveFailure(store, 'n-2');
    await store.retry();
    await store.close();

    expect(readFileSync(path).equals(before)).toBe(true);
    expect(lines.at(-1)).toBe(`lost: what is in memory could not be written to ${path}`);
  });

  it('begins with what can be read where the file is damaged, and leaves it as it is', async () => {
    await createSqliteStateStore(path).close();
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    const before = readFileSync(path);

    const store = open();
    await saveFailure(store, 'n-1');
    await store.retry();
    const untouched = readFileSync(path).equals(before);
    renameSync(path, `${path}.damaged`);
    await store.retry();
    await store.close();

    expect(untouched).toBe(true);
    expect(lines).toEqual([
      expect.stringMatching(/move this one away, and m2m-watch begins/),
      null,
    ]);
    expect(await inFile()).toMatchObject({ applications: ['a'], waiting: ['n-1'], changes: 2 });
  });

  it.each([
    ['no database', 'notes of somebody, and no database at all\n'.repeat(40)],
    ['zeros', '\0'.repeat(8192)],
    ['half a page', '\u0001'.repeat(2048)],
  ])('does not touch a file that holds %s', async (_, text) => {
    writeFileSync(path, text);

    const store = open();
    await saveFailure(store, 'n-1');
    await store.retry();
    await store.close();

    expect(lines[0]).toMatch(/is no SQLite database, or is damaged/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('keeps what the file knows where it could not be used at the start', async () => {
    const first = open();
    await saveFailure(first, 'n-1');
    await first.close();
    renameSync(directory, `${directory}.away`);

    const store = open();
    await store.save(saveOf({ outbox: [{ channel: 'slack', notice: noticeAbout('n-2', 'b') }] }));
    renameSync(`${directory}.away`, directory);
    await store.retry();

    expect((await store.load()).state.applications).toHaveProperty('a');
    await store.close();
    expect(await inFile()).toMatchObject({ applications: ['a'], waiting: ['n-1', 'n-2'] });
  });

  it('does not take a version twice, so that nobody saves what was judged from another state', async () => {
    const store = open();
    const before = await store.load();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const judged = await store.load();
    await saveFailure(store, 'n-1');
    other.close();

    await store.retry();

    for (const loaded of [before, judged]) {
      expect(await store.save(saveOf({ loaded }))).toEqual({ kind: 'conflict' });
    }
    await store.close();
  });

  it('is refused a file of another version, and one that another process has', async () => {
    const store = open();
    expect(open).toThrow(/another m2m-watch serve works on the state file/);
    await store.close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();

    expect(open).toThrow(/of another version of m2m-watch \(layout 99/);
    expect(lines).toEqual([]);
  });

  it('takes its lock again where that was removed, and ends where another process has it', async () => {
    const store = open();
    await saveFailure(store, 'n-1');

    rmSync(`${path}.lock`);
    await saveFailure(store, 'n-2');
    expect(open).toThrow(/another m2m-watch serve/);
    rmSync(`${path}.lock`);
    const other = open();

    await expect(store.load()).rejects.toMatchObject({ code: 'STATE_TAKEN' });
    await expect(store.retry()).rejects.toMatchObject({ code: 'STATE_TAKEN' });
    await store.close();
    await other.close();
    expect(await inFile()).toMatchObject({ waiting: ['n-1', 'n-2'] });
  });

  it('says that a file which was emptied is empty', async () => {
    writeFileSync(path, '');
    writeFileSync(`${path}.key`, 'a key that was made when the file was used');

    const store = open();
    await store.close();

    expect(lines).toEqual([expect.stringMatching(/^lost: the state file .* is empty/)]);
    expect(existsSync(path)).toBe(true);
  });

  it('sets damaged items aside once, in the file too', async () => {
    const first = open();
    await saveFailure(first, 'n-1');
    await first.close();
    const other = new DatabaseSync(path);
    other.exec("UPDATE item SET value = 'x' WHERE kind = 'application'");
    other.exec("UPDATE outbox SET notice = '{}'");
    other.close();

    const store = open();
    const { state } = await store.load();
    const waiting = await store.waiting();
    await store.close();

    expect([Object.keys(state.applications), waiting]).toEqual([[], []]);
    expect(lines).toEqual([
      'lost: application a: it is no JSON',
      'lost: notice n-1 to slack: it is damaged at schema, id, incidentId',
    ]);
    const aside = new DatabaseSync(path, { readOnly: true });
    expect(aside.prepare('SELECT count(*) AS count FROM damaged').get()).toEqual({ count: 2 });
    aside.close();
  });

  it.each([
    ['a folder', () => mkdirSync(path), /is a folder: name a file in it with --state$/],
    [
      'a symbolic link that leads back to itself',
      () => symlinkSync(path, path),
      /is a symbolic link that leads back to itself: name a regular file with --state$/,
    ],
    [
      'a named pipe',
      () => execFileSync('mkfifo', [path]),
      /is a named pipe: name a regular file with --state$/,
    ],
  ])('is refused %s at once', (_, make, message) => {
    make();

    expect(open).toThrow(message);
  });

  it('is refused a device', () => {
    path = '/dev/null';

    expect(open).toThrow(/^\/dev\/null is a device: name a regular file/);
  });
});
