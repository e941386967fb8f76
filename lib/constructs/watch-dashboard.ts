import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Color,
  Dashboard,
  DashboardVariable,
  DefaultValue,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
  SearchExpression,
  SingleValueWidget,
  TextWidget,
  Values,
  VariableInputType,
  VariableType,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { WatchConfig } from '../core/config/watch-config.ts';
import {
  applicationsWithMetric,
  DEPLOYMENT_DIMENSION,
  METRICS_NAMESPACE,
  type MetricName,
  metricDefinition,
} from '../core/metrics/metrics.ts';
import { watchMetric } from './watch-metric.ts';

/** Properties of {@link WatchDashboard}. */
export interface WatchDashboardProps {
  readonly config: WatchConfig;
  readonly overall: IAlarm;
  /** Fleet, providers and m2m-watch itself. */
  readonly fleetAlarms: readonly IAlarm[];
  readonly applicationAlarms: readonly IAlarm[];
  readonly functions: readonly IFunction[];
}

/** CloudWatch draws 24 columns. */
const WIDTH = 24;
/** An alarm widget takes 100 alarms, a variable 500 values. */
const ALARMS_PER_WIDGET = 100;
const VARIABLE_VALUES_MAX = 500;
/** Nobody can tell more lines in one graph apart. */
const PROVIDERS_PER_GRAPH = 5;
const DAY = Duration.days(1);

/** The dashboard: how many applications are healthy, why others are not, and whether m2m-watch itself works. */
export class WatchDashboard extends Construct {
  readonly dashboard: Dashboard;
  private readonly props: WatchDashboardProps;
  private readonly period: Duration;

  constructor(scope: Construct, id: string, props: WatchDashboardProps) {
    super(scope, id);
    this.props = props;
    this.period = Duration.minutes(props.config.schedule.tickMinutes);
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: DAY });
    this.dashboard.addWidgets(...this.overview());
    this.dashboard.addWidgets(this.byState(), this.byCause());
    for (const providers of this.providerGroups()) {
      this.dashboard.addWidgets(this.latency(providers), this.availability(providers));
    }
    const tokens = Object.values(props.config.providers).map((provider) => this.tokens(provider));
    if (tokens.length > 0) this.dashboard.addWidgets(...tokens);
    this.dashboard.addWidgets(this.stale(), this.monitor(), this.functionHealth());
    this.addDetail();
  }

  private overview(): readonly IWidget[] {
    const { config, overall, fleetAlarms, applicationAlarms } = this.props;
    const title = (of: string) => `m2m-watch ${config.deployment}: ${of}`;
    return [
      new AlarmStatusWidget({
        title: title('overall state'),
        alarms: [overall, ...fleetAlarms].slice(0, ALARMS_PER_WIDGET),
        width: 12,
        height: 6,
      }),
      new SingleValueWidget({
        title: title('applications'),
        metrics: [
          this.metric('ApplicationsConfigured', { label: 'configured' }),
          this.metric('ApplicationsHealthy', { label: 'healthy', color: Color.GREEN }),
          this.metric('ApplicationsUnhealthy', { label: 'unhealthy', color: Color.RED }),
          this.metric('ApplicationsUndetermined', { label: 'undetermined', color: Color.GREY }),
        ],
        width: 12,
        height: applicationAlarms.length > 0 ? 3 : 6,
      }),
      ...inGroups(applicationAlarms, ALARMS_PER_WIDGET).map(
        (alarms) =>
          new AlarmStatusWidget({
            title: title('applications with an alarm'),
            alarms: [...alarms],
            width: WIDTH,
          }),
      ),
    ];
  }

  private byState(): IWidget {
    const counts = {
      configured: this.metric('ApplicationsConfigured'),
      healthy: this.metric('ApplicationsHealthy', { label: 'healthy', color: Color.GREEN }),
      unhealthy: this.metric('ApplicationsUnhealthy', { label: 'unhealthy', color: Color.RED }),
      undetermined: this.metric('ApplicationsUndetermined', {
        label: 'undetermined',
        color: Color.GREY,
      }),
    };
    const others = new MathExpression({
      expression: 'configured - healthy - unhealthy - undetermined',
      usingMetrics: counts,
      label: 'degraded, or not checked yet',
      color: Color.ORANGE,
      period: this.period,
    });
    const { healthy, unhealthy, undetermined } = counts;
    return this.graph('Applications by state', {
      left: [unhealthy, undetermined, others, healthy],
      stacked: true,
      width: 12,
    });
  }

  private byCause(): IWidget {
    return this.graph('Failures by cause', {
      left: [this.search('Failures', 'Cause')],
      width: 12,
      stacked: true,
    });
  }

  private latency(providers: readonly string[]): IWidget {
    return this.graph('Token latency', {
      left: providers.flatMap((of) =>
        ['p50', 'p95', 'p99'].map((statistic) =>
          this.metric('TokenLatency', { of, statistic, label: `${of} ${statistic}` }),
        ),
      ),
      width: 12,
    });
  }

  private availability(providers: readonly string[]): IWidget {
    return this.graph('Provider availability, %', {
      left: providers.map(
        (of, index) =>
          new MathExpression({
            expression: `100 * (1 - unavailable${index})`,
            usingMetrics: { [`unavailable${index}`]: this.metric('ProviderUnavailable', { of }) },
            label: of,
            period: this.period,
          }),
      ),
      leftYAxis: { min: 0, max: 100 },
      width: 12,
    });
  }

  /** Over the last 30 days rather than a calendar month: close enough to see the trend. */
  private tokens({ name, tokensPerMonth }: WatchConfig['providers'][string]): IWidget {
    return new GraphWidget({
      title: `Tokens minted at ${name} in 30 days`,
      left: [
        new MathExpression({
          expression: 'RUNNING_SUM(FILL(minted, 0))',
          usingMetrics: { minted: this.metric('TokensMinted', { of: name, period: DAY }) },
          label: 'minted',
          period: DAY,
        }),
      ],
      leftAnnotations:
        tokensPerMonth === null
          ? []
          : [{ value: tokensPerMonth, label: 'included in the plan', color: Color.RED }],
      leftYAxis: { min: 0 },
      start: '-P30D',
      period: DAY,
      width: 8,
    });
  }

  private stale(): IWidget {
    return this.graph('Stale applications', {
      left: [this.metric('ApplicationsStale', { label: 'stale' })],
      width: 8,
    });
  }

  private monitor(): IWidget {
    return this.graph('m2m-watch: heartbeat, faults and duration', {
      left: [
        this.metric('RunCompleted', { label: 'runs completed', color: Color.GREEN }),
        this.metric('MonitorFaults', { label: 'faults', color: Color.RED }),
      ],
      right: [this.metric('RunDuration', { label: 'duration, ms', color: Color.GREY })],
      width: 8,
    });
  }

  private functionHealth(): IWidget {
    const options = { period: this.period, statistic: 'Sum' };
    return this.graph('m2m-watch: errors and throttles of functions', {
      left: this.props.functions.flatMap((each) => [
        each.metricErrors(options),
        each.metricThrottles(options),
      ]),
      width: 8,
    });
  }

  /** One row for one application, chosen on the dashboard; without metrics of applications there is none. */
  private addDetail(): void {
    const { config } = this.props;
    const names = applicationsWithMetric(config.applications, config.metrics).map((a) => a.name);
    const [first] = names;
    if (first === undefined) return;
    this.dashboard.addVariable(
      new DashboardVariable({
        id: 'application',
        label: 'Application',
        type: VariableType.PROPERTY,
        value: 'Application',
        inputType: VariableInputType.SELECT,
        values: Values.fromValues(
          ...names.slice(0, VARIABLE_VALUES_MAX).map((value) => ({ value, label: value })),
        ),
        defaultValue: DefaultValue.value(first),
        visible: true,
      }),
    );
    this.dashboard.addWidgets(
      new TextWidget({
        markdown:
          '### One application\nChoose it at the top. 1: an incident is open; 0: it works; a gap: no data.',
        width: 6,
        height: 6,
      }),
      this.graph('Fault of the application', {
        left: [this.metric('ApplicationFault', { of: first, label: 'fault' })],
        leftYAxis: { min: 0, max: 1 },
        width: 18,
      }),
    );
  }

  private graph(
    title: string,
    options: {
      readonly left: readonly IMetric[];
      readonly right?: readonly IMetric[];
      readonly stacked?: boolean;
      readonly width: number;
      readonly leftYAxis?: { readonly min: number; readonly max: number };
    },
  ): IWidget {
    const { left, right, stacked, width, leftYAxis } = options;
    return new GraphWidget({
      title,
      left: [...left],
      width,
      height: 6,
      period: this.period,
      leftYAxis: leftYAxis ?? { min: 0 },
      ...(right === undefined ? {} : { right: [...right] }),
      ...(stacked === undefined ? {} : { stacked }),
    });
  }

  private metric(
    metric: MetricName,
    options: {
      readonly of?: string;
      readonly label?: string;
      readonly color?: string;
      readonly statistic?: string;
      readonly period?: Duration;
    } = {},
  ) {
    const { of = null, period = this.period, ...rest } = options;
    return watchMetric(
      { deployment: this.props.config.deployment, metric, of },
      { period, ...rest },
    );
  }

  /** Every series of a metric, for metrics that are published only when there is something to report. */
  private search(metric: MetricName, dimension: string): SearchExpression {
    const schema = `{${METRICS_NAMESPACE},${DEPLOYMENT_DIMENSION},${dimension}}`;
    const filter = `MetricName="${metric}" ${DEPLOYMENT_DIMENSION}="${this.props.config.deployment}"`;
    const { statistic } = metricDefinition(metric);
    return new SearchExpression({
      expression: `SEARCH('${schema} ${filter}', '${statistic}', ${this.period.toSeconds()})`,
      label: `\${PROP('Dim.${dimension}')}`,
      period: this.period,
    });
  }

  private providerGroups(): readonly (readonly string[])[] {
    return inGroups(Object.keys(this.props.config.providers), PROVIDERS_PER_GRAPH);
  }
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
