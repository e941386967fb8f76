import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Color,
  Dashboard,
  DashboardVariable,
  DefaultValue,
  GraphWidget,
  type GraphWidgetProps,
  type IAlarm,
  type IWidget,
  MathExpression,
  type MetricOptions,
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
import { watchMetric } from './watch-alarms.ts';

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
    const { providers, schedule } = props.config;
    this.period = Duration.minutes(schedule.tickMinutes);
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: DAY });
    this.dashboard.addWidgets(...this.overview());
    this.dashboard.addWidgets(this.byState(), this.byCause());
    for (const some of inGroups(Object.keys(providers), PROVIDERS_PER_GRAPH)) {
      this.dashboard.addWidgets(this.latency(some), this.availability(some));
    }
    const tokens = Object.values(providers).map((provider) => this.tokens(provider));
    if (tokens.length > 0) this.dashboard.addWidgets(...tokens);
    this.dashboard.addWidgets(...this.monitor());
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
          ...Object.values(this.counts()),
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

  /** How many applications a run found in each state, by the names of expressions. */
  private counts() {
    return {
      healthy: this.metric('ApplicationsHealthy', { label: 'healthy', color: Color.GREEN }),
      unhealthy: this.metric('ApplicationsUnhealthy', { label: 'unhealthy', color: Color.RED }),
      undetermined: this.metric('ApplicationsUndetermined', {
        label: 'undetermined',
        color: Color.GREY,
      }),
    };
  }

  private byState(): IWidget {
    const counts = this.counts();
    const others = new MathExpression({
      expression: 'configured - healthy - unhealthy - undetermined',
      usingMetrics: { configured: this.metric('ApplicationsConfigured'), ...counts },
      label: 'degraded, or not checked yet',
      color: Color.ORANGE,
      period: this.period,
    });
    const { healthy, unhealthy, undetermined } = counts;
    const left = [unhealthy, undetermined, others, healthy];
    return this.graph('Applications by state', { left, stacked: true, width: 12 });
  }

  /** A search, since a cause is published only when there is a failure to report. */
  private byCause(): IWidget {
    const schema = `{${METRICS_NAMESPACE},${DEPLOYMENT_DIMENSION},Cause}`;
    const filter = `MetricName="Failures" ${DEPLOYMENT_DIMENSION}="${this.props.config.deployment}"`;
    const { statistic } = metricDefinition('Failures');
    const failures = new SearchExpression({
      expression: `SEARCH('${schema} ${filter}', '${statistic}', ${this.period.toSeconds()})`,
      label: `\${PROP('Dim.Cause')}`,
      period: this.period,
    });
    return this.graph('Failures by cause', { left: [failures], stacked: true, width: 12 });
  }

  private latency(providers: readonly string[]): IWidget {
    const left = providers.flatMap((of) =>
      ['p50', 'p95', 'p99'].map((statistic) =>
        this.metric('TokenLatency', { of, statistic, label: `${of} ${statistic}` }),
      ),
    );
    return this.graph('Token latency', { left, width: 12 });
  }

  private availability(providers: readonly string[]): IWidget {
    const left = providers.map(
      (of, index) =>
        new MathExpression({
          expression: `100 * (1 - unavailable${index})`,
          usingMetrics: { [`unavailable${index}`]: this.metric('ProviderUnavailable', { of }) },
          label: of,
          period: this.period,
        }),
    );
    const leftYAxis = { min: 0, max: 100 };
    return this.graph('Provider availability, %', { left, leftYAxis, width: 12 });
  }

  /** Over the last 30 days rather than a calendar month: close enough to see the trend. */
  private tokens({ name, tokensPerMonth }: WatchConfig['providers'][string]): IWidget {
    const minted = new MathExpression({
      expression: 'RUNNING_SUM(FILL(minted, 0))',
      usingMetrics: { minted: this.metric('TokensMinted', { of: name, period: DAY }) },
      label: 'minted',
      period: DAY,
    });
    const included =
      tokensPerMonth === null
        ? []
        : [{ value: tokensPerMonth, label: 'included in the plan', color: Color.RED }];
    return this.graph(`Tokens minted at ${name} in 30 days`, {
      left: [minted],
      leftAnnotations: included,
      start: '-P30D',
      period: DAY,
      width: 8,
    });
  }

  /** Whether m2m-watch itself works. */
  private monitor(): readonly IWidget[] {
    const options = { period: this.period, statistic: 'Sum' };
    return [
      this.graph('Stale applications', {
        left: [this.metric('ApplicationsStale', { label: 'stale' })],
        width: 8,
      }),
      this.graph('m2m-watch: heartbeat, faults and duration', {
        left: [
          this.metric('RunCompleted', { label: 'runs completed', color: Color.GREEN }),
          this.metric('MonitorFaults', { label: 'faults', color: Color.RED }),
        ],
        right: [this.metric('RunDuration', { label: 'duration, ms', color: Color.GREY })],
        width: 8,
      }),
      this.graph('m2m-watch: errors and throttles of functions', {
        left: this.props.functions.flatMap((each) => [
          each.metricErrors(options),
          each.metricThrottles(options),
        ]),
        width: 8,
      }),
    ];
  }

  /** One row for one application, chosen on the dashboard; without metrics of applications there is none. */
  private addDetail(): void {
    const { applications, metrics } = this.props.config;
    const names = applicationsWithMetric(applications, metrics).map(({ name }) => name);
    const [first] = names;
    if (first === undefined) return;
    const choices = names.slice(0, VARIABLE_VALUES_MAX).map((value) => ({ value, label: value }));
    this.dashboard.addVariable(
      new DashboardVariable({
        id: 'application',
        label: 'Application',
        type: VariableType.PROPERTY,
        value: 'Application',
        inputType: VariableInputType.SELECT,
        values: Values.fromValues(...choices),
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

  private graph(title: string, props: GraphWidgetProps): IWidget {
    const usual = { height: 6, period: this.period, leftYAxis: { min: 0 } };
    return new GraphWidget({ title, ...usual, ...props });
  }

  private metric(metric: MetricName, options: MetricOptions & { readonly of?: string } = {}) {
    const { of = null, ...rest } = options;
    const { deployment } = this.props.config;
    return watchMetric({ deployment, metric, of }, { period: this.period, ...rest });
  }
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
