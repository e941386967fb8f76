import { beforeAll, describe, expect, it } from 'vitest';
import { PROVIDER_FAULTS } from './provider-faults.ts';
import { type FaultResults, runProviderFaults } from './run-provider-faults.ts';
import { trustedAuthority } from './tls-faults.ts';

const MEGABYTE = 1024 * 1024;

let ran: FaultResults;

beforeAll(async () => {
  ran = await runProviderFaults(PROVIDER_FAULTS, await trustedAuthority());
});

describe.each(['discovery', 'token', 'keys', 'api'] as const)('a peer that at %s', (place) => {
  const rows = PROVIDER_FAULTS.filter((fault) => fault.place === place);

  it.each(rows.map((row) => [row.what, row] as const))('%s', (_, row) => {
    const result = ran.results.get(row);
    if (result === undefined) throw new Error('the fault has no result');
    const { report, neighbour, limitMs, sentBytes } = result;
    const { totalMs: __, ...steps } = report.timings;

    expect(row.expected.causes, JSON.stringify(report.diagnosis)).toContain(
      report.diagnosis?.cause ?? null,
    );
    expect(row.expected.statuses).toContain(report.status);
    expect(Math.max(...Object.values(steps).map(Number))).toBeLessThan(limitMs);
    expect(sentBytes).toBeLessThan(24 * MEGABYTE);
    expect(neighbour.status).toBe('healthy');
  });
});

describe('the faults together', () => {
  it('are at least 160, each a different one, and each row once', () => {
    const rows = PROVIDER_FAULTS.map(({ what, place }) => `${place} ${what}`);

    expect(new Set(PROVIDER_FAULTS.map(({ what }) => what)).size).toBeGreaterThanOrEqual(160);
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('take a bounded amount of memory', () => {
    // The bombs alone would take more, and so would a body without end.
    expect(ran.peakBytes).toBeLessThan(1024 * MEGABYTE);
  });
});
