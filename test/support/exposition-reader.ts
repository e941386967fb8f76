/** One sample as it stands in the text. */
export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const HELP = /^# HELP ([a-z0-9_]+) [^\\]+$/;
const TYPE = /^# TYPE ([a-z0-9_]+) gauge$/;
const SAMPLE = /^([a-z0-9_]+)\{((?:[a-z]+="(?:[^"\\]|\\[\\"n])*",?)*)\} (\S+)$/;
const LABEL = /([a-z]+)="((?:[^"\\]|\\.)*)"(?:,|$)/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

/**
 * Reads metrics in Prometheus' text format, as strictly as it asks and our own are written.
 *
 * @throws Error at a line that is no metric, a family that comes twice, and a series that comes twice.
 */
export function readExposition(text: string): readonly ReadSample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Set<string>();
  const series = new Set<string>();
  const samples: ReadSample[] = [];
  let [helped, family] = ['', ''];
  for (const line of text.slice(0, -1).split('\n')) {
    const [, help] = HELP.exec(line) ?? [];
    const [, type] = TYPE.exec(line) ?? [];
    if (help !== undefined) {
      if (families.has(help)) throw new Error(`${help} comes twice`);
      families.add(help);
      helped = help;
    } else if (type !== undefined) {
      if (type !== helped) throw new Error(`${type} has no help`);
      family = type;
    } else {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (name === undefined || name !== family) throw new Error(`out of place: ${line}`);
      const sample = { name, labels: readLabels(labels), value: Number(value) };
      const key = JSON.stringify([name, Object.entries(sample.labels).sort()]);
      if (series.has(key)) throw new Error(`${key} comes twice`);
      series.add(key);
      samples.push(sample);
    }
  }
  return samples;
}

function readLabels(written: string): Readonly<Record<string, string>> {
  const pairs = Array.from(written.matchAll(LABEL), ([, name = '', value = '']) => [
    name,
    value.replace(/\\./g, (escaped) => ESCAPES[escaped] ?? escaped),
  ]);
  return Object.fromEntries(pairs);
}
