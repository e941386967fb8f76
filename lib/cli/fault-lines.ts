import type { CliIo } from './cli-io.ts';

/**
 * What is said of a fault of our own: what it is called, and that it is ours.
 *
 * The message is left out, since it may hold what was being processed, a secret included; with
 * `M2M_WATCH_DEBUG=1` the places in the code follow, of the fault and of what caused it.
 */
export function faultLines(fault: unknown, environment: CliIo['environment']): readonly string[] {
  const lines = [
    `unexpected ${nameOf(fault)}`,
    'this is a fault of m2m-watch, please report it (M2M_WATCH_DEBUG=1 shows where it happened)',
  ];
  return environment['M2M_WATCH_DEBUG'] === '1' ? [...lines, ...placesOf(fault)] : lines;
}

function nameOf(fault: unknown): string {
  if (!(fault instanceof Error)) return `thrown ${fault === null ? 'null' : typeof fault}`;
  const code = 'code' in fault && typeof fault.code === 'string' ? ` ${fault.code}` : '';
  return `${fault.name}${code}`.replace(/[^\w .-]/g, '');
}

function placesOf(fault: unknown): readonly string[] {
  if (!(fault instanceof Error)) return [];
  const places = (fault.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause = fault.cause === undefined ? [] : [`caused by ${nameOf(fault.cause)}`];
  return [...places, ...cause, ...placesOf(fault.cause)];
}
