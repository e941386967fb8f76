import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPORT_FORMATS } from '../../lib/cli/check/report-formats.ts';
import { renderReport, showValue, summaryLine } from '../../lib/cli/render-report.ts';
import { coloured, plain, textWidth } from '../../lib/cli/terminal-text.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { RUNS_FACTOR } from '../support/property-runs.ts';
import { checkReport, diagnosis, run, unhealthyReport } from './report-examples.ts';

const HEALTHY_AND_UNHEALTHY = run([checkReport(), unhealthyReport()]);

describe('renderReport', () => {
  it('puts the first fix beside its row where there is room', () => {
    expect(
      renderReport(HEALTHY_AND_UNHEALTHY, { width: 120, style: plain }),
    ).toMatchInlineSnapshot(`
      "STATUS          APPLICATION   CAUSE                 CONFIDENCE  FIRST FIX
      ✓ healthy       billing-sync  -                     -
      ✗ unhealthy     hr-sync       organization-missing  certain     Add an application to the organisation org_1 in Kinde.

      ✗ hr-sync at acme: unhealthy
        The token names no organisation
        organization-missing, certain: no other explanation fits
        Findings
          organization-missing  org_code: expected "org_1", actual none
        Evidence
          token-request  status 200
          claims         the token has no org_code
        Fix
          1. Add an application to the organisation org_1 in Kinde.
          2. Store its credentials.
        Help     https://docs.kinde.com/help
        Owner    people@acme.com
        Runbook  https://wiki.acme.com/hr-sync

      2 applications: 1 healthy, 1 unhealthy (2.1 s)
      "
    `);
  });

  it('puts the first fix below its row in 80 columns', () => {
    const text = renderReport(HEALTHY_AND_UNHEALTHY, { width: 80, style: plain });

    expect(text.split('\n\n')[0]).toMatchInlineSnapshot(`
      "STATUS          APPLICATION   CAUSE                 CONFIDENCE
      ✓ healthy       billing-sync  -                     -
      ✗ unhealthy     hr-sync       organization-missing  certain
                      Add an application to the organisation org_1 in Kinde."
    `);
  });

  it('lists the applications where the columns do not fit', () => {
    const text = renderReport(HEALTHY_AND_UNHEALTHY, { width: 40, style: plain });

    expect(text.split('\n\n')[0]).toMatchInlineSnapshot(`
      "✓ healthy  billing-sync
      ✗ unhealthy  hr-sync
        organization-missing, certain
        Add an application to the organisation
        org_1 in Kinde."
    `);
  });

  it.each([20, 40, 60, 80, 100, 120, 160])('keeps to %i columns, addresses aside', (width) => {
    const long = unhealthyReport({
      application: 'a'.repeat(63),
      diagnosis: diagnosis({ fix: ['word '.repeat(100), 'x'.repeat(300)] }),
    });

    const lines = renderReport(run([long, ...HEALTHY_AND_UNHEALTHY.reports]), {
      width,
      style: plain,
    });

    const tooWide = lines
      .split('\n')
      .filter((line) => textWidth(line) > width && !line.includes('https://'));
    expect(tooWide).toEqual([]);
  });

  it('says everything that the colours say in words too', () => {
    const inColour = renderReport(HEALTHY_AND_UNHEALTHY, { width: 100, style: coloured });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: our own styles
    const withoutCodes = inColour.replace(/\u001b\[\d+m/g, '');
    expect(inColour).toContain('\u001b[31m✗ unhealthy\u001b[39m');
    expect(withoutCodes).toBe(renderReport(HEALTHY_AND_UNHEALTHY, { width: 100, style: plain }));
  });

  it('does not tell a lone finding twice that the evidence tells whole', () => {
    const report = unhealthyReport({
      diagnosis: diagnosis({ evidence: [{ step: 'token-request', saw: 'status 401' }] }),
      findings: [
        {
          cause: 'credentials-rejected',
          severity: 'error',
          claim: null,
          expected: null,
          actual: null,
          detail: 'status 401',
        },
      ],
    });

    const text = renderReport(run([report]), { width: 120, style: plain });

    expect(text).not.toContain('Findings');
    expect(text.match(/status 401/g)).toHaveLength(1);
  });

  it('names every finding beside the leading one', () => {
    const [first] = unhealthyReport().findings;
    const other = { severity: 'error', claim: null, detail: 'status 403' } as const;
    const findings = [
      ...(first === undefined ? [] : [first]),
      { ...other, cause: 'call-forbidden', expected: [200], actual: 403 },
      { ...other, cause: 'call-failed', expected: null, actual: null },
    ] as const;

    const text = renderReport(run([unhealthyReport({ findings })]), { width: 120, style: plain });

    expect(text).toContain('organization-missing  org_code: expected "org_1", actual none\n');
    expect(text).toContain('call-forbidden        expected 200, actual 403\n');
    expect(text).toContain('call-failed           status 403\n');
  });

  it('tells beside a healthy application what else is worth knowing', () => {
    const finding = { cause: 'scope-surplus', claim: null, expected: null, actual: null } as const;
    const report = checkReport({
      findings: [{ ...finding, severity: 'information', detail: 'one more scope' }],
    });

    const text = renderReport(run([report]), { width: 120, style: plain });

    expect(text).toContain('✓ billing-sync at acme: healthy\n  Note     one more scope\n');
  });

  it('prints no control character but line breaks and its own styles, whatever a report holds', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[2J',
        '\u009b31m',
        'a\u202eb',
        '\r\nfake: healthy',
        '\u001b]8;;x\u0007',
      ),
    );
    const report: fc.Arbitrary<CheckReport> = fc
      .record({ a: hostile, b: hostile, c: hostile, value: fc.jsonValue(), claim: hostile })
      .map(({ a, b, c, value, claim }) =>
        unhealthyReport({
          application: a,
          provider: b,
          owner: c,
          runbook: a,
          diagnosis: diagnosis({
            title: b,
            fix: [c, a],
            help: b,
            evidence: [{ step: 'call', saw: a }],
          }),
          findings: [
            {
              cause: 'claim-mismatch',
              severity: 'error',
              claim,
              expected: value,
              actual: b,
              detail: c,
            },
            {
              cause: 'call-failed',
              severity: 'error',
              claim: null,
              expected: null,
              actual: null,
              detail: c,
            },
          ],
        }),
      );
    const width = fc.integer({ min: 20, max: 160 });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 3 }), width, (reports, columns) => {
        const view = { width: columns, style: coloured };

        const table = REPORT_FORMATS.table.render(run(reports), view);
        const json = REPORT_FORMATS.json.render(run(reports));

        // biome-ignore lint/suspicious/noControlCharactersInRegex: our own styles
        const rest = table.replace(/\u001b\[(1|2|22|3[1259]|39)m/g, '');
        expect(rest.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 50 * RUNS_FACTOR },
    );
  });
});

describe('summaryLine', () => {
  it.each([
    [[checkReport()], '1 application: 1 healthy (2.1 s)'],
    [[], '0 applications: none checked (2.1 s)'],
    [
      (['healthy', 'degraded', 'unhealthy', 'undetermined'] as const).map((status) =>
        checkReport({ status }),
      ),
      '4 applications: 1 healthy, 1 degraded, 1 unhealthy, 1 undetermined (2.1 s)',
    ],
  ])('counts %#', (reports, line) => {
    expect(summaryLine(run(reports))).toBe(line);
  });
});

describe('showValue', () => {
  it.each([
    [null, 'none'],
    [undefined, 'none'],
    [[], 'none (an empty list)'],
    ['text', '"text"'],
    [['a', 'b'], '"a", "b"'],
    [{ atLeast: 1 }, '{"atLeast":1}'],
    [3600, '3600'],
    ['x'.repeat(400), `"${'x'.repeat(298)}…`],
  ])('shows %j', (value, text) => {
    expect(showValue(value)).toBe(text);
  });
});
