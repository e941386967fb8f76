import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapeLineStart,
  escapeTerminal,
  terminalSafeJson,
} from '../../../lib/core/text/escape.ts';

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('escapeTerminal', () => {
  it.each([
    ['plain text, also ünïcödé ✓ 漢字', 'plain text, also ünïcödé ✓ 漢字'],
    ['two\nlines\r\tand a tab', 'two\\nlines\\r\\tand a tab'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['\u009b2J', '\\u{9b}2J'],
    ['abc\u202egnp.exe', 'abc\\u{202e}gnp.exe'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['line\u2028end', 'line\\u{2028}end'],
    ['half \ud800 a pair', 'half \\u{d800} a pair'],
    ['a ##[error]b ##teamcity[c', 'a # #[error]b # #teamcity[c'],
    ['section_start:1:a travis_fold:start:b', 'section_start :1:a travis_fold :start:b'],
    [`z${'\u0301'.repeat(50)}`, `z${'\u0301'.repeat(4)}`],
  ])('writes %j as %j', (text, escaped) => {
    expect(escapeTerminal(text)).toBe(escaped);
  });

  it('leaves no character that steers a terminal, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => !UNSAFE.test(escapeTerminal(text))),
    );
  });
});

describe('escapeLineStart', () => {
  it.each([
    ['::warning::a', ': :warning::a'],
    ['  ::warning::a', '  : :warning::a'],
    ['--- a', ' --- a'],
    ['^^^ +++', ' ^^^ +++'],
    ['  --- a', '  --- a'],
    ['a ::warning::b', 'a ::warning::b'],
  ])('writes %j as %j', (line, escaped) => {
    expect(escapeLineStart(line)).toBe(escaped);
  });
});

describe('terminalSafeJson', () => {
  it('indents, and escapes what JSON itself lets through', () => {
    expect(terminalSafeJson({ a: 'x\u009b\u202e\u{e0041}' })).toBe(
      '{\n  "a": "x\\u009b\\u202e\\udb40\\udc41"\n}',
    );
  });

  it('escapes marks that would be drawn over other lines', () => {
    const piled = `z${'\u0301'.repeat(6)}`;

    expect(terminalSafeJson(piled)).toBe(`"z${'\u0301'.repeat(4)}\\u0301\\u0301"`);
    expect(JSON.parse(terminalSafeJson(piled))).toBe(piled);
  });

  it('parses to what was written, and holds line breaks of its own only', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = terminalSafeJson(value);

        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json.replaceAll('\n', '')).not.toMatch(UNSAFE);
      }),
    );
  });
});
