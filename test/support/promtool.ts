import { spawnSync } from 'node:child_process';

const MISSING =
  'promtool is not installed, and this test cannot do without it: on Debian and Ubuntu `apt-get install prometheus` brings it (so does .ci/run), elsewhere put the one of a Prometheus release on the PATH';

/**
 * Runs Prometheus' own tool; what it says is for people, the status is 0 where it has no complaint.
 *
 * @throws Error where it is not installed, with how to get it.
 */
export function promtool(
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly output: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, {
    input,
    encoding: 'utf8',
  });
  if (error !== undefined) throw new Error(MISSING, { cause: error });
  return { status, output: stdout + stderr };
}
