import type { Diagnosis } from '../../lib/core/diagnosis/diagnosis.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { type RunReport, runReport } from '../../lib/core/report/run-report.ts';

/** A report of a healthy application, with parts of it replaced. */
export function checkReport(parts: Partial<CheckReport> = {}): CheckReport {
  return {
    application: 'billing-sync',
    provider: 'acme',
    clientId: 'abc',
    status: 'healthy',
    checkedAt: '2026-11-23T18:00:00.000Z',
    attempts: 1,
    diagnosis: null,
    findings: [],
    token: null,
    clientAuthentication: null,
    secretVersion: null,
    owner: null,
    runbook: null,
    timings: {
      credentialsMs: 0,
      discoveryMs: 0,
      tokenMs: 0,
      verifyMs: 0,
      callMs: 0,
      totalMs: 0,
    },
    ...parts,
  };
}

/** A diagnosis of a missing organisation, with parts of it replaced. */
export function diagnosis(parts: Partial<Diagnosis> = {}): Diagnosis {
  return {
    cause: 'organization-missing',
    family: 'claims',
    confidence: 'certain',
    title: 'The token names no organisation',
    guideSection: 'org_code',
    fix: ['Add an application to the organisation org_1 in Kinde.', 'Store its credentials.'],
    help: 'https://docs.kinde.com/help',
    evidence: [
      { step: 'token-request', saw: 'status 200' },
      { step: 'claims', saw: 'the token has no org_code' },
    ],
    ...parts,
  };
}

/** An unhealthy report with one finding about a claim. */
export function unhealthyReport(parts: Partial<CheckReport> = {}): CheckReport {
  return checkReport({
    application: 'hr-sync',
    status: 'unhealthy',
    diagnosis: diagnosis(),
    findings: [
      {
        cause: 'organization-missing',
        severity: 'error',
        claim: 'org_code',
        expected: 'org_1',
        actual: null,
        detail: 'the token has no org_code',
      },
    ],
    owner: 'people@acme.com',
    runbook: 'https://wiki.acme.com/hr-sync',
    ...parts,
  });
}

/** A run of 2.1 seconds with these reports. */
export function run(reports: readonly CheckReport[]): RunReport {
  return runReport({ deployment: 'test', startedAtMs: 0, finishedAtMs: 2_100, reports });
}
