import { describe, expect, it } from 'vitest';
import { liveRegion } from '../../lib/cli/demo-command.ts';
import { capturedIo } from './captured-io.ts';

describe('liveRegion', () => {
  it('draws over its own lines and leaves those above', () => {
    const io = capturedIo({ isTerminal: true, columns: 80, rows: 24 });
    const redraw = liveRegion(io.stdout);

    redraw('news\n', 'one\ntwo\n');
    redraw('', 'three\n');
    redraw('', 'four\n');

    expect(io.written.stdout).toBe(
      'news\none\ntwo\n\u001b[2A\r\u001b[Jthree\n\u001b[1A\r\u001b[Jfour\n',
    );
  });

  it('counts a line that a narrow terminal breaks as two, and styles as nothing', () => {
    const io = capturedIo({ isTerminal: true, columns: 10, rows: 24 });
    const redraw = liveRegion(io.stdout);

    redraw('', `${'x'.repeat(15)}\n\u001b[31m${'y'.repeat(10)}\u001b[39m\n`);
    redraw('', 'z\n');

    expect(io.written.stdout).toContain('\u001b[3A');
  });

  it('prints anew what is higher than the terminal', () => {
    const io = capturedIo({ isTerminal: true, columns: 80, rows: 2 });
    const redraw = liveRegion(io.stdout);

    redraw('', 'one\ntwo\n');
    redraw('', 'three\n');

    expect(io.written.stdout).toBe('one\ntwo\nthree\n');
  });
});
