import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readPaste } from '../../lib/cli/read-input.ts';

/** A terminal that keeps which modes it was set to. */
function terminal() {
  const modes: boolean[] = [];
  const stream = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => modes.push(isRaw),
  });
  const written: string[] = [];
  const stderr = {
    write: (text: string) => written.push(text),
    isTerminal: true,
    columns: null,
    rows: null,
  };
  return { modes, stream, written, io: { stdin: { stream, isTerminal: true }, stderr } };
}

describe('readPaste at a terminal', () => {
  it('reads lines of any length until Ctrl-D, without showing them', async () => {
    const { modes, stream, written, io } = terminal();
    const line = 'x'.repeat(10_000);

    const reading = readPaste(io, 'a token');
    stream.write(`${line}\r`);
    stream.write('y\u0004');

    expect(await reading).toBe(`${line}\ny`);
    expect(modes).toEqual([true, false]);
    expect(written).toEqual(['Paste a token (it is not shown), then press Ctrl-D:\n']);
  });

  it('gives the terminal back at Ctrl-C', async () => {
    const { modes, stream, io } = terminal();

    const reading = readPaste(io, 'a token');
    stream.write('eyJ\u0003');

    await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(modes).toEqual([true, false]);
  });

  it('gives the terminal back where too much is pasted', async () => {
    const { modes, stream, io } = terminal();

    const reading = readPaste(io, 'a token');
    stream.write('x'.repeat(1024 * 1024 + 1));

    await expect(reading).rejects.toMatchObject({ code: 'USAGE' });
    expect(modes).toEqual([true, false]);
  });
});

describe('readPaste of a pipe', () => {
  it('puts characters together that were cut in two', async () => {
    const stream = new PassThrough();
    const stderr = { write: () => {}, isTerminal: false, columns: null, rows: null };
    const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
    stream.write(first);
    stream.end(second);

    expect(await readPaste({ stdin: { stream, isTerminal: false }, stderr }, 'x')).toBe('é');
  });
});
