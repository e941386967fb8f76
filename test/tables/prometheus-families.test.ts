// Every Prometheus family is written by `check`, and described in docs/pipelines.md with its labels.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderPrometheus } from '../../lib/cli/check/report-formats.ts';
import { PROMETHEUS_FAMILIES } from '../../lib/core/metrics/prometheus-families.ts';
import { checkReport, run, unhealthyReport } from '../cli/report-examples.ts';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const PAGE = file('docs/pipelines.md');
const NAMES = PROMETHEUS_FAMILIES.map(({ name }) => name);
const TOKEN = {
  issuer: null,
  audience: [],
  scopes: [],
  organization: null,
  expiresInSeconds: 86_399,
  algorithm: null,
  keyId: null,
};
const report = run([checkReport({ token: TOKEN }), unhealthyReport()]);
/** Those that the page says of all, or of all that are about an application. */
const COMMON = ['deployment', 'provider', 'application'];

describe.each(PROMETHEUS_FAMILIES)('the family $name', ({ name, help, samples }) => {
  it('is written by `check --format prometheus`', () => {
    const text = renderPrometheus(report);

    expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}{`);
  });

  it('is in docs/pipelines.md with its further labels', () => {
    const [, labels] = new RegExp(`^\\| \`${name}\` \\| ([^|]*)\\|`, 'm').exec(PAGE) ?? [];

    const written = samples(report).flatMap((sample) => Object.keys(sample.labels));
    const further = [...new Set(written)].filter((label) => !COMMON.includes(label));
    expect(labels?.match(/\w+/g) ?? labels, 'add a row to docs/pipelines.md').toEqual(
      further.length > 0 ? further : '',
    );
  });
});

it('are all that docs/pipelines.md describes, in its order', () => {
  const described = Array.from(PAGE.matchAll(/^\| `(m2m_watch_\w+)` \|/gm), ([, name]) => name);

  expect(described, 'docs/pipelines.md has a row for each').toEqual(NAMES);
});

it('are all that the example rules use', () => {
  const used = new Set(file('examples/prometheus/rules.yaml').match(/\bm2m_watch_\w+/g));

  expect([...used].filter((name) => !NAMES.includes(name))).toEqual([]);
  expect(used.size).toBeGreaterThan(2);
});
