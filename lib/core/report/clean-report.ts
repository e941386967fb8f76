// Cleans a report once more, with what a run knows at its end.

import type { KnownSecrets } from '../text/known-secrets.ts';
import { NOT_SHOWN } from '../text/provider-text.ts';
import type { CheckReport } from './check-report.ts';

/** Redacts every text of a report that a peer may have had a part in; the report itself where there is nothing. */
export function cleanReport(report: CheckReport, known: KnownSecrets): CheckReport {
  const clean = (text: string) => known.redact(text) ?? NOT_SHOWN;
  return {
    ...report,
    clientId: report.clientId === null ? null : clean(report.clientId),
    diagnosis: mapTexts(report.diagnosis, clean),
    findings: mapTexts(report.findings, clean),
    token: mapTexts(report.token, clean),
  };
}

/** Fields that hold an id from a list of ours. */
const OUR_OWN: ReadonlySet<string> = new Set(['cause', 'family', 'step', 'confidence']);

function mapTexts<T>(value: T, change: (text: string) => string): T {
  return mapped(value, change) as T;
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      OUR_OWN.has(name) ? item : mapped(item, change),
    ]),
  );
}
