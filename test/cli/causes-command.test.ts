import { describe, expect, it } from 'vitest';
import { textWidth } from '../../lib/cli/terminal-text.ts';
import { FAMILY_NAMES, fillIn } from '../../lib/core/causes/cause-definition.ts';
import { CAUSE_IDS, causeDefinition } from '../../lib/core/causes/causes.ts';
import { run } from './captured-io.ts';

describe('causes', () => {
  it('lists every cause under its family', async () => {
    const { status, stdout, stderr } = await run(['causes']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/^[a-z]+$/gm)).toEqual(FAMILY_NAMES);
    expect(stdout.match(/^ {2}[a-z]\S+/gm)?.map((id) => id.trim())).toEqual(CAUSE_IDS);
  });

  it.each(CAUSE_IDS)('tells all about %s', async (id) => {
    const { status, stdout } = await run(['causes', id]);

    const { title, meaning, fix, help, family } = causeDefinition(id);
    const words = stdout.replace(/\s+/g, ' ');
    expect(status).toBe(0);
    for (const text of [
      id,
      title,
      meaning,
      help,
      `Family ${family}`,
      ...fix.map((step) => fillIn(step)),
    ]) {
      expect(words).toContain(text);
    }
  });

  it.each([40, 80])('keeps to %i columns, addresses aside', async (columns) => {
    const { stdout } = await run(['causes'], {
      isTerminal: true,
      columns,
      environment: { NO_COLOR: '1' },
    });

    expect(stdout.split('\n').filter((line) => textWidth(line) > columns)).toEqual([]);
  });

  it.each([
    ['secret-rotatd', 'unknown cause `secret-rotatd`; did you mean `secret-rotated`?'],
    ['x', 'unknown cause `x`; `m2m-watch causes` lists all of them'],
  ])('answers the unknown id %s with status 2', async (id, line) => {
    expect(await run(['causes', id])).toEqual({
      status: 2,
      stdout: '',
      stderr: `m2m-watch: ${line}\n`,
    });
  });
});
