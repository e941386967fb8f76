import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  AlarmRule,
  AlarmState,
  type CfnAlarm,
  CfnCompositeAlarm,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarm,
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { WatchConfig } from '../core/config/watch-config.ts';
import {
  type AlarmId,
  type AlarmOfSubjects,
  alarmDefinition,
  compositeGroups,
} from '../core/metrics/alarms.ts';
import {
  ALARMED_FAMILY,
  applicationsWithMetric,
  METRICS_NAMESPACE,
  type MetricName,
  type MetricSeries,
  metricDefinition,
  metricDimensions,
} from '../core/metrics/metrics.ts';

/** One of our metrics for an alarm or a widget, under the name and the dimensions that a run publishes. */
export function watchMetric(series: MetricSeries, options: MetricOptions): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: series.metric,
    dimensionsMap: { ...metricDimensions(series) },
    statistic: metricDefinition(series.metric).statistic,
    label: series.of ?? series.metric,
    ...options,
  });
}

/** Properties of {@link WatchAlarms}. */
export interface WatchAlarmsProps {
  readonly config: WatchConfig;
  readonly functions: Readonly<Record<'check' | 'checkNow' | 'notify', IFunction>>;
  readonly scheduleGroup: IScheduleGroup;
  readonly deadLetters: IQueue;
  /** Who gets alarms on applications, providers and credentials. */
  readonly alarmTargets: readonly ITopic[];
  /** Who gets alarms about m2m-watch itself. */
  readonly monitorTarget: ITopic;
  /** Whether the Region knows the warm-up of alarms. */
  readonly warmUp: boolean;
}

/** CloudWatch takes 1,024 characters. */
const DESCRIPTION_MAX_LENGTH = 1024;

/** What an alarm is about, where it is one of several: its name, and whom and what the configuration names. */
interface AlarmSubject {
  readonly name: string;
  readonly owner?: string | null;
  readonly runbook?: string | null;
}

/** What an alarm watches; at a value of 1 or more it goes off, if nothing else is said. */
type Setting = Pick<AlarmProps, 'metric' | 'evaluationPeriods'> & Partial<AlarmProps>;

/** AWS counts these in periods of its own, and publishes only when there is something to count. */
const COUNTED = { period: Duration.minutes(5), statistic: 'Sum' };

/** Every alarm of a deployment, and above those of the fleet one composite for the dashboard. */
export class WatchAlarms extends Construct {
  /** One for each application that has a metric of its own, in configuration order. */
  readonly applications: readonly IAlarm[];
  /** All others: fleet, providers and m2m-watch itself. */
  readonly fleet: readonly IAlarm[];
  /** Any of {@link fleet}; it has no actions. */
  readonly overall: IAlarm;
  private readonly props: WatchAlarmsProps;
  private readonly period: Duration;

  constructor(scope: Construct, id: string, props: WatchAlarmsProps) {
    super(scope, id);
    this.props = props;
    const { applications, providers, metrics, schedule } = props.config;
    this.period = Duration.minutes(schedule.tickMinutes);
    // One that is missing here does not compile, as below.
    const ofSubjects: Readonly<Record<AlarmOfSubjects, readonly IAlarm[]>> = {
      'application-fault': this.alarmsOf('application-fault', {
        scope: new Construct(this, 'Applications'),
        metric: 'ApplicationFault',
        subjects: applicationsWithMetric(applications, metrics),
      }),
      'provider-unavailable': this.alarmsOf('provider-unavailable', {
        scope: new Construct(this, 'Providers'),
        metric: 'ProviderUnavailable',
        subjects: Object.values(providers).map(({ name }) => ({ name })),
      }),
    };
    this.applications = ofSubjects['application-fault'];
    const single = Object.entries(this.settings()).map(([alarmId, setting]) =>
      this.alarm(alarmId as AlarmId, setting),
    );
    this.fleet = [...ofSubjects['provider-unavailable'], ...single];
    this.overall = this.composite();
  }

  /** Every other alarm of the catalogue: one that is missing here does not compile. */
  private settings(): Readonly<Record<Exclude<AlarmId, AlarmOfSubjects>, Setting>> {
    const { scheduleGroup, deadLetters } = this.props;
    const { check, checkNow, notify } = this.props.functions;
    return {
      'credential-breakage': lastKnown(this.metric('UnhealthyApplications', ALARMED_FAMILY)),
      'heartbeat-missing': this.heartbeat(),
      'stale-applications': lastKnown(this.metric('ApplicationsStale')),
      'monitor-faults': this.monitorFaults(),
      'check-errors': counted(check.metricErrors(COUNTED)),
      'check-throttles': counted(check.metricThrottles(COUNTED)),
      'check-now-errors': counted(checkNow.metricErrors(COUNTED)),
      'check-now-throttles': counted(checkNow.metricThrottles(COUNTED)),
      'notify-errors': counted(notify.metricErrors(COUNTED)),
      'notify-throttles': counted(notify.metricThrottles(COUNTED)),
      'schedule-dropped': counted(scheduleGroup.metricDropped(COUNTED)),
      'schedule-errors': counted(scheduleGroup.metricTargetErrors(COUNTED)),
      'dead-letters': counted(
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...COUNTED, statistic: 'Maximum' }),
      ),
    };
  }

  /**
   * The dead man's switch: FILL makes a gap a real 0, so that CloudWatch does not look for older points.
   *
   * A run's datapoint, stamped with its slot, may appear a period late: so one empty period is no alarm.
   */
  private heartbeat(): Setting {
    return {
      metric: new MathExpression({
        expression: 'FILL(heartbeat, 0)',
        usingMetrics: { heartbeat: this.metric('RunCompleted') },
        period: this.period,
        label: 'Runs completed',
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: this.period.toMinutes() > 15 ? 2 : 3,
      treatMissingData: TreatMissingData.BREACHING,
    };
  }

  /** A fault counts for an hour: the check that met it is repeated within the hour, and the alarm would flap. */
  private monitorFaults(): Setting {
    return {
      metric: this.metric('MonitorFaults'),
      evaluationPeriods: Math.floor(60 / this.period.toMinutes()) + 1,
      datapointsToAlarm: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
  }

  private metric(metric: MetricName, of: string | null = null): Metric {
    const { deployment } = this.props.config;
    return watchMetric({ deployment, metric, of }, { period: this.period });
  }

  private alarmsOf(
    id: AlarmOfSubjects,
    of: {
      readonly scope: Construct;
      readonly metric: MetricName;
      readonly subjects: readonly AlarmSubject[];
    },
  ): readonly IAlarm[] {
    return of.subjects.map((subject) => {
      const setting = lastKnown(this.metric(of.metric, subject.name));
      return this.alarm(id, setting, { ...subject, scope: of.scope });
    });
  }

  private alarm(
    id: AlarmId,
    setting: Setting,
    subject?: AlarmSubject & { readonly scope: Construct },
  ): Alarm {
    const { config, alarmTargets, monitorTarget } = this.props;
    const alarm = new Alarm(subject?.scope ?? this, subject?.name ?? id, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      alarmDescription: alarmDescription(id, config.deployment, subject),
      ...setting,
    });
    const targets = alarmDefinition(id).audience === 'application' ? alarmTargets : [monitorTarget];
    for (const target of targets) {
      alarm.addAlarmAction(new SnsAction(target));
      alarm.addOkAction(new SnsAction(target));
    }
    if (id === 'heartbeat-missing') this.completeHeartbeat(alarm);
    return alarm;
  }

  private completeHeartbeat(alarm: Alarm): void {
    alarm.addInsufficientDataAction(new SnsAction(this.props.monitorTarget));
    if (!this.props.warmUp) return;
    const resource = alarm.node.defaultChild as CfnAlarm;
    resource.warmUpConfiguration = {
      warmUpPeriodDurationInMinutes: Math.max(30, 3 * this.period.toMinutes()),
    };
    // cfn-lint's schema does not know the property yet.
    resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E3002'] } });
  }

  private composite(): IAlarm {
    const groups = compositeGroups(this.fleet);
    const [first = [], ...others] = groups;
    if (others.length === 0) return this.anyOf('Overall', first);
    return this.anyOf(
      'Overall',
      groups.map((group, index) => this.anyOf(`Overall${index + 1}`, group)),
    );
  }

  /** The low-level resource: the high-level one gives the alarm a fixed name, which a rename of the construct would collide with. */
  private anyOf(id: string, alarms: readonly IAlarm[]): IAlarm {
    const { deployment } = this.props.config;
    const rules = alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM));
    const resource = new CfnCompositeAlarm(this, id, {
      alarmRule: AlarmRule.anyOf(...rules).renderAlarmRule(),
      alarmDescription: `[${deployment}] A provider, credentials or m2m-watch itself is failing: the alarms below this one say which.`,
    });
    return CompositeAlarm.fromCompositeAlarmArn(this, `${id}Alarm`, resource.attrArn);
  }
}

/** What our functions publish on every tick keeps its state while nothing is published: that is what the heartbeat is for. */
function lastKnown(metric: IMetric): Setting {
  const treatMissingData = TreatMissingData.IGNORE;
  return { metric, evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData };
}

function counted(metric: IMetric): Setting {
  return { metric, evaluationPeriods: 1, treatMissingData: TreatMissingData.NOT_BREACHING };
}

/** The text that stands in an alarm and in its mails: what it means, what to do, where to look. */
function alarmDescription(
  id: AlarmId,
  deployment: string,
  subject: AlarmSubject | undefined,
): string {
  const { title, meaning, steps } = alarmDefinition(id);
  const of = subject === undefined ? '' : ` ${subject.name}:`;
  const lines = [
    `[${deployment}]${of} ${title}.`,
    meaning,
    `What to do: ${steps.map((step, index) => `${index + 1}. ${step}`).join(' ')}`,
    ...(subject?.owner ? [`Owner: ${subject.owner}.`] : []),
    ...(subject?.runbook ? [`Runbook of the application: ${subject.runbook}`] : []),
    `Where to look: the dashboard of the stack, and ${id} in docs/runbook.md of m2m-watch.`,
  ];
  const text = lines.join('\n');
  return text.length <= DESCRIPTION_MAX_LENGTH
    ? text
    : `${text.slice(0, DESCRIPTION_MAX_LENGTH - 1)}…`;
}
