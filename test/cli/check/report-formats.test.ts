import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  REPORT_FORMAT_NAMES,
  REPORT_FORMATS,
  renderPrometheus,
} from '../../../lib/cli/check/report-formats.ts';
import { plain } from '../../../lib/cli/terminal-text.ts';
import { runReport } from '../../../lib/core/report/run-report.ts';
import { readExposition } from '../../support/exposition-reader.ts';
import { anyRunReport } from '../../support/report-arbitraries.ts';
import { run as runCommand } from '../captured-io.ts';
import { checkReport, diagnosis, run, unhealthyReport } from '../report-examples.ts';

const UNDETERMINED = checkReport({
  application: 'mail-sync',
  status: 'undetermined',
  diagnosis: diagnosis({ cause: 'provider-timeout', family: 'provider', confidence: 'likely' }),
});
const TOKEN = {
  issuer: null,
  audience: [],
  scopes: [],
  organization: null,
  expiresInSeconds: 86_399,
  algorithm: null,
  keyId: null,
};

/** The samples of one family, with those labels that tell them apart. */
function samplesOf(name: string, report: Parameters<typeof renderPrometheus>[0]) {
  return readExposition(renderPrometheus(report)).filter((sample) => sample.name === name);
}

describe.each(REPORT_FORMAT_NAMES)('the format %s', (name) => {
  const { description } = REPORT_FORMATS[name];

  it('is in the help of check', async () => {
    const { stdout } = await runCommand(['check', '--help']);

    expect(stdout).toMatch(new RegExp(`--format <FORMAT> .*\\(choices: [^)]*"${name}"`, 's'));
    expect(stdout).toMatch(new RegExp(`^ {2}${name} +${description.replace(/[.']/g, '.')}$`, 'm'));
  });

  it('is in docs/pipelines.md, with the description of the help', async () => {
    const page = await readFile(new URL('../../../docs/pipelines.md', import.meta.url), 'utf8');

    expect(page).toContain(`\n| \`${name}\` | ${description} |\n`);
  });

  it('ends with a line break', () => {
    const view = { width: 80, style: plain, failOn: 'unhealthy' } as const;

    expect(REPORT_FORMATS[name].render(run([unhealthyReport()]), view)).toMatch(/\n$/);
  });
});

describe('renderPrometheus', () => {
  it('writes each family once, with what it means, and its samples below', () => {
    const timings = { credentialsMs: 1, discoveryMs: 20, tokenMs: 300, verifyMs: 4, callMs: 0 };
    const report = runReport({
      deployment: 'production',
      startedAtMs: 1_795_456_800_000,
      finishedAtMs: 1_795_456_802_100,
      reports: [unhealthyReport({ token: TOKEN, timings: { ...timings, totalMs: 325 } })],
    });

    expect(renderPrometheus(report)).toMatchInlineSnapshot(`
      "# HELP m2m_watch_run_timestamp_seconds When the run ended, as seconds since 1970.
      # TYPE m2m_watch_run_timestamp_seconds gauge
      m2m_watch_run_timestamp_seconds{deployment="production"} 1795456802.1
      # HELP m2m_watch_run_duration_seconds How long the run took.
      # TYPE m2m_watch_run_duration_seconds gauge
      m2m_watch_run_duration_seconds{deployment="production"} 2.1
      # HELP m2m_watch_applications Applications that the run checked, by status.
      # TYPE m2m_watch_applications gauge
      m2m_watch_applications{deployment="production",status="healthy"} 0
      m2m_watch_applications{deployment="production",status="degraded"} 0
      m2m_watch_applications{deployment="production",status="unhealthy"} 1
      m2m_watch_applications{deployment="production",status="undetermined"} 0
      # HELP m2m_watch_application_healthy 1 if the application is healthy or degraded, 0 if it is unhealthy; absent if it is undetermined.
      # TYPE m2m_watch_application_healthy gauge
      m2m_watch_application_healthy{deployment="production",provider="acme",application="hr-sync"} 0
      # HELP m2m_watch_application_status 1 for the status of the application, 0 for the three others.
      # TYPE m2m_watch_application_status gauge
      m2m_watch_application_status{deployment="production",provider="acme",application="hr-sync",status="healthy"} 0
      m2m_watch_application_status{deployment="production",provider="acme",application="hr-sync",status="degraded"} 0
      m2m_watch_application_status{deployment="production",provider="acme",application="hr-sync",status="unhealthy"} 1
      m2m_watch_application_status{deployment="production",provider="acme",application="hr-sync",status="undetermined"} 0
      # HELP m2m_watch_application_diagnosis_info The leading cause of an application that is not healthy; the value is always 1.
      # TYPE m2m_watch_application_diagnosis_info gauge
      m2m_watch_application_diagnosis_info{deployment="production",provider="acme",application="hr-sync",cause="organization-missing",family="claims",confidence="certain"} 1
      # HELP m2m_watch_application_check_timestamp_seconds When the application was checked, as seconds since 1970.
      # TYPE m2m_watch_application_check_timestamp_seconds gauge
      m2m_watch_application_check_timestamp_seconds{deployment="production",provider="acme",application="hr-sync"} 1795456800
      # HELP m2m_watch_application_check_duration_seconds How long the check of the application took.
      # TYPE m2m_watch_application_check_duration_seconds gauge
      m2m_watch_application_check_duration_seconds{deployment="production",provider="acme",application="hr-sync"} 0.325
      # HELP m2m_watch_application_check_attempts How many attempts the check made; more than 1 if a refusal was confirmed.
      # TYPE m2m_watch_application_check_attempts gauge
      m2m_watch_application_check_attempts{deployment="production",provider="acme",application="hr-sync"} 1
      # HELP m2m_watch_application_step_duration_seconds How long each step of the check took; 0 if the check did not reach it.
      # TYPE m2m_watch_application_step_duration_seconds gauge
      m2m_watch_application_step_duration_seconds{deployment="production",provider="acme",application="hr-sync",step="credentials"} 0.001
      m2m_watch_application_step_duration_seconds{deployment="production",provider="acme",application="hr-sync",step="discovery"} 0.02
      m2m_watch_application_step_duration_seconds{deployment="production",provider="acme",application="hr-sync",step="token"} 0.3
      m2m_watch_application_step_duration_seconds{deployment="production",provider="acme",application="hr-sync",step="verification"} 0.004
      m2m_watch_application_step_duration_seconds{deployment="production",provider="acme",application="hr-sync",step="call"} 0
      # HELP m2m_watch_application_token_lifetime_seconds How long the granted token is valid; absent if there was none or it does not say.
      # TYPE m2m_watch_application_token_lifetime_seconds gauge
      m2m_watch_application_token_lifetime_seconds{deployment="production",provider="acme",application="hr-sync"} 86399
      "
    `);
  });

  it('tells the four statuses apart, and takes one that is not known for neither', () => {
    const degraded = checkReport({ application: 'crm-sync', status: 'degraded' });
    const report = run([checkReport(), degraded, unhealthyReport(), UNDETERMINED]);

    const healthy = samplesOf('m2m_watch_application_healthy', report);
    const status = samplesOf('m2m_watch_application_status', report);

    expect(healthy.map(({ labels, value }) => [labels['application'], value])).toEqual([
      ['billing-sync', 1],
      ['crm-sync', 1],
      ['hr-sync', 0],
    ]);
    expect(status).toHaveLength(16);
    expect(
      status
        .filter(({ value }) => value === 1)
        .map(({ labels }) => [labels['application'], labels['status']]),
    ).toEqual([
      ['billing-sync', 'healthy'],
      ['crm-sync', 'degraded'],
      ['hr-sync', 'unhealthy'],
      ['mail-sync', 'undetermined'],
    ]);
  });

  it('leaves a family out that has nothing to say', () => {
    const text = renderPrometheus(run([checkReport()]));

    expect(text).not.toContain('m2m_watch_application_diagnosis_info');
    expect(text).not.toContain('m2m_watch_application_token_lifetime_seconds');
  });

  it('has labels for names of the configuration and ids of ours alone', () => {
    const secrets = { clientId: 'an-id', secretVersion: 'a-version', owner: 'a-mail' };
    const report = run([unhealthyReport({ ...secrets, token: { ...TOKEN, keyId: 'a-key' } })]);

    const text = renderPrometheus(report);

    const values = readExposition(text).flatMap(({ labels }) => Object.values(labels));
    const named = ['test', 'acme', 'hr-sync'];
    const statuses = ['healthy', 'degraded', 'unhealthy', 'undetermined'];
    const steps = ['credentials', 'discovery', 'token', 'verification', 'call'];
    const cause = ['organization-missing', 'claims', 'certain'];
    expect([...new Set(values)].sort()).toEqual([...named, ...statuses, ...steps, ...cause].sort());
  });

  it('can be read back, whatever a run holds', () => {
    fc.assert(
      fc.property(anyRunReport(), (report) => {
        const samples = readExposition(renderPrometheus(report));

        const one = samples.filter(({ name }) => name === 'm2m_watch_application_check_attempts');
        expect(one.map(({ value }) => value)).toEqual(
          report.reports.map(({ attempts }) => attempts),
        );
        expect(one.map(({ labels }) => labels['application'])).toEqual(
          report.reports.map(({ application }) =>
            application.toWellFormed().replace(/(?!\n)\p{Cc}/gu, ''),
          ),
        );
        expect(samples.some(({ value }) => Number.isNaN(value))).toBe(false);
      }),
    );
  });
});
