/** A series that an alarm or a widget names, or a search for series. */
export interface NamedSeries {
  /** The alarm's logical id, or the widget's title. */
  readonly where: string;
  readonly namespace: string;
  readonly metric: string;
  /** With their values; of a search those that it filters by. Another resource's name is no text. */
  readonly dimensions: Readonly<Record<string, unknown>>;
  /** Of a search: the names that a series has, neither more nor fewer; null where it is no search. */
  readonly searchedDimensions: readonly string[] | null;
}

/** One metric or expression, among those of the same alarm or widget. */
interface Query {
  readonly id: string | null;
  readonly expression: string | null;
  readonly series: Pick<NamedSeries, 'namespace' | 'metric' | 'dimensions'> | null;
}

/** The series that the alarms of a template name. */
export function seriesOfAlarms(
  resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>,
): readonly NamedSeries[] {
  return Object.entries(resources).flatMap(([where, { Type, Properties }]) => {
    if (Type !== 'AWS::CloudWatch::Alarm') return [];
    const { Metrics, ...single } = Properties as AlarmProperties;
    const queries = (Metrics ?? [{ MetricStat: { Metric: single as MetricProperties } }]).map(
      ({ Id = null, Expression = null, MetricStat }) => ({
        id: Id,
        expression: Expression,
        series: MetricStat === undefined ? null : seriesOf(MetricStat.Metric),
      }),
    );
    return namedBy(queries, where);
  });
}

/** The series that the widgets of a dashboard name; what is no widget of metrics names none. */
export function seriesOfDashboard(body: string): readonly NamedSeries[] {
  const { widgets } = JSON.parse(body) as { readonly widgets: readonly Widget[] };
  return widgets.flatMap(({ properties: { title = '', metrics = [] } }) =>
    namedBy(metrics.map(widgetQuery), title),
  );
}

interface MetricProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface AlarmProperties extends Partial<MetricProperties> {
  readonly Metrics?: readonly {
    readonly Id?: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: MetricProperties };
  }[];
}

interface Widget {
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

function seriesOf({ Namespace, MetricName, Dimensions = [] }: MetricProperties) {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return { namespace: Namespace, metric: MetricName, dimensions };
}

/**
 * One entry of a widget: `[{ expression, id }]`, or `[namespace, name, key, value, …, { id }]`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
function widgetQuery(entry: readonly unknown[]): Query {
  const texts = entry.filter((part) => typeof part === 'string');
  const { id = null, expression = null } = Object(entry.at(-1)) as Partial<Query>;
  if (expression !== null) return { id, expression, series: null };
  if (texts.some((text) => /^\.+$/.test(text)))
    throw new Error('abbreviations are not read: add them');
  const [namespace = '', metric = '', ...pairs] = texts;
  const keys = pairs.filter((_, index) => index % 2 === 0);
  const dimensions = Object.fromEntries(keys.map((key, index) => [key, pairs[2 * index + 1]]));
  return { id, expression: null, series: { namespace, metric, dimensions } };
}

/** What a group of metrics and expressions names; an expression may refer to the group's own ids alone. */
function namedBy(queries: readonly Query[], where: string): readonly NamedSeries[] {
  const ids = new Set(queries.map(({ id }) => id));
  return queries.flatMap(({ expression, series }) => {
    if (series !== null) return [{ where, ...series, searchedDimensions: null }];
    if (expression === null) throw new Error(`${where} has an entry of no known form`);
    const search = /^SEARCH\('\{([^}]*)\} ([^']*)', '\w+', \d+\)$/.exec(expression);
    if (search !== null) return [searched(where, search)];
    // Names of functions are in capitals, ids begin with a small letter.
    const unknown = (expression.match(/\b[a-z]\w*/g) ?? []).filter((id) => !ids.has(id));
    if (unknown.length > 0 || /\b(SEARCH|SELECT)\b/.test(expression)) {
      throw new Error(`${where} has an expression that is not understood: ${expression}`);
    }
    return [];
  });
}

function searched(where: string, [, schema = '', filter = '']: readonly string[]): NamedSeries {
  const [namespace = '', ...names] = schema.split(',');
  const terms = [...filter.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
    key,
    value,
  ]);
  const { MetricName: metric = '', ...dimensions } = Object.fromEntries(terms);
  return { where, namespace, metric, dimensions, searchedDimensions: names.toSorted() };
}
