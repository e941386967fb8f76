import { describe, expect, it } from 'vitest';
import { demo } from '../../lib/cli/demo-command.ts';
import { SOON_MS } from '../support/time-limits.ts';
import { capturedIo, run } from './captured-io.ts';

describe('demo', () => {
  it('checks a dozen applications once, says what it is and what is next, and exits with 0', async () => {
    const { status, stdout, stderr } = await run(['demo', '--once']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^This is a demo: a stand-in for a Kinde tenant runs on this machine/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('It works offline.');
    expect(stdout.match(/^[✓!✗?] \w+ {2,}\S/gmu)).toHaveLength(12);
    expect(stdout).toMatch(/^12 applications: 2 healthy, /m);
    expect(stdout).toMatch(
      /\nNext: `npx m2m-watch init` asks[\s\S]*docs\/configuration\.md[\s\S]*\n$/,
    );
  });

  it('gives each failing application a cause of its own, and a fix', async () => {
    const { stdout } = await run(['demo', '--once']);

    const table = stdout.split('\n\n')[1] ?? '';
    const causes = [
      ...table.matchAll(/^[!✗?] \w+ +\S+ +(\S+) +(?:certain|likely|possible)/gmu),
    ].map(([, cause]) => cause);
    expect(causes).toHaveLength(10);
    expect(new Set(causes).size).toBe(10);
    expect(stdout.match(/^ {2}Fix$/gm)).toHaveLength(10);
  });

  it('checks once where there is no terminal', async () => {
    const { status, stdout } = await run(['demo']);

    expect(status).toBe(0);
    expect(stdout).not.toContain('Ctrl-C');
  });

  it('takes nothing from the environment', async () => {
    const environment = { BILLING_SYNC_CLIENT_SECRET: 'wrong', BILLING_SYNC_CLIENT_ID: 'wrong' };

    const { stdout } = await run(['demo', '--once'], { environment });

    expect(stdout).toMatch(/^✓ healthy +billing-sync/m);
  });

  it('repeats in a terminal, tells each cause once, and ends at Ctrl-C with 0', async () => {
    const io = capturedIo({
      isTerminal: true,
      columns: 120,
      rows: 100,
      environment: { NO_COLOR: '1' },
    });
    const running = demo({ io, isOnce: false, everyMs: 50 });
    await expect
      .poll(() => io.written.stdout.match(/stop with Ctrl-C/g)?.length ?? 0)
      .toBeGreaterThan(2);

    const startedAtMs = performance.now();
    io.interrupt();
    const status = await running;

    expect(status).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(SOON_MS);
    expect(io.written.stdout.match(/^✗ hr-sync at acme/gm)).toHaveLength(1);
    expect(io.written.stdout).toContain('A\r\u001b[JSTATUS');
  });

  it('leaves the fixes out of the table where it is higher than the terminal', async () => {
    const io = capturedIo({
      isTerminal: true,
      columns: 100,
      rows: 24,
      environment: { NO_COLOR: '1' },
    });
    const running = demo({ io, isOnce: false, everyMs: 50 });
    await expect
      .poll(() => io.written.stdout.match(/stop with Ctrl-C/g)?.length ?? 0)
      .toBeGreaterThan(2);

    io.interrupt();
    await running;

    const [, last = ''] = io.written.stdout.split('A\r\u001b[J');
    expect(last).toMatch(/^STATUS/);
    expect(last.split('\n').length).toBeLessThan(24);
  });

  it('prints no table where Ctrl-C comes before the end of the only check', async () => {
    const io = capturedIo();
    const running = demo({ io, isOnce: true });

    io.interrupt();

    expect(await running).toBe(130);
    expect(io.written.stdout).not.toContain('STATUS');
  });

  it('ends at Ctrl-C while it waits for its next check', async () => {
    const io = capturedIo({ isTerminal: true, columns: 120, rows: 100 });
    const running = demo({ io, isOnce: false });
    await expect.poll(() => io.written.stdout).toContain('and again every 10 s; stop with Ctrl-C.');

    io.interrupt();

    expect(await running).toBe(0);
  });
});
