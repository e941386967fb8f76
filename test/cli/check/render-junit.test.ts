import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junitOutcome, renderJunit } from '../../../lib/cli/check/report-formats.ts';
import { checkStatus, FAIL_ON_VALUES } from '../../../lib/cli/run-check.ts';
import { escapeTerminal } from '../../../lib/core/text/escape.ts';
import { junitSchemaProblems } from '../../support/junit-schema.ts';
import { anyRunReport } from '../../support/report-arbitraries.ts';
import { readXml } from '../../support/xml-reader.ts';
import { checkReport, diagnosis, run, unhealthyReport } from '../report-examples.ts';

const DEGRADED = checkReport({
  application: 'crm-sync',
  status: 'degraded',
  diagnosis: diagnosis({ cause: 'scope-surplus', title: 'The token grants more than expected' }),
});
const UNDETERMINED = checkReport({
  application: 'mail-sync',
  status: 'undetermined',
  diagnosis: diagnosis({ cause: 'provider-timeout', family: 'provider', title: 'No answer' }),
});
const ALL = run([checkReport(), DEGRADED, unhealthyReport(), UNDETERMINED]);

const failOnValues = fc.constantFrom(...FAIL_ON_VALUES);

describe('renderJunit', () => {
  it('writes each application as a test case of its provider', () => {
    const timings = { ...checkReport().timings, totalMs: 1_234 };
    const report = run([checkReport({ timings }), unhealthyReport()]);

    expect(renderJunit(report, { failOn: 'unhealthy' })).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="m2m-watch" tests="2" failures="1" errors="0" time="2.100">
        <testsuite name="test" tests="2" failures="1" errors="0" time="2.100" skipped="0" timestamp="1970-01-01T00:00:00.000Z">
          <properties>
            <property name="deployment" value="test"/>
            <property name="failOn" value="unhealthy"/>
          </properties>
          <testcase classname="acme" name="billing-sync" time="1.234"/>
          <testcase classname="acme" name="hr-sync" time="0.000"><failure message="The token names no organisation (certain)" type="organization-missing">✗ hr-sync at acme: unhealthy
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
      </failure></testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it.each([
    ['unhealthy', ['passed', 'passed', 'failure', 'error']],
    ['degraded', ['passed', 'failure', 'failure', 'error']],
    ['undetermined', ['passed', 'passed', 'failure', 'failure']],
  ] as const)('with --fail-on %s makes of the four statuses %j', (failOn, expected) => {
    expect(ALL.reports.map(({ status }) => junitOutcome(status, failOn))).toEqual(expected);
  });

  it('says in the output of a degraded application that passes why it is', () => {
    const [testcase] = testCases(renderJunit(run([DEGRADED]), { failOn: 'unhealthy' }));

    expect(testcase?.children.map(({ name }) => name)).toEqual(['system-out']);
    expect(testcase?.children[0]?.text).toContain('The token grants more than expected');
  });

  it('names the status where a report has no diagnosis', () => {
    const report = run([checkReport({ status: 'unhealthy' })]);

    const [testcase] = testCases(renderJunit(report, { failOn: 'unhealthy' }));

    expect(testcase?.children).toEqual([
      {
        name: 'failure',
        attributes: { message: 'unhealthy', type: 'unhealthy' },
        children: [],
        text: '',
      },
    ]);
  });

  it('leaves no text that GitLab or Jenkins would make a link to a file of', () => {
    const evidence = [{ step: 'call', saw: 'status 500, [[ATTACHMENT|/etc/passwd]]' }] as const;
    const report = { ...DEGRADED, diagnosis: diagnosis({ evidence }) };

    expect(renderJunit(run([report]), { failOn: 'unhealthy' })).not.toContain('[[ATTACHMENT');
  });

  it('counts as the exit status does, whatever a run holds', () => {
    fc.assert(
      fc.property(anyRunReport(), failOnValues, (report, failOn) => {
        const { attributes } = readXml(renderJunit(report, { failOn }));

        const { failures, errors } = attributes;
        const status = failures !== '0' ? 1 : errors !== '0' ? 3 : 0;
        expect(status).toBe(checkStatus(report.summary, failOn));
      }),
    );
  });

  it('is well-formed, keeps every name, and has the counts that its cases give', () => {
    fc.assert(
      fc.property(anyRunReport(), failOnValues, (report, failOn) => {
        const document = renderJunit(report, { failOn });

        const cases = testCases(document);
        const { attributes } = readXml(document);
        const having = (name: string) =>
          cases.filter(({ children }) => children.some((child) => child.name === name)).length;
        expect(cases).toHaveLength(report.reports.length);
        expect(attributes).toMatchObject({
          tests: `${cases.length}`,
          failures: `${having('failure')}`,
          errors: `${having('error')}`,
        });
        for (const [index, { diagnosis }] of report.reports.entries()) {
          const text = cases[index]?.children[0]?.text ?? '';
          const title = visible(diagnosis?.title ?? '');
          expect(words(text)).toContain(words(title));
        }
      }),
    );
  });

  it('keeps to what the newer schema of the xunit plugin asks beyond the older one', () => {
    // junit-10.xsd: the counts of a suite are required, times are of a pattern, cases have few attributes.
    const time = /^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$/;
    fc.assert(
      fc.property(anyRunReport(), failOnValues, (report, failOn) => {
        const root = readXml(renderJunit(report, { failOn }));

        const [suite] = root.children;
        expect(Object.keys(suite?.attributes ?? {})).toEqual(
          expect.arrayContaining(['name', 'tests', 'failures', 'errors']),
        );
        expect(suite?.attributes['time']).toMatch(time);
        expect(root.attributes['time']).toMatch(time);
        for (const { attributes } of suite?.children.slice(1) ?? []) {
          expect(Object.keys(attributes)).toEqual(['classname', 'name', 'time']);
        }
      }),
    );
  });

  it('is accepted by the Jenkins schema, whatever a run holds', async () => {
    const samples = fc.sample(fc.tuple(anyRunReport(), failOnValues), 150);
    const documents = samples.map(([report, failOn]) => renderJunit(report, { failOn }));

    expect(await junitSchemaProblems([renderJunit(run([]), { failOn: 'unhealthy' })])).toEqual([]);
    expect(await junitSchemaProblems(documents)).toEqual([]);
  });

  it('would not be accepted with an element where it may not stand', async () => {
    const document = renderJunit(ALL, { failOn: 'unhealthy' }).replace('failure ', 'fault ');

    expect(await junitSchemaProblems([document.replace('/failure', '/fault')])).not.toEqual([]);
  });
});

function testCases(document: string) {
  const [suite] = readXml(document).children;
  return (suite?.children ?? []).filter(({ name }) => name === 'testcase');
}

/** As a terminal shows it, composed as its lines are, and without what no XML document can hold. */
function visible(text: string): string {
  return escapeTerminal(text)
    .normalize()
    .replace(/\p{Noncharacter_Code_Point}/gu, '');
}

function words(text: string): string {
  return text.replace(/\s+/g, '').replaceAll('[[ATTACHMENT', '[[').replaceAll('[ATTACHMENT', '[');
}
