import fc from 'fast-check';
import type { CauseFamily } from '../../lib/core/causes/cause-definition.ts';
import { CAUSE_IDS, causeDefinition } from '../../lib/core/causes/causes.ts';
import type { Finding } from '../../lib/core/causes/finding.ts';
import { CHECK_STATUSES, CONFIDENCES, SEVERITIES, STEPS } from '../../lib/core/causes/terms.ts';
import { CLIENT_AUTHENTICATIONS } from '../../lib/core/config/client-methods.ts';
import type { Diagnosis } from '../../lib/core/diagnosis/diagnosis.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { type RunReport, runReport } from '../../lib/core/report/run-report.ts';

/** Texts that break what they are written into, and any others. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    ']]>',
    '<!--',
    '&amp;#0;',
    '</failure><testcase name="healthy"/>',
    '"/><x y="',
    '\u0000\u001b[2J\u009b',
    '\ud800 a lone half',
    '\uffff\ufffe\u{1fffe}',
    'a\u202eb\u2028c',
    '\r\n\t',
    'a"} 1\nm2m_watch_application_healthy{application="b"} 1\n# EOF',
    'ends in a backslash \\',
    '[[ATTACHMENT|/etc/passwd]]',
  ),
);

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const milliseconds = fc.nat({ max: 10_000_000 });
const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });

const diagnosis: fc.Arbitrary<Diagnosis> = fc
  .record({
    cause: fc.constantFrom(...CAUSE_IDS),
    confidence: fc.constantFrom(...CONFIDENCES),
    title: hostileText,
    fix: fc.array(hostileText, { maxLength: 3 }),
    help: hostileText,
    evidence: fc.array(fc.record({ step: fc.constantFrom(...STEPS), saw: hostileText }), {
      maxLength: 3,
    }),
  })
  .map((parts) => {
    const family: CauseFamily = causeDefinition(parts.cause).family;
    return { ...parts, family, guideSection: null };
  });

const finding: fc.Arbitrary<Finding> = fc.record({
  cause: fc.constantFrom(...CAUSE_IDS),
  severity: fc.constantFrom(...SEVERITIES),
  claim: orNull(hostileText),
  expected: fc.jsonValue({ maxDepth: 1 }),
  actual: hostileText,
  detail: hostileText,
});

/** Any report of one check; the names and texts in it are hostile. */
export const anyCheckReport: fc.Arbitrary<CheckReport> = fc.record({
  application: hostileText,
  provider: hostileText,
  clientId: orNull(hostileText),
  status: fc.constantFrom(...CHECK_STATUSES),
  checkedAt: moment.map((ms) => new Date(ms).toISOString()),
  attempts: fc.integer({ min: 1, max: 5 }),
  clientAuthentication: orNull(fc.constantFrom(...CLIENT_AUTHENTICATIONS)),
  diagnosis: orNull(diagnosis),
  findings: fc.array(finding, { maxLength: 2 }),
  token: orNull(
    fc.record({
      issuer: orNull(hostileText),
      audience: fc.array(hostileText, { maxLength: 2 }),
      scopes: fc.array(hostileText, { maxLength: 2 }),
      organization: orNull(hostileText),
      expiresInSeconds: orNull(fc.oneof(fc.nat(), fc.double({ noNaN: true }))),
      algorithm: orNull(hostileText),
      keyId: orNull(hostileText),
    }),
  ),
  secretVersion: orNull(hostileText),
  owner: orNull(hostileText),
  runbook: orNull(hostileText),
  timings: fc.record({
    credentialsMs: milliseconds,
    discoveryMs: milliseconds,
    tokenMs: milliseconds,
    verifyMs: milliseconds,
    callMs: milliseconds,
    totalMs: milliseconds,
  }),
});

/** Any report of a run, with at most so many applications. */
export function anyRunReport({ atMost = 4 } = {}): fc.Arbitrary<RunReport> {
  return fc
    .record({
      deployment: hostileText,
      startedAtMs: moment,
      durationMs: milliseconds,
      reports: fc.array(anyCheckReport, { maxLength: atMost }),
    })
    .map(({ durationMs, ...run }) =>
      runReport({
        ...run,
        finishedAtMs: run.startedAtMs + durationMs,
        // A configuration has each name once.
        reports: run.reports.map((report, index) => ({
          ...report,
          application: `${report.application}${index}`,
        })),
      }),
    );
}
