// Writes docs/mutation.md: for each folder that was measured its score, and the changes that no test noticed.

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: { readonly line: number } };
}

/** What Stryker reports, as far as it is read. */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

const INTRODUCTION = `# Mutation

\`npm run mutate\` writes this page; \`npm run mutate lib/core/token\` measures one folder anew. [Stryker](https://stryker-mutator.io) changes the code in one place after another and runs the tests that are named below; a change that none of them notices *survived*. Other tests, which are not run here for their time, may notice some of them. Changes in what runs once, when a module is loaded, are left out. A folder without a section has not been measured.
`;

const count = (mutants: readonly Mutant[], ...statuses: readonly string[]) =>
  mutants.filter(({ status }) => statuses.includes(status)).length;

function figures(mutants: readonly Mutant[]) {
  const noticed = count(mutants, 'Killed', 'Timeout');
  const survived = count(mutants, 'Survived');
  const untested = count(mutants, 'NoCoverage');
  const all = noticed + survived + untested;
  const score = all === 0 ? '–' : `${((100 * noticed) / all).toFixed(1)} %`;
  return { noticed, survived, untested, all, score };
}

function rowOf(name: string, mutants: readonly Mutant[]): string {
  const { score, all, noticed, survived, untested } = figures(mutants);
  return `| ${name} | ${score} | ${all} | ${noticed} | ${survived} | ${untested} |`;
}

function survivorOf({ location, mutatorName, replacement = '', status }: Mutant): string {
  // A bracket before a parenthesis would be taken for a link.
  const text = replacement.replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('](', '] (');
  const shown = text.length > 70 ? `${text.slice(0, 70)} …` : text;
  const untested = status === 'NoCoverage' ? ', which no test runs' : '';
  return `- line ${location.start.line}${untested}: ${mutatorName}, \`${shown === '' ? 'nothing' : shown}\``;
}

/** The section of one folder. */
export function mutationSection(
  folder: string,
  tests: readonly string[],
  { files }: MutationReport,
): string {
  const entries = Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const nameOf = (path: string) => path.slice(folder.length + 1);
  const survivors = entries.flatMap(([path, { mutants }]) => {
    const left = mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .toSorted((one, other) => one.location.start.line - other.location.start.line);
    return left.length === 0 ? [] : [`### ${nameOf(path)}\n\n${left.map(survivorOf).join('\n')}`];
  });
  const all = entries.flatMap(([, { mutants }]) => mutants);
  return [
    `## ${folder}`,
    `Tests: ${tests.map((path) => `\`${path}\``).join(', ')}.`,
    [
      '| file | score | changes | noticed | survived | no test runs it |',
      '|---|--:|--:|--:|--:|--:|',
      ...entries.map(([path, { mutants }]) => rowOf(nameOf(path), mutants)),
      rowOf('**all**', all),
    ].join('\n'),
    ...survivors,
  ].join('\n\n');
}

/** The page with some sections replaced or added; those of other folders stay as they are. */
export function withSections(page: string, sections: readonly string[]): string {
  const headingOf = (section: string) => section.split('\n', 1)[0] ?? '';
  const kept = page
    .split(/^(?=## )/m)
    .filter((section) => section.startsWith('## '))
    .map((section) => section.trim());
  const byHeading = new Map([...kept, ...sections].map((section) => [headingOf(section), section]));
  const ordered = [...byHeading].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `${[INTRODUCTION.trim(), ...ordered.map(([, section]) => section)].join('\n\n')}\n`;
}
