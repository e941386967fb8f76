import { describe, expect, it } from 'vitest';
import { REPORT_FORMATS } from '../../../lib/cli/check/report-formats.ts';
import { coloured, plain } from '../../../lib/cli/terminal-text.ts';
import { run as runCli } from '../captured-io.ts';
import { checkReport, diagnosis, run } from '../report-examples.ts';

/** What a runner takes for a command: GitHub, Azure Pipelines, TeamCity. */
const COMMAND = /^\s*::|##(?:\[|vso\[|teamcity\[)/im;

const HOSTILE = [
  '::warning::owned',
  '::set-output name=x::y',
  '::add-mask::a',
  '  ::error file=a::b',
  '##vso[task.setvariable variable=x]y',
  '##VSO[task.complete result=Failed]',
  '##[error]owned',
  '##[group]owned',
  "##teamcity[buildStatus status='FAILURE']",
  'a ##vso[task.setvariable variable=x]y',
  '###[error]x',
  // Wrapping puts each of these words at the start of some line.
  Array.from({ length: 60 }, () => '::warning::x').join(' '),
  Array.from({ length: 60 }, (_, index) => `${'y'.repeat(index % 7)} ::error::x`).join(' '),
  'first\n::warning::second',
];

describe('a text of a provider in the log of a pipeline', () => {
  it.each(Object.keys(REPORT_FORMATS) as readonly (keyof typeof REPORT_FORMATS)[])(
    'is no command to the runner: check --format %s',
    (format) => {
      for (const said of HOSTILE) {
        const report = run([
          checkReport({
            status: 'unhealthy',
            clientId: said,
            owner: said,
            diagnosis: diagnosis({
              title: said,
              fix: [said],
              evidence: [{ step: 'token-request', saw: said }],
            }),
            findings: [
              {
                cause: 'claim-mismatch',
                severity: 'error',
                claim: said,
                expected: said,
                actual: [said],
                detail: said,
              },
            ],
          }),
          checkReport({ status: 'degraded', diagnosis: diagnosis({ title: said, help: said }) }),
        ]);
        for (const width of [40, 61, 80, 120]) {
          for (const style of [plain, coloured]) {
            const text = REPORT_FORMATS[format].render(report, {
              width,
              style,
              failOn: 'unhealthy',
            });
            expect(text).not.toMatch(COMMAND);
          }
        }
      }
    },
  );

  it.each(HOSTILE)('is none where it is explained: %.40j', async (said) => {
    for (const format of [[], ['--format', 'json']]) {
      const body = JSON.stringify({ error: 'invalid_client', error_description: said });
      const { stdout, stderr } = await runCli([
        'explain',
        '--status',
        '401',
        '--body',
        body,
        ...format,
      ]);

      expect(stdout + stderr).not.toMatch(COMMAND);
      expect(stdout).toContain('credentials-rejected');
    }
  });
});
