// Computes what a deployment costs on AWS in a month, line by line, for `validate --cost` and every synth.

import type { Application } from '../config/application.ts';
import {
  type CredentialSource,
  SECRET_PLACE_NAMES,
  SECRET_PLACES,
} from '../config/secret-places.ts';
import { attemptSources } from '../config/sent-values.ts';
import {
  ALARM_IDS,
  alarmCount,
  alarmDefinition,
  COMPOSITE_CHILDREN_MAX,
} from '../metrics/alarms.ts';
import {
  applicationsWithMetric,
  METRIC_NAMES,
  type MetricDimension,
  metricDefinition,
} from '../metrics/metrics.ts';
import { PRICES, tieredUsd } from './prices.ts';

/** The part of a parsed configuration that its cost depends on. */
export interface PricedFleet {
  readonly schedule: { readonly tickMinutes: number };
  readonly providers: Readonly<
    Record<string, { readonly concurrency: number; readonly tokensPerMonth: number | null }>
  >;
  readonly applications: readonly {
    readonly name: string;
    readonly provider: string;
    readonly everyMinutes: number;
    /** Where they are kept, as the key that names the place. */
    readonly credentials: object;
    /** Absent: nothing that is sent beside them is read. */
    readonly call?: Application['call'];
    readonly tokenParameters?: Application['tokenParameters'];
  }[];
  readonly metrics: { readonly perApplicationUpTo: number };
}

/** One line of the bill. */
interface CostLine {
  readonly item: string;
  /** The quantity, for people. */
  readonly amount: string;
  readonly usd: number;
}

/** What a month costs, and what the simplest alternative would cost. */
export interface AwsCost {
  readonly lines: readonly CostLine[];
  readonly totalUsd: number;
  /** One CloudWatch Synthetics canary for each application that runs as often, at its list price. */
  readonly canariesUsd: number;
}

/** Hours in a month, as AWS's own calculator counts them. */
export const HOURS_PER_MONTH = 730;

/** The assumptions of the calculation, each rounded up. They are part of the JSON output. */
export const COST_ASSUMPTIONS = {
  /** A token request, the API call, and their share of everything else. */
  secondsPerCheck: 0.6,
  /** Start, configuration, state and metrics of a run. */
  secondsPerRun: 1.5,
  secondsPerNotify: 0.8,
  checkMemoryMb: 512,
  notifyMemoryMb: 256,
  /** A stored report of a healthy application, packed. */
  reportKb: 1,
  /** The state of one application, packed, the last report included. */
  stateKb: 1,
  reportDays: 30,
  logKbPerCheck: 0.7,
  logKbPerRun: 2,
  logDays: 30,
  /** The most series that a PutMetricData request may hold. */
  seriesPerRequest: 1000,
  emailsPerMonth: 100,
} as const;

/** Computes the monthly cost of a healthy fleet. Every number is an estimate. */
export function awsCost(fleet: PricedFleet): AwsCost {
  const runs = (HOURS_PER_MONTH * 60) / fleet.schedule.tickMinutes;
  const checksOf = ({ everyMinutes }: { readonly everyMinutes: number }) =>
    (HOURS_PER_MONTH * 60) / everyMinutes;
  const checksOfAll = (applications: PricedFleet['applications']) =>
    applications.reduce((sum, each) => sum + checksOf(each), 0);
  const checks = checksOfAll(fleet.applications);
  const lines = [
    ...cloudWatchLines(fleet, runs),
    lambdaLine(fleet, { runs, checks }),
    dynamoLine(fleet, { runs, checks }),
    logsLine({ runs, checks }),
    ...SECRET_PLACE_NAMES.flatMap((place): readonly CostLine[] => {
      const { title, readPrice } = SECRET_PLACES[place];
      if (readPrice === null) return [];
      const reads = checksOfAll(
        fleet.applications.flatMap((application) =>
          attemptSources({
            credentials: application.credentials as CredentialSource,
            call: application.call ?? null,
            tokenParameters: application.tokenParameters ?? {},
          })
            .filter(({ source }) => place in source)
            .map(() => application),
        ),
      );
      return [
        {
          item: `${title}, reading`,
          amount: `${count(reads)} requests`,
          usd: reads * PRICES[readPrice],
        },
      ];
    }),
    { item: 'Secrets Manager, own key', amount: '1 secret', usd: PRICES.secret },
    {
      item: 'KMS key of the topics',
      amount: '1 key',
      usd: PRICES.kmsKey + COST_ASSUMPTIONS.emailsPerMonth * 2 * PRICES.kmsRequest,
    },
    {
      item: 'EventBridge Scheduler',
      amount: `${count(runs * 2)} invocations`,
      usd: runs * 2 * PRICES.scheduleInvocation,
    },
    {
      item: 'SNS e-mail',
      amount: `${COST_ASSUMPTIONS.emailsPerMonth} e-mails`,
      usd: COST_ASSUMPTIONS.emailsPerMonth * PRICES.snsEmail,
    },
  ];
  return {
    lines,
    totalUsd: lines.reduce((sum, { usd }) => sum + usd, 0),
    canariesUsd: checks * PRICES.canaryRun,
  };
}

/** Counts the series that a healthy fleet publishes, which CloudWatch bills. */
export function seriesCount(fleet: PricedFleet): number {
  const each: Readonly<Record<MetricDimension, number>> = {
    Application: applicationsWithMetric(fleet.applications, fleet.metrics).length,
    Provider: Object.keys(fleet.providers).length,
    // The family with an alarm. The other families, and causes, have series only while something fails.
    Family: 1,
    Cause: 0,
  };
  return METRIC_NAMES.map((name) => metricDefinition(name).dimension).reduce(
    (sum, dimension) => sum + (dimension === null ? 1 : each[dimension]),
    0,
  );
}

/** Counts the composite alarms of a fleet: one, plus one for each group if one cannot hold all alarms. */
export function compositeCount(fleet: PricedFleet): number {
  const children = ALARM_IDS.map((id) => alarmDefinition(id).per)
    .filter((per) => per !== 'application')
    .reduce((sum, per) => sum + (per === null ? 1 : Object.keys(fleet.providers).length), 0);
  const groups = Math.ceil(children / COMPOSITE_CHILDREN_MAX);
  return groups === 1 ? 1 : groups + 1;
}

function cloudWatchLines(fleet: PricedFleet, runs: number): readonly CostLine[] {
  const series = seriesCount(fleet);
  const composites = compositeCount(fleet);
  const requests = runs * Math.ceil(series / COST_ASSUMPTIONS.seriesPerRequest);
  const alarms = alarmCount({
    applicationsWithMetric: applicationsWithMetric(fleet.applications, fleet.metrics).length,
    providers: Object.keys(fleet.providers).length,
  });
  return [
    {
      item: 'CloudWatch metrics',
      amount: `${count(series)} metrics`,
      usd: tieredUsd(series, PRICES.metric),
    },
    {
      item: 'CloudWatch alarms',
      amount: `${count(alarms)} alarms, ${count(composites)} composite`,
      usd: alarms * PRICES.alarm + composites * PRICES.compositeAlarm,
    },
    { item: 'CloudWatch dashboard', amount: '1 dashboard', usd: PRICES.dashboard },
    {
      item: 'CloudWatch requests',
      amount: `${count(requests)} PutMetricData`,
      usd: requests * PRICES.metricRequest,
    },
  ];
}

interface Work {
  readonly runs: number;
  readonly checks: number;
}

function lambdaLine(fleet: PricedFleet, { runs, checks }: Work): CostLine {
  const { secondsPerCheck, secondsPerRun, secondsPerNotify } = COST_ASSUMPTIONS;
  const { checkMemoryMb, notifyMemoryMb } = COST_ASSUMPTIONS;
  const atOnce = Object.values(fleet.providers).reduce(
    (least, { concurrency }) => Math.min(least, concurrency),
    100,
  );
  // Checks that run in parallel share the seconds of a run. A few checks never run in parallel.
  const sideBySide = Math.max(1, Math.min(atOnce, checks / runs));
  const checkSeconds = runs * secondsPerRun + (checks * secondsPerCheck) / sideBySide;
  // The function is started by each run and by its own schedule.
  const notifications = runs * 2;
  const gbSeconds =
    (checkSeconds * checkMemoryMb + notifications * secondsPerNotify * notifyMemoryMb) / 1024;
  const requests = runs + notifications;
  return {
    item: 'Lambda',
    amount: `${count(requests)} invocations, ${count(gbSeconds)} GB-seconds`,
    usd: requests * PRICES.lambdaRequest + gbSeconds * PRICES.lambdaGbSecond,
  };
}

/**
 * Counts the table's request units for a number of runs and checks. A test compares them with what the functions do.
 *
 * A run writes its lease, counts twice (tokens reserved, then what was found), and the state and report
 * of each application that it checked. It reads the whole state, and both deliveries after it read
 * incidents and the notices that wait.
 */
export function dynamoUnits({
  applications,
  runs,
  checks,
}: Work & { readonly applications: number }): { readonly writes: number; readonly reads: number } {
  const { reportKb, stateKb } = COST_ASSUMPTIONS;
  return {
    writes: checks * (reportKb + stateKb) + runs * 9,
    reads: runs * (12 + Math.ceil((applications * stateKb) / 4)),
  };
}

function dynamoLine(fleet: PricedFleet, { runs, checks }: Work): CostLine {
  const { reportKb, reportDays } = COST_ASSUMPTIONS;
  const { writes, reads } = dynamoUnits({ applications: fleet.applications.length, runs, checks });
  const days = HOURS_PER_MONTH / 24;
  const storedGb = (checks * reportKb * (reportDays / days)) / 1024 ** 2;
  return {
    item: 'DynamoDB',
    amount: `${count(writes)} writes, ${count(reads)} reads, ${storedGb.toFixed(2)} GB`,
    usd:
      writes * PRICES.dynamoWriteUnit +
      reads * PRICES.dynamoReadUnit +
      storedGb * (PRICES.dynamoStoredGb + PRICES.dynamoBackupGb),
  };
}

function logsLine({ runs, checks }: Work): CostLine {
  const { logKbPerCheck, logKbPerRun } = COST_ASSUMPTIONS;
  const gb = (checks * logKbPerCheck + runs * logKbPerRun) / 1024 ** 2;
  return {
    item: 'CloudWatch logs',
    amount: `${gb.toFixed(2)} GB`,
    usd: gb * (PRICES.logsIngestedGb + PRICES.logsStoredGb),
  };
}

function count(amount: number): string {
  return String(Math.round(amount)).replace(/\B(?=(\d{3})+$)/g, ',');
}
