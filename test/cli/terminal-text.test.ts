import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coloured,
  cutText,
  hangText,
  padText,
  plain,
  styleFor,
  textWidth,
  widthOf,
  wrapText,
} from '../../lib/cli/terminal-text.ts';
import { escapeTerminal } from '../../lib/core/text/escape.ts';
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

describe('textWidth', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['👍', 2],
    ['✓ ok', 4],
    ['\u0301', 0],
  ])('counts the columns of %j as %i', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('cutText and padText', () => {
  it.each([
    ['fits', 4, 'fits'],
    ['does not fit', 8, 'does no…'],
    ['cut after a space', 4, 'cut…'],
    ['漢字漢字', 5, '漢字…'],
  ])('cuts %j to %i columns', (text, width, cut) => {
    expect(cutText(text, width)).toBe(cut);
  });

  it('pads by columns, not by characters', () => {
    expect(padText('漢', 4)).toBe('漢  ');
    expect(padText('longer', 4)).toBe('longer');
  });
});

describe('wrapText', () => {
  it('breaks at spaces', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
  });

  it('breaks a word that is longer than a line', () => {
    expect(wrapText('ab 0123456789', 4)).toEqual(['ab', '0123', '4567', '89']);
  });

  it('keeps an address whole, so that it can be opened', () => {
    const address = 'https://docs.kinde.com/a-long-page';
    expect(wrapText(`see ${address} now`, 10)).toEqual(['see', address, 'now']);
  });

  it('cuts what does not fit into the lines allowed', () => {
    expect(wrapText('one two three four', 7, 2)).toEqual(['one two', 'three…']);
  });

  it('gives one line for nothing', () => {
    expect(wrapText('', 7)).toEqual(['']);
  });

  it('loses no letter and keeps to its width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 40 }),
        (text, width) => {
          const lines = wrapText(text, width);

          // The library composes letters and their marks (Unicode's form C).
          const letters = escapeTerminal(text).normalize().replaceAll(' ', '');
          expect(lines.join('').replaceAll(' ', '')).toBe(letters);
          expect(lines.every((line) => textWidth(line) <= width)).toBe(true);
        },
      ),
    );
  });
});

describe('hangText', () => {
  it('aligns the lines after the first with its text', () => {
    expect(hangText('1. ', 'one two three four five', 19)).toEqual([
      '1. one two three',
      '   four five',
    ]);
  });

  it('begins below where there is too little room beside', () => {
    expect(hangText('  a long label  ', 'one two three', 24)).toEqual([
      'a long label',
      '    one two three',
    ]);
  });
});
