// What a run exposes to Prometheus, as data; the names are public, like those for CloudWatch.

import { CHECK_STATUSES } from '../causes/terms.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { RunReport } from '../report/run-report.ts';

/** The labels that a sample may have: names of the configuration and ids of ours, never a text, an id or a version. */
type PrometheusLabel =
  | 'deployment'
  | 'provider'
  | 'application'
  | 'status'
  | 'step'
  | 'cause'
  | 'family'
  | 'confidence';

/** One value of a family. */
export interface PrometheusSample {
  readonly labels: Readonly<Partial<Record<PrometheusLabel, string>>>;
  readonly value: number;
}

/** A gauge with all its samples of one run. */
export interface PrometheusFamily {
  readonly name: string;
  /** One sentence, without line breaks and backslashes. */
  readonly help: string;
  readonly samples: (run: RunReport) => readonly PrometheusSample[];
}

/** The steps with a time of their own, by the field of the report that holds it. */
const STEPS = {
  credentials: 'credentialsMs',
  discovery: 'discoveryMs',
  token: 'tokenMs',
  verification: 'verifyMs',
  call: 'callMs',
} as const satisfies Readonly<Record<string, keyof CheckReport['timings']>>;

/**
 * Every family, all of them gauges: each describes one run, and nothing accumulates.
 *
 * Names after Prometheus, "Metric and label naming": one prefix, base units, the unit last.
 */
export const PROMETHEUS_FAMILIES: readonly PrometheusFamily[] = [
  {
    name: 'm2m_watch_run_timestamp_seconds',
    help: 'When the run ended, as seconds since 1970.',
    samples: ({ deployment, finishedAt }) => [
      { labels: { deployment }, value: Date.parse(finishedAt) / 1000 },
    ],
  },
  {
    name: 'm2m_watch_run_duration_seconds',
    help: 'How long the run took.',
    samples: ({ deployment, startedAt, finishedAt }) => [
      { labels: { deployment }, value: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 },
    ],
  },
  {
    name: 'm2m_watch_applications',
    help: 'Applications that the run checked, by status.',
    samples: ({ deployment, summary }) =>
      CHECK_STATUSES.map((status) => ({ labels: { deployment, status }, value: summary[status] })),
  },
  {
    name: 'm2m_watch_application_healthy',
    help: '1 if the application is healthy or degraded, 0 if it is unhealthy; absent if it is undetermined.',
    samples: ofEach(({ status }) =>
      status === 'undetermined' ? [] : [{ labels: {}, value: status === 'unhealthy' ? 0 : 1 }],
    ),
  },
  {
    name: 'm2m_watch_application_status',
    help: '1 for the status of the application, 0 for the three others.',
    samples: ofEach((report) =>
      CHECK_STATUSES.map((status) => ({
        labels: { status },
        value: status === report.status ? 1 : 0,
      })),
    ),
  },
  {
    name: 'm2m_watch_application_diagnosis_info',
    help: 'The leading cause of an application that is not healthy; the value is always 1.',
    samples: ofEach(({ diagnosis }) => {
      if (diagnosis === null) return [];
      const { cause, family, confidence } = diagnosis;
      return [{ labels: { cause, family, confidence }, value: 1 }];
    }),
  },
  {
    name: 'm2m_watch_application_check_timestamp_seconds',
    help: 'When the application was checked, as seconds since 1970.',
    samples: ofEach(({ checkedAt }) => [{ labels: {}, value: Date.parse(checkedAt) / 1000 }]),
  },
  {
    name: 'm2m_watch_application_check_duration_seconds',
    help: 'How long the check of the application took.',
    samples: ofEach(({ timings }) => [{ labels: {}, value: timings.totalMs / 1000 }]),
  },
  {
    name: 'm2m_watch_application_check_attempts',
    help: 'How many attempts the check made; more than 1 if a refusal was confirmed.',
    samples: ofEach(({ attempts }) => [{ labels: {}, value: attempts }]),
  },
  {
    name: 'm2m_watch_application_step_duration_seconds',
    help: 'How long each step of the check took; 0 if the check did not reach it.',
    samples: ofEach(({ timings }) =>
      Object.entries(STEPS).map(([step, field]) => ({
        labels: { step },
        value: timings[field] / 1000,
      })),
    ),
  },
  {
    name: 'm2m_watch_application_token_lifetime_seconds',
    help: 'How long the granted token is valid; absent if there was none or it does not say.',
    samples: ofEach(({ token }) =>
      token === null || token.expiresInSeconds === null
        ? []
        : [{ labels: {}, value: token.expiresInSeconds }],
    ),
  },
];

/** The samples of each report of a run, each with the names of its application. */
function ofEach(
  samplesOf: (report: CheckReport) => readonly PrometheusSample[],
): PrometheusFamily['samples'] {
  return ({ deployment, reports }) =>
    reports.flatMap((report) => {
      const { provider, application } = report;
      return samplesOf(report).map(({ labels, value }) => ({
        labels: { deployment, provider, application, ...labels },
        value,
      }));
    });
}
