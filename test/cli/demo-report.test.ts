import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { demoTenant } from '../../lib/standin/demo-tenant.ts';
import { startStandin } from '../../lib/standin/start-standin.ts';
import { run } from './captured-io.ts';
import { configFolder } from './config-folder.ts';

const FIXTURE = new URL('../fixtures/demo-report.json', import.meta.url);

/** Members of the report that people read: their English may change, the rest may not. */
const WORDED = new Set(['title', 'detail', 'saw', 'fix']);

it('reports the applications of the demo as the fixture does, but for words', async () => {
  const { tenant, api, configuration, environment } = demoTenant();
  const standin = await startStandin({ tenant, api });
  const folder = await configFolder({ 'm2m-watch.yaml': JSON.stringify(configuration(standin)) });
  try {
    const { status, stdout } = await run(['check', '--format', 'json'], {
      cwd: folder.path,
      environment,
    });

    expect(status).toBe(1);
    expect(comparable(stdout)).toStrictEqual(JSON.parse(await readFile(FIXTURE, 'utf8')));
  } finally {
    await standin.close();
    await folder.remove();
  }
});

/** The report without words, times and random ids; equal ids stay equal, different ones different. */
function comparable(report: string): unknown {
  const ids: string[] = [];
  const idNumber = (id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.push(id) - 1);
  return JSON.parse(report, (key, value: unknown) => {
    if (key.endsWith('Ms') && typeof value === 'number') return '<milliseconds>';
    if (WORDED.has(key))
      return Array.isArray(value) ? value.map(withoutWords) : withoutWords(value);
    if (typeof value !== 'string') return value;
    return value
      .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, '<time>')
      .replace(/^http:\/\/127\.0\.0\.1:\d+$/, '<issuer>')
      .replace(/^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, (id) => {
        return `<id ${idNumber(id)}>`;
      });
  });
}

function withoutWords(text: unknown): unknown {
  return typeof text === 'string' && text.trim() !== '' ? '<text>' : text;
}
