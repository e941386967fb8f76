import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findWords } from './find-words.ts';
import { EXCEPTIONS, type Exception } from './word-list.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Other people's words, reports as they once were, and the list itself. */
const LEFT_OUT = [
  /^package-lock\.json$/,
  /^test\/fixtures\/(?!prometheus\/)/,
  /^test\/words\//,
  /\.(png|ico)$/,
];

const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && !LEFT_OUT.some((each) => each.test(path)))
  .map((path) => ({ path, content: readFileSync(new URL(path, `file://${ROOT}`), 'utf8') }));

describe('the words of this repository', () => {
  it('are those that operators use', () => {
    const hits = files.flatMap(({ path, content }) => {
      const exceptions = EXCEPTIONS.filter((exception) => isFor(exception, path));
      return findWords(path, content, exceptions);
    });

    const lines = hits.map(
      ({ path, line, word, say }) => `${path}:${line}: "${word}": write ${say}`,
    );
    expect(lines).toEqual([]);
  });

  it.each(EXCEPTIONS)('still need the exception $text', (exception) => {
    const places = files.filter(({ path }) => isFor(exception, path));

    expect(places.some(({ path, content }) => `${path}\n${content}`.includes(exception.text))).toBe(
      true,
    );
  });
});

describe('findWords', () => {
  it.each([
    ['in a text', "say('the application is broken');", 'broken'],
    ['over the lines of a comment', '// the state is let\n// go after an hour', 'let go'],
    ['over the lines of a docstring', ' * checked by\n * hand', 'by hand'],
    ['in a string that is put together', "'it asks ' +\n  'nobody'", 'asks nobody'],
    ['in Markdown', 'a check\n> by hand', 'by hand'],
    ['in camel case', 'const mendingSteps = [];', 'mendingSteps'],
    ['within a name', 'state.brokenInRow += 1;', 'brokenInRow'],
    ['in capitals', 'UNWATCHED_AFTER_MINUTES', 'UNWATCHED_AFTER_MINUTES'],
    ['in kebab case', "from './run-by-hand.ts'", 'run-by-hand'],
    ['as a status', "status === 'well'", "'well'"],
    ['as a status in a sentence', 'until it is well, and', 'is well'],
    ['as a token request', 'it asks Kinde for a fresh token', 'asks Kinde for a fresh token'],
    ['as a step', "'Switch read:stock on for stock-feed'", 'Switch read:stock on'],
  ])('finds a word %s', (_, content, word) => {
    expect(findWords('lib/a.ts', content).map((hit) => hit.word)).toContain(word);
  });

  it('finds a word in the name of a file', () => {
    expect(findWords('lib/run-by-hand.ts', '')).toMatchObject([{ line: 0, word: 'run-by-hand' }]);
  });

  it('finds a first line that says where the file stands', () => {
    const hits = findWords('lib/a.ts', '// Beside the state: the clock.\nlet a;\n');

    expect(hits).toMatchObject([{ line: 1, say: 'what the file is for' }]);
  });

  it('names the line and what to write', () => {
    const hits = findWords('docs/a.md', 'one\ntwo\nhow to mend it\n');

    expect(hits).toEqual([{ path: 'docs/a.md', line: 3, word: 'mend', say: 'fix' }]);
  });

  it.each([
    'the scopes as well',
    'a well known host, well within its limit',
    'troubleshooting and recommendations',
    'ensure that the table has a row',
    'this ends with a hyphen',
    'it asks for the issuer; a token is requested',
  ])('finds nothing in: %s', (content) => {
    expect(findWords('docs/a.md', content)).toEqual([]);
  });

  it('leaves out the texts of exceptions', () => {
    const exceptions = [{ text: 'wellKnown', why: 'RFC 8615' }];

    expect(findWords('lib/a.ts', 'wellKnown', exceptions)).toEqual([]);
    expect(findWords('lib/a.ts', 'wellKnown')).toHaveLength(1);
  });
});

function isFor({ path }: Exception, file: string): boolean {
  return path === undefined || file === path || file.startsWith(`${path}/`);
}
