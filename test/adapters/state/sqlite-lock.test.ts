import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockState } from '../../../lib/adapters/state/sqlite-lock.ts';
import { createSqliteStateStore } from '../../../lib/adapters/state/sqlite-state-store.ts';
import { saveOf } from './state-store.contract.ts';

const HOLDER = new URL('../../support/lock-holder.ts', import.meta.url).pathname;

describe('lockState', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'm2m-watch-lock-'));
    path = join(directory, 'state.sqlite');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is given to one at a time, and again once it is released', () => {
    const first = lockState(path);

    expect(() => lockState(path)).toThrow(
      /^another m2m-watch serve works on the state file .*state\.sqlite: end it first, or name another file with --state$/,
    );
    first.release();
    lockState(path).release();
  });

  it('names the process that has it, and is free the moment that is killed', {
    timeout: 30_000,
  }, async () => {
    const holder = spawn(process.execPath, [HOLDER, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');

    expect(() => lockState(path)).toThrow(
      new RegExp(
        `state\\.sqlite \\(process ${holder.pid} on [^,]+, since \\d{4}-[^)]+Z\\): end it first`,
      ),
    );
    const exited = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exited;
    lockState(path).release();
  });

  it('does not keep others from reading and writing the state itself', async () => {
    const lock = lockState(path);
    const store = createSqliteStateStore(path);

    expect(await store.save(saveOf())).toEqual({ kind: 'saved', version: 1 });
    await store.close();
    lock.release();
  });

  it('says so where its file is not its own', () => {
    writeFileSync(
      `${path}.lock`,
      'notes of somebody, and long enough to be no database\n'.repeat(20),
    );

    expect(() => lockState(path)).toThrow(
      /state\.sqlite\.lock is no SQLite database, or is damaged/,
    );
  });
});
