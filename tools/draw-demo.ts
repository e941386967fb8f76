// Draws docs/demo.svg, the picture in README.md, from the output of `demo --once`.
import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { runCli } from '../lib/cli/run-cli.ts';

const COLUMNS = 118;
const CHARACTER_WIDTH = 8.05;
const LINE_HEIGHT = 19;
const MARGIN = 22;
const TITLE_BAR = 34;

/** A code that changes the style of what follows, such as bold or red. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the codes start with ESC
const STYLE = /(\u001b\[\d+m)/;

const COLOURS: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '35': '#d2a8ff',
};

let printed = '';
const sink = (write: (text: string) => void) => ({
  write,
  isTerminal: false,
  columns: COLUMNS,
  rows: 60,
});
const status = await runCli(['demo', '--once'], {
  stdout: sink((text) => {
    printed += text;
  }),
  stderr: sink((text) => process.stderr.write(text)),
  stdin: { stream: new PassThrough(), isTerminal: false },
  environment: { FORCE_COLOR: '1' },
  cwd: process.cwd(),
  onInterrupt: () => () => {},
  onEnd: () => () => {},
});
if (status !== 0) throw new Error(`demo --once exited with status ${status}`);

const lines = ['\u001b[2m$ npm start -- --once\u001b[22m', '', ...pictured(printed)];
await writeFile('docs/demo.svg', svg(lines));

/** The table and the diagnosis of one application; the whole output would be pages long. */
function pictured(output: string): readonly string[] {
  const all = output.split('\n');
  const bare = all.map((line) => stripVTControlCharacters(line));
  const tableFrom = bare.findIndex((line) => line.startsWith('STATUS'));
  const tableTo = bare.indexOf('', tableFrom);
  const blockFrom = bare.findIndex((line) => line.includes('partner-gateway at acme'));
  const blockTo = bare.indexOf('', blockFrom);
  const summary = all.find((_, index) => /^\d+ applications: /.test(bare[index] ?? ''));
  if (tableFrom < 0 || blockFrom < 0 || summary === undefined) {
    throw new Error('the output of the demo has no table, diagnosis or summary');
  }
  return [...all.slice(tableFrom, tableTo), '', ...all.slice(blockFrom, blockTo), '', summary];
}

function svg(shown: readonly string[]): string {
  const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * MARGIN);
  const height = TITLE_BAR + shown.length * LINE_HEIGHT + MARGIN;
  const rows = shown.map((line, index) => {
    const y = TITLE_BAR + (index + 1) * LINE_HEIGHT - 4;
    return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
  });
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${MARGIN + index * 18}" cy="17" r="5.5" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.4" fill="#e6edf3">
<title>The output of npm start: a table of twelve applications, and one diagnosis</title>
<rect width="${width}" height="${height}" rx="9" fill="#0d1117"/>
${dots.join('')}
${rows.join('\n')}
</svg>
`;
}

/** The parts of a line with the same style, each at its own column, so that no font can shift the table. */
function spans(line: string): string {
  let attributes: Readonly<Record<string, string>> = {};
  let column = 0;
  let drawn = '';
  for (const part of line.split(STYLE)) {
    const code = part.startsWith('\u001b') ? part.slice(2, -1) : undefined;
    if (code !== undefined) {
      attributes = withCode(attributes, code);
    } else if (part !== '') {
      const x = (MARGIN + column * CHARACTER_WIDTH).toFixed(1);
      const length = ([...part].length * CHARACTER_WIDTH).toFixed(1);
      const style = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
      drawn += `<tspan x="${x}" textLength="${length}" lengthAdjust="spacing"${style.join('')}>${escaped(part)}</tspan>`;
      column += [...part].length;
    }
  }
  return drawn;
}

function withCode(attributes: Readonly<Record<string, string>>, code: string) {
  const colour = COLOURS[code];
  if (colour !== undefined) return { ...attributes, fill: colour };
  if (code === '1') return { ...attributes, 'font-weight': 'bold' };
  if (code === '2') return { ...attributes, opacity: '0.65' };
  return {};
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
