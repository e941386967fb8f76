import {
  type Datapoint,
  METRICS_NAMESPACE,
  metricDimensions,
} from '../../lib/core/metrics/metrics.ts';
import type { Resource } from './synthesised.ts';

/** The states of a CloudWatch alarm. */
export type State = 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';

/** A value that CloudWatch has, and from when on it can be seen. */
export interface Published {
  /** Namespace, name and dimensions as one text: see `seriesKey`. */
  readonly series: string;
  readonly atMs: number;
  readonly visibleAtMs: number;
  readonly value: number;
}

/** A change of an alarm's state: actions run on changes only. */
export interface Change {
  readonly atMs: number;
  readonly alarm: string;
  readonly to: State;
}

const MINUTE_MS = 60_000;
/** CloudWatch looks that far beyond the evaluation periods when points are missing. */
const EXTRA_POINTS = 2;

/** What our code emits, as CloudWatch keeps it. */
export function published(points: readonly Datapoint[], delayMs: number): readonly Published[] {
  return points.flatMap((point) =>
    point.values.map((value) => ({
      series: seriesKey(METRICS_NAMESPACE, point.metric, metricDimensions(point)),
      atMs: point.atMs,
      visibleAtMs: point.atMs + delayMs,
      value,
    })),
  );
}

/** One text for a series. */
export function seriesKey(
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, unknown>>,
): string {
  const sorted = Object.entries(dimensions).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

/**
 * Evaluates the alarms of a template minute by minute, as the CloudWatch user guide describes it.
 *
 * Pages "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data": a window that
 * slides with the minutes, M of N points, more points fetched than are needed, the rule of missing data
 * only where fewer real ones than N are found. Warm-up ends early once the window is full.
 */
export function evaluateAlarms({
  alarms,
  data,
  fromMs,
  untilMs,
  fillsEmpty = false,
}: {
  readonly alarms: Readonly<Record<string, Resource>>;
  readonly data: readonly Published[];
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether FILL gives values where a metric has none at all in the range: the guide leaves it open. */
  readonly fillsEmpty?: boolean;
}): readonly Change[] {
  const bySeries = Map.groupBy(data, ({ series }) => series);
  return Object.entries(alarms)
    .flatMap(([alarm, { Properties }]) => {
      const setting = settingOf(Properties);
      const own = bySeries.get(setting.series) ?? [];
      const warmUpMs = setting.warmUpMinutes * MINUTE_MS;
      const changes: Change[] = [];
      let state: State = 'INSUFFICIENT_DATA';
      for (let atMs = fromMs; atMs <= untilMs; atMs += MINUTE_MS) {
        const points = rangeOf(own, { setting, atMs, fillsEmpty });
        const isFull = points.slice(-setting.periods).every((point) => point !== undefined);
        if (atMs < fromMs + warmUpMs && !(isFull && setting.warmUpMinutes > 0)) continue;
        const next = nextState(state, { points, setting });
        if (next !== state) changes.push({ atMs, alarm, to: next });
        state = next;
      }
      return changes;
    })
    .toSorted((one, other) => one.atMs - other.atMs);
}

interface Setting {
  readonly series: string;
  readonly isFilled: boolean;
  readonly statistic: string;
  readonly periodMs: number;
  readonly periods: number;
  readonly toAlarm: number;
  readonly breaches: (value: number) => boolean;
  readonly missing: string;
  readonly warmUpMinutes: number;
}

function settingOf(properties: Readonly<Record<string, unknown>>): Setting {
  const metrics = properties['Metrics'] as readonly MetricQuery[] | undefined;
  const expression = metrics?.find((query) => query.Expression !== undefined)?.Expression;
  if (expression !== undefined && !/^FILL\(\w+, 0\)$/.test(expression)) {
    throw new Error(`the evaluator does not know the expression ${expression}`);
  }
  const query = metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat;
  const metric = query?.Metric ?? (properties as unknown as MetricReference);
  const periods = properties['EvaluationPeriods'] as number;
  const threshold = properties['Threshold'] as number;
  const comparison = properties['ComparisonOperator'];
  const warmUp = properties['WarmUpConfiguration'] as
    | { readonly WarmUpPeriodDurationInMinutes: number }
    | undefined;
  const dimensions = (metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]);
  return {
    series: seriesKey(metric.Namespace, metric.MetricName, Object.fromEntries(dimensions)),
    isFilled: expression !== undefined,
    statistic: query?.Stat ?? (properties['Statistic'] as string),
    periodMs: (query?.Period ?? (properties['Period'] as number)) * 1000,
    periods,
    toAlarm: (properties['DatapointsToAlarm'] as number | undefined) ?? periods,
    breaches: comparison === 'LessThanThreshold' ? (v) => v < threshold : (v) => v >= threshold,
    missing: properties['TreatMissingData'] as string,
    warmUpMinutes: warmUp?.WarmUpPeriodDurationInMinutes ?? 0,
  };
}

interface MetricReference {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface MetricQuery {
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: MetricReference;
    readonly Period: number;
    readonly Stat: string;
  };
}

/** The points of the evaluation range, oldest first; undefined where there is none. */
function rangeOf(
  data: readonly Published[],
  { setting, atMs, fillsEmpty }: { setting: Setting; atMs: number; fillsEmpty: boolean },
): readonly (number | undefined)[] {
  const count = setting.periods + EXTRA_POINTS;
  const fromMs = atMs - count * setting.periodMs;
  const buckets: number[][] = Array.from({ length: count }, () => []);
  for (const point of data) {
    if (point.visibleAtMs > atMs || point.atMs < fromMs || point.atMs >= atMs) continue;
    buckets[Math.floor((point.atMs - fromMs) / setting.periodMs)]?.push(point.value);
  }
  const isEmpty = buckets.every(({ length }) => length === 0);
  return buckets.map((values) => {
    if (values.length === 0) return setting.isFilled && (fillsEmpty || !isEmpty) ? 0 : undefined;
    return setting.statistic === 'Sum'
      ? values.reduce((sum, value) => sum + value, 0)
      : Math.max(...values);
  });
}

/** One evaluation; the table of the user guide is this function's test. */
export function nextState(
  state: State,
  {
    points,
    setting,
  }: {
    readonly points: readonly (number | undefined)[];
    readonly setting: Pick<Setting, 'periods' | 'toAlarm' | 'breaches' | 'missing'>;
  },
): State {
  const { periods, toAlarm, breaches, missing } = setting;
  const real = points.filter((point) => point !== undefined);
  const used = real.length >= periods ? real.slice(-periods) : real;
  const breaching = used.filter(breaches).length;
  if (breaching >= toAlarm) return 'ALARM';
  if (real.length >= periods) return 'OK';
  switch (missing) {
    case 'breaching':
      return breaching + periods - real.length >= toAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return breaching === real.length ? state : 'OK';
    default:
      if (real.length === 0) return 'INSUFFICIENT_DATA';
      return breaching === real.length ? 'ALARM' : 'OK';
  }
}
