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
  type IAlarmRule,
  type IMetric,
  MathExpression,
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
  ALARM_IDS,
  type AlarmId,
  alarmDefinition,
  compositeGroups,
} from '../core/metrics/alarms.ts';
import {
  ALARMED_FAMILY,
  applicationsWithMetric,
  type MetricName,
} from '../core/metrics/metrics.ts';
import { watchMetric } from './watch-metric.ts';

/** Properties of {@link WatchAlarms}. */
export interface WatchAlarmsProps {
  readonly config: WatchConfig;
  readonly functions: {
    readonly check: IFunction;
    readonly checkNow: IFunction;
    readonly notify: IFunction;
  };
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

type Setting = Omit<AlarmProps, 'metric' | 'comparisonOperator' | 'threshold' | 'alarmDescription'>;

/** An alarm on what our functions publish on every tick keeps its state while nothing is published: that is what the heartbeat is for. */
const LAST_KNOWN: Setting = {
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: TreatMissingData.IGNORE,
};

/** AWS publishes these only when there is something to count. */
const SPARSE: Setting = { evaluationPeriods: 1, treatMissingData: TreatMissingData.NOT_BREACHING };

const SPARSE_PERIOD = Duration.minutes(5);

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
    const { config } = props;
    this.period = Duration.minutes(config.schedule.tickMinutes);
    const alarms = this.build();
    this.applications = alarms['application-fault'];
    this.fleet = ALARM_IDS.filter((id) => id !== 'application-fault').flatMap((id) => alarms[id]);
    this.overall = this.composite();
  }

  /** Builds every alarm of the catalogue: one that is not built here does not compile. */
  private build(): Readonly<Record<AlarmId, readonly IAlarm[]>> {
    const { scheduleGroup, deadLetters } = this.props;
    const { check, checkNow, notify } = this.props.functions;
    return {
      'application-fault': this.applicationAlarms(),
      'provider-unavailable': this.providerAlarms(),
      'credential-breakage': [
        this.last('credential-breakage', 'UnhealthyApplications', ALARMED_FAMILY),
      ],
      'heartbeat-missing': [this.heartbeat()],
      'stale-applications': [this.last('stale-applications', 'ApplicationsStale')],
      'monitor-faults': [this.monitorFaults()],
      'check-errors': [this.counted('check-errors', check.metricErrors(counting()))],
      'check-throttles': [this.counted('check-throttles', check.metricThrottles(counting()))],
      'check-now-errors': [this.counted('check-now-errors', checkNow.metricErrors(counting()))],
      'check-now-throttles': [
        this.counted('check-now-throttles', checkNow.metricThrottles(counting())),
      ],
      'notify-errors': [this.counted('notify-errors', notify.metricErrors(counting()))],
      'notify-throttles': [this.counted('notify-throttles', notify.metricThrottles(counting()))],
      'schedule-dropped': [
        this.counted('schedule-dropped', scheduleGroup.metricDropped(counting())),
      ],
      'schedule-errors': [
        this.counted('schedule-errors', scheduleGroup.metricTargetErrors(counting())),
      ],
      'dead-letters': [
        this.counted(
          'dead-letters',
          deadLetters.metricApproximateNumberOfMessagesVisible({
            period: SPARSE_PERIOD,
            statistic: 'Maximum',
          }),
        ),
      ],
    };
  }

  private applicationAlarms(): readonly IAlarm[] {
    const scope = new Construct(this, 'Applications');
    const { config } = this.props;
    return applicationsWithMetric(config.applications, config.metrics).map((application) =>
      this.alarm(
        { id: 'application-fault', scope, subject: application },
        { metric: this.metric('ApplicationFault', application.name), ...LAST_KNOWN },
      ),
    );
  }

  private providerAlarms(): readonly IAlarm[] {
    const scope = new Construct(this, 'Providers');
    return Object.values(this.props.config.providers).map(({ name }) =>
      this.alarm(
        { id: 'provider-unavailable', scope, subject: { name } },
        { metric: this.metric('ProviderUnavailable', name), ...LAST_KNOWN },
      ),
    );
  }

  /**
   * The dead man's switch: FILL makes a gap a real 0, so that CloudWatch does not look for older points.
   *
   * A run's datapoint, stamped with its slot, may appear a period late: so one empty period is no alarm.
   */
  private heartbeat(): IAlarm {
    const { tickMinutes } = this.props.config.schedule;
    const alarm = this.alarm(
      { id: 'heartbeat-missing' },
      {
        metric: new MathExpression({
          expression: 'FILL(heartbeat, 0)',
          usingMetrics: { heartbeat: this.metric('RunCompleted') },
          period: this.period,
          label: 'Runs completed',
        }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: tickMinutes > 15 ? 2 : 3,
        treatMissingData: TreatMissingData.BREACHING,
      },
    );
    alarm.addInsufficientDataAction(new SnsAction(this.props.monitorTarget));
    if (this.props.warmUp) {
      const resource = alarm.node.defaultChild as CfnAlarm;
      resource.warmUpConfiguration = {
        warmUpPeriodDurationInMinutes: Math.max(30, 3 * tickMinutes),
      };
      // cfn-lint's schema does not know the property yet.
      resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E3002'] } });
    }
    return alarm;
  }

  /** A fault counts for an hour: the check that met it is repeated within the hour, and the alarm would flap. */
  private monitorFaults(): IAlarm {
    const { tickMinutes } = this.props.config.schedule;
    return this.alarm(
      { id: 'monitor-faults' },
      {
        metric: this.metric('MonitorFaults'),
        evaluationPeriods: Math.floor(60 / tickMinutes) + 1,
        datapointsToAlarm: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      },
    );
  }

  private last(id: AlarmId, metric: MetricName, of: string | null = null): IAlarm {
    return this.alarm({ id }, { metric: this.metric(metric, of), ...LAST_KNOWN });
  }

  private counted(id: AlarmId, metric: IMetric): IAlarm {
    return this.alarm({ id }, { metric, ...SPARSE });
  }

  private metric(metric: MetricName, of: string | null = null) {
    const { deployment } = this.props.config;
    return watchMetric({ deployment, metric, of }, { period: this.period });
  }

  private alarm(
    { id, scope, subject }: { id: AlarmId; scope?: Construct; subject?: AlarmSubject },
    setting: Setting & Pick<AlarmProps, 'metric'> & Partial<AlarmProps>,
  ): Alarm {
    const { config, alarmTargets, monitorTarget } = this.props;
    const alarm = new Alarm(scope ?? this, subject?.name ?? id, {
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      alarmDescription: alarmDescription(id, {
        deployment: config.deployment,
        ...(subject === undefined ? {} : { subject }),
      }),
      ...setting,
    });
    const targets = alarmDefinition(id).audience === 'application' ? alarmTargets : [monitorTarget];
    for (const target of targets) {
      alarm.addAlarmAction(new SnsAction(target));
      alarm.addOkAction(new SnsAction(target));
    }
    return alarm;
  }

  /** The low-level resource: the high-level one gives the alarm a fixed name, which a rename of the construct would collide with. */
  private composite(): IAlarm {
    const groups = compositeGroups(this.fleet).map((alarms) =>
      AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
    );
    const [only, ...others] = groups;
    const rule =
      only !== undefined && others.length === 0
        ? only
        : AlarmRule.anyOf(
            ...groups.map((group, index) =>
              AlarmRule.fromAlarm(this.compositeOf(`Overall${index + 1}`, group), AlarmState.ALARM),
            ),
          );
    return this.compositeOf('Overall', rule);
  }

  private compositeOf(id: string, rule: IAlarmRule): IAlarm {
    const { deployment } = this.props.config;
    const resource = new CfnCompositeAlarm(this, id, {
      alarmRule: rule.renderAlarmRule(),
      alarmDescription: `[${deployment}] A provider, credentials or m2m-watch itself is failing: the alarms below this one say which.`,
    });
    return CompositeAlarm.fromCompositeAlarmArn(this, `${id}Alarm`, resource.attrArn);
  }
}

function counting() {
  return { period: SPARSE_PERIOD, statistic: 'Sum' };
}

/** The text that stands in an alarm and in its mails: what it means, what to do, where to look. */
function alarmDescription(
  id: AlarmId,
  { deployment, subject }: { readonly deployment: string; readonly subject?: AlarmSubject },
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
