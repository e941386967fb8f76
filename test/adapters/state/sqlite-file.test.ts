import { describe, expect, it } from 'vitest';
import { asStateFault } from '../../../lib/adapters/state/sqlite-file.ts';
import { StateNotOursError } from '../../../lib/check/monitor-error.ts';

const PATH = '/var/lib/m2m-watch/state.sqlite';

const sqliteError = (errcode: number) =>
  Object.assign(new Error('some words'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('asStateFault', () => {
  it.each([
    [
      5,
      'STATE_OUT_OF_REACH',
      'another program keeps the state file PATH locked: end it, or wait until it is done',
    ],
    [
      261,
      'STATE_OUT_OF_REACH',
      'another program keeps the state file PATH locked: end it, or wait until it is done',
    ],
    [
      8,
      'STATE_OUT_OF_REACH',
      'the state file PATH cannot be written: give this user the right to write it and its folder, or name another file with --state',
    ],
    [
      778,
      'STATE_OUT_OF_REACH',
      'the disk fails to read or write the state file PATH: look at the disk',
    ],
    [13, 'STATE_OUT_OF_REACH', 'the disk that holds the state file PATH is full: make room'],
    [
      14,
      'STATE_OUT_OF_REACH',
      'the state file PATH cannot be opened: make /var/lib/m2m-watch a folder that can be written to, or name another file with --state',
    ],
    [
      11,
      'STATE_UNREADABLE',
      'the state file PATH is no SQLite database, or is damaged; name another file with --state, or move this one away, and m2m-watch begins with an empty state',
    ],
    [
      26,
      'STATE_UNREADABLE',
      'the state file PATH is no SQLite database, or is damaged; name another file with --state, or move this one away, and m2m-watch begins with an empty state',
    ],
  ])('tells result code %i as one line of %s', (errcode, code, line) => {
    const thrown = sqliteError(errcode);

    const fault = asStateFault(thrown, PATH);

    expect(fault).toMatchObject({ code, cause: thrown, message: line.replace('PATH', PATH) });
  });

  it('names the file where the state is not ours, and once', () => {
    const fault = asStateFault(new StateNotOursError('it is of another version'), PATH);

    expect(asStateFault(fault, PATH)).toBe(fault);
    expect(fault).toMatchObject({
      code: 'STATE_NOT_OURS',
      message: `the state file ${PATH} cannot be used: it is of another version; name another file with --state, or move this one away, and m2m-watch begins with an empty state`,
    });
  });

  it('names the code of what it does not know, and leaves alone what is not of SQLite', () => {
    const [fault, unknown] = [new TypeError('a bug'), sqliteError(1)];

    expect(asStateFault(fault, PATH)).toBe(fault);
    expect(asStateFault(unknown, PATH)).toMatchObject({
      code: 'STATE_UNREADABLE',
      message: expect.stringMatching(/is damaged \(result code 1 of SQLite\); name another/),
    });
  });
});
