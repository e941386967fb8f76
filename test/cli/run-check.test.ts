import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startProgress, untoldLine } from '../../lib/cli/run-check.ts';
import { capturedIo } from './captured-io.ts';
import { checkReport, diagnosis, run, unhealthyReport } from './report-examples.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('startProgress', () => {
  it('draws one line in a terminal after a second, and takes it away', () => {
    const io = capturedIo({ isTerminal: true });
    const progress = startProgress(io, 3);
    progress.add(checkReport());
    progress.add(unhealthyReport());

    vi.advanceTimersByTime(900);
    const early = io.written.stderr;
    vi.advanceTimersByTime(300);
    const later = io.written.stderr;
    progress.stop();

    expect(early).toBe('');
    expect(later).toContain('\r\u001b[Kchecked 2 of 3, 1 unhealthy');
    expect(io.written.stderr.endsWith('\r\u001b[K')).toBe(true);
  });

  it('writes a plain line every ten seconds to a log, where there are many applications', () => {
    const io = capturedIo();
    const progress = startProgress(io, 400);
    progress.add(checkReport());

    vi.advanceTimersByTime(20_000);
    progress.stop();
    vi.advanceTimersByTime(20_000);

    expect(io.written.stderr).toBe('m2m-watch: checked 1 of 400, 0 unhealthy\n'.repeat(2));
  });

  it('says nothing to a log where there are few', () => {
    const io = capturedIo();
    const progress = startProgress(io, 50);

    vi.advanceTimersByTime(60_000);
    progress.stop();

    expect(io.written.stderr).toBe('');
  });
});

describe('untoldLine', () => {
  it('speaks of the key of a client that has no secret', () => {
    const keyed = unhealthyReport({
      clientAuthentication: 'private_key_jwt',
      diagnosis: diagnosis({ cause: 'credentials-rejected' }),
    });

    expect(untoldLine(run([keyed, keyed]))).toBe(
      'check cannot tell a key that was replaced at the provider from one that it never had: with --state FILE it remembers which credentials were accepted',
    );
  });
});
