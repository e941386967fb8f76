import { beforeAll, describe, expect, it } from 'vitest';
import { asProviderFault } from './hostile-token.ts';
import { HOSTILE_TOKENS } from './hostile-tokens.ts';
import { type FaultResults, runProviderFaults } from './run-provider-faults.ts';
import { trustedAuthority } from './tls-faults.ts';

const rows = HOSTILE_TOKENS.map((row) => ({ row, fault: asProviderFault(row) }));

let ran: FaultResults;

beforeAll(async () => {
  ran = await runProviderFaults(
    rows.map(({ fault }) => fault),
    await trustedAuthority(),
  );
});

describe('a token that', () => {
  it.each(rows.map(({ row, fault }) => [row.what, { row, fault }] as const))(
    '%s',
    (_, { row, fault }) => {
      const result = ran.results.get(fault);
      if (result === undefined) throw new Error('the token has no result');
      const { report, neighbour, apiRequests, limitMs } = result;

      expect(row.expected.causes, JSON.stringify(report.diagnosis)).toContain(
        report.diagnosis?.cause ?? null,
      );
      expect(row.expected.statuses).toContain(report.status);
      if (!row.isSent) expect(apiRequests).toBe(0);
      if (report.status === 'healthy') expect(apiRequests).toBe(1);
      expect(report.timings.verifyMs).toBeLessThan(limitMs);
      expect(neighbour.status).toBe('healthy');
    },
  );
});

describe('the hostile tokens together', () => {
  it('are at least 300, each a different one', () => {
    expect(rows.filter(({ row }) => !row.isSent).length).toBeGreaterThanOrEqual(300);
    expect(new Set(rows.map(({ row }) => row.what)).size).toBe(rows.length);
  });
});
