import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPrometheus } from '../../../lib/cli/check/report-formats.ts';
import { runTool } from '../../support/outside-tool.ts';
import { anyRunReport } from '../../support/report-arbitraries.ts';
import { checkReport, run } from '../report-examples.ts';

describe('renderPrometheus', () => {
  it('accepts the metrics of any run', () => {
    const samples = fc.sample(anyRunReport({ atMost: 10 }), 20);
    const texts = [run([]), ...samples].map(renderPrometheus);

    for (const text of texts) {
      expect(runTool('promtool', ['check', 'metrics'], text)).toEqual({ status: 0, output: '' });
    }
  });

  it('rejects a family without help text and a unit that is not a base unit', () => {
    const text = renderPrometheus(run([checkReport()]))
      .replace(/^# HELP m2m_watch_applications .*\n/m, '')
      .replaceAll('check_duration_seconds', 'check_duration_milliseconds');

    const { status, output } = runTool('promtool', ['check', 'metrics'], text);

    expect(status).not.toBe(0);
    expect(output).toContain('no help text');
    expect(output).toContain('use base unit "seconds"');
  });

  it('accepts the example rules, which fire as described', () => {
    const rules = fileURLToPath(
      new URL('../../../examples/prometheus/rules.yaml', import.meta.url),
    );
    const story = new URL('../../fixtures/prometheus/rules-story.yaml', import.meta.url);

    const checked = runTool('promtool', ['check', 'rules', '--lint-fatal', rules]);
    const tested = runTool('promtool', ['test', 'rules', fileURLToPath(story)]);

    expect(checked).toMatchObject({ status: 0 });
    expect(tested).toMatchObject({ status: 0 });
  });
});
