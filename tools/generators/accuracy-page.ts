import { DIALECTS } from '../../lib/core/provider/dialects/dialects.ts';
import { type AccuracyCase, dialectOf, readCases } from '../accuracy/cases.ts';
import { type Measured, measure } from '../accuracy/measure.ts';
import { confidenceOf, NOT_YET, partOf, type Score, scoresBy } from '../accuracy/score.ts';
import type { GeneratedFile } from '../generated-file.ts';

/** The columns of the table of servers, by the situations of the cases. */
export const SITUATIONS = {
  'wrong-secret': 'wrong secret',
  'unknown-client': 'unknown client',
  'wrong-method': 'wrong method',
  audience: 'audience',
  scope: 'scope',
  grant: 'grant',
  'expired-secret': 'expired secret',
} as const;

const INTRODUCTION = `# Accuracy

<!-- Generated from test/fixtures/cases by \`npm run docs\`: add a case there, not here. -->

How often the diagnosis is right, measured on real replies: of public bug reports, of the documentation and the
source code of servers, gateways and frameworks, and of servers that were run and recorded
([tools/record](../tools/record/README.md)). Each case says where its text comes from and which causes are right for it; that was
written down before the rule that reads it. \`npm run accuracy\` runs each case through the whole pipeline, from the socket
to the report, and fails if one that is called *certain* is wrong and not on
the list of known ones at the end.

The rules were then improved on these cases, so the figures say how well known replies are read. Expect less for a reply
that nobody has seen. Three sets were measured before any rule was changed for them: of 179 replies of public code and
documentation 159 were named rightly, of 200 recorded ones 183, of 149 that a stranger collected 130.
`;

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function scoreTable(title: string, scores: ReadonlyMap<string, Score>): string {
  return [
    row([title, 'cases', 'right', 'wrong']),
    '|---|--:|--:|--:|',
    ...[...scores].map(([name, { right, all }]) => row([name, all, right, all - right])),
  ].join('\n');
}

/** For each server what each situation is named as; a cell without a reply says so. */
function serverTable(measured: readonly Measured[]): string {
  const rows = Object.entries(DIALECTS).map(([name, { title }]) => {
    const cells = Object.keys(SITUATIONS).map((situation) =>
      cellOf(measured.filter(({ of }) => dialectOf(of) === name && of.situation === situation)),
    );
    return row([title, ...cells]);
  });
  return [row(['server', ...Object.values(SITUATIONS)]), row(Array(8).fill('---')), ...rows].join(
    '\n',
  );
}

function cellOf(measured: readonly Measured[]): string {
  const named = measured.map((one) => `\`${one.named}\` (${confidenceOf(one)})`);
  return named.length === 0 ? 'unknown' : [...new Set(named)].join(', ');
}

function wrongCases(measured: readonly Measured[]): string {
  const wrong = measured.filter(({ isRight }) => !isRight);
  const line = (one: Measured & { readonly of: AccuracyCase }) =>
    `- \`${one.of.id}\`: named \`${one.named}\` (${confidenceOf(one)}), wanted ${one.of.wanted.map((id) => `\`${id}\``).join(' or ')}; ${NOT_YET[one.of.id] ?? one.of.why}`;
  return wrong.length === 0 ? 'None.' : wrong.map(line).join('\n');
}

export const generator: GeneratedFile = {
  path: 'docs/accuracy.md',
  generate: async () => {
    const measured = await measure(await readCases());
    return `${[
      INTRODUCTION.trimEnd(),
      '## By confidence',
      scoreTable('confidence', scoresBy(measured, confidenceOf)),
      '## By what answered',
      scoreTable(
        'case',
        scoresBy(measured, ({ of }) => partOf(of)),
      ),
      '## By server',
      'What a refusal is named as. *Unknown*: no reply with a source is known, so nothing is promised.',
      serverTable(measured),
      '## Wrong',
      wrongCases(measured),
    ].join('\n\n')}\n`;
  },
};
