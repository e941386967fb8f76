import { describe, expect, it } from 'vitest';
import { coloured, plain, styleFor, widthOf } from '../../lib/cli/terminal-style.ts';
import { capturedIo } from './captured-io.ts';

describe('styleFor', () => {
  it.each([
    ['a terminal', true, {}, coloured],
    ['no terminal', false, {}, plain],
    ['NO_COLOR', true, { NO_COLOR: '1' }, plain],
    ['an empty NO_COLOR', true, { NO_COLOR: '' }, coloured],
    ['FORCE_COLOR without a terminal', false, { FORCE_COLOR: '1' }, coloured],
    ['FORCE_COLOR=0 in a terminal', true, { FORCE_COLOR: '0' }, plain],
    ['NO_COLOR and FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, plain],
    ['a dumb terminal', true, { TERM: 'dumb' }, plain],
  ])('chooses for %s', (...[, isTerminal, environment, style]) => {
    const { stdout } = capturedIo({ isTerminal });

    expect(styleFor(stdout, environment)).toBe(style);
  });
});

describe('widthOf', () => {
  it.each([
    ['the terminal', { columns: 90 }, {}, 90],
    ['COLUMNS where there is no terminal', {}, { COLUMNS: '70' }, 70],
    ['120 where nothing is known', {}, {}, 120],
    ['120 where COLUMNS is no number', {}, { COLUMNS: 'wide' }, 120],
    ['at least 20', { columns: 3 }, {}, 20],
    ['at most 160', { columns: 400 }, {}, 160],
  ])('takes %s', (...[, world, environment, width]) => {
    expect(widthOf(capturedIo(world).stdout, environment)).toBe(width);
  });
});
