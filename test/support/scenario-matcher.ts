import { expect } from 'vitest';
import type { CauseId } from '../../lib/core/causes/causes.ts';
import { causeDefinition } from '../../lib/core/causes/causes.ts';
import type { CheckStatus, Confidence, Step } from '../../lib/core/causes/terms.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';

/** What a report must say about a failing application. */
interface ExpectedDiagnosis {
  readonly cause: CauseId;
  readonly confidence: Confidence;
  readonly status: CheckStatus;
  /** How the title begins. @default the catalogue's */
  readonly title?: string;
  /** Causes of the other findings, in any order. @default none */
  readonly otherCauses: readonly CauseId[];
  /** Names that the fix steps must hold. */
  readonly fixNames: readonly string[];
  /** Lines of evidence that must be there: the step, and a part of what it saw. */
  readonly evidence: readonly (readonly [step: Step, saw: string | RegExp])[];
}

/** What a test writes: cause, confidence and status always, the rest where it matters. */
type WrittenDiagnosis = Pick<ExpectedDiagnosis, 'cause' | 'confidence' | 'status'> &
  Partial<ExpectedDiagnosis>;

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Compares the diagnosis of a report, its findings, its fix and its evidence. */
    toBeDiagnosedAs(expected: WrittenDiagnosis): R;
  }
}

expect.extend({
  toBeDiagnosedAs(received: CheckReport, expected: WrittenDiagnosis) {
    const problems = problemsOf(received, expected);
    const listed = problems.map((problem) => `  - ${problem}`).join('\n');
    const shown = JSON.stringify(withoutTimings(received), null, 2);
    return {
      pass: problems.length === 0,
      message: () =>
        problems.length === 0
          ? `expected the report not to be diagnosed as ${expected.cause}\n${shown}`
          : `the diagnosis is not as expected:\n${listed}\n\nthe report:\n${shown}`,
    };
  },
});

/** Every way in which a report differs; empty where it is as expected. */
function problemsOf(
  { status, diagnosis, findings }: CheckReport,
  {
    cause,
    confidence,
    otherCauses = [],
    fixNames = [],
    evidence = [],
    ...expected
  }: WrittenDiagnosis,
): readonly string[] {
  if (diagnosis === null) return [`there is no diagnosis; wanted ${cause}`];
  const definition = causeDefinition(cause);
  const found = findings.map((finding) => finding.cause);
  const fix = diagnosis.fix.join('\n');
  return [
    ...differs('cause', diagnosis.cause, cause),
    ...differs('confidence', diagnosis.confidence, confidence),
    ...differs('status', status, expected.status),
    ...differs('family', diagnosis.family, definition.family),
    ...differs('guide section', diagnosis.guideSection, definition.guideSection),
    ...differs('findings', [...found].sort().join(', '), [cause, ...otherCauses].sort().join(', ')),
    ...(diagnosis.title.startsWith(expected.title ?? definition.title)
      ? []
      : [`the title is ${diagnosis.title}`]),
    ...(diagnosis.help.startsWith('https://') ? [] : [`help is ${diagnosis.help}`]),
    ...(diagnosis.fix.length === 0 ? ['there is no fix'] : []),
    ...(diagnosis.evidence.length === 0 ? ['there is no evidence'] : []),
    ...fixNames.filter((name) => !fix.includes(name)).map((name) => `no fix names ${name}`),
    ...evidence
      .filter(
        ([step, saw]) =>
          !diagnosis.evidence.some((line) => line.step === step && holds(line.saw, saw)),
      )
      .map(([step, saw]) => `no evidence at ${step} holds ${saw}`),
  ];
}

function differs(what: string, actual: string | null, wanted: string | null): readonly string[] {
  return actual === wanted ? [] : [`${what}: ${actual}; wanted ${wanted}`];
}

function holds(text: string, part: string | RegExp): boolean {
  return typeof part === 'string' ? text.includes(part) : part.test(text);
}

function withoutTimings({ timings: _, ...report }: CheckReport): object {
  return report;
}
